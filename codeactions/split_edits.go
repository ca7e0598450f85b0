package codeactions

import (
	"path"
	"regexp"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// installEdits add the options to the install, and take what follows it in the
// same RUN apart if that needs the code.
func (p *split) installEdits() string {
	in := p.in
	var opts []string
	if in.Root && !in.Has("--no-root") {
		opts = append(opts, "--no-root")
	}
	if p.second != "" && len(p.folders()) > 0 && !in.Has("--no-directory") {
		opts = append(opts, "--no-directory")
	}
	if len(opts) > 0 {
		p.edits = append(p.edits, addOptions(in, opts...))
	}
	if len(p.moved) == 0 {
		return p.noCodeBefore()
	}
	return p.splitRun()
}

// noCodeBefore: nothing moves. A second phase then goes right behind the code.
func (p *split) noCodeBefore() string {
	if p.second != "" {
		p.edits = append(p.edits, after(p.Doc, p.in.Step.Instruction, p.secondRun()))
	}
	for _, s := range p.pointlessTouches() {
		p.edits = append(p.edits, removeBlock(p.Doc, s.Instruction))
	}
	return ""
}

// pointlessTouches are RUNs before the install that make an empty README,
// which no install of the root package needs any more.
func (p *split) pointlessTouches() []*analysis.Step {
	var out []*analysis.Step
	for _, o := range p.Installs {
		if o != p.in && o.Root && o.Step.Stage == p.in.Step.Stage {
			return nil
		}
	}
	if p.second != "" {
		return nil
	}
	for _, s := range p.in.Step.Stage.Steps[:p.in.Step.Pos] {
		if s.Name != "RUN" || !s.MayRun("touch") {
			continue
		}
		cmds := s.Commands()
		if len(cmds) == 1 && cmds[0].Name() == "touch" && p.touchesReadme(s, cmds[0]) {
			out = append(out, s)
		}
	}
	return out
}

// splitRun: commands behind the install in the same RUN that need the code go
// into a RUN of their own behind it.
func (p *split) splitRun() string {
	in := p.in
	prog, err := in.Step.Program()
	if err != nil {
		return err.Error()
	}
	line := "line " + itoa(p.line(in.Step.Span.Start))
	next := -1
	for _, cmd := range prog.Commands {
		use := p.commandUse(in.Step, cmd)
		inside := cmd.Span.Start >= in.Cmd.Span.Start && cmd.Span.Start < in.Cmd.Span.End
		switch {
		case inside || use == independent || use == pointless:
		case cmd.Span.Start < in.Cmd.Span.Start && use == unknownUse && !p.otherInstall(cmd.Span):
			return line + " runs `" + short(p.Doc.Slice(cmd.Span)) + "` before the install, which may need the code"
		case cmd.Span.Start < in.Cmd.Span.Start && use == afterCode:
			return line + " works on the copied code (`" + short(p.Doc.Slice(cmd.Span)) + "`) before the install"
		case cmd.Span.Start > in.Cmd.Span.Start && next < 0 && !p.otherInstall(cmd.Span):
			next = cmd.Span.Start
		}
	}
	if next < 0 {
		return ""
	}
	return p.cutRun(line, next)
}

// otherInstall says whether a span is another poetry install of the file.
func (p *split) otherInstall(s source.Span) bool {
	for _, o := range p.Installs {
		if o.Cmd.Span == s {
			return true
		}
	}
	return false
}

var andOnly = regexp.MustCompile(`^(?s)[\s\\` + "`" + `]*&&[\s\\` + "`" + `]*$`)

// cutRun ends the RUN in front of the command at next and opens another one
// with the rest.
func (p *split) cutRun(line string, next int) string {
	in := p.in
	prog, _ := in.Step.Program()
	end, cd := -1, ""
	for _, cmd := range prog.Commands {
		if cmd.Span.Start >= next {
			break
		}
		if at, ok := prog.After(cmd); ok {
			end = at
		}
		switch cmd.Name() {
		case "export", ".", "source", "set", "pushd":
			return line + " goes on after the install in a shell state (`" + short(p.Doc.Slice(cmd.Span)) + "`) that a RUN of its own would not have"
		}
		if len(cmd.Words) == 0 {
			return line + " goes on after the install with shell variables that a RUN of its own would not have"
		}
		if cmd.Name() == "cd" {
			cd = p.Doc.Slice(cmd.Span) + " && "
		}
	}
	if end < 0 || end > next || len(in.Step.Heredocs) > 0 || !andOnly.MatchString(p.Doc.Text[end:next]) {
		return line + " goes on after the install with commands that need the code, in a form that cannot be cut in two"
	}
	run := p.Doc.Text[in.Step.Span.Start:in.Step.Keyword.End]
	p.edits = append(p.edits, Edit{source.Span{Start: end, End: next}, p.Doc.Newline + p.movedText() + run + " " + cd})
	p.placed = true
	return ""
}

// copyEdits put the manifests where the first moved copy stood and the moved
// steps behind the install.
func (p *split) copyEdits() {
	var gone []*source.Instruction
	for i, s := range p.moved {
		if text := p.manifestCopies(); i == 0 && text != "" {
			p.edits = append(p.edits, Edit{block(p.Doc, s.Instruction), text})
			continue
		}
		gone = append(gone, s.Instruction)
	}
	p.edits = append(p.edits, removeBlocks(p.Doc, gone)...)
	for _, s := range p.pointlessTouches() {
		p.edits = append(p.edits, removeBlock(p.Doc, s.Instruction))
	}
	if len(p.moved) > 0 && !p.placed {
		text := p.movedText()
		if blankAbove(p.Doc, p.moved[0].Instruction) {
			text = p.Doc.Newline + text
		}
		p.edits = append(p.edits, after(p.Doc, p.in.Step.Instruction, text))
	}
}

// movedText is the text of the moved steps as whole lines, and of the install
// of the root package behind them.
func (p *split) movedText() string {
	var b strings.Builder
	for _, s := range p.moved {
		b.WriteString(p.relocated(s))
	}
	b.WriteString(p.secondRun())
	return b.String()
}

// relocated is the text of a step for its new place: a relative destination
// becomes absolute if WORKDIR differs there.
func (p *split) relocated(s *analysis.Step) string {
	text := blockText(p.Doc, s.Instruction)
	c := p.CopyAt(s)
	if c == nil || s.Workdir == p.in.Step.Workdir || len(s.Words) == 0 {
		return text
	}
	last := s.Words[len(s.Words)-1]
	if strings.HasPrefix(last.Value, "/") {
		return text
	}
	dest := c.Dest
	if dest != "/" {
		dest += "/"
	}
	start := block(p.Doc, s.Instruction).Start
	return text[:last.Span.Start-start] + dest + text[last.Span.End-start:]
}

// secondRun is the RUN of the second phase as a whole line; "" if there is none.
func (p *split) secondRun() string {
	if p.second == "" {
		return ""
	}
	flags := ""
	for _, fl := range p.in.Step.Flags {
		if !strings.Contains(p.second, "--only-root") {
			flags += p.Doc.Slice(fl.Span) + " "
		}
	}
	return p.Doc.Text[p.in.Step.Span.Start:p.in.Step.Keyword.End] + " " + flags + p.second + p.Doc.Newline
}

// manifestCopies are COPY lines for the manifests that only moved copies
// bring: with the keyword, flags and destination of the copy that brought them.
func (p *split) manifestCopies() string {
	type group struct {
		copy  *analysis.Copy
		dest  string
		files []string
	}
	var groups []*group
	for _, rel := range p.manifests {
		at, c := p.ArrivesAt(p.in.Step, rel)
		dest := path.Dir(at)
		var g *group
		for _, o := range groups {
			if o.copy == c && o.dest == dest {
				g = o
			}
		}
		if g == nil {
			g = &group{copy: c, dest: dest}
			groups = append(groups, g)
		}
		g.files = append(g.files, rel)
	}
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(p.manifestCopy(g.copy, g.dest, g.files) + p.Doc.Newline)
	}
	return b.String()
}

func (p *split) manifestCopy(c *analysis.Copy, dest string, files []string) string {
	s := c.Step
	head := p.Doc.Text[s.Span.Start:s.Keyword.End]
	for _, fl := range s.Flags {
		if fl.Name != "exclude" && fl.Name != "parents" {
			head += " " + p.Doc.Slice(fl.Span)
		}
	}
	to := dest + "/"
	switch {
	case dest == p.in.Step.Workdir && dest == s.Workdir:
		to = "./"
		if last := s.Words; len(last) > 0 && strings.HasPrefix(last[len(last)-1].Value, "/") {
			to = strings.TrimSuffix(last[len(last)-1].Raw, "/") + "/"
		}
	case dest == "/":
		to = "/"
	}
	return head + " " + strings.Join(files, " ") + " " + to
}
