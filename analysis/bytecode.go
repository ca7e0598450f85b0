package analysis

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// Uncompiled is an environment without bytecode in an image whose containers
// do not store what they compile.
type Uncompiled struct {
	// Install is Poetry's, or nil where uv has installed.
	Install *Install
	Call    *Call
	// Switch is the ENV that keeps Python from writing bytecode; nil where the
	// container's user cannot write it.
	Switch *Step
	// User is who cannot.
	User string
}

// UncompiledEnv finds the environment that the containers of a stage's image
// compile again at each start; nil where there is none, or where that is not
// certain. Poetry writes no bytecode since it installs by itself (1.4,
// P@2.4.1:docs/cli.md, --compile), and neither does uv
// (https://docs.astral.sh/uv/guides/integration/docker/#compiling-bytecode).
func (f *Facts) UncompiledEnv(st *Stage) *Uncompiled {
	u := &Uncompiled{}
	if !f.keepsNothing(st, u) {
		return nil
	}
	source := st
	c, in := f.BroughtEnv(st)
	if in != nil {
		source = c.FromStage
	}
	for _, end := range []*Stage{source, st} {
		for _, o := range end.Chain() {
			for _, s := range o.Steps {
				if s.Name == "RUN" && (s.compiles() || end == st && u.Switch == nil && s.changesOwner()) {
					return nil
				}
			}
		}
	}
	for _, i := range f.InstallsOf(source) {
		if i.Deps && i.VersionKnown && i.Version.AtLeast(1, 4) && !i.Dynamic && !i.Cmd.Place.Conditional && (in == nil || in == i) {
			if i.Has("--compile") || u.Switch == nil && !(c == nil && i.Owner().Root || c != nil && rootCopy(c)) {
				return nil
			}
			if f.Setting(i.Call, "installer.modern-installation").Set {
				return nil // perhaps pip installs, which compiles
			}
			u.Install, u.Call = i, i.Call
			return u
		}
	}
	if in != nil {
		return nil
	}
	for _, o := range source.Chain() {
		for _, s := range f.Supplies(o) {
			if s.Kind == SupplyManager && s.Tool == "uv" && s.Verb == "sync" && u.Switch != nil {
				if v, set := s.envValue("UV_COMPILE_BYTECODE"); set && v != "0" && !strings.EqualFold(v, "false") || s.Has("--compile-bytecode", "--compile") {
					return nil
				}
				u.Call = s.Call
				return u
			}
		}
	}
	return nil
}

// keepsNothing says whether the containers of a stage's image do not store
// bytecode: a variable says so, or they run as a user who is not root.
func (f *Facts) keepsNothing(st *Stage, u *Uncompiled) bool {
	if v := st.End().Var("PYTHONDONTWRITEBYTECODE"); v.Set {
		if !v.Known || v.Arg || v.Value == "" || v.At == nil {
			return false
		}
		for _, o := range st.Chain() {
			for _, s := range o.Steps {
				if s.Instruction == v.At {
					u.Switch = s
				}
			}
		}
		return u.Switch != nil
	}
	user, _, _ := strings.Cut(st.End().User, ":")
	u.User = user
	return user != "" && user != "root" && user != "0" && !strings.Contains(user, "$")
}

// rootCopy says whether what a copy brings belongs to root.
func rootCopy(c *Copy) bool {
	_, chown := c.Step.Flag("chown")
	_, chmod := c.Step.Flag("chmod")
	return !chown && !chmod
}

// compiles says whether a RUN compiles Python files, takes the bytecode away on
// purpose, or may do either: a program that imports the packages stores their
// bytecode, unless the variable is set for it too.
func (s *Step) compiles() bool {
	if _, err := s.Program(); err != nil {
		return true
	}
	v := s.Var("PYTHONDONTWRITEBYTECODE")
	stores := !v.Set || !v.Known || v.Value == ""
	for _, cmd := range s.Commands() {
		for _, w := range cmd.Words {
			if bytecodeWord.MatchString(w.Value) {
				return true
			}
		}
		if stores && !importsNothing(cmd.Unwrapped()) {
			return true
		}
	}
	return false
}

// importsNothing says whether a command is known to import no packages of the
// project's environment.
func importsNothing(u *shell.Command) bool {
	args := u.Args()
	switch name := u.Name(); {
	case name == "" || slices.Contains(plainTools, name):
		return true
	case name == "poetry" || name == "uv":
		return len(args) > 0 && args[0].Value != "run" && !strings.Contains(args[0].Value, "$")
	case isPython(name):
		return len(args) == 0 || len(args) == 1 && args[0].Value == "-" ||
			len(args) > 1 && args[0].Value == "-m" && slices.Contains([]string{"pip", "venv", "virtualenv"}, args[1].Value)
	}
	return false
}

// plainTools are programs that are none of Python's, and pip and its like, which
// compile by themselves what they install.
var plainTools = []string{"pip", "pip3", "pipx", "virtualenv", "apt-get", "apt", "apk", "dpkg", "curl", "wget", "rm", "mkdir", "cp", "mv", "ln", "chown", "chmod", "chgrp", "touch", "cat",
	"echo", "printf", "set", "cd", "export", "test", "[", "true", ":", "sed", "find", "tar", "unzip", "gzip", "useradd", "groupadd", "adduser", "addgroup", "usermod", "git", "which", "ls", ".", "source", "tee", "grep"}

// bytecodeWord is a word of a command that is about bytecode.
var bytecodeWord = lazyregexp.New(`compileall|py_compile|__pycache__|\.py\[?[*cod]`)

// changesOwner says whether a RUN gives files to somebody, or lets others write.
func (s *Step) changesOwner() bool {
	if _, err := s.Program(); err != nil {
		return true
	}
	for _, cmd := range s.Commands() {
		switch cmd.Unwrapped().Name() {
		case "chown", "chmod", "chgrp", "setfacl", "install", "fix-permissions":
			return true
		}
	}
	return false
}
