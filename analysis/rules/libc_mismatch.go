package rules

import (
	"fmt"
	"slices"

	"restage/analysis"
	"restage/analysis/python"
)

// libcMismatch finds environments whose compiled modules were made for another C library.
var libcMismatch = &analysis.Rule{
	Name:     "libc-mismatch",
	Title:    "Compiled packages are for another C library",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: `Debian and Ubuntu have the C library glibc, Alpine has musl. A compiled module is linked against one of them and is not loaded with the other: an environment that was
made on ` + "`python:3.12-slim`" + ` and is copied into ` + "`python:3.12-alpine`" + `, or the other way round, fails at the first import of such a package. It is an error where the
project is known to have one, a warning where that cannot be told, and nothing is said where every locked file is pure Python.

What is compiled during the build asks for functions of the glibc it was compiled with. Copied to an older Debian release it may not be loaded
("version ` + "`GLIBC_2.38'" + ` not found"), and shared libraries may have other names there. That is a warning, and reported only for projects with a package
that is known to be compiled.

Let both stages stand on the same distribution and release: that is what the fix does, where it is asked for and nothing in the stage is
bound to the one it stands on.

Sources: <https://peps.python.org/pep-0656/>, <https://docs.python.org/3/library/venv.html>,
<https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>.`,
	Run: func(p *analysis.Pass) {
		said := map[*analysis.Stage]bool{}
		for _, e := range p.CarriedEnvs() {
			from, to := e.From.Image, e.To.Image
			if said[e.To] || !e.From.Chain()[0].BaseKnown || !e.To.Chain()[0].BaseKnown {
				continue
			}
			a, b := cLibrary(from), cLibrary(to)
			f := analysis.Finding{Span: e.Copy.Step.Span, Subject: e, Related: []analysis.Related{
				{Span: e.From.Chain()[0].Base.Span, Message: "the packages are installed here"}, {Span: e.To.Chain()[0].Base.Span, Message: "they are to run here"}}}
			switch {
			case a != "" && b != "" && a != b:
				name, pure := compiledPackage(p)
				if pure {
					continue
				}
				f.Message = fmt.Sprintf("%s was made with %s (%s), and this stage has %s (%s): ", e.Made, a, from.Ref, b, to.Ref)
				if name != "" {
					f.Message += name + " is compiled, and does not load here"
				} else {
					f.Severity = analysis.Warning
					f.Message += "compiled packages do not load here"
				}
			case python.DebianOrder(from.Codename) > python.DebianOrder(to.Codename) && python.DebianOrder(to.Codename) > 0:
				name := builtPackage(p)
				if name == "" {
					continue
				}
				f.Severity = analysis.Warning
				f.Message = fmt.Sprintf("%s is compiled on Debian %s, and this stage has the older %s: it may ask for a newer C library or other shared libraries than there are", name, from.Codename, to.Codename)
			default:
				continue
			}
			said[e.To] = true
			p.Report(f)
		}
	},
}

// cLibrary is the C library of an image, "" when it is not known.
func cLibrary(img python.Image) string {
	switch {
	case img.Windows:
		return ""
	case img.Alpine:
		return "musl"
	case img.Family == python.OfficialPython, img.Family == python.UVPython, img.Family == python.Debian, img.Family == python.Ubuntu:
		return "glibc"
	}
	return ""
}

// compiledPackage is a package of the project that works only with compiled
// modules. pure says that no file of the lock has any.
func compiledPackage(p *analysis.Pass) (name string, pure bool) {
	if py := p.Project.Pyproject; py != nil {
		for _, d := range py.Dependencies {
			if d.Group == "main" && !d.Optional && d.Markers == "" && python.CompiledAlways(d.Name) {
				return d.Name, false
			}
		}
	}
	l := p.Project.Lock
	if l == nil || l.Broken || len(l.Packages) == 0 {
		return "", false
	}
	var names []string
	for _, locked := range l.Packages {
		if slices.Contains(locked.Groups, "main") && !locked.Optional && python.CompiledAlways(locked.Name) {
			return locked.Name, false
		}
		names = append(names, locked.Name)
	}
	files := p.Project.LockedFiles(names...)
	for _, name := range names {
		if !slices.ContainsFunc(files[name], python.PureWheel) {
			return "", false
		}
	}
	return "", true
}

// builtPackage is a main dependency of the project that has no wheels for Linux.
func builtPackage(p *analysis.Pass) string {
	if py := p.Project.Pyproject; py != nil {
		for _, d := range py.Dependencies {
			if d.Group == "main" && !d.Optional && python.LinksSystemLibraries(d.Name) {
				return d.Name
			}
		}
	}
	return ""
}
