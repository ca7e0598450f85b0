package analysis

// BroughtEnv finds the environment that the image of a stage gets from another
// stage: the copy that brings it to the very place where it was made, and the
// first install there. Both are nil when there is none.
func (f *Facts) BroughtEnv(st *Stage) (*Copy, *Install) {
	for _, c := range f.CopiesBefore(st.End()) {
		if c.FromStage == nil || !c.DestKnown {
			continue
		}
		for _, in := range f.InstallsOf(c.FromStage) {
			if in.Deps && (in.Env.Kind == EnvInProject || in.Env.Kind == EnvOwn) && in.Env.Path != "" && c.keepsPlace(in.Env.Path) {
				return c, in
			}
		}
	}
	return nil, nil
}

// keepsPlace says whether a copy brings what lies at a path of its stage to
// the same path.
func (c *Copy) keepsPlace(p string) bool {
	for _, src := range c.Sources {
		if from := join("/", src.Path); src.Known && !src.Glob && from == c.Dest && Below(p, from) {
			return true
		}
	}
	return false
}
