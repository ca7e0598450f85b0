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

// command gives a build argument that commands use as a secret of the same name.
func (m *secretMove) command() string {
	if m.x.Literal {
		return fmt.Sprintf("the credentials stand in line %d themselves: they have to be changed in any case, and the new ones kept out of the file", m.line(m.x.Span.Start))
	}
	for _, name := range m.x.From {
		if !m.onlyArg(name) {
			return fmt.Sprintf("%s is set by ENV, which whoever runs the image may read", name)
		}
		if why := m.takeAway(name); why != "" {
			return why
		}
		if line := m.usedElsewhere(name, m.isRun); line > 0 {
			return fmt.Sprintf("line %d uses %s too", line, name)
		}
	}
	for _, name := range m.x.From {
		id := strings.ToLower(name)
		m.given = append(m.given, "id="+id+",env="+name)
		for _, st := range m.Stages {
			for _, s := range st.Steps {
				if s.Name != "RUN" || !m.visible(s) {
					continue
				}
				if slices.Contains(variablesOf(m.Doc.Slice(s.Span)), name) {
					m.mounts[s] = append(m.mounts[s], "--mount=type=secret,id="+id+",env="+name)
				} else if _, why := m.reads(s, name); why != "" {
					return why
				}
			}
		}
	}
	return ""
}

// repository is a name of a repository that can be written in a variable.
var repository = lazyregexp.New(`^(http-basic|pypi-token)\.([\w-]+)$`)

// config replaces "poetry config http-basic.NAME" by the variables that Poetry
// reads instead: upper case, with "_" for "-" (Config.get of every version).
func (m *secretMove) config() string {
	s, cmd := m.x.Step, m.x.Cmd
	at := repository.FindStringSubmatch(m.x.Name)
	if at == nil {
		return "the name in " + m.x.Name + " cannot be written in a variable"
	}
	words := cmd.Unwrapped().Words
	i := slices.IndexFunc(words, func(w shell.Word) bool { return w.Value == m.x.Name })
	given := slices.DeleteFunc(slices.Clone(words[i+1:]), func(w shell.Word) bool { return strings.HasPrefix(w.Value, "-") })
	name := strings.ToUpper(strings.ReplaceAll(at[2], "-", "_"))
	keys := []string{"POETRY_PYPI_TOKEN_" + name}
	if at[1] == "http-basic" {
		keys = []string{"POETRY_HTTP_BASIC_" + name + "_USERNAME", "POETRY_HTTP_BASIC_" + name + "_PASSWORD"}
	}
	if why := m.configStays(at[2]); why != "" {
		return why
	}
	env := ""
	for k, key := range keys {
		w := given[k]
		switch secret := k == len(keys)-1; {
		case w.Static && !secret:
			env = "ENV " + key + "=" + w.Raw
		case w.Static:
			return fmt.Sprintf("the password stands in line %d itself: it has to be changed in any case, and the new one kept out of the file", m.line(cmd.Span.Start))
		default:
			if why := m.configValue(w, key); why != "" {
				return why
			}
		}
	}
	if env != "" && !plainWord.MatchString(env) {
		return fmt.Sprintf("the user's name in line %d has characters that ENV reads in another way", m.line(cmd.Span.Start))
	}
	return m.dropCommand(s, cmd, env)
}

var plainWord = lazyregexp.New(`^ENV \w+=[\w.@+-]+$`)

// configValue mounts one value of "poetry config" as the variable instead.
func (m *secretMove) configValue(w shell.Word, key string) string {
	if file := mountedFile.FindStringSubmatch(w.Value); file != nil {
		return m.mountWhereRead(file[1], strings.ToUpper(file[1]), key)
	}
	if !wholeValue.MatchString(w.Raw) || len(w.Vars) != 1 {
		return fmt.Sprintf("line %d puts the value together from more than one build argument", m.line(w.Span.Start))
	}
	from := w.Vars[0]
	if !m.onlyArg(from) {
		if m.mounted(from) == "" {
			return fmt.Sprintf("%s in line %d is no build argument of this file", from, m.line(w.Span.Start))
		}
		return m.mountWhereRead(m.mounted(from), from, key)
	}
	own := func(in *source.Instruction) bool { return in == m.x.Step.Instruction }
	if line := m.usedElsewhere(from, own); line > 0 || strings.Count(m.Doc.Slice(m.x.Step.Span), from) > 1 {
		return fmt.Sprintf("%s is used for more than %s", from, m.x.Name)
	}
	if why := m.takeAway(from); why != "" {
		return why
	}
	return m.mountWhereRead(strings.ToLower(from), from, key)
}

// mountedFile is a shell's reading of a mounted secret.
var mountedFile = lazyregexp.New(`^\$\((?:cat |< ?)/run/secrets/([\w.-]+)\)$`)

