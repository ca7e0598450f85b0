package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
)

// devDependencies finds installs that put development tools into an image
// that is not for development.
var devDependencies = &analysis.Rule{
	Name:     "dev-dependencies",
	Title:    "Development dependencies are installed",
	Severity: analysis.Warning,
	Why: `Linters, type checkers and test runners are not needed by the container. They make the image bigger, the build slower and
add packages to every vulnerability report.

The fix uses the option that this version of Poetry and this project's groups need: ` + "`--without`" + ` with the development groups
that exist, or ` + "`--no-dev`" + ` before Poetry 1.2. A group that the line asks for by name stays. Nothing is said in stages for development or tests, nor of a group whose tools a
later instruction runs.`,
	Options: []analysis.RuleOption{{
		Name: "groups", Kind: "array of strings", Default: `["dev"]`,
		Doc: "Dependency groups that only development needs, besides those that are told by their names (dev, test, docs, lint and their like).",
	}},
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if in.Dynamic || in.Cmd.Place.Conditional || p.ForDevelopment(in.Step.Stage) {
				continue // what a condition chooses is meant
			}
			groups := in.DevGroups()
			if len(groups) == 0 {
				continue
			}
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in,
				Message: fmt.Sprintf("installs the development group%s %s (%s): a bigger image and a slower build for tools the container never runs",
					plural(groups), strings.Join(groups, ", "), examples(p, groups))})
		}
	},
}

func plural(list []string) string {
	if len(list) == 1 {
		return ""
	}
	return "s"
}

// examples names up to three packages of the groups.
func examples(p *analysis.Pass, groups []string) string {
	var names []string
	for _, d := range p.Project.Pyproject.Dependencies {
		for _, g := range groups {
			if d.Group == g && len(names) < 3 {
				names = append(names, d.Name)
			}
		}
	}
	if len(names) == 0 {
		return "empty today"
	}
	return strings.Join(names, ", ")
}
