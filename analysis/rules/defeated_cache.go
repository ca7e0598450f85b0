package rules

import (
	"restage/analysis"
)

// defeatedCache finds cache mounts that keep nothing.
var defeatedCache = &analysis.Rule{
	Name:     "defeated-cache",
	Title:    "A cache mount is of no use",
	Severity: analysis.Info,
	Family:   analysis.Costs,
	Why: `A cache mount keeps downloads from one build to the next, as long as the tool writes into it and nothing empties it.

What defeats it:

- ` + "`--no-cache`, `--no-cache-dir`, `PIP_NO_CACHE_DIR` (any value, `0` and `off` too) or `UV_NO_CACHE`" + ` switch the tool's cache off;
- ` + "`rm -rf`" + ` of the same folder or ` + "`apt-get clean`" + ` empty it (the first fails then, since a folder that is mounted cannot be removed), and so does the file ` + "`/etc/apt/apt.conf.d/docker-clean`" + ` of the Debian and Ubuntu
  images, which removes each package once it is installed;
- the tool caches somewhere else: ` + "`USER`, `HOME`, `PIP_CACHE_DIR`, `UV_CACHE_DIR` and `XDG_CACHE_HOME`" + ` decide where;
- the target has a variable that nothing sets. The builder knows only ` + "`ENV`" + ` and ` + "`ARG`" + ` of the stage and the base image's ` + "`ENV`" + `; ` + "`HOME`" + ` is
  not among them. What is left of the target is joined with the ` + "`WORKDIR`" + `: a cache over the working folder hides what lies there, and what
  an install writes there is not in the image.

One cache for Alpine and Debian is a trap of another kind: a wheel that one of them has built has a name under which the other takes it, and
does not run there. Give each an ` + "`id`" + ` of its own.

The fix takes out what defeats the mount, or moves the mount to where the tool caches. docker-clean it removes only in stages that are in no image.

What missing-cache-mount says of Poetry's installs, and mends, is not said here again.

Sources: <https://docs.docker.com/reference/dockerfile/#run---mounttypecache>,
<https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages>, <https://pip.pypa.io/en/stable/topics/caching/>,
<https://docs.astral.sh/uv/concepts/cache/>, <https://man7.org/linux/man-pages/man2/rmdir.2.html> (EBUSY).`,
	Run: func(p *analysis.Pass) {
		for _, st := range p.Stages {
			if !p.PythonStage(st) {
				continue
			}
			for _, d := range p.DefeatedCaches(st) {
				p.Report(analysis.Finding{Span: d.Span, Subject: d, Message: d.Why})
			}
		}
		for _, d := range p.SharedCaches() {
			p.Report(analysis.Finding{Span: d.Span, Subject: d, Message: d.Why, Severity: analysis.Warning,
				Related: []analysis.Related{{Span: *d.Other, Message: "the same cache is used here"}}})
		}
	},
}
