package rules

import (
	"restage/analysis"
)

// installerEnv finds installs whose environment and cache are left where
// Poetry's defaults put them.
var installerEnv = &analysis.Rule{
	Name:     "installer-env",
	Title:    "Poetry's environment and cache are left to its defaults",
	Severity: analysis.Hint,
	Why: `By default Poetry makes the virtual environment inside its cache folder, under a name with a hash. An environment in the
project (` + "`.venv`" + `) has a path that can be copied to another stage and put on PATH, and a cache folder with a name can be
mounted or removed without taking the environment along.

The fix adds the ENV block (` + "`POETRY_VIRTUALENVS_IN_PROJECT`, `POETRY_VIRTUALENVS_CREATE`, `POETRY_CACHE_DIR`" + ` and, as is
customary, ` + "`POETRY_NO_INTERACTION`" + `): only what is missing, next to what is there. Lines with ` + "`poetry config virtualenvs.*`" + `
become part of it. Packages that were installed into the system move into the environment, and PATH gets it, where something
gains by that: where another stage copies them, or with the conversion to builder and runtime stages.`,
	Run: func(p *analysis.Pass) {
		seen := map[*analysis.Stage]bool{}
		for _, in := range p.Installs {
			if seen[in.Step.Stage] {
				continue
			}
			if msg := p.EnvGap(in); msg != "" {
				seen[in.Step.Stage] = true
				p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: msg})
			}
		}
	},
}
