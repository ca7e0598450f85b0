package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// Defeated is a cache mount that keeps nothing, or the wrong things.
type Defeated struct {
	Step *Step
	// Span is what is at fault: the mount, or the command that defeats it.
	Span source.Span
	// Why says it in words.
	Why string
	// Mount is the mount that keeps nothing.
	Mount Mount
	// Call is the call of pip or uv that gains nothing, and Dir where it caches;
	// nil and "" for apt's folders.
	Call *Call
	Dir  string
	// What defeats the mount is one of these: an option of the call, an
	// environment variable, a removal of the folder, "apt-get clean", the base
	// image's setting for this install, variables in the target that nothing
	// sets; none of them where the call caches in another folder.
	Option   *Option
	Variable string
	Removal  *Removal
	Clean    *shell.Command
	Install  *shell.Command
	Unset    []string
	// Other is the first mount of a cache that two C libraries share; nil else.
	Other *source.Span
}

// LinksIntoCache says whether uv is told to install links to what lies in its
// cache (https://docs.astral.sh/uv/reference/settings/#link-mode): without the
// cache they lead nowhere.
func (d Defeated) LinksIntoCache() bool {
	if d.Call == nil || d.Call.Tool != "uv" {
		return false
	}
	mode, _ := d.Call.envValue("UV_LINK_MODE")
	if o, ok := d.Call.Option("--link-mode"); ok {
		mode = d.Call.expanded(o.Value)
	}
	return mode != "" && mode != "copy" && mode != "clone" && mode != "hardlink"
}

// DefeatedCaches are the cache mounts of a stage that are of no use as far as
// missing-cache-mount does not say so: it speaks of the installs of Poetry and
// of requirements in files that use Poetry.
func (f *Facts) DefeatedCaches(st *Stage) []Defeated {
	var out []Defeated
	said := map[source.Span]bool{}
	for _, p := range f.PipInstalls() {
		said[p.Cmd.Span] = true
	}
	for _, s := range st.Steps {
		var mounts []Mount
		for _, m := range s.CacheMounts() {
			// One that is only read is filled elsewhere, and nothing here takes from it.
			if opts := ParseMount(m.Flag.Value); opts["type"] == "cache" && opts["readonly"] == "" {
				mounts = append(mounts, m)
			}
		}
		if s.Name != "RUN" || len(mounts) == 0 {
			continue
		}
		lost := false
		for _, m := range mounts {
			if unset, why := s.unsetTarget(m); why != "" {
				out, lost = append(out, Defeated{Step: s, Span: m.Flag.Span, Why: why, Mount: m, Unset: unset}), true
			}
		}
		if lost {
			continue
		}
		for _, c := range f.CallsIn(s) {
			if shared(f.CallsIn(s), said) {
				break // another call of the RUN has the mount
			}
			if d, ok := c.defeated(mounts); ok {
				out = append(out, d)
				break
			}
		}
		if d, ok := s.aptDefeated(mounts); ok {
			out = append(out, d)
		}
	}
	return out
}

// shared says whether a RUN installs what missing-cache-mount looks after.
func shared(calls []*Call, said map[source.Span]bool) bool {
	return slices.ContainsFunc(calls, func(c *Call) bool { return said[c.Cmd.Span] || poetryInstall(c) })
}

// unsetTarget says where a mount lies whose target has a variable that nothing
// sets: BuildKit takes it for empty, and joins what is left with the WORKDIR
// (frontend/dockerfile/dockerfile2llb/convert_runmount.go). "" where all are set.
func (s *Step) unsetTarget(m Mount) (unset []string, why string) {
	_, unset = s.Expand(ParseMount(m.Flag.Value)["target"])
	unset = slices.DeleteFunc(unset, func(name string) bool { return s.Var(name).Set })
	if len(unset) == 0 || m.Target == "" || strings.Contains(ParseMount(m.Flag.Value)["target"], ":-") {
		return nil, ""
	}
	where := m.Target
	if m.Target == s.Workdir {
		where = "the working folder itself (" + m.Target + "), so that nothing written there gets into the image"
	}
	return unset, "nothing sets " + unset[0] + " for the builder, and the cache is mounted on " + where
}

