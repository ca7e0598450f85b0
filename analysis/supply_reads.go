package analysis

import "slices"

// Reads is the folder of the project that an export is made from, or that the
// export behind a "pip install" was; known is false when that cannot be told.
func (s *Supply) Reads() (dir string, known bool) {
	c := s.Call
	if s.Of != nil {
		c = s.Of.Call
	}
	return c.folder()
}

// folder follows WORKDIR, "cd" and Poetry's own -C and -P.
func (c *Call) folder() (dir string, known bool) {
	in := &Install{Call: c}
	in.resolveDir()
	return in.Dir, in.DirKnown
}

// RequirementInstalls are the "pip install" commands of a file with Poetry that
// bring the project's dependencies behind its code: out of an export, out of a
// requirements file of the context, or with a wheel that is built of the code
// when nothing has installed them. Stages in which Poetry installs are left out.
func (f *Facts) RequirementInstalls() []*Supply {
	if f.Project.Pyproject == nil || len(f.Installers) == 0 {
		return nil
	}
	var out []*Supply
	for _, st := range f.Stages {
		if len(f.CodeBefore(st.End())) == 0 || slices.ContainsFunc(f.Installs, func(in *Install) bool { return in.Step.Stage == st }) {
			continue
		}
		installed, built := false, false
		for _, s := range f.Supplies(st) {
			switch {
			case s.Kind == SupplyBuild:
				built = true
			case s.Kind == SupplyWheel:
				if built && !installed && !s.Has("--no-deps", "--no-index") {
					out = append(out, s)
				}
			case s.Kind == SupplyExported && len(f.CodeBefore(s.Step)) > 0:
				out = append(out, s)
			case s.Kind == SupplyRequirements && len(f.CodeBefore(s.Step)) > 0 && f.ContextFile(s.Step, s.File) != "":
				out = append(out, s)
			}
			installed = installed || s.Kind == SupplyExported || s.Kind == SupplyRequirements
		}
	}
	return out
}
