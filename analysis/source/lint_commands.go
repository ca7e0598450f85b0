package source

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"restage/analysis/lazyregexp"
)

// inherited is what a stage takes over from the one that it starts from.
type inherited struct{ workdir, shell bool }

// commands checks the instructions of each stage.
func (l *lints) commands(stages []instructions.Stage) {
	left := map[string]inherited{} // by the name of a stage above
	for _, st := range stages {
		state := left[strings.ToLower(st.BaseName)]
		once := map[string][]parser.Range{}
		for _, c := range st.Commands {
			l.command(c, &state, once)
		}
		if st.Name != "" {
			left[strings.ToLower(st.Name)] = state
		}
	}
}

// command checks one instruction.
func (l *lints) command(c instructions.Command, state *inherited, once map[string][]parser.Range) {
	at := c.Location()
	used := func() { // the one before is the one that does not count
		key := strings.ToUpper(c.Name())
		if before, ok := once[key]; ok {
			l.Run(&linter.RuleMultipleInstructionsDisallowed, before, linter.RuleMultipleInstructionsDisallowed.Format(c.Name()))
		}
		once[key] = at
	}
	shellForm := func(shell bool) {
		used()
		if shell && !state.shell {
			l.Run(&linter.RuleJSONArgsRecommended, at, linter.RuleJSONArgsRecommended.Format(c.Name()))
		}
	}
	pairs := func(list instructions.KeyValuePairs, secret bool) {
		for _, pair := range list {
			if pair.NoDelim {
				l.Run(&linter.RuleLegacyKeyValueFormat, at, linter.RuleLegacyKeyValueFormat.Format(c.Name()))
			}
			if secret {
				l.secret("ENV", pair.Key, at)
			}
		}
	}
	switch c := c.(type) {
	case *instructions.EnvCommand:
		pairs(c.Env, true)
	case *instructions.LabelCommand:
		pairs(c.Labels, false)
	case *instructions.ArgCommand:
		for _, arg := range c.Args {
			l.secret("ARG", arg.Key, at)
		}
	case *instructions.CmdCommand:
		shellForm(c.PrependShell)
	case *instructions.EntrypointCommand:
		shellForm(c.PrependShell)
	case *instructions.HealthCheckCommand:
		used()
	case *instructions.ShellCommand:
		state.shell = len(c.Shell) > 0
	case *instructions.WorkdirCommand:
		if !state.workdir && !strings.HasPrefix(c.Path, "/") && !strings.Contains(c.Path, "$") {
			l.Run(&linter.RuleWorkdirRelativePath, at, linter.RuleWorkdirRelativePath.Format(c.Path))
		}
		state.workdir = true
	case *instructions.ExposeCommand:
		for _, port := range c.Ports {
			l.expose(port, at)
		}
	}
}

var (
	secretName = lazyregexp.New(`(?i)(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)`)
	publicName = lazyregexp.New(`(?i)(?:_|^)(?:public|file|version)(?:_|$)`)
)

// secret checks the name of a variable.
func (l *lints) secret(instruction, name string, at []parser.Range) {
	if secretName.MatchString(name) && !publicName.MatchString(name) {
		l.Run(&linter.RuleSecretsUsedInArgOrEnv, at, linter.RuleSecretsUsedInArgOrEnv.Format(instruction, name))
	}
}

// expose checks one port, "[[ip:]host:]port[/protocol]".
func (l *lints) expose(port string, at []parser.Range) {
	if strings.Contains(port, "$") {
		return
	}
	if _, protocol, _ := strings.Cut(port[strings.LastIndexByte(port, ':')+1:], "/"); protocol != strings.ToLower(protocol) {
		l.Run(&linter.RuleExposeProtoCasing, at, linter.RuleExposeProtoCasing.Format(port))
	}
	if strings.Contains(port, ":") {
		l.Run(&linter.RuleExposeInvalidFormat, at, linter.RuleExposeInvalidFormat.Format(port))
	}
}
