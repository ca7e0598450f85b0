package analysis

import (
	"slices"
	"strings"

	"restage/analysis/source"
)

// reruns remembers what was worked out for Reruns.
type reruns struct {
	// steps has one element for each step of a stage, nil for those that run
	// nothing; ends is the state at the end of a stage.
	steps map[*Stage][]*Rerun
	ends  map[*Stage]*rerunState
	// read are the causes of a path of a stage's image.
	read map[stagePath]causeSet
	// asked counts the paths followed so far.
	asked int
}

// rerunState is what the cache keys of the next instructions depend on.
// (BuildKit, frontend/dockerfile/dockerfile2llb/convert.go: ENV and ARG go into
// the environment of every RUN below and into no other key; WORKDIR, COPY and
// RUN depend on the one above them; all other instructions only change the
// image's configuration.)
type rerunState struct {
	above causeSet
	// vars are the build arguments that the values in force come from;
	// workdir and user those that WORKDIR and USER come from.
	vars          map[string]causeSet
	workdir, user causeSet
	// fresh are variables set since the last RUN: those of others are in above.
	fresh []string
}

// Reruns says of each instruction of a stage, in order, what makes it run
// again. Those that run nothing and only change the image's configuration
// (ENV, CMD, LABEL, ...) are left out.
func (f *Facts) Reruns(st *Stage) []*Rerun {
	f.walkReruns()
	var out []*Rerun
	for _, r := range f.reruns.steps[st] {
		if r != nil {
			out = append(out, r)
		}
	}
	return out
}

// Rerun says the same of one instruction; nil when it runs nothing.
func (f *Facts) Rerun(s *Step) *Rerun {
	f.walkReruns()
	return f.reruns.steps[s.Stage][s.Pos]
}

// walkReruns works out what Reruns and Rerun give.
func (f *Facts) walkReruns() {
	if f.reruns != nil {
		return
	}
	f.reruns = &reruns{steps: map[*Stage][]*Rerun{}, ends: map[*Stage]*rerunState{}, read: map[stagePath]causeSet{}}
	for _, st := range f.Stages {
		f.rerunStage(st)
	}
}

func (f *Facts) rerunStage(st *Stage) {
	state := &rerunState{vars: map[string]causeSet{}}
	if st.Parent != nil {
		state = f.reruns.ends[st.Parent].clone()
	}
	heavy := f.heavySteps(st)
	sets := make([]*causeSet, len(st.Steps))
	for _, s := range st.Steps {
		own, runs := f.rerunStep(s, state)
		if !runs {
			continue
		}
		sets[s.Pos] = &own
		if s.Name == "FROM" && st.Parent != nil {
			f.triggers(st, state)
		}
	}
	list := make([]*Rerun, len(st.Steps))
	for i, set := range sets {
		if set != nil {
			s := st.Steps[i]
			list[i] = &Rerun{Step: s, Causes: set.sorted(), More: set.more, Code: set.code(), Costly: set.code() && heavy[s]}
		}
	}
	f.reruns.steps[st], f.reruns.ends[st] = list, state
}

// triggers runs the ONBUILD instructions of the stage that a stage starts from.
func (f *Facts) triggers(st *Stage, state *rerunState) {
	for _, o := range st.Parent.Steps {
		if o.Name == "ONBUILD" && o.Sub != nil && len(st.Steps) > 0 {
			trigger := *st.Steps[0]
			trigger.Instruction = o.Sub
			trigger.Pos = 1
			f.rerunStep(&trigger, state)
		}
	}
}

func (s *rerunState) clone() *rerunState {
	c := *s
	c.vars = make(map[string]causeSet, len(s.vars))
	for name, set := range s.vars {
		c.vars[name] = set
	}
	c.fresh = slices.Clone(s.fresh)
	return &c
}

