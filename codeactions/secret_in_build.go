package codeactions

import (
	"fmt"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// mountSecret gives the value to the instructions that need it as a secret
// mount, and takes what kept it away.
func mountSecret(r *request) Action {
	m := &secretMove{request: r, x: r.finding.Subject.(*analysis.SecretInBuild), drop: map[*source.Instruction][]source.Pair{}, mounts: map[*analysis.Step][]string{}}
	if why := m.frontend(); why != "" {
		return refuse("%s", why)
	}
	plan := map[analysis.SecretKind]func() string{
		analysis.SecretVariable: m.variable, analysis.SecretCommand: m.command, analysis.SecretConfig: m.config,
	}
	if why := plan[m.x.Kind](); why != "" {
		return refuse("%s", why)
	}
	if len(m.mounts) == 0 && !m.placed {
		return refuse("no instruction below line %d is seen to need it", r.line(m.x.Span.Start))
	}
	for s, flags := range m.mounts {
		m.edits = append(m.edits, addFlags(r.Doc, s, flags))
	}
	for in, pairs := range m.drop {
		edits, why := m.dropPairs(in, pairs)
		if why != "" {
			return refuse("%s", why)
		}
		m.edits = append(m.edits, edits...)
	}
	if !slices.ContainsFunc(r.Doc.Directives, func(d source.Directive) bool { return d.Name == "syntax" }) {
		at := 0
		if strings.HasPrefix(r.Doc.Text, "\ufeff") {
			at = len("\ufeff")
		}
		m.edits = append(m.edits, insert(at, "# syntax=docker/dockerfile:1"+r.Doc.Newline))
	}
	return Action{Level: Review, Edits: m.edits, Note: m.note()}
}

// secretMove is one value on its way from the build into mounts.
type secretMove struct {
	*request
	x *analysis.SecretInBuild
	// drop are the pairs of ENV and ARG to be taken away, mounts the flags that
	// RUNs get.
	drop   map[*source.Instruction][]source.Pair
	mounts map[*analysis.Step][]string
	edits  []Edit
	// flags are those of the mounts; placed says that the RUN of "poetry config"
	// has them.
	flags  []string
	placed bool
	// given are what the command that builds has to give: "id=x,env=X".
	given []string
	args  []string // names of the build arguments that it gave
}

// withoutEnv are the frontends of Docker that cannot mount a secret as a
// variable, which came with 1.10 (docs.docker.com, Dockerfile release notes).
var withoutEnv = lazyregexp.New(`^docker/dockerfile:1\.[0-9](\.\d+)?(-labs)?$`)

// withEnv are those that are known to be able to.
var withEnv = lazyregexp.New(`^(docker\.io/)?docker/dockerfile(:(1|1\.\d\d(\.\d+)?|latest|1-labs|labs))?(@.*)?$`)

func (m *secretMove) frontend() string {
	if how := frontend(m.Doc, withoutEnv); how != "" {
		return "the file asks for the frontend " + how + ", which cannot mount a secret as a variable (that came with 1.10)"
	}
	for _, d := range m.Doc.Directives {
		if d.Name == "syntax" && !withEnv.MatchString(d.Value) {
			return "the file asks for the frontend " + d.Value + ", of which it is not known whether it can mount a secret as a variable"
		}
	}
	return ""
}

// variable moves an ENV or ARG that an installer reads.
func (m *secretMove) variable() string {
	key := m.x.Name
	if why := m.takeAway(key); why != "" {
		return why
	}
	from, whole := "", true
	for _, pairs := range m.drop {
		for _, p := range pairs {
			for _, name := range variablesOf(p.Value.Raw) {
				if name == key {
					continue
				}
				whole = whole && from == "" && wholeValue.MatchString(p.Value.Raw)
				from = name
			}
		}
	}
	given := key
	if from != "" {
		if !m.onlyArg(from) {
			return fmt.Sprintf("%s is put together from %s, which is no build argument of this file alone", key, from)
		}
		if line := m.usedElsewhere(from, nil); line > 0 {
			return fmt.Sprintf("line %d uses %s too", line, from)
		}
		if why := m.takeAway(from); why != "" {
			return why
		}
		if whole {
			given = from
		}
	}
	if line := m.usedElsewhere(key, m.isRun); line > 0 {
		return fmt.Sprintf("line %d uses %s too", line, key)
	}
	if why := m.readAtStart(key); why != "" {
		return why
	}
	return m.mountWhereRead(strings.ToLower(given), given, key)
}

// wholeValue is a value that is one variable and nothing else.
var wholeValue = lazyregexp.New(`^["']?\$(\{\w+\}|\w+)["']?$`)

var variableName = lazyregexp.New(`\$\{?([A-Za-z_]\w*)`)

func variablesOf(raw string) []string {
	var out []string
	for _, m := range variableName.FindAllStringSubmatch(raw, -1) {
		out = append(out, m[1])
	}
	return out
}

// takeAway marks all pairs of a variable for removal.
func (m *secretMove) takeAway(name string) string {
	for _, in := range m.Doc.Instructions {
		if in.Name == "ONBUILD" && in.Sub != nil && slices.ContainsFunc(in.Sub.Pairs, func(p source.Pair) bool { return p.Key == name }) {
			return fmt.Sprintf("line %d sets %s in builds of other files (ONBUILD)", m.line(in.Span.Start), name)
		}
		if in.Name != "ENV" && in.Name != "ARG" {
			continue
		}
		for _, p := range in.Pairs {
			if p.Key == name {
				m.drop[in] = append(m.drop[in], p)
				if in.Name == "ARG" && !slices.Contains(m.args, name) {
					m.args = append(m.args, name)
				}
			}
		}
	}
	return ""
}

// onlyArg says whether nothing but ARG sets a variable.
func (m *secretMove) onlyArg(name string) bool {
	found := false
	for _, in := range m.Doc.Instructions {
		for _, p := range in.Pairs {
			if p.Key == name {
				if in.Name != "ARG" {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// usedElsewhere is the line of an instruction that uses a variable outside of
// what is taken away; 0 if there is none. Instructions that are allowed to do
// so do not count.
func (m *secretMove) usedElsewhere(name string, allowed func(*source.Instruction) bool) int {
	for _, in := range m.Doc.Instructions {
		if allowed != nil && allowed(in) {
			continue
		}
		for _, at := range variableName.FindAllStringSubmatchIndex(m.Doc.Slice(in.Span), -1) {
			start := in.Span.Start + at[0]
			if m.Doc.Text[in.Span.Start+at[2]:in.Span.Start+at[3]] != name {
				continue
			}
			gone := slices.ContainsFunc(m.drop[in], func(p source.Pair) bool { return p.Span.Start <= start && start < p.Span.End })
			if !gone {
				return m.line(start)
			}
		}
	}
	return 0
}

func (m *secretMove) isRun(in *source.Instruction) bool { return in.Name == "RUN" }

// readers are the tools that read a variable, by its beginning.
func readers(key string) []string {
	switch prefix, _, _ := strings.Cut(key, "_"); prefix {
	case "POETRY":
		return []string{"poetry"}
	case "UV":
		return []string{"uv", "uvx"}
	case "PDM":
		return []string{"pdm"}
	case "PIPENV":
		return []string{"pipenv"}
	}
	return []string{"pip", "pipx", "pipenv", "poetry"}
}

// readAtStart: containers that install when they start.
func (m *secretMove) readAtStart(key string) string {
	for _, st := range m.Stages {
		if !m.InFinalImage(st) {
			continue
		}
		for _, c := range m.Commands(st) {
			programs := analysis.Programs(st.End(), c.Cmd.Unwrapped().Words)
			if len(programs) == 1 && slices.Contains(readers(key), programs[0]) {
				return m.Where(c) + " runs `" + programs[0] + "` in the container, which reads " + key + " there"
			}
		}
	}
	return ""
}

// mountWhereRead mounts a secret as a variable in every RUN below the first of
// the pairs that runs a tool which reads it, or names it.
func (m *secretMove) mountWhereRead(id, env, key string) string {
	m.given = append(m.given, "id="+id+",env="+env)
	flag := "--mount=type=secret,id=" + id + ",env=" + key
	m.flags = append(m.flags, flag)
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			if s.Name != "RUN" || !m.visible(s) || m.x.Kind == analysis.SecretConfig && s == m.x.Step {
				continue
			}
			reads, why := m.reads(s, key)
			if why != "" {
				return why
			}
			if reads {
				m.mounts[s] = append(m.mounts[s], flag)
			}
		}
	}
	return ""
}

// visible says whether a step stands below an instruction that is taken away,
// in its stage or one that starts from that.
func (m *secretMove) visible(s *analysis.Step) bool {
	for in := range m.drop {
		if in.Stage != nil && in.Index < s.Index && s.Stage.Includes(m.Stages[in.Stage.Index]) {
			return true
		}
	}
	return m.x.Kind == analysis.SecretConfig && m.x.Step.Index < s.Index && s.Stage.Includes(m.x.Step.Stage)
}

// reads says whether a RUN needs a variable, or why that cannot be told.
func (m *secretMove) reads(s *analysis.Step, key string) (bool, string) {
	reads := slices.Contains(variablesOf(m.Doc.Slice(s.Span)), key)
	if _, err := s.Program(); err != nil {
		return false, fmt.Sprintf("line %d cannot be read as a shell program, so that it is not known whether it needs %s", m.line(s.Span.Start), key)
	}
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		if len(u.Words) == 0 || cmd == m.x.Cmd {
			continue
		}
		name := m.programOf(s, u)
		call := callIn(m.request, s, cmd)
		switch {
		case call != nil:
			reads = reads || slices.Contains(readers(key), call.Tool) && !quietCall(call)
		case slices.Contains(readers(key), name):
			reads = true
		case !systemProgram(name) && !isPythonName(name) && !m.installsPoetry(s, cmd) && !reads:
			return false, fmt.Sprintf("line %d runs `%s`, which may need %s", m.line(cmd.Span.Start), name, key)
		}
	}
	return reads, ""
}

// programOf is the name of a command's program.
func (m *secretMove) programOf(s *analysis.Step, u *shell.Command) string {
	if programs := analysis.Programs(s, u.Words); len(programs) > 0 {
		return programs[0]
	}
	return u.Name()
}

// quietCall says whether a call of a manager fetches nothing.
func quietCall(c *analysis.Call) bool {
	switch c.Verb {
	case "run", "config", "--version", "", "env", "check", "show", "version", "cache", "about":
		return true
	}
	return false
}
