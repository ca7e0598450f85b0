package rules

import (
	"restage/analysis"
)

// missingCacheMount finds dependency installs that download everything anew
// whenever they run.
var missingCacheMount = &analysis.Rule{
	Name:     "missing-cache-mount",
	Title:    "The install has no cache mount",
	Severity: analysis.Info,
	Why: `When the lock file changes by one package, the layer of ` + "`poetry install`" + ` is built again and downloads all packages. A
BuildKit cache mount keeps the downloads between builds, outside of the image.

The fix mounts the cache folder that is in effect at this instruction, and drops what defeats it (` + "`rm -rf`" + ` of the same folder,
` + "`--no-cache`" + `). For a USER other than root the mount needs the user's numbers, because a cache mount belongs to root.`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if !in.Deps || p.PrecededByDeps(in) || p.CacheMount(in) != nil {
				continue
			}
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in,
				Message: "one changed package in the lock file downloads all of them again: this install has no cache mount"})
		}
	},
}
