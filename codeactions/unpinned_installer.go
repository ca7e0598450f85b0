package codeactions

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// pinInstaller writes a version behind "poetry" in the command that installs
// it, or sets POETRY_VERSION for the official installer.
func pinInstaller(r *request) Action {
	i := r.finding.Subject.(*analysis.Installer)
	switch i.How {
	case "requirements":
		return refuse("%s names Poetry without a version; that file has to change", i.File)
	case "apt", "apk":
		return refuse("line %d takes Poetry from the distribution, whose release decides the version", r.line(i.Cmd.Span.Start))
	}
	if i.Moving() {
		return refuse("line %d downloads get-poetry.py, which was taken out of Poetry's repository (its change log, 1.3.2), from a branch; install.python-poetry.org is its successor",
			r.line(i.Cmd.Span.Start))
	}
	needs, reason := r.poetryNeeds(i)
	if reason != "" {
		return refuse("%s", reason)
	}
	pin, ok := r.pin(i, needs)
	if !ok {
		return refuse("%s", pin.Why)
	}
	v := pin.Version
	a := Action{Title: "Pin Poetry to " + v.String(), Note: fmt.Sprintf("Poetry %s: %s.", v, pin.Why)}
	if !pin.Exact {
		a.Level = Review
	}
	if e, ok := r.pinVariable(i, v); ok {
		a.Edits = []Edit{e}
		return a
	}
	if i.How == "script" || i.How == "get-poetry" {
		a.Edits = r.setVersion(i, v)
		return a
	}
	if raw := strings.Trim(i.Requirement.Raw, `"'`); strings.ContainsAny(raw, `"'`) && !strings.Contains(raw, ";") {
		return refuse("line %d writes the requirement `%s` with quotes inside", r.line(i.Requirement.Span.Start), short(i.Requirement.Raw))
	}
	for _, name := range i.Requirement.Vars {
		if i.Step.Var(name).Arg {
			return refuse("line %d takes a part of the requirement %s from the build argument %s", r.line(i.Requirement.Span.Start), i.Requirement.Raw, name)
		}
	}
	span := i.Requirement.Span
	span.End += len(i.Redirected())
	text := pinned(i.Requirement.Raw, v)
	if v.AtLeast(2, 0) && r.lacksExport(i) {
		if p, err := i.Step.Program(); err == nil && p.JSON && !i.Cmd.Place.Nested {
			text += `", "` + exportPlugin
		} else {
			text += " " + exportPlugin
		}
	}
	a.Edits = []Edit{{span, text}}
	return a
}

// exportPlugin is what "poetry export" is from Poetry 2.0 on (Poetry's change
// log, 2.0.0).
const exportPlugin = "poetry-plugin-export"

// lacksExport says whether "poetry export" runs with this Poetry, and nothing
// in the file or in the project installs the plugin for it.
func (r *request) lacksExport(i *analysis.Installer) bool {
	if p := r.Project.Pyproject; p != nil && strings.Contains(p.Text, exportPlugin) {
		return false
	}
	exports := false
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s.Name == "RUN" && strings.Contains(r.Doc.Slice(s.Span), exportPlugin) {
				return false
			}
		}
		for _, c := range r.Calls(st) {
			exports = exports || c.Tool == "poetry" && c.Verb == "export" && r.OriginOf(c.Step) == i
		}
	}
	return exports
}

var wholeVariable = lazyregexp.New(`==\s*\$(?:\{(\w+)\}|(\w+))["']?$`)

// pinVariable writes the version into the ENV or ARG that the requirement, or
// the official installer, takes it from.
func (r *request) pinVariable(i *analysis.Installer, v python.Version) (Edit, bool) {
	name := ""
	if m := wholeVariable.FindStringSubmatch(i.Requirement.Raw); m != nil {
		name = m[1] + m[2]
	} else if m := optionalVariable.FindStringSubmatch(i.Requirement.Raw); m != nil && m[1] == m[2] {
		name = m[1]
	} else if i.How == "script" && i.Requirement.Raw == "" {
		name = "POETRY_VERSION"
	}
	set := i.Step.Var(name)
	if name == "" || !set.Set || set.At == nil {
		return Edit{}, false
	}
	for _, p := range set.At.Pairs {
		if p.Key == name && p.HasValue && !strings.Contains(p.Value.Raw, "$") {
			return Edit{p.Value.Span, v.String()}, true
		}
		if p.Key == name && !p.HasValue && set.Arg && !set.Known {
			return insert(p.Span.End, "="+v.String()), true
		}
	}
	return Edit{}, false
}

