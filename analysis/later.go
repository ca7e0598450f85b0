package analysis

import (
	"sort"

	"restage/analysis/shell"
)

// ran is a program that a command of a step runs.
type ran struct {
	pos int
	cmd *shell.Command
}

// ranIn are the programs that a stage's own RUNs run, each with its commands in
// order: their names, and behind "poetry run", "python -m" and wrappers what
// these run. It is read once a stage.
func (f *Facts) ranIn(st *Stage) map[string][]ran {
	if known, ok := f.programs[st]; ok {
		return known
	}
	out := map[string][]ran{}
	for _, s := range st.Steps {
		if s.Name != "RUN" {
			continue
		}
		for _, cmd := range s.Commands() {
			for c := cmd; c != nil; c = c.Inner {
				for _, p := range Programs(s, c.Words) {
					out[p] = append(out[p], ran{s.Pos, cmd})
				}
			}
		}
	}
	f.programs[st] = out
	return out
}

// startedIn are the programs that a stage's containers run.
func (f *Facts) startedIn(st *Stage) map[string]bool {
	if known, ok := f.started[st]; ok {
		return known
	}
	out := map[string]bool{}
	for _, c := range f.Commands(st) {
		for cmd := c.Cmd; cmd != nil; cmd = cmd.Inner {
			for _, p := range Programs(st.End(), cmd.Words) {
				out[p] = true
			}
		}
	}
	f.started[st] = out
	return out
}

// runsLater says whether a program runs with the environment after this
// install: in later steps of this stage, of the stages that start from it or
// copy from it, and in the containers.
func (in *Install) runsLater(program string) bool {
	own := in.Step.Stage
	f := own.facts
	for _, st := range in.users() {
		from := 0
		if st == own {
			from = in.Step.Pos
		}
		all := f.ranIn(st)[program]
		first := sort.Search(len(all), func(i int) bool { return all[i].pos >= from })
		for _, r := range all[first:] {
			if r.cmd != in.Cmd {
				return true
			}
		}
		if f.startedIn(st)[program] {
			return true
		}
	}
	return false
}

// users are the stages that have the environment of an install: its own and
// those that start from it or copy from it.
func (in *Install) users() []*Stage {
	own := in.Step.Stage
	f := own.facts
	if known, ok := f.users[own]; ok {
		return known
	}
	var out []*Stage
	for _, st := range f.Stages[own.Index:] {
		if st.Includes(own) || f.Feeds(own, st) {
			out = append(out, st)
		}
	}
	f.users[own] = out
	return out
}
