package analysis

// KeptInstaller is the step that puts Poetry, or shows Poetry, in the image of
// a stage that no "poetry install" is part of; nil when the image has none as
// far as the file shows, or has it removed again.
func (f *Facts) KeptInstaller(st *Stage) *Step {
	if len(f.InstallsOf(st)) > 0 {
		return nil
	}
	var kept *Step
	if i := f.InstallerOf(st.End()); i != nil {
		kept = i.Step
	}
	for _, s := range st.Chain() {
		for _, c := range f.calls[s] {
			if c.Tool == "poetry" && kept == nil {
				kept = c.Step
			}
			for _, w := range c.Args {
				if c.Tool == "pip" && c.Verb == "uninstall" && w.Value == "poetry" {
					kept = nil
				}
			}
		}
	}
	return kept
}
