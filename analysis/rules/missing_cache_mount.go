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
BuildKit cache mount keeps the downloads between builds, outside of the image. The same holds for the ` + "`pip install`" + ` of what
` + "`poetry export`" + ` wrote, and of a requirements file beside it.

The fix mounts the cache folder that is in effect at this instruction, and drops what defeats it (` + "`rm -rf`" + ` of the same folder,
` + "`--no-cache`" + `, ` + "`--no-cache-dir`" + `). Any value of PIP_NO_CACHE_DIR switches pip's cache off, ` + "`0`" + ` and ` + "`off`" + ` too; an empty one before
the call overrides the ENV for that call alone. Where the base image brings Poetry and may have moved its cache, the instruction
gets a cache folder of its own, if the environment does not lie in there.

A cache mount belongs to root, and Poetry fails in a cache folder that it cannot write; pip only warns and does without. For a
user other than root the mount therefore gets the user's number: the one that ` + "`useradd`" + ` gives, the build argument that it takes, or
1000 for the first user that is made on an image of Debian or Alpine. Folders above the mount are made by root; BuildKit takes
them away again afterwards, but in between a program that keeps files of its own in ` + "`~/.cache`" + ` would fail, and then the fix is
refused. It is refused, too, where the file clears Poetry's cache in a step of its own before the install: there nothing of an earlier
build is wanted.`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if !in.Deps || p.NothingToDownload(in) {
				continue
			}
			if how := p.CacheDefeated(in); how != "" {
				p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: "this install has a cache mount, and " + how})
			}
			if p.CacheMount(in) != nil {
				continue
			}
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in,
				Message: "one changed package in the lock file downloads all of them again: this install has no cache mount"})
		}
		for _, c := range p.PipInstalls() {
			if c.Kept() {
				continue
			}
			msg := "one changed requirement downloads all of them again: this install has no cache mount"
			if c.Mount() != nil {
				msg = "pip's cache is switched off, so that the cache mount stays empty and everything is downloaded again"
			}
			p.Report(analysis.Finding{Span: c.Cmd.Span, Subject: c, Message: msg})
		}
	},
}
