package rules

import (
	"fmt"

	"restage/analysis"
)

// venvInCache finds environments that lie in a folder that is mounted or
// deleted.
var venvInCache = &analysis.Rule{
	Name:     "venv-in-cache",
	Title:    "The environment lies under the cache that is mounted or removed",
	Severity: analysis.Error,
	Why: `Poetry's default is to make the virtual environment inside its cache folder. A cache mount on that folder, or an ` + "`rm -rf`" + `
of it, takes the environment along: the build passes, and the container then misses every package.

The fix makes the environment in the project's folder.`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if in.Env.Path == "" && in.Env.Kind != analysis.EnvCache {
				continue
			}
			if how := p.EnvLost(in); how != "" {
				p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in,
					Message: fmt.Sprintf("the virtual environment lies in a folder that %s: the packages will not be in the image", how)})
			}
		}
	},
}
