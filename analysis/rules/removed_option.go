package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// removedOption finds what the Poetry of the image does not have.
var removedOption = &analysis.Rule{
	Name:     "removed-option",
	Title:    "The Poetry of this image does not have this",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: "Poetry stops at an option, a command or a setting that it does not know. Poetry 2.0 (January 2025) took away `--no-dev`, " +
		"`--remove-untracked`, `poetry lock --no-update` and `--check`, `poetry shell` and some settings, and made `poetry export` a plugin that has to " +
		"be installed. A build that installs Poetry without a version got 2.0 on that day, and one that pins Poetry 1.1 never had `--without`, " +
		"`--only` and `--sync`." + `

restage knows which release of Poetry has what, and which release this build installs: the pinned one, or the newest where nothing is pinned
(the rule ` + "`unpinned-installer`" + ` is about that). Where the file does not tell, nothing is said, nor of commands that a condition chooses by
Poetry's version.

The fix writes what means the same to that version: ` + "`--only main` for `--no-dev`" + `, which is what Poetry 1.2 to 1.8 made of it,
` + "`poetry sync` for `install --sync` and `--remove-untracked`, `poetry lock` for `lock --no-update`, `poetry check --lock` for `lock --check`" + `,
and the export plugin beside Poetry. ` + "`install --sync`" + ` still works in Poetry 2 and is deprecated there: a hint.

Sources: [Poetry's change log](https://github.com/python-poetry/poetry/blob/main/CHANGELOG.md) (1.2.0, 1.6.0, 2.0.0),
[its command line](https://python-poetry.org/docs/cli/), [the export plugin](https://github.com/python-poetry/poetry-plugin-export),
and what ten versions of Poetry did with the commands (` + "`docs/poetry-versions.md`" + `).`,
	Run: func(p *analysis.Pass) {
		for _, st := range p.Stages {
			for _, l := range p.PoetryLacks(st) {
				f := analysis.Finding{Span: l.Span, Subject: l, Message: lackMessage(p, l)}
				if l.Deprecated {
					f.Severity = analysis.Hint
				}
				p.Report(f)
			}
		}
	},
}

// lackMessage says what the Poetry does not have, which one that is and what
// comes of it.
func lackMessage(p *analysis.Pass, l *analysis.PoetryLack) string {
	line := p.LineOf(l.Poetry.Installer.Span().Start)
	installed := fmt.Sprintf("line %d installs Poetry %s", line, l.Poetry.Version)
	if l.Poetry.Newest {
		installed = fmt.Sprintf("line %d installs the newest Poetry", line)
	}
	what := "`" + l.What + "`"
	cost := "the build stops here"
	switch {
	case l.Possible:
		cost = "the build stops here where that is chosen"
	case l.Cmd.Place.Conditional:
		cost = "the build stops where this runs"
	case l.Cmd.Place.Unchecked:
		cost = "this command fails"
	}
	switch {
	case l.Deprecated:
		return "`install --sync` is deprecated since Poetry 2.0, which says that it will be removed; `poetry sync` does the same"
	case l.What == "export" || l.What == "shell":
		return fmt.Sprintf("`poetry %s` is a plugin since Poetry %s, and %s without it: %s", l.What, release(l.Removed), installed, cost)
	case l.Key:
		what = "the setting " + what
	case !strings.HasPrefix(l.What, "-"):
		what = "`poetry " + l.What + "`"
	}
	if l.Gone() {
		return fmt.Sprintf("%s is gone since Poetry %s, and %s: %s", what, release(l.Removed), installed, cost)
	}
	return fmt.Sprintf("%s came with Poetry %s, and %s: %s", what, release(l.Since), installed, cost)
}

// release is a version without a last zero: "2.0" for 2.0.0.
func release(v python.Version) string {
	if v.Patch == 0 {
		return v.Series().String()
	}
	return v.String()
}
