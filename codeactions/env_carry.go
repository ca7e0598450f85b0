package codeactions

import (
	"path"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// carried is a copy that takes the packages, from where they are now, to
// another stage: of the folder of an official image's Python that pip installs
// into, of its commands, or of Poetry's folder of environments.
type carried struct {
	*analysis.Copy
	commands bool // it brings commands only
	// behind is the last RUN that goes over the folder of the new environment,
	// below which the copy moves: it would store the environment twice. nil if
	// there is none.
	behind *analysis.Step
}

// What of the prefix of an official image holds packages and their commands.
var (
	packagesFolder = lazyregexp.New(`^/usr/local(/lib(/python\d+\.\d+(/site-packages)?)?)?$`)
	commandsFolder = lazyregexp.New(`^/usr/local/bin(/[^/]+)?$`)
	cacheFolder    = lazyregexp.New(`/pypoetry(/virtualenvs(/[^/]+)?)?$`)
)

// findCarried finds the copies that carry the packages: out of the stage that
// installs, and in turn out of those that got them by a copy.
func (m *envMove) findCarried() {
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			c := m.CopyAt(s)
			if c == nil || c.FromStage == nil || !m.holds(c.FromStage) {
				continue
			}
			if commands, ok := m.carries(c); ok {
				m.carried = append(m.carried, carried{Copy: c, commands: commands})
			}
		}
	}
}

// holds says whether a stage has the packages: it is built on the one that
// installs, or on one that carries them.
func (m *envMove) holds(st *analysis.Stage) bool {
	return st.Includes(m.in.Step.Stage) || m.firstCarried(st) != nil
}

// firstCarried is the first copy that carries packages to a stage; nil if none does.
func (m *envMove) firstCarried(st *analysis.Stage) *carried {
	for i := range m.carried {
		if c := &m.carried[i]; !c.commands && st.Includes(c.Step.Stage) {
			return c
		}
	}
	return nil
}

// carries says whether a copy takes nothing but packages or their commands to
// the same place in its own stage.
func (m *envMove) carries(c *analysis.Copy) (commands, ok bool) {
	if c.Step.Name != "COPY" || c.Step.JSON != nil || !c.DestKnown || len(c.Sources) == 0 {
		return false, false
	}
	for _, src := range c.Sources {
		from := "/" + src.Path
		same := from == c.Dest
		if m.in.Env.Kind == analysis.EnvSystem && commandsFolder.MatchString(from) {
			commands = true
			same = same || path.Dir(from) == c.Dest && from != "/usr/local/bin"
		} else if m.in.Env.Kind == analysis.EnvSystem && !packagesFolder.MatchString(from) ||
			m.in.Env.Kind == analysis.EnvCache && !cacheFolder.MatchString(from) && from != m.in.Env.Folder && from != m.in.Env.Path || commands {
			return false, false
		}
		if !same || !src.Known || src.Glob {
			return false, false
		}
	}
	return commands, true
}

// carry plans the copies: in place of the first of a stage the environment is
// copied, the others go, and PATH names it where the packages were on PATH.
func (m *envMove) carry() {
	venv := path.Join(m.in.Dir, ".venv")
	done := map[*analysis.Stage]bool{}
	var gone []*source.Instruction
	for _, c := range m.carried {
		st := c.Step.Stage
		if done[st] || c.commands && m.firstCarried(st).Step.Stage != st {
			gone = append(gone, c.Step.Instruction)
			continue
		}
		done[st] = true
		env := ""
		if m.in.Env.Kind == analysis.EnvSystem {
			env = `ENV PATH="` + venv + `/bin:$PATH"`
		}
		switch covered := m.covering(st, venv) != nil; {
		case covered && env == "":
			gone = append(gone, c.Step.Instruction)
			continue
		case covered:
			m.edits = append(m.edits, Edit{c.Step.Span, env})
			continue
		}
		words := c.Step.Words
		copied := Edit{source.Span{Start: words[0].Span.Start, End: words[len(words)-1].Span.End}, venv + " " + venv}
		if c.behind != nil {
			gone = append(gone, c.Step.Instruction)
			m.edits = append(m.edits, after(m.Doc, c.behind.Instruction, m.movedCopy(c, copied, env)))
			continue
		}
		m.edits = append(m.edits, copied)
		if env != "" {
			m.edits = append(m.edits, after(m.Doc, c.Step.Instruction, env))
		}
	}
	m.edits = append(m.edits, removeBlocks(m.Doc, gone)...)
}

// movedCopy is the text of a copy of the environment that moves, with its
// comments, and of the ENV behind it.
func (m *envMove) movedCopy(c carried, copied Edit, env string) string {
	s := block(m.Doc, c.Step.Instruction)
	text := ended(m.Doc, m.Doc.Text[s.Start:copied.Start]+copied.New+m.Doc.Text[copied.End:s.End])
	if blankAbove(m.Doc, c.behind.Instruction) {
		text = m.Doc.Newline + text
	}
	if env != "" {
		text += env + m.Doc.Newline
	}
	return text
}

// covering is a copy of a stage that brings the new environment along anyway,
// as a part of the project's folder; nil if there is none.
func (m *envMove) covering(st *analysis.Stage, venv string) *analysis.Copy {
	for _, s := range st.Steps {
		c := m.CopyAt(s)
		if c == nil || c.FromStage == nil || !m.holds(c.FromStage) {
			continue
		}
		for _, src := range c.Sources {
			if from := "/" + src.Path; src.Known && !src.Glob && from != "/" && from != "/." && analysis.Below(venv, from) {
				return c
			}
		}
	}
	return nil
}

// verifyCarried looks at the new text for what the copying stages must have:
// the environment before the system on PATH, if it was the system's.
func (m *envMove) verifyCarried() string {
	if len(m.carried) == 0 || m.in.Env.Kind != analysis.EnvSystem {
		return ""
	}
	f := m.Of(source.Parse(Apply(m.Doc.Text, tidy(m.edits))))
	for _, c := range m.carried {
		if st := f.Stages[c.Step.Stage.Index]; !onPath(st.End(), path.Join(m.in.Dir, ".venv/bin")) {
			return "PATH in the stage of line " + itoa(m.line(c.Step.Span.Start)) + " would not have the environment's commands first"
		}
	}
	return ""
}
