package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
)

// chooseWorkdir gives a build that works in / for want of a WORKDIR a folder
// of its own, /app, if nothing depends on /.
func (c *conversion) chooseWorkdir() string {
	end := c.final.End()
	if c.final.Parent != nil || end.WorkdirSet || !end.WorkdirKnown || c.in.Dir != "/" || c.in.Env.Kind != analysis.EnvInProject || c.dependsOnRoot() {
		return ""
	}
	c.workdir = "/app"
	c.env = "/app/.venv"
	c.extras = append(c.extras, "The container works in /app instead of /, so that the environment has a folder: check what names files of the image from outside, like volumes.")
	return ""
}

// systemFolders are the folders at / that a Debian image has (FHS).
var systemFolders = set("bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var app")

// dependsOnRoot says whether something names the project's files at /, or
// puts files into the system by copying them to /.
func (c *conversion) dependsOnRoot() bool {
	var tops []string
	for _, e := range c.Project.TopEntries() {
		e = strings.TrimSuffix(e, "/")
		if systemFolders[e] {
			return true
		}
		tops = append(tops, e)
	}
	for _, cp := range c.CopiesBefore(c.final.End()) {
		last := cp.Step.Words
		if len(last) == 0 || cp.FromContext() && strings.HasPrefix(last[len(last)-1].Value, "/") && cp.Dest == "/" {
			return true
		}
	}
	names := func(text string) bool {
		return slices.ContainsFunc(tops, func(t string) bool { return mentions(text, "/"+t) }) || mentions(text, "/.venv")
	}
	for _, s := range c.final.Steps {
		if s.Name != "FROM" && names(c.Doc.Slice(s.Span)) {
			return true
		}
	}
	for _, cmd := range c.Commands(c.final) {
		for _, w := range cmd.Cmd.Words {
			if cmd.Path != "" && names(w.Value) {
				return true
			}
		}
	}
	for _, s := range c.Project.Services {
		if len(s.Volumes) > 0 || s.WorkingDir != "" {
			return true
		}
	}
	return c.final.End().Var("PYTHONPATH").Set
}

// mentions says whether text names a path, as a whole or as the folder of
// something, at a word's start.
func mentions(text, p string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], p)
		if i < 0 {
			return false
		}
		i += from
		after := i + len(p)
		startsWord := i == 0 || strings.ContainsRune(" \t\n\"'=:,([", rune(text[i-1]))
		if startsWord && (after == len(text) || strings.ContainsRune("/ \t\r\n\"':,;)]", rune(text[after]))) {
			return true
		}
		from = after
	}
}

// mountsOver says whether a volume covers a path.
func mountsOver(volumes []project.Volume, p string) bool {
	return slices.ContainsFunc(volumes, func(v project.Volume) bool { return v.Target != "" && analysis.Below(p, path.Clean(v.Target)) })
}
