package analysis

import (
	"slices"
)

// PrecededByDeps says whether an earlier install of the same project has
// already put the dependencies into this one's environment, or a copy brings it
// from the stage of such an install, so that this one only adds the root package.
func (f *Facts) PrecededByDeps(in *Install) bool { return f.precededBy(in, false) }

// NothingToDownload says the same of an install that finds all that it wants,
// tools for development included.
func (f *Facts) NothingToDownload(in *Install) bool { return f.precededBy(in, true) }

// precededBy looks for the earlier install; tools says that it must have those
// for development too.
func (f *Facts) precededBy(in *Install, tools bool) bool {
	for _, c := range f.CopiesBefore(in.Step) {
		if c.FromStage == nil || !c.DestKnown || !c.keepsPlace(in.Env.Path) {
			continue
		}
		for _, o := range f.InstallsOf(c.FromStage) {
			if o.Deps && o.Env.Path == in.Env.Path && o.holds(in) && o.holdsTools(in) {
				return true
			}
		}
	}
	for _, o := range f.Installs {
		if o == in {
			return false
		}
		if o.Deps && !o.Cmd.Place.Conditional && in.Step.Stage.Includes(o.Step.Stage) && o.Dir == in.Dir && o.holds(in) && (!tools || o.holdsTools(in)) {
			return true
		}
	}
	return false
}

// holds says whether an install selects all groups and extras that another one
// does. Groups of development tools do not count: whether they are wanted at
// all is another rule's question.
func (in *Install) holds(o *Install) bool {
	have := in.Selected()
	for _, g := range o.Selected() {
		if !slices.Contains(have, g) && g != "main" && !in.Step.Stage.facts.DevGroup(g) {
			return false
		}
	}
	extras := in.Values("-E", "--extras")
	for _, e := range o.Values("-E", "--extras") {
		if !slices.Contains(extras, e) && !in.Has("--all-extras") {
			return false
		}
	}
	return !o.Has("--all-extras") || in.Has("--all-extras")
}

// holdsTools says whether an install selects all groups that another one does.
func (in *Install) holdsTools(o *Install) bool {
	have := in.Selected()
	return !slices.ContainsFunc(o.Selected(), func(g string) bool { return g != "main" && !slices.Contains(have, g) })
}
