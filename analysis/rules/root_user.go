package rules

import (
	"fmt"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/python"
)

// rootUser finds services that run as root.
var rootUser = &analysis.Rule{
	Name:     "root-user",
	Title:    "The service runs as root",
	Severity: analysis.Info,
	Family:   analysis.Costs,
	Aliases:  []string{"DL3002"},
	Why: `Without ` + "`USER`" + ` a container of the official images runs as root. Whoever finds a hole in the program can then change every
file in the container, install programs, and write as root into folders of the host that are mounted; only the container itself stands
between them and root on the host.

It is reported for services: a port is exposed, the health is watched, a compose file runs the image, or the program is a server. Nothing
is said of stages for development, of base images whose user is not known, of AWS Lambda's (which replaces the user), nor where a command,
a start script or a compose file changes the user.

The fix creates a user with the fixed number 10001, which no package takes and which lies above the users of the distributions, gives it
the folders that the program is seen to write to and a home for the caches of libraries, and writes ` + "`USER`" + ` behind the last instruction that
changes files. The code and the environment stay root's, so that the program cannot change itself. It is made only where it is asked for
(` + "`restage fix --all --only root-user`" + `), and refused where root is needed or where that cannot be told: ports below 1024, volumes, start
scripts that change owners, an environment below /root, code that writes files whose folder is not written out.

Sources: <https://docs.docker.com/build/building/best-practices/#user>, <https://docs.docker.com/reference/dockerfile/#user>.`,
	Options: []analysis.RuleOption{{
		Name: "user", Kind: "string", Default: `"app"`,
		Doc:   "The name of the user that the fix creates.",
		Valid: func(e project.Entry) bool { return python.NewUser(e.Text) },
		Else:  "a name of small letters, digits, - and _ that no user of the base images has",
	}, {
		Name: "uid", Kind: "integer", Default: "10001",
		Doc:   "The number of the user that the fix creates.",
		Valid: func(e project.Entry) bool { return python.UserID(e.Text) },
		Else:  "a number from 1000 to 59999: smaller ones are the system's",
	}},
	Run: func(p *analysis.Pass) {
		final := p.Final()
		if final == nil || !p.PythonStage(final) || p.ForDevelopment(final) || !p.Serves(final) || isAction(p) {
			return
		}
		user, root := p.RunsAsRoot(final)
		if !root {
			return
		}
		f := analysis.Finding{Span: final.From.Span, Subject: final}
		starts := "the container starts"
		for _, e := range p.Entries(final) {
			if e.Name != "HEALTHCHECK" {
				f.Span = e.Step.Span
				starts = fmt.Sprintf("%s in line %d starts", e.Name, p.LineOf(e.Step.Span.Start))
			}
		}
		why := "no USER stands before it"
		if user != nil {
			f.Span = user.Span
			why = fmt.Sprintf("line %d says so", p.LineOf(user.Span.Start))
		}
		f.Message = fmt.Sprintf("%s the service as root (%s): a hole in the program gives away every file of the container and of what is mounted into it", starts, why)
		p.Report(f)
	},
}

// isAction says whether the image is a GitHub action, which has to run as root
// (docs.github.com, "Dockerfile support for GitHub Actions").
func isAction(p *analysis.Pass) bool {
	return p.Project.Exists("action.yml") || p.Project.Exists("action.yaml")
}
