package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// Stage is a build stage with what the build graph says of it.
type Stage struct {
	*source.Stage
	// BaseRef is the base image or stage name with global ARGs expanded.
	// BaseKnown is false when a variable without a value is in it.
	BaseRef   string
	BaseKnown bool
	// Parent is the earlier stage this one starts FROM; nil for an image.
	Parent *Stage
	// Image is what the name of the base image tells; for a stage with a
	// Parent it is the image at the root of the chain.
	Image python.Image
	// Steps are the instructions of the stage, FROM included.
	Steps []*Step
	// Children start FROM this stage; Readers copy or mount from it.
	Children []*Stage
	Readers  []*Step

	facts   *Facts
	vars    map[string][]binding
	endStep *Step
	// folders remembers madeFolders.
	folders map[string]int
	// baseHome remembers Step.baseHome.
	baseHome, baseHomeKnown bool
}

// Step is one instruction with the state of the build in force before it.
type Step struct {
	*source.Instruction
	Stage *Stage
	// Pos is the index in Stage.Steps.
	Pos int
	// Workdir is the absolute working folder in force; WorkdirKnown is false
	// when a variable without a known value decides it.
	Workdir      string
	WorkdirKnown bool
	// WorkdirSet says that a WORKDIR instruction is in force (a base image may set its own).
	WorkdirSet bool
	// User is the USER in force, "" when the base image's stands.
	User string
	// OtherShell says that SHELL names something else than a POSIX shell.
	OtherShell bool
	// Shell are the options of the shell in force that change what a failing
	// command does.
	Shell shell.Options

	program   *shell.Program
	progErr   error
	progDone  bool
	ownPython *bool // whether it names another Python; nil until it is asked
}

// Final is the stage that "docker build" without --target makes; nil without stages.
func (f *Facts) Final() *Stage {
	if len(f.Stages) == 0 {
		return nil
	}
	return f.Stages[len(f.Stages)-1]
}

// Chain is the stage with its ancestors, oldest first.
func (st *Stage) Chain() []*Stage {
	var chain []*Stage
	for s := st; s != nil; s = s.Parent {
		chain = append(chain, s)
	}
	slices.Reverse(chain)
	return chain
}

// Includes says whether o is st or one of its ancestors.
func (st *Stage) Includes(o *Stage) bool {
	for s := st; s != nil; s = s.Parent {
		if s == o {
			return true
		}
	}
	return false
}

// InFinalImage says whether the layers of the stage are part of an image that
// somebody runs: the default target, or a target that a compose file names.
func (f *Facts) InFinalImage(st *Stage) bool {
	if f.Final().Includes(st) {
		return true
	}
	for _, t := range f.targets() {
		if t.Includes(st) {
			return true
		}
	}
	return false
}

