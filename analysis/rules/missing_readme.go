package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// missingReadme finds installs of the root package that stop for want of its
// readme or its code.
var missingReadme = &analysis.Rule{
	Name:     "missing-readme",
	Title:    "The root package is installed without its readme or its code",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: "`poetry install`" + ` builds the project itself too (the root package), and reads for that the readme that pyproject.toml names and the
package folder. Where one of them has not been copied yet, or ` + "`.dockerignore`" + ` keeps it out, the build stops:

| Poetry | no readme | no package folder |
|---|---|---|
| up to 1.6 | stops the build | is passed over |
| 1.7, 1.8 | warns | warns |
| from 2.0 | stops the build | stops the build |

The fix copies the readme beside pyproject.toml where the build context has it. ` + "`poetry install --no-root`" + ` never opens it.

Sources: [Poetry's change log](https://python-poetry.org/history/) (1.7.0, 2.0.0),
[install.py](https://github.com/python-poetry/poetry/blob/2.0.0/src/poetry/console/commands/install.py).`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			unsplit := in.Deps && !p.PrecededByDeps(in) && len(p.CodeBefore(in.Step)) == 0 && !in.ProjectThere()
			if unsplit || in.Version.IsZero() {
				continue // unsplit-install says that nothing of the project is there yet
			}
			v := in.Version.String()
			if !in.VersionKnown {
				v = "of today"
			}
			if missing := p.MissingReadmes(in); len(missing) > 0 && python.MissingReadmeFails(in.Version) {
				p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: fmt.Sprintf(
					"the root package needs %s, which %s: Poetry %s stops the build here", strings.Join(missing, ", "), whyMissing(p, missing[0]), v)})
			} else if missing := p.MissingPackages(in); len(missing) > 0 && python.MissingPackageFails(in.Version) {
				p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: fmt.Sprintf(
					"the root package needs its code (%s), which %s: Poetry %s stops the build here", strings.Join(missing, ", "), whyMissing(p, missing[0]), v)})
			}
		}
	},
}

// whyMissing says why a file of the project is not in the image.
func whyMissing(p *analysis.Pass, rel string) string {
	switch {
	case !p.Project.Exists(rel):
		return "the build context does not have"
	case !p.Project.InContext(rel):
		return fmt.Sprintf("line %d of %s keeps out of the build context", p.Project.Ignore.Line(rel)+1, p.Project.Ignore.Path())
	}
	return "has not been copied yet"
}