// mounted is the id of the secret that the step mounts as a variable.
func (m *secretMove) mounted(name string) string {
	for _, fl := range m.x.Step.Flags {
		if mt := analysis.ParseMount(fl.Value); fl.Name == "mount" && mt["type"] == "secret" && mt["env"] == name {
			return mt["id"]
		}
	}
	return ""
}

// configStays: other commands that need what Poetry has stored.
func (m *secretMove) configStays(repo string) string {
	for _, st := range m.Stages {
		for _, c := range m.Calls(st) {
			if c.Tool == "poetry" && c.Verb == "config" && c.Has("--unset") && strings.Contains(m.Doc.Slice(c.Cmd.Span), repo) {
				return fmt.Sprintf("line %d takes the setting away again, which fails where nothing is stored", m.line(c.Cmd.Span.Start))
			}
		}
		for _, s := range st.Steps {
			if c := m.CopyAt(s); c != nil && c.FromStage != nil && slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool {
				return strings.Contains(src.Path, "pypoetry") || strings.HasSuffix(src.Path, ".config")
			}) {
				return fmt.Sprintf("line %d copies Poetry's configuration to another stage", m.line(s.Span.Start))
			}
		}
	}
	return m.readAtStart("POETRY_HTTP_BASIC")
}

// dropCommand takes the command out of its RUN, with an ENV for the user's name
// above the RUN or in its place.
func (m *secretMove) dropCommand(s *analysis.Step, cmd *shell.Command, env string) string {
	if len(s.Commands()) == 1 {
		if env != "" {
			m.edits = append(m.edits, Edit{s.Span, m.Doc.IndentOf(s.Instruction) + env})
		} else {
			m.edits = append(m.edits, removeBlock(m.Doc, s.Instruction))
		}
		return ""
	}
	reads, why := m.reads(s, "POETRY_HTTP_BASIC")
	if why != "" {
		return why
	}
	text, ok := withoutCommands(m.Doc, m.Doc.Slice(s.Span), s.Shell, []int{slices.Index(s.Commands(), cmd)})
	if !ok {
		return fmt.Sprintf("the command of line %d is part of a condition", m.line(cmd.Span.Start))
	}
	if reads {
		m.placed = true
		text = text[:len("RUN")] + " " + strings.Join(m.flags, " ") + text[len("RUN"):]
	}
	if env != "" {
		m.edits = append(m.edits, before(m.Doc, s.Instruction, env))
	}
	m.edits = append(m.edits, Edit{s.Span, text})
	return ""
}

// dropPairs takes pairs out of an ENV or ARG, or the whole instruction if it
// has no others.
func (m *secretMove) dropPairs(in *source.Instruction, pairs []source.Pair) ([]Edit, string) {
	gone := func(p source.Pair) bool {
		return slices.ContainsFunc(pairs, func(o source.Pair) bool { return o.Span == p.Span })
	}
	if !slices.ContainsFunc(in.Pairs, func(p source.Pair) bool { return !gone(p) }) {
		return []Edit{removeBlock(m.Doc, in)}, ""
	}
	var edits []Edit
	kept := false
	for i, p := range in.Pairs {
		if !gone(p) {
			kept = true
			continue
		}
		span := source.Span{Start: p.Span.Start}
		if kept {
			span = source.Span{Start: in.Pairs[i-1].Span.End, End: p.Span.End}
		} else {
			span.End = in.Pairs[i+1].Span.Start
		}
		for _, c := range in.Comments {
			if c.Start >= span.Start && c.End <= span.End {
				return nil, fmt.Sprintf("a comment in line %d stands inside of the instruction, beside what would be taken away", m.line(c.Start))
			}
		}
		edits = append(edits, remove(span))
	}
	return edits, ""
}

// note says what the command that builds has to give from now on.
func (m *secretMove) note() string {
	var secrets []string
	for _, g := range m.given {
		if s := "`--secret " + g + "`"; !slices.Contains(secrets, s) {
			secrets = append(secrets, s)
		}
	}
	text := "The build needs " + strings.Join(secrets, " and ")
	if len(m.args) > 0 {
		text += " in place of `--build-arg " + strings.Join(m.args, " --build-arg ") + "`"
	}
	text += " from now on, and BuildKit with the frontend docker/dockerfile 1.10 or newer"
	for _, s := range m.Project.Services {
		for _, name := range m.args {
			if _, ok := s.Args[name]; ok {
				return text + fmt.Sprintf("; the service %s of %s passes %s as a build argument and has to name it under secrets.", s.Name, s.Path, name)
			}
		}
	}
	if m.x.Literal {
		return text + "; what stood in the file is known to whoever has its history, and has to be changed."
	}
	return text + "."
}
