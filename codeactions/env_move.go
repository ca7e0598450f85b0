package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/source"
)

// envMove plans the ENV block of Poetry: the environment in the project's
// folder, and the cache folder named.
type envMove struct {
	*request
	in *analysis.Install
	// nameCache: POETRY_CACHE_DIR is wanted too.
	nameCache bool
	// alone: nothing but the block changes, so that the move itself must be
	// worth its risk.
	alone bool
	// override: what other stages say about the environment's place stays, and
	// the block, which Poetry heeds before its configuration, says otherwise.
	override bool

	// carried are the copies that take the packages to other stages.
	carried []carried

	edits []Edit
	// pairs are the missing pairs of the block, untrue the comments that go.
	pairs, untrue []string
}

// The block's values; docs/configuration.md of Poetry names the settings.
// POETRY_NO_INTERACTION does nothing in a RUN (stdin is no terminal there) and
// stands in the block by custom.
const (
	noInteraction = "POETRY_NO_INTERACTION"
	inProjectVar  = "POETRY_VIRTUALENVS_IN_PROJECT"
	createVar     = "POETRY_VIRTUALENVS_CREATE"
	cacheVar      = "POETRY_CACHE_DIR"
	cachePath     = "/tmp/poetry_cache"
)

func (m *envMove) plan() Action {
	if by := switchesUser(m.in); by != "" && m.in.FreshEnv() {
		return refuse("line %d installs through `%s`, which does not hand the image's ENV on", m.line(m.in.Cmd.Span.Start), by)
	}
	for _, key := range []string{"virtualenvs.create", "virtualenvs.in-project", "virtualenvs.path"} {
		if s := m.Setting(m.in.Call, key); s.Source == "env" && s.At == m.in.Step.Instruction {
			return refuse("line %d sets %s for this command alone, which an ENV block would not change", m.line(m.in.Cmd.Span.Start), python.ConfigEnv(key))
		}
	}
	moves := m.in.Env.Kind == analysis.EnvCache || m.in.Env.Kind == analysis.EnvSystem
	if moves {
		if reason := m.mayMove(); reason != "" {
			return refuse("%s", reason)
		}
		if m.alone {
			if reason := m.noGain(); reason != "" {
				return refuse("%s", reason)
			}
		}
	}
	if moves || m.in.Env.Kind == analysis.EnvInProject && m.in.Env.Setting.Source == "config" {
		for _, v := range []string{inProjectVar, createVar} {
			if reason := m.set(v, "1"); reason != "" {
				return refuse("%s", reason)
			}
		}
		if reason := m.dropConfig(); reason != "" {
			return refuse("%s", reason)
		}
	}
	if m.nameCache && (m.unsetTarget() || m.mayNameCache()) {
		m.pairs = append(m.pairs, cacheVar+"="+cachePath)
	}
	if len(m.pairs) > 0 && !m.in.Step.Var(noInteraction).Set {
		m.pairs = append([]string{noInteraction + "=1"}, m.pairs...)
	}
	a := Action{}
	if len(m.carried) > 0 {
		a.Level = Review
		a.Note = "The other stages get the packages as the environment " + path.Join(m.in.Dir, ".venv") + ", and nothing else of the folders that were copied."
	}
	if m.in.Env.Kind == analysis.EnvSystem {
		bin := path.Join(m.in.Dir, ".venv", "bin")
		if !onPath(m.in.Step, bin) {
			m.pairs = append(m.pairs, `PATH="`+bin+`:$PATH"`)
		}
		a.Level = Review
		a.Note = strings.TrimSpace(a.Note + " The packages move from the image's Python to " + path.Dir(bin) + ", which PATH now names first: check programs that call /usr/local/bin/python by its path.")
	}
	m.carry()
	if reason := m.fitComments(); reason != "" {
		return refuse("%s", reason)
	}
	m.place()
	if reason := m.verifyCarried(); reason != "" {
		return refuse("%s", reason)
	}
	a.Note += m.commentNote()
	a.Edits = m.edits
	if len(a.Edits) == 0 {
		return refuse("%s", m.nothingToAdd())
	}
	return a
}

