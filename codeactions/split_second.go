package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// decideRoot settles the second phase: whether the root package (or folders of
// path dependencies) have to be installed after the code, and by which command.
func (p *split) decideRoot() string {
	in := p.in
	if in == nil {
		return ""
	}
	folders := p.folders()
	if len(p.moved) == 0 && len(p.code()) == 0 {
		folders = nil
	}
	if in.Root && in.ProjectThere() {
		p.rootWhy = p.rootNeeded()
		if p.rootWhy == "" && len(folders) > 0 {
			p.rootWhy = "the folders of path dependencies" // what is installed again for them is the whole project, as before
		}
	}
	if len(folders) > 0 && in.Version.Parts > 0 && !in.Version.AtLeast(1, 5) {
		return "the project depends on the folder " + folders[0] + ", which Poetry " + in.Version.String() +
			" cannot leave out of the first install (--no-directory came with 1.5)"
	}
	if len(folders) == 0 && p.rootWhy == "" {
		return ""
	}
	return p.writeSecond(len(folders) > 0)
}

// secondCall is one install as the second phase runs it.
func (p *split) secondCall(in *analysis.Install, folders bool) string {
	switch {
	case folders && p.rootWhy == "" && in.Root:
		return p.withOptions(in, "--no-root")
	case !folders && in.Version.AtLeast(1, 2) && !in.Dynamic:
		return p.onlyRoot(in)
	}
	return p.Doc.Slice(in.Cmd.Span)
}

// writeSecond writes the statement that installs a second time: the same one,
// with the condition or the program that it installs by.
func (p *split) writeSecond(folders bool) string {
	in := p.in
	at := p.at(in.Cmd.Span.Start)
	prog, err := in.Step.Program()
	switch {
	case err != nil:
		return err.Error()
	case prog.JSON && in.Cmd.Place.Nested:
		return p.cannotRepeat(at + " installs by a script in an array")
	case prog.JSON:
		p.second = p.plainWords(folders)
		return ""
	}
	statement, ok := statementAt(prog, in.Cmd.Span.Start)
	if !ok {
		return p.cannotRepeat(at + " installs inside a here-document or a shell's script")
	}
	if reason := p.repeatable(prog, statement, at); reason != "" {
		return reason
	}
	if reason := p.compilerGone(prog, folders); reason != "" {
		return reason
	}
	p.second = p.replaced(statement, folders)
	if strings.Contains(p.second, "\n") {
		if len(in.Step.Heredocs) > 0 && statement != in.Cmd.Span {
			return p.cannotRepeat(at + " installs in a statement of several lines of a here-document")
		}
		if statement == in.Cmd.Span {
			p.second = oneLine(p.Doc, p.second)
		}
	}
	var reason string
	p.state, reason = p.shellState(prog, statement.Start, p.second)
	return reason
}

func (p *split) cannotRepeat(why string) string {
	what := p.rootWhy
	if what == "" {
		what = "the folders of path dependencies"
	}
	return why + ", so that the install of the root package (" + what + ") cannot be repeated after the code"
}

// compilerGone says why what is built after the code cannot be: the RUN of the
// install takes packages of the system away again, and a build script or a
// path dependency may need them.
func (p *split) compilerGone(prog *shell.Program, folders bool) string {
	if !folders && p.Project.Pyproject.BuildScript == "" {
		return ""
	}
	for _, cmd := range prog.Commands {
		c := cmd.Unwrapped()
		if cmd.Span.Start < p.call.Cmd.Span.Start || !packageCommand[c.Name()] {
			continue
		}
		for _, w := range c.Args() {
			switch w.Value {
			case "purge", "remove", "del", "autoremove", "erase":
				return p.cannotRepeat(p.at(cmd.Span.Start) + " removes packages of the system behind the install")
			}
		}
	}
	return ""
}

// statementAt is the statement of a program that an offset lies in.
func statementAt(prog *shell.Program, at int) (source.Span, bool) {
	for _, s := range prog.Statements() {
		if s.Start <= at && at < s.End {
			return s, true
		}
	}
	return source.Span{}, false
}

// askers are commands that only ask or say something, so that a statement with
// them can run twice.
var askers = set("test [ [[ echo printf true false : exit cd set")

// repeatable says why a statement that installs cannot run a second time: it
// does something else as well.
func (p *split) repeatable(prog *shell.Program, statement source.Span, at string) string {
	for _, cmd := range prog.Commands {
		if cmd.Span.Start < statement.Start || cmd.Span.End > statement.End {
			continue
		}
		holds := cmd.Span.Start <= p.in.Cmd.Span.Start && cmd.Span.End >= p.in.Cmd.Span.End
		switch place := cmd.Place; {
		case holds && (place.Piped || place.Background || place.Substitution):
			return p.cannotRepeat(at + " installs in a pipeline or beside other commands")
		case holds, p.installAt(cmd.Span) != nil, len(cmd.Words) > 0 && askers[cmd.Name()], p.activatesAt(cmd):
		case len(cmd.Words) == 0:
		default:
			return p.cannotRepeat(at + " installs in a statement that also runs `" + short(p.Doc.Slice(cmd.Span)) + "`")
		}
	}
	return ""
}