// optionalVariable is a version that a variable may give: "poetry${V:+==$V}".
var optionalVariable = lazyregexp.New(`\$\{(\w+):?\+==\$\{?(\w+)\}?\}["']?$`)

// pin chooses the version from the lock file, the manifest, the image and what
// the file needs.
func (r *request) pin(i *analysis.Installer, needs []python.Need) (python.Pin, bool) {
	q := python.PinQuery{Python: i.Step.Stage.Image.Python, Needs: needs}
	if l := r.Project.Lock; l != nil {
		q.HasLock, q.LockGenerator, q.LockVersion, q.LockGenerated = true, l.Generator, l.Version, l.Generated
	}
	if p := r.Project.Pyproject; p != nil {
		q.RequiresPoetry = p.RequiresPoetry
		q.PEP621, q.PEP621Only = p.PEP621, p.PEP621 && !poetryMetadata(p.Text)
		q.PEP735, q.PackageModeFalse = p.PEP735, !p.PackageMode
	}
	return python.PoetryPin(q)
}

var poetryName = lazyregexp.New(`(?m)^\[tool\.poetry\]\s*$`)

// poetryMetadata says whether [tool.poetry] itself (not only tables below it)
// is there: Poetry 1 needs it.
func poetryMetadata(pyproject string) bool { return poetryName.MatchString(pyproject) }

var requirementText = lazyregexp.New(`(?is)^(["']?\s*poetry\s*(?:\[[^\]]*\])?)[^"';]*(.*)$`)

// pinned puts "==VERSION" into a requirement as it is written, with its quotes,
// extras and markers.
func pinned(raw string, v python.Version) string {
	m := requirementText.FindStringSubmatch(raw)
	if m == nil {
		return "poetry==" + v.String()
	}
	return strings.TrimRight(m[1], " ") + "==" + v.String() + m[2]
}

// setVersion sets POETRY_VERSION where the installer reads it: in the ENV that
// already configures Poetry in this stage, else in one of its own above.
func (r *request) setVersion(i *analysis.Installer, v python.Version) []Edit {
	if env := r.poetryEnv(i.Step); env != nil {
		return r.appendPairs(env, "POETRY_VERSION="+v.String())
	}
	line := "ENV POETRY_VERSION=" + v.String()
	if blankAbove(r.Doc, i.Step.Instruction) {
		line += r.Doc.Newline
	}
	return []Edit{before(r.Doc, i.Step.Instruction, line)}
}

// poetryEnv is the last ENV above a step in its stage that sets a POETRY_
// variable in the key=value form; nil if there is none.
func (r *request) poetryEnv(s *analysis.Step) *analysis.Step {
	for i := s.Pos - 1; i >= 0; i-- {
		o := s.Stage.Steps[i]
		if o.Name != "ENV" {
			continue
		}
		for _, p := range o.Pairs {
			if strings.HasPrefix(p.Key, "POETRY_") && modernPairs(r, o) {
				return o
			}
		}
	}
	return nil
}

// modernPairs says whether an ENV is written as key=value.
func modernPairs(r *request, s *analysis.Step) bool {
	for _, p := range s.Pairs {
		if end := p.Span.Start + len(p.Key); end >= len(r.Doc.Text) || r.Doc.Text[end] != '=' {
			return false
		}
	}
	return len(s.Pairs) > 0
}

// appendPairs adds pairs to an ENV: below Poetry's other ones if it has a pair
// a line, at the end if it goes on one line; a second single pair gets an ENV
// of its own.
func (r *request) appendPairs(s *analysis.Step, pairs ...string) []Edit {
	first, last := s.Pairs[0], s.Pairs[len(s.Pairs)-1]
	next := " " + string(r.Doc.Escape) + r.Doc.Newline
	sep := " "
	switch {
	case len(s.Pairs) > 1 && strings.Contains(r.Doc.Text[first.Span.End:last.Span.Start], "\n"):
		sep = next + r.Doc.LineIndent(last.Span.Start)
		for _, p := range s.Pairs {
			if strings.HasPrefix(p.Key, "POETRY_") {
				last = p
			}
		}
	case len(s.Pairs) == 1 && len(pairs) == 1:
		return []Edit{after(r.Doc, s.Instruction, r.Doc.IndentOf(s.Instruction)+"ENV "+pairs[0])}
	case len(s.Pairs)+len(pairs) > 2:
		sep = next + "    "
	}
	return []Edit{insert(last.Span.End, sep+strings.Join(pairs, sep))}
}
