package analysis

import (
	"path"
	"strings"

	"restage/analysis/shell"
)

// PipInstall is a "pip install" (or wheel, or download) that fetches the
// dependencies of a project which uses Poetry.
type PipInstall struct {
	*Supply
	// CacheDir is the folder of pip's cache in effect, "" when not known.
	CacheDir string
	// NoCache says that the cache is switched off, by an option or by
	// PIP_NO_CACHE_DIR; OffByEnv that the latter takes part.
	NoCache, OffByEnv bool
}

// PipInstalls are the pip calls that fetch dependencies in a file that uses
// Poetry, in file order: what an export wrote, a requirements file beside it,
// or the project itself where nothing has installed its dependencies before.
// The call that brings Poetry itself is none of them: it is a small download.
func (f *Facts) PipInstalls() []*PipInstall {
	if !f.callsPoetry() {
		return nil
	}
	var out []*PipInstall
	for _, st := range f.Stages {
		for _, s := range f.Supplies(st) {
			if s.Tool == "pip" && f.fetches(s) && !f.bringsPoetry(s.Call) {
				out = append(out, newPipInstall(s))
			}
		}
	}
	return out
}

// callsPoetry says whether the file installs Poetry or calls it.
func (f *Facts) callsPoetry() bool {
	if len(f.Installers) > 0 {
		return true
	}
	for _, st := range f.Stages {
		for _, c := range f.calls[st] {
			if c.Tool == "poetry" {
				return true
			}
		}
	}
	return false
}

// fetches says whether a pip call downloads dependencies.
func (f *Facts) fetches(s *Supply) bool {
	if s.Has("--no-deps", "--no-index") {
		return false
	}
	switch s.Kind {
	case SupplyExported, SupplyRequirements:
		return true
	case SupplyBuild:
		return s.Has("-r", "--requirement")
	case SupplyProject:
		for _, in := range f.InstallsOf(s.Step.Stage) {
			if in.Step.Pos < s.Step.Pos || in.Step.Stage != s.Step.Stage {
				return false
			}
		}
		return true
	}
	return false
}

func (f *Facts) bringsPoetry(c *Call) bool {
	for _, i := range f.Installers {
		if i.Call != nil && i.Step == c.Step && i.Cmd.Span == c.Cmd.Span {
			return true
		}
	}
	return false
}

func newPipInstall(s *Supply) *PipInstall {
	p := &PipInstall{Supply: s}
	p.CacheDir = s.pipCacheDir()
	// Any value of the variable switches the cache off, "0" and "off" too; an
	// empty one is no value (pip: cli/cmdoptions.py, cli/parser.py).
	if v, set := s.envValue("PIP_NO_CACHE_DIR"); set && v != "" {
		p.OffByEnv = true
	}
	p.NoCache = p.OffByEnv || s.Has("--no-cache-dir", "--no-cache")
	return p
}

// pipCacheDir is pip's cache folder (pip: docs/html/topics/caching.md), "" when
// not known.
func (c *Call) pipCacheDir() string {
	dir, set := "", false
	if o, ok := c.Option("--cache-dir"); ok {
		dir, set = c.expanded(o.Value), true
	} else if v, ok := c.envValue("PIP_CACHE_DIR"); ok && v != "" {
		dir, set = v, true
	} else if v, ok := c.envValue("XDG_CACHE_HOME"); ok && v != "" {
		dir, set = path.Join(v, "pip"), true
	}
	if !set {
		home, ok := c.home()
		if !ok {
			return ""
		}
		dir = path.Join(home, ".cache/pip")
	}
	if !strings.HasPrefix(dir, "/") {
		return ""
	}
	return path.Clean(dir)
}

func (c *Call) expanded(word string) string {
	v, ok := c.Step.ShellValue(word, c.Cmd.Exports)
	if !ok {
		return ""
	}
	return v
}

// envValue is the value of an environment variable as the call sees it; a
// value that is not known is "?".
func (c *Call) envValue(name string) (string, bool) {
	v, set := "", false
	for cmd := c.Cmd; cmd != nil && !set; cmd = cmd.Inner {
		v, set = cmd.Assigned(name)
	}
	if !set {
		v, set = c.Cmd.Exports[name]
	}
	if set {
		if e, ok := c.Step.ShellValue(v, c.Cmd.Exports); ok {
			return e, true
		}
		return "?", true
	}
	b := c.envVar(name)
	if b.Set && !b.Known {
		return "?", true
	}
	return b.Value, b.Set
}

// Kept says whether pip's downloads are kept outside of the image by a mount.
func (p *PipInstall) Kept() bool { return !p.NoCache && p.Mount() != nil }

// Mount is the mount on pip's cache; one whose target cannot be told counts too.
func (p *PipInstall) Mount() *Mount {
	for _, m := range p.Step.CacheMounts() {
		if m.Target == "" || p.CacheDir == "" || Below(p.CacheDir, m.Target) {
			return &m
		}
	}
	return nil
}

// LeavesCache says whether pip's downloads stay in the layer.
func (p *PipInstall) LeavesCache() bool {
	if p.NoCache || p.Mount() != nil {
		return false
	}
	for _, r := range p.Step.RemovalsIn(p.Cmd.Span.Start) {
		if p.CacheDir != "" && r.Takes(p.CacheDir) {
			return false
		}
	}
	for _, cmd := range p.Step.Commands() {
		if c := callOf(p.Step, cmd); c != nil && c.Tool == "pip" && c.Verb == "cache" && cmd.Span.Start > p.Cmd.Span.Start {
			return false
		}
	}
	return true
}

// PipCaches are the pip calls of a step that fill pip's cache.
func (f *Facts) PipCaches(s *Step) []*shell.Command {
	var out []*shell.Command
	for _, c := range f.CallsIn(s) {
		if c.Tool != "pip" || c.Verb != "install" && c.Verb != "wheel" && c.Verb != "download" {
			continue
		}
		if v, set := c.envValue("PIP_NO_CACHE_DIR"); set && v != "" || c.Has("--no-cache-dir", "--no-cache") {
			continue
		}
		out = append(out, c.Cmd)
	}
	return out
}