func (p *split) activatesAt(cmd *shell.Command) bool {
	return (cmd.Name() == "." || cmd.Name() == "source") && activates(p.step, cmd)
}

// replaced is the text of a statement with its installs as the second phase runs them.
func (p *split) replaced(statement source.Span, folders bool) string {
	var edits []Edit
	for _, o := range p.Installs {
		if o.Cmd.Span.Start >= statement.Start && o.Cmd.Span.End <= statement.End {
			span := source.Span{Start: o.Cmd.Span.Start - statement.Start, End: o.Cmd.Span.End - statement.Start}
			edits = append(edits, Edit{span, p.secondCall(o, folders)})
		}
	}
	return Apply(p.Doc.Slice(statement), tidy(edits))
}

// oneLine takes the continuations out of a command.
func oneLine(doc *source.Document, text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, string(doc.Escape)+doc.Newline, " ")), " ")
}

// plainWords is the second call of an install in exec form, for a shell.
func (p *split) plainWords(folders bool) string {
	in := p.in
	root := !folders && in.Version.AtLeast(1, 2)
	var words []string
	for _, w := range in.Cmd.Words {
		if !root || w.Span.End <= in.Name.End {
			words = append(words, w.Value)
		}
	}
	switch {
	case root:
		words = append(words, in.Verb, "--only-root")
		for _, o := range in.Options {
			if keptOptions[o.Name] {
				words = append(words, o.Name)
			}
			if keptOptions[o.Name] && o.Has {
				words = append(words, o.Value)
			}
		}
	case p.rootWhy == "" && in.Root:
		words = append(words, "--no-root")
	}
	return `["` + strings.Join(words, `", "`) + `"]`
}

// withOptions is the call with more options at its end.
func (p *split) withOptions(in *analysis.Install, opts string) string {
	text := p.Doc.Slice(in.Cmd.Span)
	cut := in.OptionsEnd() - in.Cmd.Span.Start
	return text[:cut] + " " + opts + text[cut:]
}

// keptOptions are options that an install of the root package keeps. Without
// the extras of the first install it would remove these again (seen with Poetry
// 1.2 to 1.8, docs/poetry-versions.md).
var keptOptions = set("-n --no-interaction --no-ansi --ansi -q --quiet -v -vv -vvv --verbose --no-cache -C --directory -P --project --compile -E --extras --all-extras")

// onlyRoot is "poetry install --only-root" (Poetry 1.2 and later) in the
// spelling of the call.
func (p *split) onlyRoot(in *analysis.Install) string {
	text := p.Doc.Text[in.Cmd.Span.Start:in.Name.End]
	verb := ""
	for _, o := range in.Options {
		if !keptOptions[o.Name] {
			continue
		}
		if o.Span.Start < in.VerbSpan.Start {
			text += " " + p.Doc.Slice(o.Span)
		} else {
			verb += " " + p.Doc.Slice(o.Span)
		}
	}
	return text + " install --only-root" + verb
}

// installAt is the poetry install with a span; nil if there is none.
func (p *split) installAt(s source.Span) *analysis.Install {
	for _, o := range p.Installs {
		if o.Cmd.Span == s {
			return o
		}
	}
	return nil
}

// shellState is what the shell of the install's RUN was brought into by the
// commands before an offset, to stand before text in a RUN of its own:
// "cd x && . venv/bin/activate && ".
func (p *split) shellState(prog *shell.Program, upTo int, text string) (state, reason string) {
	for _, cmd := range prog.Commands {
		place := cmd.Place
		if cmd.Span.End > upTo || place.Nested || place.Subshell || place.Piped || place.Substitution {
			continue
		}
		said := p.Doc.Slice(cmd.Span)
		switch {
		case !p.keepsState(cmd, text):
			continue
		case place.Conditional, strings.Contains(said, "$(") || strings.Contains(said, "`"), cmd.Name() == "popd",
			(cmd.Name() == "." || cmd.Name() == "source") && !activates(p.step, cmd):
			return "", p.at(p.step.Span.Start) + " has a shell state (`" + short(said) + "`) that a RUN of its own after the code would not have"
		}
		state += oneLine(p.Doc, said) + " && "
	}
	return state, ""
}

// keepsState says whether a command changes the shell for a text behind it.
func (p *split) keepsState(cmd *shell.Command, text string) bool {
	if len(cmd.Words) == 0 {
		return slices.ContainsFunc(cmd.Assigns, func(a shell.Assign) bool {
			return strings.Contains(text, "$"+a.Name) || strings.Contains(text, "${"+a.Name)
		})
	}
	switch cmd.Name() {
	case "cd", "pushd", "popd", "export", ".", "source", "umask", "alias", "declare", "unset":
		return true
	case "set":
		return strings.ContainsAny(text, ";|\n")
	}
	return false
}
