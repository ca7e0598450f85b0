package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// pythonMismatch finds Pythons that do not fit each other: those of two stages,
// that of the image and the one that the project or Poetry asks for.
var pythonMismatch = &analysis.Rule{
	Name:     "python-mismatch",
	Title:    "Two Pythons do not fit each other",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: `Packages lie in a folder that is named after the Python they were installed for (` + "`lib/python3.11/site-packages`" + `), and compiled ones carry it in
their file names. Another minor version looks into another folder: an environment or a site-packages folder that is copied from a stage with another
Python is not found, and the container stops at its first import. A folder named after a Python that the stage it is copied from does not have, is not
there at all: the build stops.

` + "`requires-python`" + ` (or ` + "`python`" + ` among Poetry's dependencies) says which Pythons the project allows. Where the image's is none of them, ` + "`poetry install`" + `
looks for another one, finds none in an official image and stops: "Poetry was unable to find a compatible version".

A release of Poetry declares which Pythons it runs on: 2.3 and later need 3.10, 2.0 to 2.2 need 3.9, 1.6 to 1.8 need 3.8, 1.2 to 1.5 need 3.7. pip does not
install it on an older one ("No matching distribution found").

The fix gives the stage that gets an environment the Python that it was made with, all stages of a project the next Python that it
allows, and a path the name of the Python that is there. It changes what the image is, and is made only where it is asked for.

Nothing is said where the file brings another Python into a stage (pyenv, uv, conda, a package of the distribution).

Sources: <https://docs.python.org/3/library/venv.html>, <https://github.com/python-poetry/poetry/blob/main/CHANGELOG.md>,
<https://python-poetry.org/docs/pyproject/>.`,
	Run: func(p *analysis.Pass) {
		carriedMismatch(p)
		required := pythonRequired(p)
		for _, in := range p.Installs {
			if !required(in) {
				installerMismatch(p, in)
			}
		}
	},
}

// carriedMismatch reports environments that are copied to another Python.
func carriedMismatch(p *analysis.Pass) {
	for _, e := range p.CarriedEnvs() {
		from, fromKnown := p.OnlyPython(e.From)
		to, toKnown := p.OnlyPython(e.To)
		f := analysis.Finding{Span: e.Copy.Step.Span, Subject: e}
		switch {
		case e.Site && fromKnown && strings.HasPrefix(e.Made, "/usr/local/lib/") && !from.SameMinor(e.Python):
			f.Message = fmt.Sprintf("%s is not there: line %d has Python %s, whose packages lie in lib/python%s, and the build stops here", e.Made, p.LineOf(e.From.Chain()[0].From.Span.Start), from.Series(), from.Series())
		case e.Site && toKnown && strings.HasPrefix(e.At, "/usr/local/lib/python"+e.Python.String()+"/") && !to.SameMinor(e.Python):
			f.Message = fmt.Sprintf("these packages are for Python %s, and this stage has Python %s (line %d), which does not look into %s: none of them is found when the container starts", e.Python, to.Series(), p.LineOf(e.To.Chain()[0].From.Span.Start), e.At)
		case !e.Site && fromKnown && toKnown && !from.SameMinor(to) && !mayBeManaged(p, e, from):
			f.Message = fmt.Sprintf("the environment %s was made with Python %s, and this stage has Python %s (line %d), which finds none of its packages when the container starts", e.Made, from.Series(), to.Series(), p.LineOf(e.To.Chain()[0].From.Span.Start))
		default:
			continue
		}
		f.Related = []analysis.Related{{Span: e.From.Chain()[0].Base.Span, Message: "the Python that the packages are installed with"}, {Span: e.To.Chain()[0].Base.Span, Message: "the Python of the stage that gets them"}}
		p.Report(f)
	}
}

// mayBeManaged says whether uv may have made an environment with a Python that
// it fetched.
func mayBeManaged(p *analysis.Pass, e *analysis.CarriedEnv, image python.Version) bool {
	if !e.UV {
		return false
	}
	py := p.Project.Pyproject
	if py == nil || p.Project.Exists(".python-version") {
		return true
	}
	allowed, err := python.ParseConstraint(py.RequiresPython)
	return err != nil || !allowed.AllowsAny(image)
}

// pythonRequired reports, once a stage, the first install of a project that does not allow
// the image's Python.
func pythonRequired(p *analysis.Pass) func(*analysis.Install) bool {
	seen := map[*analysis.Stage]bool{}
	return func(in *analysis.Install) bool {
		py := p.Project.Pyproject
		st := in.Step.Stage
		root := st.Chain()[0]
		have, known := p.OnlyPython(st)
		if py == nil || !known || py.RequiresPython == "" || in.Step.OtherShell || !in.DirKnown || len(p.Project.Candidates) > 1 {
			return false
		}
		want, err := python.ParseConstraint(py.RequiresPython)
		if err != nil || want.AllowsAny(have) || want.AllowsAny(python.DebianPython(st.Image.Codename)) && (st.Image.Full() || usesApt(p, st)) {
			return false
		}
		if st.Image.Codename == "" && !st.Image.Alpine {
			return false
		}
		if i := in.Installer; i == nil || i.How == "apt" || i.How == "apk" {
			return false
		}
		if !seen[root] {
			seen[root] = true
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in,
				Message: fmt.Sprintf("the project asks for Python %s, and line %d brings Python %s: Poetry finds no Python that fits, and the build stops here",
					py.RequiresPython, p.LineOf(root.From.Span.Start), have),
				Related: []analysis.Related{{Span: root.Base.Span, Message: "the image's Python is " + have.String()}}})
		}
		return true
	}
}

// usesApt says whether a stage installs packages of the distribution, which may
// bring its Python.
func usesApt(p *analysis.Pass, st *analysis.Stage) bool {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			for _, c := range s.PackageCalls() {
				if c.Installs() {
					return true
				}
			}
		}
	}
	return false
}

// installerMismatch reports a pinned Poetry that does not run on the image's Python.
func installerMismatch(p *analysis.Pass, in *analysis.Install) {
	i := in.Installer
	if i == nil || !i.Pinned || i.How == "apt" || i.How == "apk" || i.Cmd == nil {
		return
	}
	have, known := p.OnlyPython(i.Step.Stage)
	if !known || python.PoetryInstalls(i.Version, have) || !python.PoetryReleased(i.Version) {
		return
	}
	from, _, _ := python.PoetryPythons(i.Version)
	for _, o := range p.Installs {
		if o == in {
			break
		}
		if o.Installer == i {
			return // said before
		}
	}
	root := i.Step.Stage.Chain()[0]
	p.Report(analysis.Finding{Span: i.Span(), Subject: i,
		Message: fmt.Sprintf("Poetry %s needs Python %s or newer, and line %d brings Python %s: it cannot be installed, and the build stops here", i.Version, from, p.LineOf(root.From.Span.Start), have),
		Related: []analysis.Related{{Span: root.Base.Span, Message: "the image's Python is " + have.String()}}})
}
