package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
)

// secretInBuild finds credentials of package indexes that stay in the image or
// in what the build leaves behind.
var secretInBuild = &analysis.Rule{
	Name:     "secret-in-build",
	Title:    "Credentials of a package index stay in the build",
	Severity: analysis.Warning,
	Family:   analysis.Costs,
	Aliases:  []string{"SecretsUsedInArgOrEnv"},
	Why: `A private package index wants a password, and the build has to have it. What it is given by ` + "`ENV`" + ` stays in the image's configuration, where
` + "`docker inspect`" + ` shows it, and every container has it. What it is given by ` + "`ARG`" + ` stands in the image's history beside every ` + "`RUN`" + ` below
(` + "`docker history`" + `) and in the provenance that buildx can attach (mode=max); of a stage that only builds, in the build's record and provenance alone. ` +
		"`poetry config http-basic.…`" + ` writes it into Poetry's auth.toml, and that file into a layer, also where a secret mount gave it. Removing it in a
later instruction removes it from no layer.

The variables are ` + "`POETRY_HTTP_BASIC_…_PASSWORD`, `POETRY_PYPI_TOKEN_…`, `UV_INDEX_…_PASSWORD`" + `, and the addresses of indexes with a password or
token before the ` + "`@`: `PIP_INDEX_URL`, `PIP_EXTRA_INDEX_URL`, `UV_INDEX_URL`" + ` and their like.

The fix gives the value to the instructions that need it as a secret mount, ` + "`--mount=type=secret,id=…,env=…`" + `, which neither the image nor its
history has, and takes ENV, ARG and ` + "`poetry config`" + ` away. Mounting as a variable needs the frontend docker/dockerfile 1.10 or newer. The
command that builds has to give the secret from then on (` + "`docker build --secret id=…,env=…`" + ` in place of ` + "`--build-arg`" + `); the note says which.
Therefore it is made only where it is asked for (` + "`restage fix --all --only secret-in-build`" + `). It is refused where the value is used for more than
the installation.

Sources: <https://docs.docker.com/reference/dockerfile/#arg>, <https://docs.docker.com/reference/dockerfile/#run---mounttypesecret>,
<https://docs.docker.com/build/building/secrets/>, <https://python-poetry.org/docs/repositories/#configuring-credentials>.`,
	Run: func(p *analysis.Pass) {
		if !p.Python() {
			return
		}
		for _, x := range p.SecretsInBuild() {
			f := analysis.Finding{Span: x.Span, Subject: x, Message: secretMessage(p, x)}
			if !x.InImage && !x.Literal {
				f.Severity = analysis.Info
			}
			for _, name := range x.From {
				if v := x.Step.Var(name); v.At != nil {
					f.Related = append(f.Related, analysis.Related{Span: v.At.Span, Message: "the value comes from " + name})
				}
			}
			p.Report(f)
		}
	},
}

// secretMessage names where the credentials stay.
func secretMessage(p *analysis.Pass, x *analysis.SecretInBuild) string {
	what := x.Name
	if x.Literal && strings.Contains(what, "…@") {
		what = "the password of " + what
	}
	if x.Literal {
		what += " stands in this file in clear text, and"
	}
	const cache = "stays in the build's record and its provenance (mode=max), though not in the image"
	switch {
	case x.Kind == analysis.SecretConfig:
		how := "with its password"
		if x.Unset {
			how = "though a mount gave it"
		}
		stays := "in a layer of the image"
		if !x.InImage {
			stays = "in a layer of this stage, which the build's cache keeps"
		}
		if x.Literal {
			how = "whose password stands in this file in clear text"
		}
		return fmt.Sprintf("Poetry writes %s into its auth.toml, %s: the file stays %s", x.Name, how, stays)
	case x.Kind == analysis.SecretVariable && x.Step.Name == "ENV" && x.InImage:
		return what + " is set by ENV: the credentials stay in the image's configuration, and every container has them"
	case x.Kind == analysis.SecretVariable && x.Step.Name == "ENV":
		return what + " is set by ENV: what it holds " + cache
	case x.Kind == analysis.SecretVariable && x.InImage:
		return what + " is a build argument: its value stays in the image's history beside every RUN below"
	case x.Kind == analysis.SecretVariable:
		return what + " is a build argument: its value " + cache
	}
	if x.Literal {
		if x.InImage {
			return what + " stays in the image's history, which shows the whole command"
		}
		return what + " " + cache
	}
	from := strings.Join(x.From, " and ")
	stays := "stays in the image's history beside this RUN"
	if v := x.Step.Var(x.From[0]); !v.Arg {
		stays = "stays in the image's configuration"
	}
	if !x.InImage {
		stays = cache
	}
	if len(x.From) > 1 {
		return fmt.Sprintf("the credentials of %s come from %s, and what these hold %s", x.Name, from, stays)
	}
	return fmt.Sprintf("the credentials of %s come from %s, whose value %s", x.Name, from, stays)
}