// nothingToAdd says why the block has nothing to add.
func (m *envMove) nothingToAdd() string {
	if cmd := m.cacheUser(m.in); cmd != nil {
		return "line " + itoa(m.line(cmd.Span.Start)) + " uses the cache folder where it is now (`" + short(m.Doc.Slice(cmd.Span)) + "`)"
	}
	at := "line " + itoa(m.line(m.in.Cmd.Span.Start))
	if how := m.EnvLost(m.in); how != "" {
		return "the environment of " + at + " is in the project's folder already, which " + how
	}
	return "two users call Poetry in the stage of " + at + ", who could not share one cache folder"
}

// set makes sure that a variable has a value at the install: a pair to add, or
// the value of the pair that is there replaced.
func (m *envMove) set(name, value string) string {
	v := m.in.Step.Var(name)
	if !v.Set {
		m.pairs = append(m.pairs, name+"="+value)
		return ""
	}
	if v.Known && !v.Arg && (v.Value == value || python.BoolSetting(v.Value, m.in.Version) && !python.BoolSettingVaries(v.Value)) {
		return ""
	}
	if v.Arg {
		return "line " + itoa(m.line(v.At.Span.Start)) + " takes " + name + " as a build argument, so that whoever builds decides where the environment is"
	}
	if m.override && v.At.Stage != m.in.Step.Stage.Stage {
		m.pairs = append(m.pairs, name+"="+value)
		return ""
	}
	if v.At.Stage != m.in.Step.Stage.Stage {
		return "line " + itoa(m.line(v.At.Span.Start)) + " sets " + name + " in another stage, which other stages may rely on"
	}
	for _, p := range v.At.Pairs {
		if p.Key == name {
			m.edits = append(m.edits, Edit{p.Value.Span, value})
		}
	}
	return ""
}

// dropConfig takes out the "poetry config" calls that the block replaces.
func (m *envMove) dropConfig() string {
	for _, st := range m.in.Step.Stage.Chain() {
		for _, s := range st.Steps {
			if s.Name != "RUN" {
				continue
			}
			if drop := m.configCommands(s); len(drop) > 0 {
				if reason := m.dropCommands(s, drop); reason != "" {
					return reason
				}
			}
		}
	}
	return ""
}

// configCommands are the places, in a step's program, of the commands that set
// virtualenvs.create and virtualenvs.in-project.
func (m *envMove) configCommands(s *analysis.Step) []int {
	var drop []int
	if len(m.CallsIn(s)) == 0 {
		return nil
	}
	for i, cmd := range s.Commands() {
		c := callIn(m.request, s, cmd)
		if c != nil && c.Tool == "poetry" && c.Verb == "config" && len(c.Args) > 0 &&
			(c.Args[0].Value == "virtualenvs.create" || c.Args[0].Value == "virtualenvs.in-project") {
			drop = append(drop, i)
		}
	}
	return drop
}

// dropCommands takes commands out of a RUN, or the whole RUN if it has no others.
func (m *envMove) dropCommands(s *analysis.Step, drop []int) string {
	cmd := s.Commands()[drop[0]]
	what := "`" + m.Doc.Slice(cmd.Span) + "` in line " + itoa(m.line(cmd.Span.Start))
	if s.Stage != m.in.Step.Stage && m.override {
		return ""
	}
	if s.Stage != m.in.Step.Stage {
		return what + " belongs to another stage, which other stages may rely on"
	}
	if len(drop) == len(s.Commands()) {
		m.edits = append(m.edits, removeBlock(m.Doc, s.Instruction))
		return ""
	}
	text, ok := withoutCommands(m.Doc, m.Doc.Slice(s.Span), s.Shell, drop)
	if !ok {
		return what + " is part of a condition, so that the environment's place is chosen during the build"
	}
	m.edits = append(m.edits, Edit{s.Span, text})
	return ""
}

