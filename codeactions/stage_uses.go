package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// calls says whether something in the runtime stage runs a command of a package.
func (c *conversion) calls(pkg string) bool {
	used := c.runtimeCommands()
	return slices.ContainsFunc(python.ToolCommands(pkg), func(cmd string) bool { return used[cmd] })
}

// called are the packages, given by their commands, whose command something in
// the runtime stage runs.
func (c *conversion) called(parts map[string]string) []string {
	used := c.runtimeCommands()
	var out []string
	for cmd, pkg := range parts {
		if used[cmd] {
			out = append(out, pkg)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// runtimeCommands are the names of all programs that the containers run, that
// RUNs behind the install run, and that locked packages are known to call.
func (c *conversion) runtimeCommands() map[string]bool {
	if c.used != nil {
		return c.used
	}
	c.used = map[string]bool{}
	add := func(s *analysis.Step, cmd *shell.Command) {
		for x := cmd; x != nil; x = x.Inner {
			for _, p := range analysis.Programs(s, x.Words) {
				c.used[p] = true
			}
		}
	}
	for _, cmd := range c.Commands(c.final) {
		add(c.final.End(), cmd.Cmd)
	}
	for _, s := range c.steps {
		if s.Index <= c.last.Index {
			for _, p := range c.replayed(s) {
				c.used[p] = true
			}
		}
		if s.Name == "RUN" && s.Index >= c.last.Index {
			for _, cmd := range s.Commands() {
				if s == c.last && !c.behindInstall(s, cmd) {
					continue
				}
				add(s, cmd)
				for _, x := range c.Started(s, cmd) {
					add(s, x.Cmd)
				}
			}
		}
	}
	for _, name := range c.packages() {
		for _, lib := range python.SystemLibraries(name) {
			c.used[lib] = true
		}
	}
	return c.used
}
