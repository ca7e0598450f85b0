package analysis

import (
	"path"
	"slices"

	"restage/analysis/shell"
)

// MissingReadmes are the readme files that pyproject.toml names and that an
// install of the root package does not find in its folder, relative to the
// build context. Poetry's builder reads them for the package's metadata. Where
// something unknown may have brought them, none is missing.
func (f *Facts) MissingReadmes(in *Install) []string {
	if !in.readsRoot() {
		return nil
	}
	var out []string
	for _, name := range f.Project.Pyproject.Readmes {
		abs := path.Join(in.Dir, name)
		if !f.mayBeThere(in, abs) && f.ContextFile(in.Step, abs) == "" {
			out = append(out, path.Join(f.Project.Dir, name))
		}
	}
	return out
}

// MissingPackages are the package folders and modules that an install of the
// root package does not find, relative to the build context: all of the
// project's, or none.
func (f *Facts) MissingPackages(in *Install) []string {
	if !in.readsRoot() || in.ProjectThere() {
		return nil
	}
	var out []string
	for _, m := range f.Project.Pyproject.Modules {
		if f.mayBeThere(in, path.Join(in.Dir, m.Path)) {
			return nil
		}
		out = append(out, path.Join(f.Project.Dir, m.Path))
	}
	return out
}

// readsRoot says whether an install builds the root package of the project
// that is known here, from a folder into which its pyproject.toml is copied.
func (in *Install) readsRoot() bool {
	f := in.Step.Stage.facts
	rel := f.Project.Manifest("pyproject.toml")
	if f.Project.Pyproject == nil || rel == "" || !in.Root || in.Dynamic || !in.DirKnown {
		return false
	}
	at, _ := f.ArrivesAt(in.Step, rel)
	return at == path.Join(in.Dir, "pyproject.toml")
}

// mayBeThere says whether something may have put a file at or below an absolute
// path before an install: a copy whose files are not known, a mount, a command.
func (f *Facts) mayBeThere(in *Install, abs string) bool {
	for _, c := range f.CopiesBefore(in.Step) {
		if c.FromContext() && c.MayBring(abs) || !c.FromContext() && (!c.DestKnown || Below(abs, c.Dest) || Below(c.Dest, abs)) {
			return true
		}
	}
	for _, fl := range in.Step.Flags {
		if fl.Name != "mount" {
			continue
		}
		target := ParseMount(fl.Value)["target"]
		if ParseMount(fl.Value)["type"] == "bind" && (Below(abs, join(in.Step.Workdir, target)) || !path.IsAbs(target) && !in.Step.WorkdirKnown) {
			return true
		}
	}
	if in.madeBelow(abs) {
		return true
	}
	for _, st := range in.Step.Stage.Chain() {
		for _, s := range st.Steps {
			if s.Name == "RUN" && (st != in.Step.Stage || s.Pos <= in.Step.Pos) && s.mayMake(in, abs) {
				return true
			}
		}
	}
	return false
}

// The programs that make files which their words do not name: those whose last
// word is where, and those that work in their folder.
var (
	copiers = []string{"cp", "mv", "ln", "rsync", "install"}
	makers  = []string{"git", "svn", "hg", "tar", "unzip", "bsdtar", "python", "python3", "make", "bash", "sh", "task", "just", "invoke"}
)

// mayMake says whether a RUN may make a file at or below an absolute path
// before an install: a command names the file, or is one of the makers at work
// in its folder.
func (s *Step) mayMake(in *Install, abs string) bool {
	if !s.MayRun(path.Base(abs)) && !s.MayRun(copiers...) && !s.MayRun(makers...) {
		return false
	}
	dir := path.Dir(abs)
	for _, cmd := range s.Commands() {
		if s == in.Step && cmd.Span.Start >= in.Cmd.Span.Start {
			break
		}
		run := cmd.Unwrapped()
		name, args := path.Base(run.Name()), run.Args()
		at := join(s.Workdir, cmd.Dir)
		near := func(to string) bool { return Below(to, dir) || Below(dir, to) }
		switch {
		case slices.ContainsFunc(args, func(w shell.Word) bool { return path.Base(w.Value) == path.Base(abs) }):
			return true
		case slices.Contains(copiers, name) && len(args) > 0:
			if last := args[len(args)-1]; !last.Static || near(join(at, last.Value)) {
				return true
			}
		case slices.Contains(makers, name) && !onlyModules(args):
			if !cmd.DirKnown || !s.WorkdirKnown || near(at) || slices.ContainsFunc(args, func(w shell.Word) bool { return path.IsAbs(w.Value) && near(w.Value) }) {
				return true
			}
		}
	}
	return false
}

// onlyModules says whether the arguments of python call a module that makes
// nothing in its folder.
func onlyModules(args []shell.Word) bool {
	return len(args) > 1 && args[0].Value == "-m" && slices.Contains([]string{"pip", "venv", "ensurepip", "pipx", "compileall", "poetry"}, args[1].Value)
}
