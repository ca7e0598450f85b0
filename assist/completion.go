package assist

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/python"
	"restage/analysis/source"
)

// Kind says what a completion is.
type Kind int

// The kinds of completions.
const (
	Group Kind = iota
	Extra
	PoetryOption
	Folder
)

// Completion is one thing that can be written at a place.
type Completion struct {
	// Span is replaced by New, in bytes of the document.
	Span source.Span
	New  string
	Kind Kind
	// Detail is one line, Doc a sentence or two with code in backticks.
	Detail, Doc string
	// Last puts it behind those that are not out of date.
	Last bool
}

// Markdown is Doc as Markdown.
func (c Completion) Markdown() string { return escaped(c.Doc) }

// Plain is Doc as plain text.
func (c Completion) Plain() string { return strings.ReplaceAll(c.Doc, "`", "") }

// Complete offers what no other server knows at an offset: names of groups and
// extras, the options that this version of Poetry has, and the folders of cache
// mounts. Everywhere else it offers nothing. The line may be half written.
func Complete(res *analysis.Result, offset int) []Completion {
	if offset < 0 || offset > len(res.Doc.Text) {
		return nil
	}
	in := res.Doc.InstructionAt(offset)
	if in == nil || in.Name != "RUN" || in.Stage == nil || inComment(in, offset) {
		return nil
	}
	for _, flag := range in.Flags {
		if flag.Span.Contains(offset) {
			return completeMount(res, in, flag, offset)
		}
	}
	before, ok := textBefore(res.Doc, in, offset)
	if !ok {
		return nil
	}
	line, ok := readLine(before)
	if !ok || line.verb != "install" && line.verb != "sync" && line.verb != "export" {
		return nil
	}
	facts := factsOf(res)
	step := facts.StepAt(offset)
	if step == nil || step.OtherShell {
		return nil
	}
	c := &completion{res: res, facts: facts, step: step, line: line, offset: offset}
	if !strings.HasSuffix(res.Doc.Text[:offset], line.word) {
		return nil // escapes and continuations in the middle of the word
	}
	switch {
	case groupOptions[line.option]:
		return c.groups()
	case extraOptions[line.option]:
		return c.extras()
	case line.option == "" && line.verb != "export" && strings.HasPrefix(line.word, "-"):
		return c.options()
	}
	return nil
}

// factsOf are the facts of a document; of one that cannot be built, as one is
// while it is typed, those of what can be read of it.
func factsOf(res *analysis.Result) *analysis.Facts {
	if res.Facts.Doc == res.Doc {
		return res.Facts
	}
	return analysis.NewFacts(res.Doc, res.Project)
}

func inComment(in *source.Instruction, offset int) bool {
	return slices.ContainsFunc(in.Comments, func(c source.Span) bool { return c.Contains(offset) })
}

// completion is one question about a command of Poetry.
type completion struct {
	res    *analysis.Result
	facts  *analysis.Facts
	step   *analysis.Step
	line   *line
	offset int
}

// span is what is replaced: the part of the name that is written, on both sides
// of the cursor.
func (c *completion) span(written string) source.Span {
	return source.Span{Start: c.offset - len(written), End: nameEnd(c.res.Doc.Text, c.offset, len(c.res.Doc.Text))}
}

// listed takes the value at the cursor apart: the names that are there, on both
// sides of the cursor, and what is written of the one at it.
func (c *completion) listed() (given []string, written string) {
	given, written = c.line.listed()
	text := c.res.Doc.Text
	for at := c.span(written).End; at < len(text) && text[at] == ','; {
		end := nameEnd(text, at+1, len(text))
		given = append(given, text[at+1:end])
		at = end
	}
	return given, written
}

// pyproject is the manifest that the command reads; nil where the command is
// known to install another project.
func (c *completion) pyproject() *project.Pyproject {
	if call := callAt(c.facts, c.offset); call != nil {
		return pyprojectOf(c.facts, call)
	}
	return c.facts.Project.Pyproject
}

// writable says whether a name can be written into a list of a command line as
// it is.
func writable(name string) bool { return name != "" && nameEnd(name, 0, len(name)) == len(name) }

// groups offers the groups that the version knows and the list does not have yet.
func (c *completion) groups() []Completion {
	p := c.pyproject()
	if p == nil {
		return nil
	}
	v, known := c.facts.PoetryAt(c.step)
	if known && !python.PoetryHas(c.line.option, v) {
		return nil
	}
	given, written := c.listed()
	var out []Completion
	add := func(name, detail string) {
		if !slices.Contains(given, name) && writable(name) {
			out = append(out, Completion{Span: c.span(written), New: name, Kind: Group, Detail: detail, Doc: listed(packagesOf(p, name))})
		}
	}
	if c.line.option == "--only" && p.MainKey {
		add("main", "the program's own dependencies")
	}
	for _, g := range p.Groups {
		if g.PEP735 && known && !v.AtLeast(2, 2) {
			continue
		}
		detail := "group in " + p.Path
		if g.Optional {
			detail = "optional " + detail
		}
		add(g.Name, detail)
	}
	return out
}

// extras offers the extras that the list does not have yet.
func (c *completion) extras() []Completion {
	p := c.pyproject()
	if p == nil {
		return nil
	}
	given, written := c.listed()
	var out []Completion
	for _, e := range p.ExtraTables {
		if !slices.Contains(given, e.Name) && writable(e.Name) {
			out = append(out, Completion{Span: c.span(written), New: e.Name, Kind: Extra, Detail: "extra in " + p.Path, Doc: listed(e.Packages)})
		}
	}
	return out
}

// options offers the options of "poetry install" that the version has and the
// command does not have yet.
func (c *completion) options() []Completion {
	v, known := c.facts.PoetryAt(c.step)
	if v.IsZero() {
		v, _ = python.NewestPoetry(v)
	}
	if !python.PoetryHas(c.line.verb, v) {
		return nil
	}
	var out []Completion
	for _, o := range python.PoetryInstallOptions(v) {
		if slices.Contains(c.line.options, o) || c.line.verb == "sync" && o == "--sync" {
			continue
		}
		since, deprecated, _ := python.PoetryOption(o)
		detail := "Poetry"
		if known {
			detail += " " + v.String()
		}
		if detail += ": since " + since.String(); since == python.V(1, 0, 0) {
			detail += " or before"
		}
		old := !deprecated.IsZero() && !v.Less(deprecated)
		if old {
			detail += ", deprecated since " + deprecated.String()
		}
		out = append(out, Completion{Span: c.span(c.line.word), New: o, Kind: PoetryOption, Detail: detail, Doc: python.PoetryOptionNote(o), Last: old})
	}
	return out
}
