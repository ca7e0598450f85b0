package analysis

import (
	"slices"
	"strings"

	"restage/analysis/python"
)

// MissingLibrary is a package that the environment of the final image has for
// certain, with the Debian packages that it loads and the image lacks.
type MissingLibrary struct {
	Dependency string // normalised name
	Packages   []string
	// Stage is the final stage.
	Stage *Stage
}

// MissingLibraries are what direct dependencies of the project load when they
// are imported and the final image does not have. Nothing is missing where
// anything unknown may bring it: other base images than the slim ones of
// Python and Debian, packages of no table, folders of libraries copied from
// another stage, other installers.
func (f *Facts) MissingLibraries() []MissingLibrary {
	st := f.Final()
	py := f.Project.Pyproject
	if st == nil || py == nil || f.ForDevelopment(st) || !f.installsMain(st) {
		return nil
	}
	img := st.Image
	if img.Family != python.OfficialPython && img.Family != python.UVPython && img.Family != python.Debian || !img.Slim || img.Codename == "" || img.Lambda {
		return nil
	}
	installed, known := st.aptPackages()
	if !known {
		return nil
	}
	wheels := map[string]python.Wheels{}
	if lock := f.Project.Lock; lock != nil && !lock.Broken {
		for _, p := range lock.Packages {
			wheels[p.Name] = python.Wheels{Known: p.FilesKnown, Linux: p.LinuxWheel}
		}
	}
	var out []MissingLibrary
	for _, d := range py.Dependencies {
		if d.Group != "main" || d.Optional || d.Markers != "" || slices.ContainsFunc(out, func(m MissingLibrary) bool { return m.Dependency == d.Name }) {
			continue
		}
		if _, locked := wheels[d.Name]; !locked || replaced(d.Name, wheels) {
			continue // the lock file says what is installed
		}
		m := MissingLibrary{Dependency: d.Name, Stage: st}
		loads := python.Loads(d.Name, img.Codename, wheels[d.Name])
		if len(loads) == 0 {
			loads = f.compiledWith(st, d.Name)
		}
		for _, pkg := range loads {
			gives := python.InSlim(pkg) || slices.ContainsFunc(installed, func(have string) bool { ok, _ := python.AptGives(have, pkg); return ok })
			if !gives && !slices.Contains(m.Packages, pkg) {
				m.Packages = append(m.Packages, pkg)
			}
		}
		if len(m.Packages) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// compiledWith are the libraries of a package that the stage which brings the
// environment compiles, for want of a wheel: those that this stage has for certain.
func (f *Facts) compiledWith(st *Stage, name string) []string {
	_, in := f.BroughtEnv(st)
	if in == nil || !python.MayCompile(name) {
		return nil
	}
	maker := in.Step.Stage
	libs, _ := python.CompiledNeeds(name, f.Project.LockedFiles(name)[name], maker.Image.Python, st.Image.Codename)
	installed, _ := maker.aptPackages()
	return slices.DeleteFunc(libs, func(lib string) bool {
		has := maker.Image.Full() && python.FullHas(lib) || slices.ContainsFunc(installed, func(have string) bool { ok, _ := python.AptGives(have, lib); return ok })
		return !has
	})
}

// replaced says whether the lock file has a package that brings another one's library.
func replaced(name string, wheels map[string]python.Wheels) bool {
	return slices.ContainsFunc(python.Replaces(name), func(r string) bool { _, ok := wheels[r]; return ok })
}

// installsMain says whether the image of a stage has an environment into which
// the main dependencies are installed.
func (f *Facts) installsMain(st *Stage) bool {
	installs := f.InstallsOf(st)
	if _, in := f.BroughtEnv(st); in != nil {
		installs = []*Install{in}
	}
	return slices.ContainsFunc(installs, func(in *Install) bool {
		return in.Deps && !in.Dynamic && !in.Foreign() && (!in.Has("--only") || slices.Contains(in.Values("--only"), "main"))
	})
}

// otherInstallers are programs that put libraries into an image and are not
// read here.
var otherInstallers = []string{"dpkg", "conda", "mamba", "micromamba", "yum", "dnf", "microdnf", "zypper", "brew", "make", "cmake", "ldconfig", "gdebi", "playwright", "nix"}

// aptPackages are the names of the Debian packages that a stage and those it
// starts from install; known is false where something else may bring libraries.
func (st *Stage) aptPackages() (names []string, known bool) {
	f := st.facts
	for _, c := range f.CopiesBefore(st.End()) {
		if !c.FromContext() && (!c.DestKnown || c.Dest == "/" || Below(c.Dest, "/usr") && !Below(c.Dest, "/usr/src") || strings.HasPrefix(c.Dest, "/lib")) && !c.pythonOnly() {
			return nil, false
		}
	}
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if s.Name != "RUN" {
				continue
			}
			if s.MayRun(otherInstallers...) {
				for _, cmd := range s.Commands() {
					if slices.Contains(otherInstallers, cmd.Unwrapped().Name()) {
						return nil, false
					}
				}
			}
			for _, p := range s.PackageCalls() {
				if !p.Installs() {
					continue
				}
				if !p.Known || p.Apk {
					return nil, false
				}
				for _, w := range p.Words {
					if _, ok := python.AptGives(w.Value, ""); !ok && !strings.HasPrefix(w.Value, "fonts-") && !strings.HasPrefix(w.Value, "tesseract-ocr-") {
						return nil, false
					}
					names = append(names, w.Value)
				}
			}
		}
	}
	return names, true
}

// pythonOnly says whether a copy brings Python's own folders: packages and
// their programs.
func (c *Copy) pythonOnly() bool {
	return c.DestKnown && (strings.Contains(c.Dest, "/site-packages") || strings.Contains(c.Dest, "/dist-packages") || c.Dest == "/usr/local/bin" || Below(c.Dest, "/usr/local/bin"))
}
