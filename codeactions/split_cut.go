package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// partedRun is a RUN in two: what stays in front of the install, and what works
// on the code and goes behind it.
type partedRun struct{ stays, goes string }

// sortRun decides about a RUN between the code and the install: it stays, it
// goes behind the install, or it is cut in two.
func (p *split) sortRun(s *analysis.Step, rest []*analysis.Step) string {
	use, reason := p.useOf(s)
	if reason != "" || use != afterCode || p.ownsCopies(s) {
		return reason
	}
	for _, check := range []string{p.changesUser(s, rest), p.storesTwice(s), p.cutWork(s)} {
		if check != "" {
			return check
		}
	}
	p.moved = append(p.moved, s)
	return ""
}

// cutWork parts a RUN that works on the code from what it does besides, which
// the install may need.
func (p *split) cutWork(s *analysis.Step) string {
	prog, err := s.Program()
	if err != nil {
		return err.Error()
	}
	var work, others []int
	for i, cmd := range prog.Commands {
		switch {
		case p.commandUse(s, cmd) == afterCode:
			work = append(work, i)
		case !askers[cmd.Name()] && !p.keepsState(cmd, p.Doc.Slice(s.Span)):
			others = append(others, i)
		}
	}
	if len(others) == 0 {
		return ""
	}
	text := p.Doc.Slice(s.Span)
	stays, ok := withoutCommands(p.Doc, text, s.Shell, work)
	goes, ok2 := withoutCommands(p.Doc, text, s.Shell, others)
	if !ok || !ok2 {
		return p.at(s.Span.Start) + " works on the copied code (`" + short(p.Doc.Slice(prog.Commands[work[0]].Span)) + "`) and does what the install may need (`" +
			short(p.Doc.Slice(prog.Commands[others[0]].Span)) + "`) in a form that cannot be cut in two"
	}
	if n := len(s.Flags); n > 0 { // its mounts are for the programs that stay
		from := s.Flags[n-1].Span.End - s.Span.Start
		goes = goes[:s.Keyword.End-s.Span.Start] + " " + strings.TrimLeft(goes[from:], " \t\r\n"+string(p.Doc.Escape))
	}
	p.cut[s] = partedRun{stays, goes}
	return ""
}

// storesTwice says why a step that works on the copied code cannot run behind
// the install: it would write the environment anew, into a layer of its own.
func (p *split) storesTwice(s *analysis.Step) string {
	if p.in == nil || p.in.Env.Kind != analysis.EnvInProject || p.in.Env.Path == "" {
		return ""
	}
	if cmd := walksOver(s, p.in.Env.Path); cmd != nil {
		return p.at(cmd.Span.Start) + " (`" + short(p.Doc.Slice(cmd.Span)) + "`) would run behind the install and store the environment " + p.in.Env.Path + " a second time"
	}
	return ""
}

// splitRun: commands behind the install in the same RUN that need the code go
// into a RUN of their own behind it.
func (p *split) splitRun() string {
	prog, err := p.step.Program()
	if err != nil {
		return err.Error()
	}
	line, install := p.at(p.step.Span.Start), p.call.Cmd.Span
	next := -1
	for _, cmd := range prog.Commands {
		use := p.commandUse(p.step, cmd)
		around := cmd.Span.Start <= install.Start && cmd.Span.End >= install.End
		inside := around || cmd.Span.Start >= install.Start && cmd.Span.Start < install.End
		before := cmd.Span.Start < install.Start
		switch {
		case inside || use == independent || use == pointless || p.otherInstall(cmd.Span):
		case before && use == unknownUse:
			return line + " runs `" + short(p.Doc.Slice(cmd.Span)) + "` before the install, which may need the code"
		case before:
			return line + " works on the copied code (`" + short(p.Doc.Slice(cmd.Span)) + "`) before the install"
		case next < 0:
			next = cmd.Span.Start
		}
	}
	if next < 0 {
		return ""
	}
	return p.cutRun(prog, line, next)
}

// otherInstall says whether a span is another install of dependencies of the file.
func (p *split) otherInstall(s source.Span) bool {
	o := p.installAt(s)
	return o != nil && o.Deps
}

var joining = lazyregexp.New(`^(?s)[\s\\` + "`" + `]*(&&|;)[\s\\` + "`" + `]*$`)

// cutRun ends the RUN in front of the command at next and opens another one
// with the rest, in the same shell state.
func (p *split) cutRun(prog *shell.Program, line string, next int) string {
	end := -1
	statement, ok := statementAt(prog, next)
	for _, s := range prog.Statements() {
		if s.End <= next {
			end = s.End
		}
	}
	if !ok || end < p.call.Cmd.Span.End || len(p.step.Heredocs) > 0 || !joining.MatchString(p.Doc.Text[end:statement.Start]) {
		return line + " goes on after the install with commands that need the code, in a form that cannot be cut in two"
	}
	state, reason := p.shellState(prog, statement.Start, p.Doc.Text[statement.Start:p.step.Span.End])
	if reason != "" {
		return reason
	}
	run := p.Doc.Text[p.step.Span.Start:p.step.Keyword.End] + " " + state
	if p.second != "" {
		run += p.second + " && "
	}
	p.edits = append(p.edits, Edit{source.Span{Start: end, End: statement.Start}, p.Doc.Newline + p.gap() + p.movedSteps() + run})
	p.placed = true
	return ""
}
