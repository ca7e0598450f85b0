package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// installEdits add the options to the installs, and take what follows them in
// the same RUN apart if that needs the code.
func (p *split) installEdits() string {
	for _, in := range p.Installs {
		if slices.Contains(p.group, in) || p.branchOf(in) {
			p.optionEdits(in)
		}
	}
	if len(p.moved) == 0 {
		return p.noCodeBefore()
	}
	return p.splitRun()
}

// branchOf says whether an install is another branch of the condition that the
// install is made under: what holds for one holds for the other.
func (p *split) branchOf(o *analysis.Install) bool {
	return p.in != nil && o.Step == p.step && o.Dir == p.dir && o.Deps && o.Cmd.Place.Conditional && p.in.Cmd.Place.Conditional
}

func (p *split) optionEdits(in *analysis.Install) {
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
}

// noCodeBefore: nothing moves. A second phase then goes right behind the code.
func (p *split) noCodeBefore() string {
	if p.second != "" {
		p.edits = append(p.edits, after(p.Doc, p.step.Instruction, p.secondRun()))
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
		if o != p.in && o.Root && o.Step.Stage == p.step.Stage {
			return nil
		}
	}
	if p.second != "" || p.in == nil {
		return nil
	}
	for _, s := range p.step.Stage.Steps[:p.step.Pos] {
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

// copyEdits put the manifests where the first moved copy stood and the moved
// steps behind the install.
func (p *split) copyEdits() {
	var gone []*source.Instruction
	for i, s := range p.moved {
		if text := p.manifestCopies(); i == 0 && text != "" {
			at := block(p.Doc, s.Instruction)
			if p.commentStays(s) {
				at.Start = p.Doc.LineSpan(s.Instruction).Start
			}
			p.edits = append(p.edits, Edit{at, text})
			continue
		}
		if c, ok := p.cut[s]; ok {
			p.edits = append(p.edits, Edit{s.Span, c.stays})
			continue
		}
		gone = append(gone, s.Instruction)
	}
	p.edits = append(p.edits, removeBlocks(p.Doc, gone)...)
	for _, s := range p.pointlessTouches() {
		p.edits = append(p.edits, removeBlock(p.Doc, s.Instruction))
	}
	if len(p.moved) > 0 && !p.placed {
		p.edits = append(p.edits, after(p.Doc, p.step.Instruction, p.gap()+p.movedText()))
	}
	p.heirEdits()
}

// gap is the blank line above the moved steps; "" where the file has none
// around the install.
func (p *split) gap() string {
	if blankAbove(p.Doc, p.moved[0].Instruction) || blankAbove(p.Doc, p.step.Instruction) {
		return p.Doc.Newline
	}
	return ""
}

// commentStays says whether the comment above a copy that moves is about the
// manifests or the installation, which take the copy's place.
func (p *split) commentStays(s *analysis.Step) bool {
	comment := p.Doc.Slice(p.Doc.LeadingComments(s.Instruction))
	return p.manifestCopies() != "" && s == p.moved[0] && aboutInstall.MatchString(comment)
}

// movedText is the text of the moved steps as whole lines, and of the install
// of the root package behind them, apart from them as the install is.
func (p *split) movedText() string {
	second := p.secondRun()
	if second != "" && blankAbove(p.Doc, p.step.Instruction) {
		second = p.Doc.Newline + second
	}
	return p.movedSteps() + second
}

// movedSteps is the text of the moved steps as whole lines.
func (p *split) movedSteps() string {
	var b strings.Builder
	for _, s := range p.moved {
		b.WriteString(p.relocated(s, p.step))
	}
	return b.String()
}

// relocated is the text of a step for its new place: a relative destination
// becomes absolute if WORKDIR differs there.
func (p *split) relocated(s, to *analysis.Step) string {
	start := block(p.Doc, s.Instruction).Start
	if p.commentStays(s) {
		start = p.Doc.LineSpan(s.Instruction).Start
	}
	text := ended(p.Doc, p.Doc.Text[start:p.Doc.LineSpan(s.Instruction).End])
	c := p.CopyAt(s)
	if cut, ok := p.cut[s]; ok {
		return cut.goes + p.Doc.Newline
	}
	if c == nil {
		return text
	}
	if last := len(s.Words) - 1; s.Workdir != to.Workdir && last >= 0 && !strings.HasPrefix(s.Words[last].Value, "/") {
		dest := c.Dest
		if dest != "/" {
			dest += "/"
		}
		text = text[:s.Words[last].Span.Start-start] + dest + text[s.Words[last].Span.End-start:]
	}
	if slices.Contains(p.owned, s) {
		text = text[:s.Keyword.End-start] + " --chown=" + p.owner + text[s.Keyword.End-start:]
	}
	return text
}

// secondRun is the RUN of the second phase as a whole line; "" if there is none.
func (p *split) secondRun() string {
	if p.second == "" {
		return ""
	}
	flags := "" // the root package alone needs no cache, but what is bound in may be its files
	for _, fl := range p.step.Flags {
		bound := fl.Name == "mount" && analysis.ParseMount(fl.Value)["type"] == "bind"
		if p.relocks || bound || !strings.Contains(p.second, "--only-root") {
			flags += p.Doc.Slice(fl.Span) + " "
		}
	}
	return p.Doc.Text[p.step.Span.Start:p.step.Keyword.End] + " " + flags + p.state + p.second + p.Doc.Newline
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
		at, c := p.arrives(rel)
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
	case !p.step.WorkdirKnown && dest != s.Workdir && analysis.Below(dest, s.Workdir):
		to = "./" + strings.TrimPrefix(strings.TrimPrefix(dest, s.Workdir), "/") + "/"
	case dest == p.step.Workdir && dest == s.Workdir:
		to = "./"
		if last := s.Words; len(last) > 0 && strings.HasPrefix(last[len(last)-1].Value, "/") {
			to = strings.TrimSuffix(last[len(last)-1].Raw, "/") + "/"
		}
	case dest == "/":
		to = "/"
	}
	return head + " " + strings.Join(files, " ") + " " + to
}
