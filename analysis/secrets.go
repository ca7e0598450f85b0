package analysis

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// SecretKind is the way by which credentials of a package index get into a build.
type SecretKind int

// The ways.
const (
	SecretVariable SecretKind = iota // an ENV or ARG that an installer reads
	SecretCommand                    // a RUN that gives them to an installer or a URL
	SecretConfig                     // "poetry config http-basic.NAME", which writes auth.toml
)

// SecretInBuild is one place where credentials of a package index get into a build.
type SecretInBuild struct {
	Kind SecretKind
	Step *Step
	// Span is the pair, or the command.
	Span source.Span
	// Name is the variable that the installer reads, the key that Poetry stores,
	// or the URL without its credentials.
	Name string
	// Cmd is the command of a RUN.
	Cmd *shell.Command
	// From are the build arguments and ENVs that the value is put together from.
	From []string
	// Literal says that the value itself stands in the file.
	Literal bool
	// InImage says that it stays in an image that somebody runs: in its
	// configuration, its history or one of its layers.
	InImage bool
	// Unset says that nothing of the build is given it: a mount gives it to the
	// command, which stores it.
	Unset bool
}

// credential are variables by which installers take passwords and tokens
// (python-poetry.org/docs/repositories, "Configuring credentials"; docs.astral.sh/uv,
// "Package indexes").
var credential = lazyregexp.New(`^(POETRY_HTTP_BASIC_\w+_PASSWORD|POETRY_PYPI_TOKEN_\w+|UV_INDEX_\w+_PASSWORD)$`)

// indexVariable are variables by which installers take the addresses of indexes.
var indexVariable = lazyregexp.New(`^(PIP_(EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(EXTRA_|DEFAULT_)?INDEX(_URL)?|UV_DEFAULT_INDEX|UV_FIND_LINKS|PDM_PYPI_URL|PIPENV_PYPI_MIRROR)$`)

// userinfo is what stands before the "@" of an address.
var userinfo = lazyregexp.New(`https?://([^/@\s"'<>]+)@`)

// tokenName are names of variables that hold a token rather than a user's name.
var tokenName = lazyregexp.New(`(?i)(token|secret|password|passwd|pass|key|auth|cred|pat)s?\W*$`)

// secretIn says whether a text has an address with a password or token in it,
// and whether that stands there itself rather than in a variable.
func secretIn(text string) (found, literal bool) {
	for _, m := range userinfo.FindAllStringSubmatch(text, -1) {
		user, password, _ := strings.Cut(strings.ReplaceAll(m[1], ":-", ""), ":")
		switch {
		case password != "":
			return true, !strings.Contains(password, "$")
		case strings.Contains(user, "$") && tokenName.MatchString(user):
			return true, false
		}
	}
	return false, false
}

// SecretsInBuild are the places where credentials of package indexes get into
// the build in such a way that they stay in it, in file order.
func (f *Facts) SecretsInBuild() []*SecretInBuild {
	var out []*SecretInBuild
	for _, st := range f.Stages {
		for _, s := range st.Steps {
			switch s.Name {
			case "ENV", "ARG":
				out = append(out, f.secretPairs(s)...)
			case "RUN":
				out = append(out, f.secretCommands(s)...)
			}
		}
	}
	return out
}

// secretPairs: variables that installers read.
func (f *Facts) secretPairs(s *Step) []*SecretInBuild {
	var out []*SecretInBuild
	for _, p := range s.Pairs {
		found, literal := secretIn(p.Value.Raw)
		names := variables(p.Value.Raw)
		switch {
		case credential.MatchString(p.Key):
			literal = len(names) == 0 && strings.Trim(p.Value.Value, " ") != ""
			if s.Name == "ENV" && !literal && len(names) == 0 {
				continue // an empty one
			}
			if s.Name == "ARG" && f.envOf(s, p.Key) {
				continue // the ENV says it
			}
		case !indexVariable.MatchString(p.Key) || !found:
			continue
		}
		x := &SecretInBuild{Kind: SecretVariable, Step: s, Span: p.Span, Name: p.Key, Literal: literal, From: names}
		used := false
		if s.Name == "ENV" {
			x.InImage, used = f.InFinalImage(s.Stage), true
		} else {
			used, x.InImage = f.runsBelow(s)
		}
		if used || literal {
			out = append(out, x)
		}
	}
	return out
}

