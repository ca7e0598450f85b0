package analysis

import (
	"slices"

	"restage/analysis/python"
)

// heavySteps are the RUNs of a stage that take long and whose result does not
// depend on the project's code: installs of dependencies and of packages of
// the system. A second call that finds everything in place is none.
func (f *Facts) heavySteps(st *Stage) map[*Step]bool {
	heavy := map[*Step]bool{}
	for _, in := range f.Installs {
		if in.Step.Stage == st && in.Deps && !f.PrecededByDeps(in) {
			heavy[in.Step] = true
		}
	}
	synced := false
	for _, s := range f.Supplies(st) {
		heavy[s.Step] = heavy[s.Step] || s.heavy() && !(s.Kind == SupplyManager && synced)
		synced = synced || s.Kind == SupplyManager
	}
	for _, x := range f.Indirect(st) {
		if s := f.supplyOf(x.Call.ran()); x.Install != nil && x.Install.Deps || s != nil && s.heavy() {
			heavy[x.Step] = true
		}
	}
	for _, s := range st.Steps {
		if s.Name == "RUN" && !heavy[s] && s.installsPackages() {
			heavy[s] = true
		}
	}
	return heavy
}

// heavy says whether a supply fetches packages, and not only puts the project
// itself in its place.
func (s *Supply) heavy() bool {
	switch s.Kind {
	case SupplyExported, SupplyRequirements, SupplyPackages, SupplyBundle, SupplyManager, SupplyPoetryOther:
		return true
	case SupplyProject, SupplyWheel:
		return !s.Has("--no-deps")
	}
	return false
}

// packageTools install packages of the system or of another language, with the
// sub-commands that do it.
var packageTools = map[string][]string{
	"apt-get": {"install", "upgrade", "dist-upgrade"}, "apt": {"install", "upgrade"}, "apk": {"add", "upgrade"},
	"yum": {"install"}, "dnf": {"install"}, "microdnf": {"install"}, "npm": {"install", "ci", "i"}, "pnpm": {"install", "i"},
	"yarn": {"install"}, "conda": {"install"}, "mamba": {"install"}, "gem": {"install"}, "cargo": {"install"}, "playwright": {"install"},
}

// installsPackages says whether a RUN installs packages that are none of Python.
func (s *Step) installsPackages() bool {
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		verbs := packageTools[u.Name()]
		for _, w := range u.Args() {
			if slices.Contains(verbs, w.Value) {
				return true
			}
		}
	}
	return false
}

// PythonStage says whether a stage has to do with Python: by its image, or by
// what it or a stage that starts from it calls.
func (f *Facts) PythonStage(st *Stage) bool {
	if st.Image.Family == python.OfficialPython || st.Image.Family == python.UVPython || st.Image.Lambda {
		return true
	}
	for _, o := range st.Chain() {
		if len(f.calls[o]) > 0 || len(f.installers[o]) > 0 {
			return true
		}
		for _, s := range o.Steps {
			if s.Name == "CMD" || s.Name == "ENTRYPOINT" {
				for _, cmd := range s.Commands() {
					if n := cmd.Unwrapped().Name(); n == "python" || n == "python3" || n == "poetry" {
						return true
					}
				}
			}
		}
	}
	return slices.ContainsFunc(st.Children, f.PythonStage)
}

// Python says whether any stage has to do with Python: restage has nothing to
// say of other files.
func (f *Facts) Python() bool { return slices.ContainsFunc(f.Stages, f.PythonStage) }
