package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// replaceRemoved writes what means the same to the Poetry that is there.
func replaceRemoved(r *request) Action {
	l := r.finding.Subject.(*analysis.PoetryLack)
	v := l.Poetry.Version
	if reason := r.putTogether(l); reason != "" {
		return refuse("%s", reason)
	}
	switch {
	case l.Key:
		return r.replaceSetting(l)
	case l.What == "--no-dev":
		return r.replaceNoDev(l)
	case l.What == "--sync" && l.Deprecated, l.What == "--remove-untracked" && v.AtLeast(2, 0, 1):
		return Action{Title: "Use `poetry sync`", Edits: []Edit{{l.VerbSpan, "sync"}, r.dropOption(l.Call, analysis.Option{Span: l.Span})}}
	case l.What == "--remove-untracked" && l.Gone():
		return Action{Title: "Use `--sync`", Edits: []Edit{{l.Span, "--sync"}}}
	case l.What == "--sync" && v.AtLeast(1, 1):
		return Action{Title: "Use `--remove-untracked`", Edits: []Edit{{l.Span, "--remove-untracked"}}}
	case l.What == "sync" && v.AtLeast(1, 2):
		return Action{Title: "Use `poetry install --sync`", Edits: []Edit{{l.VerbSpan, r.words(l.Call, "install", "--sync")}}}
	case l.What == "lock --no-update" && l.Gone():
		return Action{Title: "Use `poetry lock`", Edits: []Edit{r.dropOption(l.Call, analysis.Option{Span: l.Span})}, Note: "Poetry 2 keeps the locked versions by itself."}
	case l.What == "lock --check" && l.Gone():
		return Action{Title: "Use `poetry check --lock`", Level: Review, Edits: []Edit{{l.VerbSpan, "check"}, {l.Span, "--lock"}},
			Note: "`poetry check` looks at pyproject.toml too, and may find faults in it."}
	case l.What == "--without" || l.What == "--only":
		return r.writeNoDev(l)
	case l.What == "export":
		return r.addExportPlugin(l)
	case l.What == "shell":
		return r.dropShell(l)
	}
	return refuse("Poetry %s has nothing in place of `%s`: take a newer one in line %d", v, l.What, r.line(l.Poetry.Installer.Span().Start))
}

// putTogether says why an option cannot be replaced where it stands: only a
// part of a word, or of a variable's value, is the option.
func (r *request) putTogether(l *analysis.PoetryLack) string {
	fields := strings.Fields(l.What)
	option := fields[len(fields)-1]
	text := strings.Trim(r.Doc.Slice(l.Span), `"'`)
	switch {
	case !strings.HasPrefix(option, "-"):
	case !strings.Contains(text, option):
		return "`" + option + "` comes out of a variable in line " + itoa(r.line(l.Span.Start))
	case strings.Count(text, option) > 1 || option != "--no-dev" && (l.Possible || !strings.HasPrefix(text, option)):
		return "line " + itoa(r.line(l.Span.Start)) + " puts the option together during the build"
	}
	return ""
}

// replaceNoDev writes what Poetry 1.2 to 1.8 made of --no-dev (its
// console/commands/group_command.py). One word, since it may stand in an array,
// in quotes or in the words of an echo.
func (r *request) replaceNoDev(l *analysis.PoetryLack) Action {
	if l.Has("--with", "--without", "--only", "--all-groups", "--only-root") {
		return refuse("line %d names groups beside `--no-dev`, which Poetry %s cannot do with `--only main`", r.line(l.Span.Start), l.Poetry.Version)
	}
	if p := r.Project.Pyproject; p != nil && !p.MainKey {
		return refuse("`--only main` is what `--no-dev` was, and %s has no group main: its [project] has no dependencies", p.Path)
	}
	text := r.Doc.Slice(l.Span)
	option := "--only main"
	if l.Possible || text != l.What || r.exec(l.Call) {
		option = "--only=main"
	}
	return Action{Title: "Use `--only main`", Edits: []Edit{{l.Span, strings.Replace(text, l.What, option, 1)}},
		Note: "Poetry 1.2 to 1.8 took `--no-dev` for `--only main`."}
}

// writeNoDev writes --no-dev for a Poetry that knows no groups, where that is
// all that the option says.
func (r *request) writeNoDev(l *analysis.PoetryLack) Action {
	groups := l.Values("--without", "--only")
	one := map[string]string{"--without": "dev", "--only": "main"}[l.What]
	if l.Verb != "install" || len(groups) != 1 || groups[0] != one || l.Has("--with", "--no-dev") {
		return refuse("Poetry %s knows no groups: take a newer one in line %d", l.Poetry.Version, r.line(l.Poetry.Installer.Span().Start))
	}
	return Action{Title: "Use `--no-dev`", Edits: []Edit{{l.Span, "--no-dev"}}}
}

// replaceSetting takes a setting out that is no more, where Poetry does what
// it asked for by itself.
func (r *request) replaceSetting(l *analysis.PoetryLack) Action {
	key, value := l.What, l.Args[1].Value
	line := r.line(l.Span.Start)
	on := python.BoolSetting(value, l.Poetry.Version)
	switch {
	case !l.Gone():
		return refuse("Poetry %s has no setting like `%s`: take a newer one in line %d", l.Poetry.Version, key, r.line(l.Poetry.Installer.Span().Start))
	case key == "virtualenvs.prefer-active-python" && !on:
		return Action{Title: "Use `virtualenvs.use-poetry-python true`", Edits: []Edit{{l.Span, "virtualenvs.use-poetry-python"}, {l.Args[1].Span, "true"}}}
	case key == "virtualenvs.options.no-setuptools":
		return refuse("Poetry %s has no setting for the setuptools of the environment: take `%s` out of line %d if nothing minds", l.Poetry.Version, key, line)
	case key != "warnings.export" && !on:
		return refuse("line %d switches off what Poetry %s always does: no setting keeps the old way", line, l.Poetry.Version)
	}
	return r.dropCall(l, "Remove the setting", Safe, "It is what Poetry "+l.Poetry.Version.String()+" does by itself.")
}

// dropShell takes a "poetry shell" out: the shell of a RUN ends at once.
func (r *request) dropShell(l *analysis.PoetryLack) Action {
	return r.dropCall(l, "Remove `poetry shell`", Review, "The shell that it started ended at once: a RUN has no terminal, and the next line its own shell.")
}

// dropCall takes the whole command out of its RUN, or the RUN with it.
func (r *request) dropCall(l *analysis.PoetryLack, title string, level Level, note string) Action {
	a := Action{Title: title, Level: level, Note: note}
	if prog, err := l.Step.Program(); err == nil && prog.Only(l.Cmd) {
		a.Edits = []Edit{removeBlock(r.Doc, l.Step.Instruction)}
		return a
	}
	text, ok := withoutCommands(r.Doc, r.Doc.Slice(l.Step.Span), l.Step.Shell, []int{slices.Index(l.Step.Commands(), l.Cmd)})
	if !ok {
		return refuse("`%s` in line %d cannot be taken out of the commands around it", short(r.Doc.Slice(l.Cmd.Span)), r.line(l.Cmd.Span.Start))
	}
	a.Edits = []Edit{{l.Step.Span, text}}
	return a
}

// exec says whether a call stands in an array.
func (r *request) exec(c *analysis.Call) bool {
	p, err := c.Step.Program()
	return err == nil && p.JSON && !c.Cmd.Place.Nested
}

// words are words of a call as they are written there.
func (r *request) words(c *analysis.Call, words ...string) string {
	if r.exec(c) {
		return strings.Join(words, `", "`)
	}
	return strings.Join(words, " ")
}