// envOf says whether an ENV of the same stage takes a build argument over under
// its own name.
func (f *Facts) envOf(s *Step, name string) bool {
	return slices.ContainsFunc(s.Stage.Steps[s.Pos:], func(o *Step) bool {
		return o.Name == "ENV" && slices.ContainsFunc(o.Pairs, func(p source.Pair) bool { return p.Key == name })
	})
}

// runsBelow says whether a RUN stands below a build argument, in whose history
// its value is, and whether that is one of an image that somebody runs.
func (f *Facts) runsBelow(s *Step) (any, inImage bool) {
	for _, st := range f.Stages {
		if !st.Includes(s.Stage) {
			continue
		}
		for _, o := range st.Steps {
			if o.Name == "RUN" && (st != s.Stage || o.Pos > s.Pos) {
				any, inImage = true, inImage || f.InFinalImage(st)
			}
		}
	}
	return any, inImage
}

var variableUse = lazyregexp.New(`\$\{?([A-Za-z_]\w*)`)

// variables are the names of the variables in a word.
func variables(raw string) []string {
	var out []string
	for _, m := range variableUse.FindAllStringSubmatch(raw, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// secretCommands: commands that are given credentials.
func (f *Facts) secretCommands(s *Step) []*SecretInBuild {
	var out []*SecretInBuild
	for _, cmd := range s.Commands() {
		if x := f.configSecret(s, cmd); x != nil {
			out = append(out, x)
			continue
		}
		for _, o := range cmdAssigns(cmd) {
			found, _ := secretIn(o.Value)
			if !credential.MatchString(o.Name) && !(indexVariable.MatchString(o.Name) && found) {
				continue
			}
			if x := f.givenTo(s, cmd, o.Value); x != nil {
				x.Name = o.Name
				out = append(out, x)
			}
		}
		for _, w := range cmd.Unwrapped().Words {
			if found, _ := secretIn(w.Value); !found || strings.Contains(w.Value, "=http") && cmd.Name() == "export" {
				continue
			}
			if x := f.givenTo(s, cmd, userinfo.FindStringSubmatch(w.Value)[1]); x != nil {
				x.Name = address(w.Value)
				out = append(out, x)
			}
		}
	}
	return slices.CompactFunc(out, func(a, b *SecretInBuild) bool { return a.Span == b.Span })
}

// cmdAssigns are the variables that a command sets for itself or, as export,
// for those behind it.
func cmdAssigns(cmd *shell.Command) []shell.Assign {
	out := slices.Clone(cmd.Unwrapped().Assigns)
	if cmd.Name() == "export" {
		for _, w := range cmd.Args() {
			if name, value, ok := strings.Cut(w.Value, "="); ok {
				out = append(out, shell.Assign{Name: name, Value: value, Span: w.Span})
			}
		}
	}
	return out
}

// address is a URL without what stands before its "@".
func address(word string) string {
	m := userinfo.FindStringSubmatchIndex(word)
	rest := word[m[0]:]
	return rest[:m[2]-m[0]] + "…" + strings.TrimRight(rest[m[3]-m[0]:], ")")
}

// givenTo is a value that a command is given, nil where nothing of it stays: a
// mount or the shell itself makes it.
func (f *Facts) givenTo(s *Step, cmd *shell.Command, value string) *SecretInBuild {
	x := &SecretInBuild{Kind: SecretCommand, Step: s, Span: cmd.Span, Cmd: cmd}
	names := variables(value)
	for _, name := range names {
		if v := s.Var(name); v.Set && v.At != nil && !s.mountsSecret(name) && !setByShell(cmd, name) {
			x.From = append(x.From, name)
			x.InImage = x.InImage || f.InFinalImage(s.Stage)
		}
	}
	_, password, has := strings.Cut(value, ":")
	x.Literal = len(names) == 0 && !strings.ContainsAny(value, "`$") || has && password != "" && !strings.ContainsAny(password, "`$")
	if x.Literal {
		x.InImage = f.InFinalImage(s.Stage)
	}
	if len(x.From) == 0 && !x.Literal {
		return nil
	}
	return x
}

// mountsSecret says whether a step mounts a secret as a variable.
func (s *Step) mountsSecret(name string) bool {
	return slices.ContainsFunc(s.Flags, func(fl source.Flag) bool {
		m := ParseMount(fl.Value)
		return fl.Name == "mount" && m["type"] == "secret" && (m["env"] == name || m["env"] == "" && m["target"] == "" && m["id"] == name)
	})
}

func setByShell(cmd *shell.Command, name string) bool {
	_, ok := cmd.Exports[name]
	return ok || slices.ContainsFunc(cmd.Assigns, func(a shell.Assign) bool { return a.Name == name })
}

// configSecret reads "poetry config http-basic.NAME USER PASSWORD" and "poetry
// config pypi-token.NAME TOKEN", which Poetry keeps in auth.toml of its
// configuration folder where there is no keyring (python-poetry.org/docs/repositories).
func (f *Facts) configSecret(s *Step, cmd *shell.Command) *SecretInBuild {
	c := callOf(s, cmd)
	if c == nil || c.Tool != "poetry" || c.Verb != "config" || c.Has("--unset", "--list") {
		return nil
	}
	words := cmd.Unwrapped().Words
	at := slices.IndexFunc(words, func(w shell.Word) bool {
		return strings.HasPrefix(w.Value, "http-basic.") || strings.HasPrefix(w.Value, "pypi-token.")
	})
	if at < 0 {
		return nil
	}
	given := slices.DeleteFunc(slices.Clone(words[at+1:]), func(w shell.Word) bool { return strings.HasPrefix(w.Value, "-") })
	last := 1
	if strings.HasPrefix(words[at].Value, "http-basic.") {
		last = 2
	}
	if len(given) < last {
		return nil
	}
	secret := given[last-1]
	x := &SecretInBuild{Kind: SecretConfig, Step: s, Span: cmd.Span, Name: words[at].Value, Cmd: cmd, InImage: f.InFinalImage(s.Stage)}
	for _, name := range variables(secret.Value) {
		if v := s.Var(name); v.Set && v.At != nil && !s.mountsSecret(name) && !setByShell(cmd, name) {
			x.From = append(x.From, name)
		}
	}
	x.Literal = secret.Static && secret.Value != ""
	if x.Unset = len(x.From) == 0 && !x.Literal; secret.Value == "" {
		return nil
	}
	if f.authRemoved(s, cmd) {
		if x.Unset {
			return nil
		}
		x.Kind = SecretCommand
	}
	return x
}

// authRemoved says whether the same RUN takes away behind a command what Poetry
// has stored.
func (f *Facts) authRemoved(s *Step, cmd *shell.Command) bool {
	for _, o := range s.Commands() {
		if o.Span.Start <= cmd.Span.Start {
			continue
		}
		if c := callOf(s, o); c != nil && c.Tool == "poetry" && c.Verb == "config" && c.Has("--unset") {
			return true
		}
		if o.Unwrapped().Name() == "rm" && slices.ContainsFunc(o.Unwrapped().Args(), func(w shell.Word) bool {
			return strings.Contains(w.Value, "auth.toml") || strings.Contains(w.Value, "pypoetry") || strings.HasSuffix(strings.TrimRight(w.Value, "/*"), ".config")
		}) {
			return true
		}
	}
	return false
}
