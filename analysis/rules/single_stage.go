package rules

import (
	"fmt"

	"restage/analysis"
)

// singleStage finds images that carry the tools which built them.
var singleStage = &analysis.Rule{
	Name:     "single-stage",
	Title:    "The final image is the one that everything was built in",
	Severity: analysis.Info,
	Why: `An image needs Poetry, compilers and headers only while it is built. With a builder stage for the installation and a
runtime stage on the slim image that gets nothing but the environment and the code, the image shrinks to a fraction (for the
example from about 1.1 GB to 170 MB) and has fewer packages to patch.

The fix writes both stages from slices of this file: what installs goes to the builder, what configures the container to the
runtime stage, what both need to both. Downloads and sources of packages are made again in the runtime stage, which gets the
programs for them; where nobody can tell what a step needs, all steps but Poetry's are made in both stages. A final stage that
gets its environment from another and has Poetry all the same loses it. What still cannot be placed is a reason to refuse, by
name.`,
	Run: func(p *analysis.Pass) {
		final := p.Final()
		if final == nil || p.ForDevelopment(final) {
			return
		}
		for _, in := range p.InstallsOf(final) {
			if !in.Deps {
				continue
			}
			p.Report(analysis.Finding{Span: final.From.Span, Subject: in,
				Message: "the final image is built with Poetry in it: it ships the installer, its dependencies and all build tools to every container"})
			return
		}
		// An image with Poetry and nothing else is one to build others with.
		empty := len(p.Commands(final)) == 0 && len(p.CopiesBefore(final.End())) == 0
		if s := p.KeptInstaller(final); s != nil && !empty {
			p.Report(analysis.Finding{Span: final.From.Span, Subject: s,
				Message: fmt.Sprintf("the final image has Poetry in it (line %d), though it installs nothing with it: it ships the installer and its dependencies to every container", p.LineOf(s.Span.Start))})
		}
	},
}
