package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// EnvInterpreter is the folder of the Python that a carried environment was made
// with, to which its bin/python links: "" when that is not known. Managed says
// that uv fetched it.
func (f *Facts) EnvInterpreter(e *CarriedEnv) (folder string, managed bool) {
	if e.Site {
		return "", false
	}
	if dir := f.managedPython(e.From); e.UV && dir != "" {
		return dir, true
	}
	if _, only := f.OnlyPython(e.From); only && (!e.UV || f.allowsImage(e.From)) {
		return "/usr/local/bin", false
	}
	img := e.From.Image
	if (img.Family == python.Debian || img.Family == python.Ubuntu) && f.installsPython(e.From) && !f.bringsPython(e.From) {
		return "/usr/bin", false
	}
	return "", false
}

// allowsImage says whether uv takes the image's Python: the project allows it
// and asks for no other.
func (f *Facts) allowsImage(st *Stage) bool {
	py := f.Project.Pyproject
	if py == nil || f.Project.Exists(".python-version") {
		return false
	}
	allowed, err := python.ParseConstraint(py.RequiresPython)
	return err == nil && allowed.AllowsAny(st.Image.Python)
}

// managedPython is the folder of the Pythons that uv fetches in a stage, where
// the file says that it does: "uv python install", or an image of uv without a
// Python (docs.astral.sh/uv, "Python versions"). "" otherwise.
func (f *Facts) managedPython(st *Stage) string {
	fetches := false
	dir := ""
	for _, o := range st.Chain() {
		for _, c := range f.calls[o] {
			if c.Tool == "uv" && c.Verb == "python" && len(c.Args) > 0 && c.Args[0].Value == "install" {
				fetches = true
				if home, ok := c.home(); ok {
					dir = path.Join(home, ".local/share/uv/python")
				}
				if v := c.envVar("UV_PYTHON_INSTALL_DIR"); v.Set {
					dir = ""
					if v.Known {
						dir = path.Clean(v.Value)
					}
				}
				if c.Has("--install-dir", "-i") {
					dir = ""
				}
			}
		}
	}
	if !fetches {
		return ""
	}
	return dir
}

// installsPython says whether a stage installs the distribution's Python.
func (f *Facts) installsPython(st *Stage) bool {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			for _, p := range s.PackageCalls() {
				for _, w := range p.Words {
					if p.Installs() && (python.Interpreter(w.Value) || python.DebianPythonPackage(w.Value)) {
						return true
					}
				}
			}
		}
	}
	return false
}

// pythonPlace is what a step has that may put a Python, or a link to one, into place.
var pythonPlace = lazyregexp.New(`/bin/python|\bln\b`)

// LacksInterpreter says that a stage surely has no Python in a folder, and what
// it has instead.
func (f *Facts) LacksInterpreter(st *Stage, folder string, managed bool) bool {
	if f.bringsPython(st) {
		return false
	}
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if s.Name == "RUN" && pythonPlace.MatchString(f.Doc.Slice(s.Span)) {
				return false
			}
			if c := f.CopyAt(s); c != nil && (!c.DestKnown || Below(folder, c.Dest) && !c.FromContext()) {
				return false
			}
		}
	}
	img := st.Image
	distroless := strings.HasPrefix(img.Ref, "gcr.io/distroless/")
	root := st.Chain()[0]
	switch {
	case !root.BaseKnown:
		return false
	case managed:
		return img.Family != python.Other || distroless || root.BaseRef == "scratch"
	case root.BaseRef == "scratch":
		return true
	case folder == "/usr/local/bin":
		return img.Family == python.Debian || img.Family == python.Ubuntu || img.Family == python.Alpine || distroless
	case folder == "/usr/bin":
		return (img.Family == python.OfficialPython || img.Family == python.UVPython) && (img.Slim || img.Alpine) && !f.usesPackages(st) ||
			distroless && !strings.HasPrefix(img.Name, "python3")
	}
	return false
}

// usesPackages says whether a stage installs packages of the distribution, which
// may bring its Python.
func (f *Facts) usesPackages(st *Stage) bool {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if slices.ContainsFunc(s.PackageCalls(), (*Packages).Installs) {
				return true
			}
		}
	}
	return false
}
