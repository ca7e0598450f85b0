package rules

import (
	"restage/analysis"
)

// unpinnedInstaller finds installs of Poetry that take whatever version is
// newest on the day of the build.
var unpinnedInstaller = &analysis.Rule{
	Name:     "unpinned-installer",
	Title:    "The installer's version is left to the day of the build",
	Severity: analysis.Warning,
	Why: `Without a version, every rebuild takes the newest Poetry there is. Major releases drop options
(Poetry 2.0 removed ` + "`--no-dev`" + ` and ` + "`poetry export`" + `), turn warnings into errors and write other lock files, so a build
that passed yesterday fails today although nothing in the repository changed.

The fix pins the version that wrote ` + "`poetry.lock`" + `: it is named in the lock file's first line. Where the lock file
does not say, ` + "`requires-poetry`" + ` decides, and then the newest version that suits the image's Python, the lock file's format
and the project's tables; that last choice is offered for review. The version is one that the file itself can go on with: inside
the range that the line gives, with all options and settings that the file uses (` + "`--no-dev`" + ` went in 2.0), and one that
the plugins pinned beside it ask for; where no release is all of that, the fix is refused. Where ` + "`poetry export`" + ` runs and
Poetry 2 is pinned, ` + "`poetry-plugin-export`" + ` is installed beside it, if nothing else does that: without it the command does not exist.`,
	Run: func(p *analysis.Pass) {
		for _, i := range p.Installers {
			if i.Pinned || i.PinnedElsewhere || i.How == "copy" {
				continue
			}
			if i.How == "apt" || i.How == "apk" {
				p.Report(analysis.Finding{Span: i.Span(), Subject: i,
					Message: "Poetry comes from the distribution: a new release of the base image brings another version, and a new major version can break this build"})
				continue
			}
			p.Report(analysis.Finding{Span: i.Span(), Subject: i,
				Message: "Poetry is installed without a version: the next rebuild takes whatever is newest then, and a new major version can break this build"})
		}
	},
}
