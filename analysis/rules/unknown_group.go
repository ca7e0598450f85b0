package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
)

// unknownGroup finds groups and extras that pyproject.toml does not have.
var unknownGroup = &analysis.Rule{
	Name:     "unknown-group",
	Title:    "The project has no such group or extra",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: "Poetry 1.5 and later stop at a group behind `--without`, `--with` or `--only` that pyproject.toml does not have: " +
		"\"Group(s) not found: dev (via --without)\". Poetry 1.2 to 1.4 ignore the name, so that a mistyped `--without` installs what it should leave " +
		"out: there it is a warning. An extra that is not there (`-E`, `--extras`) stops the build too, and so do extras with a comma between them, " +
		"which Poetry takes for one name." + `

Groups of ` + "`[dependency-groups]`" + ` (PEP 735) exist for Poetry from 2.2 on. Names must be the same to the letter before Poetry 2.2, and main is no group of
a ` + "`[project]`" + ` table without ` + "`dependencies`" + `.

The fix writes the group's name where only one is near, and takes a group without one out of ` + "`--without`" + `: there is nothing to leave out.
Nothing is said where the install reads another pyproject.toml than the one that restage reads, or where a RUN changes it.

Sources: [Poetry's change log](https://github.com/python-poetry/poetry/blob/main/CHANGELOG.md) (1.5.0, 2.2.0),
[dependency groups](https://python-poetry.org/docs/managing-dependencies/#dependency-groups),
and what ten versions of Poetry did with the commands (` + "`docs/poetry-versions.md`" + `).`,
	Run: func(p *analysis.Pass) {
		if py := p.Project.Pyproject; py == nil || slices.ContainsFunc(p.Project.Problems, func(x project.Problem) bool { return x.Path == py.Path }) {
			return
		}
		for _, in := range p.Installs {
			if in.Cmd.Place.Tolerated || in.Has("--no-dev") || !readsOwnProject(p, in) {
				continue
			}
			for _, u := range append(unknownGroups(p, in), unknownExtras(p, in)...) {
				reportUnknown(p, u)
			}
		}
	},
}

// readsOwnProject says whether an install reads the context's pyproject.toml,
// as it is.
func readsOwnProject(p *analysis.Pass, in *analysis.Install) bool {
	rel := p.Project.Manifest("pyproject.toml")
	if rel == "" || !in.DirKnown {
		return false
	}
	if at, _ := p.ArrivesAt(in.Step, rel); at != path.Join(in.Dir, "pyproject.toml") {
		return false
	}
	for _, st := range in.Step.Stage.Chain() {
		if slices.ContainsFunc(p.Supplies(st), func(s *analysis.Supply) bool { return s.Kind == analysis.SupplyPoetryOther }) {
			return false
		}
		for _, s := range st.Steps {
			if s.Span.Start <= in.Step.Span.Start && changesManifest(s, in) {
				return false
			}
		}
	}
	return true
}

// unknownGroups are the groups that an install names and the project lacks.
func unknownGroups(p *analysis.Pass, in *analysis.Install) []*analysis.UnknownName {
	py, sure := p.Project.Pyproject, p.SurePoetry(in.Step)
	if sure != nil && !sure.Version.AtLeast(1, 2) {
		return nil // which has no such options
	}
	toTheLetter := sure != nil && !sure.Version.AtLeast(2, 2)
	same := func(a, b string) bool {
		return a == b || !toTheLetter && project.Normalise(a) == project.Normalise(b)
	}
	var names, newer []string
	for _, g := range py.Groups {
		if toTheLetter && g.PEP735 && !strings.Contains(py.Text, "tool.poetry.group."+g.Name) {
			newer = append(newer, g.Name)
		} else {
			names = append(names, g.Name)
		}
	}
	if py.MainKey || !py.PEP621 {
		names = append(names, "main")
	}
	var out []*analysis.UnknownName
	for _, o := range in.Options {
		if o.Name != "--without" && o.Name != "--with" && o.Name != "--only" {
			continue
		}
		for _, name := range strings.FieldsFunc(o.Value, func(r rune) bool { return r == ',' || r == ' ' }) {
			is := func(k string) bool { return same(k, name) }
			if !strings.ContainsAny(name, "$`\"'") && !slices.ContainsFunc(names, is) {
				out = append(out, &analysis.UnknownName{Install: in, Option: o, Name: name, Near: nearName(name, names), Newer: slices.ContainsFunc(newer, is)})
			}
		}
	}
	return out
}

