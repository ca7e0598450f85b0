package codeactions

import (
	"fmt"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// leaveOutDev adds the option that keeps the development groups out, in the
// spelling that the Poetry of this step has.
func leaveOutDev(r *request) Action {
	in := r.install()
	groups := in.DevGroups()
	v := in.Version
	if v.Parts == 0 && r.Project.Lock != nil {
		v, _ = python.ParseVersion(r.Project.Lock.Generator)
	}
	if v.Parts == 0 {
		return refuse("which version of Poetry runs in line %d cannot be told, and the option that leaves groups out depends on it",
			r.line(in.Cmd.Span.Start))
	}
	a := Action{Level: Review,
		Title: "Leave the development dependencies out (" + strings.Join(groups, ", ") + ")",
		Note:  fmt.Sprintf("The packages of %s are no longer installed: check that the program imports none of them.", strings.Join(groups, ", "))}
	if !v.AtLeast(1, 2) {
		a.Edits = []Edit{addOptions(in, "--no-dev")}
		return a
	}
	if o, ok := in.Option("--without"); ok {
		list := append(in.Values("--without"), groups...)
		a.Edits = []Edit{{o.Span, optionText(r, o, strings.Join(list, ","))}}
		return a
	}
	for _, g := range groups {
		if slices.Contains(in.Values("--with"), g) {
			return refuse("line %d asks for the group %s by name", r.line(in.Cmd.Span.Start), g)
		}
	}
	a.Edits = []Edit{addOptions(in, "--without", strings.Join(groups, ","))}
	return a
}

// optionText writes an option with a new value in the form it has.
func optionText(r *request, o analysis.Option, value string) string {
	text := r.Doc.Slice(o.Span)
	i := strings.LastIndex(text, o.Value)
	if i < 0 || o.Value == "" {
		return o.Name + "=" + value
	}
	return text[:i] + value + text[i+len(o.Value):]
}
