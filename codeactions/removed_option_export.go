package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/source"
)

// addExportPlugin installs the plugin that "poetry export" is since Poetry 2.0,
// beside Poetry.
func (r *request) addExportPlugin(l *analysis.PoetryLack) Action {
	i := l.Poetry.Installer
	line := r.line(i.Span().Start)
	a := Action{Title: "Install " + exportPlugin, Level: Review, Note: "The plugin has no version: the newest that goes with this Poetry is taken."}
	switch {
	case i.TakesPlugin() && i.Requirement.Raw != "" && i.Redirected() == "":
		a.Edits = []Edit{insert(i.Requirement.Span.End, r.words(i.Call, "", exportPlugin))}
		return a
	case i.How == "uv":
		a.Edits = []Edit{insert(i.Requirement.Span.End, r.words(i.Call, "", "--with", exportPlugin))}
		return a
	case i.How == "pipx", i.How == "script":
		return r.addPlugin(i, a)
	}
	return refuse("Poetry is installed by another file or program (line %d): add %s there", line, exportPlugin)
}

// addPlugin has pipx or Poetry itself add the plugin right behind the
// installation, in the same RUN.
func (r *request) addPlugin(i *analysis.Installer, a Action) Action {
	line := r.line(i.Span().Start)
	command := "pipx inject poetry " + exportPlugin
	if i.How == "script" {
		home := i.Home()
		if home == "" {
			return refuse("where line %d puts Poetry is not known: add %s there", line, exportPlugin)
		}
		command = home + "/venv/bin/poetry self add " + exportPlugin
	}
	prog, err := i.Step.Program()
	if err != nil || prog.JSON {
		return refuse("line %d installs Poetry in a form that nothing can be added to: add `%s`", line, command)
	}
	at, ok := prog.After(i.Cmd)
	if !ok && slices.ContainsFunc(prog.Statements(), func(s source.Span) bool { return s.End == i.Cmd.Span.End }) {
		at, ok = i.Cmd.Span.End, i.Cmd.Place.Piped // the end of a pipeline
	}
	if !ok {
		return refuse("line %d installs Poetry in a form that nothing can be added to: add `%s`", line, command)
	}
	a.Edits = []Edit{insert(at, " && "+command)}
	return a
}
