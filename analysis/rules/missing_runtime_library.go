package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
)

// missingRuntimeLibrary finds dependencies that load a library which the final
// image does not have.
var missingRuntimeLibrary = &analysis.Rule{
	Name:     "missing-runtime-library",
	Title:    "A dependency loads a library that the final image does not have",
	Severity: analysis.Warning,
	Family:   analysis.Breaks,
	Why: "Some Python packages bring no copy of the library that they stand on: they have no wheel for Linux and link the system's (`psycopg2`,\n" +
		"`mysqlclient`), or look for it when they are imported (`python-magic`, `weasyprint`, `opencv-python`). The full images have most of those\n" +
		"libraries, slim ones do not: the build succeeds, and the container stops at `import`.\n" + `
restage looks at the direct dependencies of the project, at the wheels that the lock file lists, and at all Debian packages that the final
image installs with what comes along with them. Where anything else may bring the library, it says nothing. The fix installs what is missing.

Sources: the documentation of each package (named in ` + "[needs.go](../../analysis/python/needs.go)" + `); the libraries that a wheel may expect from the system are those of
[PEP 513](https://peps.python.org/pep-0513/); what comes along are the package lists of
[bullseye, bookworm and trixie](https://packages.debian.org).`,
	Run: func(p *analysis.Pass) {
		for _, m := range p.MissingLibraries() {
			f := analysis.Finding{Span: m.Stage.Base.Span, Subject: m, Message: fmt.Sprintf(
				"%s loads %s when it is imported, and the final image has none: the container stops there", m.Dependency, strings.Join(m.Packages, ", "))}
			for _, d := range p.Project.Pyproject.Dependencies {
				if d.Name == m.Dependency && d.Group == "main" {
					f.Related = []analysis.Related{{Path: p.Project.Pyproject.Path, Span: d.Span, Message: m.Dependency + " is asked for here"}}
				}
			}
			p.Report(f)
		}
	},
}
