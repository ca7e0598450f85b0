package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// use notes that the runtime stage runs a program, and says whether it can
// have it: from the slim image itself, or from a package of the full image.
func (c *conversion) use(name string) bool {
	if pkg, ok := python.FullCommand(name); ok {
		c.want(pkg, "`"+name+"`")
		return true
	}
	return plainPrograms[name] || imageCommand[name] || neutralCommand[name] || systemProgram(name)
}

// want notes a package that the slim image lacks.
func (c *conversion) want(pkg, why string) {
	if !slices.Contains(c.needs, pkg) {
		c.needs = append(c.needs, pkg)
		c.because = append(c.because, why)
	}
}

// envProgram says whether a command is Python, a program of the environment or
// a script of the context.
func (c *conversion) envProgram(s *analysis.Step, u *shell.Command, progs []string) bool {
	if strings.HasPrefix(progs[0], "python") {
		return true
	}
	for _, name := range c.packages() {
		if slices.Contains(python.Commands(name), progs[0]) {
			return true
		}
	}
	if p := c.Project.Pyproject; p != nil && c.rootInstalled() {
		for _, script := range p.Scripts {
			if script.Name == progs[0] {
				return true
			}
		}
	}
	v, ok := s.ShellValue(u.Words[0].Value, u.Exports)
	if !ok {
		return false
	}
	if !path.IsAbs(v) {
		v = path.Join(s.Workdir, u.Dir, v)
	}
	return strings.HasSuffix(v, ".py") && c.ContextFile(s, v) != ""
}

// chooseNeeds finds what the full image gave silently: programs that
// containers and scripts call, and libraries that locked packages load. It is
// installed in the slim image; where that cannot be done, both stages stand on
// the full image and the note says which use decides.
func (c *conversion) chooseNeeds() string {
	if !c.full {
		c.needs = nil
		return ""
	}
	for _, cmd := range c.Commands(c.final) {
		for x := cmd.Cmd; x != nil; x = x.Inner {
			for _, p := range analysis.Programs(c.final.End(), x.Words) {
				if pkg, ok := python.FullCommand(p); ok {
					c.want(pkg, "`"+p+"` ("+c.Where(cmd)+")")
				}
			}
		}
	}
	names := c.packages()
	doubt := ""
	for _, name := range names {
		if slices.ContainsFunc(python.Replaces(name), func(r string) bool { return slices.Contains(names, r) }) {
			continue
		}
		libs, ok := python.NeedsLibrary(name, c.distro())
		if !ok && python.MayCompile(name) {
			libs, ok = python.CompiledNeeds(name, c.Project.LockedFiles(name)[name], c.root().Image.Python, c.distro())
		}
		if ok && len(libs) == 0 {
			doubt = name
		}
		for _, lib := range libs {
			if python.FullHas(lib) && !python.InSlim(lib) {
				c.want(lib, name)
			}
		}
	}
	var missing, because []string
	for i, pkg := range c.needs {
		if !slices.Contains(c.kept, pkg) {
			missing, because = append(missing, pkg), append(because, c.because[i])
		}
	}
	c.needs, c.because = missing, because
	if c.whole == "" && doubt == "" && (len(missing) == 0 || c.distro() != "" && !python.DeadMirrors(c.distro())) {
		c.noteUnknown()
		return ""
	}
	why := doubt + ", which may load any library of the full image"
	switch {
	case c.whole != "":
		c.extras = append(c.extras, "Both stages stand on "+c.root().Base.Raw+", because "+c.whole+".")
	case doubt == "":
		why = strings.Join(because, ", ") + ", which the slim image lacks and whose packages cannot be installed there today"
	}
	if c.whole == "" {
		c.extras = append(c.extras, "Both stages stand on "+c.root().Base.Raw+" because of "+why+".")
	}
	c.base, c.full, c.needs = c.root().Base.Raw, false, nil
	c.noteUnknown()
	return ""
}

// noteUnknown names the packages that went to both stages because no table
// knows them.
func (c *conversion) noteUnknown() {
	if len(c.unknown) > 0 {
		slices.Sort(c.unknown)
		c.extras = append(c.extras, "Installed in both stages, because it is not known who needs them: "+strings.Join(slices.Compact(c.unknown), ", ")+".")
	}
}
