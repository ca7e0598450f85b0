package analysis

import (
	"path"
	"sort"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// Installer is one place that brings Poetry into a stage.
type Installer struct {
	// How is "pip", "pipx", "uv", "requirements" (a file that pip reads), "script"
	// (install.python-poetry.org), "get-poetry", "apt", "apk" or "copy" (from
	// another stage).
	How  string
	Step *Step
	// Call is the pip, pipx or uv call; nil for the others. Cmd is the command
	// that runs the script or apt.
	Call *Call
	Cmd  *shell.Command
	// Requirement is the word "poetry==1.4.2"; empty for the others.
	Requirement shell.Word
	// File is the requirements file that names Poetry, relative to the context.
	File string
	// Version is the version asked for; Pinned says that it is exactly known.
	Version python.Version
	Pinned  bool
	// PinnedElsewhere says that a version is named, but by a value from
	// outside (a build argument without default): pinned as far as a reader can tell.
	PinnedElsewhere bool
	// Source is the stage that COPY --from takes it out of; nil otherwise.
	Source *Stage
	// Alone says that such a copy brings nothing but what lies in Poetry's own folder.
	Alone bool
}

// Span is what a finding about the installer underlines.
func (i *Installer) Span() source.Span {
	switch {
	case i.Requirement.Raw != "":
		return i.Requirement.Span
	case i.Cmd != nil:
		return i.Cmd.Span
	default:
		return i.Step.Span
	}
}

var requirement = lazyregexp.New(`^(?i)poetry\s*(\[[^\]]*\])?\s*(.*)$`)

// poetryRequirement splits "poetry[x]==1.4.2" into its constraint; ok is false
// for another package.
func poetryRequirement(v string) (spec string, ok bool) {
	name := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("[=<>!~; @", r) })
	if len(name) == 0 || !strings.EqualFold(name[0], "poetry") {
		return "", false
	}
	m := requirement.FindStringSubmatch(v)
	spec, _, _ = strings.Cut(m[2], ";")
	return strings.TrimSpace(spec), true
}

// installersIn finds the places in one step that install Poetry. calls are those
// of its commands.
func installersIn(s *Step, calls []*Call) []*Installer {
	switch s.Name {
	case "RUN":
		return runInstallers(s, calls)
	case "COPY":
		if fl, ok := s.Flag("from"); ok {
			return copiedInstaller(s, fl.Value)
		}
	}
	return nil
}

func runInstallers(s *Step, calls []*Call) []*Installer {
	var out []*Installer
	for i, cmd := range s.Commands() {
		if c := calls[i]; c != nil && c.Verb == "install" && (c.Tool == "pip" || c.Tool == "pipx") ||
			c != nil && c.Tool == "uv" && (c.Verb == "tool" || c.Verb == "pip") {
			out = append(out, pipInstallers(c)...)
			continue
		}
		if i := scriptInstaller(s, cmd); i != nil {
			out = append(out, i)
		} else if i := distroInstaller(s, cmd); i != nil {
			out = append(out, i)
		}
	}
	return out
}

func pipInstallers(c *Call) []*Installer {
	var out []*Installer
	how := c.Tool
	for _, w := range c.Args {
		v, known := c.Step.ShellValue(w.Value, c.Cmd.Exports)
		spec, ok := poetryRequirement(v)
		if !ok {
			continue
		}
		i := &Installer{How: how, Step: c.Step, Call: c, Cmd: c.Cmd, Requirement: w}
		i.pin(spec, known)
		out = append(out, i)
	}
	for _, o := range c.Options {
		if o.Name == "-r" || o.Name == "--requirement" {
			if i := listedInstaller(c, o); i != nil {
				out = append(out, i)
			}
		}
	}
	return out
}

var poetryLine = lazyregexp.New(`(?im)^poetry(\[[^\]]*\])?\s*([=<>!~][^;#\s\\]*)?`)

// listedInstaller finds Poetry in a requirements file of the context.
func listedInstaller(c *Call, o Option) *Installer {
	f := c.Step.Stage.facts
	rel := f.ContextFile(c.Step, join(join(c.Step.Workdir, c.Cmd.Dir), o.Value))
	if rel == "" {
		return nil
	}
	text, _ := f.Project.ReadContext(rel)
	for _, m := range poetryLine.FindAllStringSubmatch(text, -1) {
		if rest := text[strings.Index(text, m[0])+len(m[0]):]; m[2] == "" && rest != "" && !strings.ContainsRune(" \t\r\n;#\\", rune(rest[0])) {
			continue // poetry-core and the like
		}
		i := &Installer{How: "requirements", Step: c.Step, Call: c, Cmd: c.Cmd, File: rel}
		i.pin(m[2], true)
		return i
	}
	return nil
}

// pin reads a version constraint of a requirement.
func (i *Installer) pin(spec string, known bool) {
	if strings.HasPrefix(spec, "==") && known && !strings.Contains(spec, ",") && !strings.Contains(spec, "*") {
		i.Version, i.Pinned = python.ParseVersion(strings.TrimLeft(spec, "= "))
	} else if strings.HasPrefix(spec, "==") && !known {
		i.PinnedElsewhere = true
	}
}