// rerunStep gives the causes of one instruction and changes the state as it
// does; runs is false for an instruction that runs nothing.
func (f *Facts) rerunStep(s *Step, state *rerunState) (causes causeSet, runs bool) {
	switch s.Name {
	case "FROM":
		state.above = state.above.union(f.baseCauses(s.Stage))
	case "ARG", "ENV":
		f.setVariables(s, state)
		return causeSet{}, false
	case "USER":
		state.user = f.wordCauses(state, s.Words)
		return causeSet{}, false
	case "WORKDIR":
		state.workdir = state.workdir.union(f.wordCauses(state, s.Words))
		state.above = state.above.union(state.workdir).union(state.user)
	case "COPY", "ADD":
		own := f.copyCauses(s, state)
		if s.linked() {
			state.above = state.above.union(own)
			return own, true
		}
		state.above = state.above.union(own)
	case "RUN":
		for _, name := range state.fresh {
			state.above = state.above.union(state.vars[name])
		}
		state.fresh = nil
		state.above = state.above.union(state.user).union(state.workdir).union(f.mountCauses(s))
	default:
		return causeSet{}, false
	}
	return state.above, true
}

// linked says whether a copy makes a layer of its own, which does not depend on
// what stands above it (--link; not with --chmod).
func (s *Step) linked() bool {
	link, ok := s.Flag("link")
	_, chmod := s.Flag("chmod")
	return ok && link.Value != "false" && !chmod
}

// setVariables notes where the values of ENV and ARG come from. A build
// argument without a default has one as soon as somebody passes it.
func (f *Facts) setVariables(s *Step, state *rerunState) {
	before := state.vars
	after := map[string]causeSet{}
	for _, p := range s.Pairs {
		var from causeSet
		if p.HasValue {
			from = f.wordCauses(state, []source.Word{p.Value})
		} else if set, inherited := f.globalCauses(p.Key); inherited {
			from = set
		} else {
			from = before[p.Key]
		}
		if _, platform := platformArgs[p.Key]; s.Name == "ARG" && !platform {
			from = from.add(Cause{Kind: CauseArg, Name: p.Key, At: s.Instruction})
		}
		after[p.Key] = from
		state.fresh = append(state.fresh, p.Key)
		if s.Name == "ARG" {
			state.vars[p.Key] = from // the next argument of the line may use it
		}
	}
	for name, from := range after {
		state.vars[name] = from
	}
}

// wordCauses are the build arguments that words of a builder instruction come
// from.
func (f *Facts) wordCauses(state *rerunState, words []source.Word) causeSet {
	var out causeSet
	for _, w := range words {
		for _, name := range f.names(w.Raw) {
			out = out.union(state.vars[name])
		}
	}
	return out
}

// names are the variables of a word.
func (f *Facts) names(raw string) []string {
	if !strings.Contains(raw, "$") {
		return nil
	}
	var out []string
	for _, set := range []bool{true, false} {
		source.Expand(raw, f.Doc.Escape, func(n string) (string, bool) {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
			return "x", set
		})
	}
	return out
}

// globalCauses are the arguments above the first FROM that one of them comes
// from, itself included; false when there is none of that name.
func (f *Facts) globalCauses(name string) (causeSet, bool) {
	var out causeSet
	known := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		v, declared := f.globals[name]
		if _, platform := platformArgs[name]; known[name] || platform && !declared || !declared {
			return
		}
		known[name] = true
		out = out.add(Cause{Kind: CauseArg, Name: name, At: v.At})
		for _, p := range v.At.Pairs {
			if p.Key == name && p.HasValue {
				for _, n := range f.names(p.Value.Raw) {
					follow(n)
				}
			}
		}
	}
	follow(name)
	return out, len(known) > 0
}

// baseCauses are what changes the image a stage starts from, other than what
// runs in the stage that it names.
func (f *Facts) baseCauses(st *Stage) causeSet {
	var out causeSet
	words := []string{st.Base.Raw}
	if fl, ok := st.Steps[0].Flag("platform"); ok {
		words = append(words, fl.Value)
	}
	for _, w := range words {
		for _, name := range f.names(w) {
			set, _ := f.globalCauses(name)
			out = out.union(set)
		}
	}
	if st.Parent == nil {
		out = out.with(imageCause(st.BaseRef, st.From)...)
	}
	return out
}

// imageCause is the image behind a reference; none for one that never changes.
func imageCause(ref string, at *source.Instruction) []Cause {
	if ref == "scratch" || strings.Contains(ref, "@sha256:") {
		return nil
	}
	return []Cause{{Kind: CauseImage, Name: ref, At: at}}
}