// unsetTarget says whether a cache mount of the install names POETRY_CACHE_DIR,
// which nothing sets: the mount then lies over the WORKDIR.
func (m *envMove) unsetTarget() bool {
	for _, mt := range m.in.Step.CacheMounts() {
		if namesVariable(mt.Flag.Value, cacheVar) && !m.in.Step.Var(cacheVar).Set {
			return true
		}
	}
	return false
}

// mayNameCache says whether POETRY_CACHE_DIR is missing and can be added
// without defeating a mount or a removal of the folder in use now, and without
// two users sharing the new one.
func (m *envMove) mayNameCache() bool {
	if s := m.Setting(m.in.Call, "cache-dir"); s.Set || m.cacheUser(m.in) != nil {
		return false
	}
	for _, in := range m.Installs {
		if in.Step.Stage == m.in.Step.Stage && (m.CacheMount(in) != nil || len(m.CacheRemovals(in)) > 0 || m.LaterRemoval(in) != nil) {
			return false
		}
	}
	for _, st := range m.in.Step.Stage.Chain() {
		for _, c := range m.Calls(st) {
			if c.Tool == "poetry" && c.Step.User != m.in.Step.User {
				return false
			}
		}
	}
	return true
}

// place writes the missing pairs: into the ENV that already configures Poetry
// above the first use of it, else as a block of its own below the installer.
func (m *envMove) place() {
	if len(m.pairs) == 0 {
		return
	}
	first := m.firstUse()
	if env := m.poetryEnv(first); env != nil && !slices.ContainsFunc(env.Pairs, func(p source.Pair) bool { return p.Key == "PATH" || !plainName.MatchString(p.Key) }) {
		m.edits = append(m.edits, m.appendPairs(env, m.pairs...)...)
		return
	}
	if env := m.oldFormEnv(first); env != nil {
		m.edits = append(m.edits, m.appendToOldForm(env)...)
		return
	}
	text := "ENV " + strings.Join(m.pairs, " "+string(m.Doc.Escape)+m.Doc.Newline+"    ")
	at := first
	if i := m.in.Installer; i != nil && i.Step.Stage == m.in.Step.Stage && i.Step.Pos < first.Pos {
		at = first.Stage.Steps[i.Step.Pos+1]
	}
	if blankAbove(m.Doc, at.Instruction) {
		text += m.Doc.Newline
	}
	m.edits = append(m.edits, before(m.Doc, at.Instruction, text))
}

// oldFormEnv is the last ENV above a step in its stage that sets a variable of
// Poetry as "ENV KEY value", to a plain value; nil if there is none.
func (m *envMove) oldFormEnv(s *analysis.Step) *analysis.Step {
	for i := s.Pos - 1; i >= 0; i-- {
		o := s.Stage.Steps[i]
		if o.Name == "ENV" && len(o.Pairs) == 1 && strings.HasPrefix(o.Pairs[0].Key, "POETRY_") && plainName.MatchString(o.Pairs[0].Key) && plainValue.MatchString(o.Pairs[0].Value.Raw) {
			return o
		}
	}
	return nil
}

// plainName is the name of a variable; one with a quote in it can hold more
// than it seems to.
var plainName = lazyregexp.New(`^[A-Za-z_]\w*$`)

var plainValue = lazyregexp.New(`^[\w./:-]+$`)

// appendToOldForm adds the pairs to an "ENV KEY value", which has room for
// others only as "ENV KEY=value".
func (m *envMove) appendToOldForm(env *analysis.Step) []Edit {
	edits := m.appendPairs(env, m.pairs...)
	if p := env.Pairs[0]; len(m.pairs) > 1 {
		edits = append(edits, Edit{source.Span{Start: p.Span.Start + len(p.Key), End: p.Value.Span.Start}, "="})
	}
	return edits
}

// firstUse is the first step of the stage that calls Poetry.
func (m *envMove) firstUse() *analysis.Step {
	for _, c := range m.Calls(m.in.Step.Stage) {
		if c.Tool == "poetry" && c.Verb != "" && c.Verb != "self" {
			return c.Step
		}
	}
	return m.in.Step
}