// defeated says how a call of pip or uv makes nothing of the mounts of its step.
func (c *Call) defeated(mounts []Mount) (Defeated, bool) {
	off, dir, variable := "", "", ""
	var option *Option
	switch {
	case c.Tool == "pip" && slices.Contains([]string{"install", "wheel", "download"}, c.Verb):
		dir = c.pipCacheDir()
		if v, set := c.envValue("PIP_NO_CACHE_DIR"); set && v != "" {
			off, variable = "PIP_NO_CACHE_DIR", "PIP_NO_CACHE_DIR" // whatever its value (pip: cli/cmdoptions.py)
		}
		if o, ok := c.Option("--no-cache-dir", "--no-cache"); ok {
			off, option = o.Name, &o
		}
	case c.Tool == "uv" && slices.Contains([]string{"sync", "pip", "add", "tool", "run"}, c.Verb):
		dir = c.uvCacheDir()
		if v, set := c.envValue("UV_NO_CACHE"); set && v != "" && v != "?" && v != "0" && !strings.EqualFold(v, "false") {
			off, variable = "UV_NO_CACHE", "UV_NO_CACHE"
		}
		if o, ok := c.Option("--no-cache", "--no-cache-dir", "-n"); ok {
			off, option = o.Name, &o
		}
	}
	if dir == "" || c.Dynamic {
		return Defeated{}, false
	}
	for _, m := range mounts {
		if m.Target == "" {
			return Defeated{}, false
		}
		if !Below(dir, m.Target) {
			continue
		}
		if off != "" {
			return Defeated{Step: c.Step, Span: c.Cmd.Span, Mount: m, Call: c, Dir: dir, Option: option, Variable: variable, Why: off + " switches " + c.Tool + "'s cache off: the cache mount on " + m.Target + " gets nothing of it"}, true
		}
		for _, r := range c.Step.RemovalsIn(c.Cmd.Span.Start) {
			if r.Takes(dir) {
				return Defeated{Step: c.Step, Span: r.Cmd.Span, Mount: m, Call: c, Dir: dir, Removal: &r, Why: r.fromMount(m)}, true
			}
		}
		return Defeated{}, false
	}
	for _, m := range mounts {
		if base := path.Base(m.Target); off == "" && base == c.Tool && strings.Contains(m.Target, "cache") {
			return Defeated{Step: c.Step, Span: m.Flag.Span, Mount: m, Call: c, Dir: dir, Why: c.Tool + " caches in " + dir + " here, and not in " + m.Target + ": the mount gets nothing of it, and the downloads stay in the layer"}, true
		}
	}
	return Defeated{}, false
}

// uvCacheDir is uv's cache folder (https://docs.astral.sh/uv/concepts/cache/#cache-directory),
// "" when not known.
func (c *Call) uvCacheDir() string {
	dir := ""
	if o, ok := c.Option("--cache-dir"); ok {
		dir = c.expanded(o.Value)
	} else if v, ok := c.envValue("UV_CACHE_DIR"); ok && v != "" {
		dir = v
	} else if v, ok := c.envValue("XDG_CACHE_HOME"); ok && v != "" {
		dir = path.Join(v, "uv")
	} else if home, ok := c.home(); ok {
		dir = path.Join(home, ".cache/uv")
	}
	if !strings.HasPrefix(dir, "/") {
		return ""
	}
	return path.Clean(dir)
}

// aptDefeated says what empties the mounts of apt's folders: a removal or
// "apt-get clean" in the same RUN, or the setting of Debian's and Ubuntu's
// images that removes each package once it is installed
// (https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages).
func (s *Step) aptDefeated(mounts []Mount) (Defeated, bool) {
	install := commandOf(s, func(u *shell.Command) bool {
		return (u.Name() == "apt-get" || u.Name() == "apt") && slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return w.Value == "install" })
	})
	if install == nil {
		return Defeated{}, false
	}
	for _, m := range mounts {
		for _, dir := range []string{"/var/cache/apt", "/var/lib/apt/lists"} {
			if m.Target == "" || !Below(dir, m.Target) && !Below(m.Target, dir) {
				continue
			}
			for _, r := range s.RemovalsIn(install.Span.Start) {
				if r.Takes(m.Target) || r.Path == dir {
					return Defeated{Step: s, Span: r.Cmd.Span, Mount: m, Removal: &r, Why: r.fromMount(m)}, true
				}
			}
			clean := commandOf(s, func(u *shell.Command) bool {
				args := u.Args()
				return (u.Name() == "apt-get" || u.Name() == "apt") && len(args) > 0 && args[0].Value == "clean"
			})
			if clean != nil && dir == "/var/cache/apt" {
				return Defeated{Step: s, Span: clean.Span, Mount: m, Clean: clean, Why: "apt-get clean empties the cache mount on " + m.Target + ": the next build downloads every package again"}, true
			}
			if dir == "/var/cache/apt" && s.removesPackages() {
				return Defeated{Step: s, Span: m.Flag.Span, Mount: m, Install: install, Why: "the base image has apt remove each package once it is installed (/etc/apt/apt.conf.d/docker-clean), so that the cache mount on " + m.Target + " keeps none: remove that file first"}, true
			}
		}
	}
	return Defeated{}, false
}

// commandOf is the first command of a step that has a property, wrappers taken off.
func commandOf(s *Step, is func(*shell.Command) bool) *shell.Command {
	for _, cmd := range s.Commands() {
		if is(cmd.Unwrapped()) {
			return cmd
		}
	}
	return nil
}

// removesPackages says whether apt is left as docker-library's images of
// Debian, Ubuntu and Python set it: nothing up to the step speaks of it.
func (s *Step) removesPackages() bool {
	img := s.Stage.Chain()[0].Image
	known := (img.Family == python.OfficialPython || img.Family == python.Debian || img.Family == python.Ubuntu || img.Family == python.UVPython) && !img.Alpine && !img.Assumed() && !img.Windows
	if !known {
		return false
	}
	for _, st := range s.Stage.Chain() {
		for _, o := range st.Steps {
			if st == s.Stage && o.Pos > s.Pos {
				break
			}
			text := st.facts.Doc.Slice(o.Span)
			if o.Name == "COPY" || o.Name == "ADD" {
				if strings.Contains(text, "apt") {
					return false
				}
				continue
			}
			if o.Name == "RUN" && (strings.Contains(text, "docker-clean") || strings.Contains(text, "apt.conf") || strings.Contains(strings.ToLower(text), "keep-downloaded-packages") || strings.Contains(text, ".sh")) {
				return false
			}
		}
	}
	return true
}
