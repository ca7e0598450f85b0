package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// secretMount is the mount of a secret, or of an SSH agent, that a RUN has.
func secretMount(s *analysis.Step) *source.Flag {
	for i, fl := range s.Flags {
		if kind := analysis.ParseMount(fl.Value)["type"]; fl.Name == "mount" && (kind == "secret" || kind == "ssh") {
			return &s.Flags[i]
		}
	}
	return nil
}

// idleAssignments adds the commands that only set variables which none of the
// commands that are left uses.
func (c *conversion) idleAssignments(prog *shell.Program, drop []int, edits []Edit) []int {
	dropped := slices.Clone(drop)
	for i, cmd := range prog.Commands {
		if len(cmd.Words) > 0 || len(cmd.Assigns) == 0 || len(drop) == 0 && len(edits) == 0 {
			continue
		}
		used := false
		for j, o := range prog.Commands {
			if j == i || slices.Contains(drop, j) {
				continue
			}
			var inside []Edit
			for _, e := range edits {
				if o.Span.Covers(e.Span) {
					inside = append(inside, Edit{source.Span{Start: e.Start - o.Span.Start, End: e.End - o.Span.Start}, e.New})
				}
			}
			text := Apply(c.Doc.Slice(o.Span), tidy(inside))
			used = used || slices.ContainsFunc(cmd.Assigns, func(a shell.Assign) bool { return namesVariable(text, a.Name) || exports(o, a.Name) })
		}
		if !used {
			dropped = append(dropped, i)
		}
	}
	slices.Sort(dropped)
	return dropped
}

// toolMounts takes the mounts off a RUN whose options name a variable that only
// configures an installer, which the runtime stage does not have.
func (c *conversion) toolMounts(s *analysis.Step) []Edit {
	var edits []Edit
	for _, fl := range s.Flags {
		if fl.Name == "mount" && slices.ContainsFunc(toolPrefixes, func(p string) bool {
			return strings.Contains(fl.Value, "$"+p) || strings.Contains(fl.Value, "${"+p)
		}) {
			edits = append(edits, dropWord(c.Doc, fl.Span))
		}
	}
	return edits
}

// exports says whether a command hands a variable on to programs, which may
// read it without naming it here.
func exports(cmd *shell.Command, name string) bool {
	switch cmd.Name() {
	case "export", "declare", "typeset", "set":
		return slices.ContainsFunc(cmd.Args(), func(w shell.Word) bool { return w.Value == name || w.Value == "-a" || w.Value == "allexport" })
	}
	return false
}
