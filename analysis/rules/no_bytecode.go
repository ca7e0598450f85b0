package rules

import (
	"fmt"

	"restage/analysis"
)

// noBytecode finds images that compile their packages anew at each start.
var noBytecode = &analysis.Rule{
	Name:     "no-bytecode",
	Title:    "Each start compiles the packages again",
	Severity: analysis.Hint,
	Family:   analysis.Costs,
	Why: `Python compiles a module when it is first imported and stores the bytecode beside it. pip compiles what it installs; Poetry
since 1.4 and uv do not unless they are told to. Where the container then does not store bytecode either, because
` + "`PYTHONDONTWRITEBYTECODE`" + ` is set or because its user cannot write into the environment, each start compiles every module that it
imports again. For programs with many packages that takes seconds.

The variable only speaks of imports: what is compiled while the image is built is used all the same. The fix adds ` + "`--compile`" + ` to
` + "`poetry install`" + `. The image gets bigger by the bytecode, and so the fix is made only where it is asked for
(` + "`restage fix --all --only no-bytecode`" + `). For uv set ` + "`UV_COMPILE_BYTECODE=1`" + `.

Sources: <https://docs.python.org/3/using/cmdline.html#envvar-PYTHONDONTWRITEBYTECODE>, <https://python-poetry.org/docs/cli/#install>,
<https://docs.astral.sh/uv/guides/integration/docker/#compiling-bytecode>.`,
	Run: func(p *analysis.Pass) {
		final := p.Final()
		if final == nil || !p.PythonStage(final) || p.ForDevelopment(final) || len(p.Commands(final)) == 0 {
			return
		}
		u := p.UncompiledEnv(final)
		if u == nil {
			return
		}
		why := fmt.Sprintf("the user %s cannot write the bytecode into the environment", u.User)
		if u.Switch != nil {
			why = fmt.Sprintf("PYTHONDONTWRITEBYTECODE in line %d keeps the bytecode from being stored", p.LineOf(u.Switch.Span.Start))
		}
		p.Report(analysis.Finding{Span: u.Call.Cmd.Span, Subject: u,
			Message: fmt.Sprintf("%s installs without bytecode, and %s: each start compiles all imported packages again", tool(u), why)})
	},
}

func tool(u *analysis.Uncompiled) string {
	if u.Install != nil {
		return "Poetry " + u.Install.Version.String()
	}
	return "uv"
}
