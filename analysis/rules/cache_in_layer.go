package rules

import (
	"fmt"

	"restage/analysis"
)

// cacheInLayer finds dependency installs whose cache stays in the image.
var cacheInLayer = &analysis.Rule{
	Name:     "cache-in-layer",
	Title:    "The cache stays in a layer of the image",
	Severity: analysis.Warning,
	Why: `Poetry keeps every downloaded wheel in its cache folder; ` + "`--no-cache`" + ` does not stop that. What an instruction leaves
behind is part of its layer for ever: removing it in a later instruction hides it and saves nothing.

The fix removes the cache in the same RUN that fills it, and gives ` + "`--no-cache-dir`" + ` to a ` + "`pip install`" + ` of exported requirements. A cache mount (missing-cache-mount) is the better cure, because it keeps
the downloads for the next build.`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if !in.Deps || p.PrecededByDeps(in) || !p.InFinalImage(in.Step.Stage) || p.CacheHandled(in) {
				continue
			}
			dir := in.CacheDir
			if dir == "" {
				dir = "its cache folder"
			}
			msg := fmt.Sprintf("the downloads of this install stay in %s inside the image: every package is stored twice", dir)
			if s := p.LaterRemoval(in); s != nil {
				msg = fmt.Sprintf("the cache is removed in line %d, in another layer than the one that made it: the image does not get smaller",
					p.LineOf(s.Span.Start))
			}
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: msg})
		}
		for _, c := range p.PipInstalls() {
			if c.LeavesCache() && p.InFinalImage(c.Step.Stage) {
				p.Report(analysis.Finding{Span: c.Cmd.Span, Subject: c,
					Message: "pip keeps what it downloads for this install in its cache folder inside the image"})
			}
		}
	},
}