// targets are the stages that compose files build by name.
func (f *Facts) targets() []*Stage {
	var out []*Stage
	if f.Project == nil {
		return nil
	}
	for _, s := range f.Project.Services {
		if t := f.StageNamed(s.Target); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// StageNamed finds a stage by its name, letter case ignored; nil if there is none.
func (f *Facts) StageNamed(name string) *Stage {
	if name == "" {
		return nil
	}
	for _, s := range f.Stages {
		if strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return nil
}

// stageBefore resolves a stage reference (name or index) as BuildKit does:
// only stages above the referring one count.
func (f *Facts) stageBefore(ref string, index int) *Stage {
	for i := index - 1; i >= 0; i-- {
		if n := f.Stages[i].Name; n != "" && strings.EqualFold(n, ref) {
			return f.Stages[i]
		}
	}
	if n, ok := atoi(ref); ok && n < index {
		return f.Stages[n]
	}
	return nil
}

func atoi(s string) (int, bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// buildStages fills Facts.Stages: graph, variables and the state before each step.
func (f *Facts) buildStages() {
	f.globals = globalArgs(f.Doc)
	for _, src := range f.Doc.Stages {
		st := &Stage{Stage: src, facts: f, vars: map[string][]binding{}}
		f.Stages = append(f.Stages, st)
		st.resolveBase()
		st.walk()
	}
	for _, st := range f.Stages {
		for _, s := range st.Steps {
			for _, ref := range s.StageRefs() {
				if from := f.stageBefore(ref, st.Index); from != nil {
					from.Readers = append(from.Readers, s)
				}
			}
		}
	}
}

func (st *Stage) resolveBase() {
	ref, unset := st.facts.expandGlobal(st.Base.Raw)
	st.BaseRef, st.BaseKnown = ref, len(unset) == 0 && ref != ""
	if p := st.facts.stageBefore(ref, st.Index); p != nil && st.BaseKnown {
		st.Parent = p
		st.Image = p.Image
		p.Children = append(p.Children, st)
		return
	}
	if st.BaseKnown {
		if img, err := python.ParseImage(ref); err == nil {
			st.Image = img
		}
	}
}

// walk gives each step the state in force before it.
func (st *Stage) walk() {
	state := Step{Stage: st, Workdir: "/", WorkdirKnown: true}
	if p := st.Parent; p != nil {
		last := p.End()
		state.Workdir, state.WorkdirKnown, state.WorkdirSet = last.Workdir, last.WorkdirKnown, last.WorkdirSet
		state.User, state.OtherShell, state.Shell = last.User, last.OtherShell, last.Shell
	} else if st.Image.Lambda {
		state.Workdir, state.WorkdirSet = lambdaEnv["LAMBDA_TASK_ROOT"], true
	} else if st.Image.Family == python.Other {
		// Only of the official images is it known that they set no WORKDIR.
		state.WorkdirKnown = false
	}
	for i, in := range st.Instructions {
		s := state
		s.Instruction, s.Pos = in, i
		step := &s
		st.Steps = append(st.Steps, step)
		st.apply(step, &state)
	}
	state.Instruction, state.Pos = &source.Instruction{Index: -1}, len(st.Steps)
	st.endStep = &state
}

// maxPath is how long a path may be on Linux (PATH_MAX of limits.h).
const maxPath = 4096

// End is a step that stands for the end of the stage and has its state. It has
// no instruction of its own.
func (st *Stage) End() *Step { return st.endStep }

// apply changes the state as the instruction does.
func (st *Stage) apply(s *Step, state *Step) {
	switch s.Name {
	case "WORKDIR":
		if len(s.Words) == 0 {
			return
		}
		dir, unset := s.Expand(joinRaw(s.Words))
		state.WorkdirSet = true
		switch {
		case len(unset) > 0:
			state.WorkdirKnown = false
		case strings.HasPrefix(dir, "/"):
			state.Workdir, state.WorkdirKnown = path.Clean(dir), true
		case len(state.Workdir)+len(dir) > maxPath:
			state.WorkdirKnown = false
		default:
			state.Workdir = path.Join(state.Workdir, dir)
		}
	case "USER":
		if len(s.Words) > 0 {
			user, unset := s.Expand(s.Words[0].Raw)
			if len(unset) > 0 {
				user = s.Words[0].Raw // somebody, but nobody known
			}
			state.User = user
		}
	case "SHELL":
		var words []string
		for _, w := range s.JSON {
			words = append(words, w.Value)
		}
		if len(words) > 0 {
			state.OtherShell, state.Shell = !posixShell(words[0]), shell.OptionsOf(words[1:])
		}
	case "ENV", "ARG":
		for _, p := range s.Pairs {
			st.bind(s, p)
		}
	}
}

func joinRaw(words []source.Word) string {
	raw := make([]string, len(words))
	for i, w := range words {
		raw[i] = w.Raw
	}
	return strings.Join(raw, " ")
}

func posixShell(name string) bool {
	switch path.Base(name) {
	case "sh", "bash", "dash", "ash", "ksh", "zsh":
		return true
	}
	return false
}