// namesInstaller says whether a word names one of Poetry's own installers.
func namesInstaller(word string) bool {
	return strings.Contains(word, "install.python-poetry.org") || strings.Contains(word, "install-poetry.py") || strings.Contains(word, "get-poetry.py")
}

// scriptInstaller recognises the official installer: "curl … | python3 -",
// "python3 install-poetry.py", in the command that runs Python.
func scriptInstaller(s *Step, cmd *shell.Command) *Installer {
	run := cmd.Unwrapped()
	if !isPython(run.Name()) {
		return nil
	}
	how, ver := "", ""
	for i, w := range run.Words[1:] {
		switch {
		case namesInstaller(w.Value) || path.Base(w.Value) == "install-poetry.py":
			how = scriptKind(w.Value)
		case fetchedScript(s, cmd, w) != "":
			how = fetchedScript(s, cmd, w)
		case w.Value == "--version" && i+2 < len(run.Words):
			ver = run.Words[i+2].Value
		case strings.HasPrefix(w.Value, "--version="):
			ver = strings.TrimPrefix(w.Value, "--version=")
		}
	}
	if how == "" {
		if !cmd.Place.Piped || cmd.Place.PipeFirst {
			return nil
		}
		how = pipedScript(s, cmd)
		if how == "" {
			return nil
		}
	}
	i := &Installer{How: how, Step: s, Cmd: cmd}
	i.scriptVersion(ver)
	return i
}

// pipedScript says which installer the command before this one in the same
// pipeline downloads.
func pipedScript(s *Step, cmd *shell.Command) string {
	var prev *shell.Command
	for _, c := range s.Commands() {
		if c == cmd {
			break
		}
		prev = c
	}
	if prev == nil || !prev.Place.Piped {
		return ""
	}
	for _, w := range prev.Words {
		if v, _ := s.ShellValue(w.Value, prev.Exports); namesInstaller(v) {
			return scriptKind(v)
		}
	}
	return ""
}

// scriptVersion finds the version that the official installer will install:
// its --version, else POETRY_VERSION (install.python-poetry.org).
func (i *Installer) scriptVersion(opt string) {
	raw, known := opt, true
	if raw == "" {
		raw, _ = i.Cmd.Unwrapped().Assigned("POETRY_VERSION")
	}
	if raw == "" {
		raw, _ = i.Cmd.Assigned("POETRY_VERSION")
	}
	if raw == "" {
		v := i.Step.Var("POETRY_VERSION")
		if !v.Set {
			return
		}
		raw, known = v.Value, v.Known
	} else {
		raw, known = i.Step.ShellValue(raw, i.Cmd.Exports)
	}
	if !known {
		i.PinnedElsewhere = true
		return
	}
	i.Version, i.Pinned = python.ParseVersion(raw)
}

// distroInstaller recognises apt's and apk's packages, whose version the
// distribution's release decides.
func distroInstaller(s *Step, cmd *shell.Command) *Installer {
	run := cmd.Unwrapped()
	name := run.Name()
	if name != "apt-get" && name != "apt" && name != "apk" {
		return nil
	}
	for _, w := range run.Args() {
		pkg := python.AptName(w.Value)
		if name == "apk" {
			pkg = python.AlpineName(w.Value)
		}
		if pkg == "python3-poetry" || name == "apk" && (pkg == "poetry" || pkg == "py3-poetry") {
			i := &Installer{How: "apt", Step: s, Cmd: cmd, Requirement: w}
			if name == "apk" {
				i.How = "apk"
			}
			if ver, ok := strings.CutPrefix(w.Value[len(pkg):], "="); ok {
				i.Version, i.Pinned = python.ParseVersion(strings.SplitN(ver, "-", 2)[0])
			}
			return i
		}
	}
	return nil
}

// Home is the folder that the official installer puts Poetry into, "" when it
// is not installed that way or not known.
func (i *Installer) Home() string {
	if i.How != "script" && i.How != "get-poetry" {
		return ""
	}
	if v, ok := i.Cmd.Unwrapped().Assigned("POETRY_HOME"); ok {
		v, _ = i.Step.ShellValue(v, i.Cmd.Exports)
		return v
	}
	if v, ok := i.Step.shellVar("POETRY_HOME", i.Cmd.Exports); ok {
		return v
	}
	if home, ok := i.Step.Home(); ok {
		if i.How == "get-poetry" {
			return home + "/.poetry"
		}
		return home + "/.local/share/pypoetry"
	}
	return ""
}

// InstallerOf is the installer that provides Poetry at a step: the last one
// before it in its stage, else in the stages it starts from; nil if the file
// installs none.
func (f *Facts) InstallerOf(s *Step) *Installer {
	for st := s.Stage; st != nil; st = st.Parent {
		all := f.installers[st]
		n := len(all)
		if st == s.Stage {
			n = sort.Search(n, func(i int) bool { return all[i].Step.Pos > s.Pos })
		}
		if n > 0 {
			return all[n-1]
		}
	}
	return nil
}