// unknownExtras are the extras that an install names and the project lacks.
// Poetry splits them at blanks alone, and takes their names as PEP 503 does.
func unknownExtras(p *analysis.Pass, in *analysis.Install) []*analysis.UnknownName {
	py, sure := p.Project.Pyproject, p.SurePoetry(in.Step)
	if sure == nil || !sure.Version.AtLeast(1, 5) || p.Project.LockOutOfDate() {
		return nil
	}
	known := func(name string) bool {
		return slices.ContainsFunc(py.Extras, func(e string) bool { return project.Normalise(e) == project.Normalise(name) })
	}
	var out []*analysis.UnknownName
	for _, o := range in.Options {
		if o.Name != "-E" && o.Name != "--extras" {
			continue
		}
		for name := range strings.FieldsSeq(o.Value) {
			if known(name) || name == "all" || strings.ContainsAny(name, "$`\"'*") {
				continue
			}
			list := strings.Split(name, ",")
			commas := len(list) > 1 && !slices.ContainsFunc(list, func(e string) bool { return !known(e) })
			out = append(out, &analysis.UnknownName{Install: in, Option: o, Name: name, Near: nearName(name, py.Extras), Extra: true, Commas: commas})
		}
	}
	return out
}

// nearName is the one name that a mistyped one must mean: another letter case,
// the beginning of the one or the other, or few letters of a long word.
func nearName(name string, known []string) string {
	var near []string
	for _, k := range known {
		a, b := project.Normalise(name), project.Normalise(k)
		if a == b || min(len(a), len(b)) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
			near = append(near, k)
		}
	}
	if len(near) == 0 && len(name) >= 5 {
		if k := analysis.Nearest(name, known); k != "" {
			near = append(near, k)
		}
	}
	if len(near) != 1 {
		return ""
	}
	return near[0]
}

// reportUnknown says what Poetry makes of the name.
func reportUnknown(p *analysis.Pass, u *analysis.UnknownName) {
	py, sure := p.Project.Pyproject, p.SurePoetry(u.Step)
	f := analysis.Finding{Span: u.Option.Span, Subject: u}
	stops := "stops the build here"
	if u.Cmd.Place.Conditional {
		stops = "stops the build where this runs"
	}
	var cost string
	switch {
	case sure == nil:
		f.Severity = analysis.Warning
		cost = "Poetry 1.5 and later stop here, older ones ignore it"
	case sure.Newest:
		cost = "the newest Poetry " + stops
	case sure.Version.AtLeast(1, 5):
		cost = fmt.Sprintf("Poetry %s %s", sure.Version, stops)
	default:
		f.Severity = analysis.Warning
		cost = fmt.Sprintf("Poetry %s ignores it, and 1.5 and later stop", sure.Version)
	}
	var what string
	switch {
	case u.Commas:
		what = fmt.Sprintf("`%s` is one name to Poetry, which splits extras at blanks alone", u.Name)
	case u.Extra:
		what = fmt.Sprintf("%s has no extra `%s`", py.Path, u.Name)
	case u.Newer:
		what = fmt.Sprintf("the group `%s` is one of [dependency-groups], which Poetry reads from 2.2 on", u.Name)
	case u.Name == "main":
		what = py.Path + " has no group main, since [project] has no dependencies"
	default:
		what = fmt.Sprintf("%s has no group `%s`", py.Path, u.Name)
	}
	if u.Near != "" && !u.Newer && !u.Commas {
		what += " (only `" + u.Near + "`)"
	}
	f.Message = what + ": " + cost
	p.Report(f)
}
