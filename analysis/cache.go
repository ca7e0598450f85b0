package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/source"
)

// Mount is one cache mount of a RUN.
type Mount struct {
	Flag   source.Flag
	Target string // absolute, "" when a variable hides it
}

// CacheMounts are the cache mounts (and tmpfs, which is as good for a layer) of a step.
func (s *Step) CacheMounts() []Mount {
	var out []Mount
	for _, fl := range s.Flags {
		if fl.Name != "mount" {
			continue
		}
		m := ParseMount(fl.Value)
		if m["type"] != "cache" && m["type"] != "tmpfs" {
			continue
		}
		t, unset := s.Expand(m["target"])
		out = append(out, Mount{fl, s.mountPoint(t, unset)})
	}
	return out
}

// mountPoint is the absolute folder of a mount's target. A variable that
// nothing sets is empty, and BuildKit joins the target with the WORKDIR
// (frontend/dockerfile/dockerfile2llb/convert_runmount.go); of an unknown base
// image it is not known what it sets.
func (s *Step) mountPoint(target string, unset []string) string {
	for _, name := range unset {
		if s.Var(name).Set || s.Stage.Chain()[0].Image.Family == python.Other {
			return ""
		}
	}
	if target == "" && len(unset) == 0 || !s.WorkdirKnown {
		return ""
	}
	return join(s.Workdir, target)
}

// CacheMount is the mount that keeps this install's downloads: on its cache
// folder, above it, or on its artifacts. A mount whose target cannot be told
// counts too. nil if there is none.
func (f *Facts) CacheMount(in *Install) *Mount {
	for _, m := range in.Step.CacheMounts() {
		if m.Target == "" || in.CacheDir == "" || Below(in.CacheDir, m.Target) || Below(path.Join(in.CacheDir, "artifacts"), m.Target) {
			return &m
		}
	}
	return nil
}

// CacheDefeated says in words what empties or bypasses the cache mount of an
// install; "" when nothing does.
func (f *Facts) CacheDefeated(in *Install) string {
	m := f.CacheMount(in)
	if m == nil || m.Target == "" || in.CacheDir == "" || ParseMount(m.Flag.Value)["type"] != "cache" {
		return ""
	}
	if o, ok := in.Option("--no-cache"); ok && f.Doc.Slice(o.Span) == o.Name {
		return "`--no-cache` leaves a part of it unused"
	}
	if rm := f.CacheRemovals(in); len(rm) > 0 {
		return "line " + itoa(f.LineOf(rm[0].Word.Span.Start)) + " empties it (" + rm[0].Word.Raw + ")"
	}
	if c := f.CacheClears(in); len(c) > 0 {
		return "line " + itoa(f.LineOf(c[0].Cmd.Span.Start)) + " empties it"
	}
	return ""
}

// NamesCache says whether a shell word asks Poetry for its cache folder.
func NamesCache(word string) bool {
	return cacheQuestion.MatchString(strings.Trim(word, `"`))
}

var cacheQuestion = lazyregexp.New("^(\\$\\(|`)poetry config cache-dir(\\)|`)$")

// CacheRemovals are the removals of this install's cache (or of a folder above
// it) that run behind it in the same RUN.
func (f *Facts) CacheRemovals(in *Install) []Removal {
	var out []Removal
	for _, r := range in.Step.RemovalsIn(in.Cmd.Span.Start) {
		if in.CacheDir != "" && (r.Takes(in.CacheDir) || r.Path == path.Join(in.CacheDir, "artifacts")) {
			out = append(out, r)
		}
	}
	return out
}

// CacheClears are the "poetry cache clear" calls behind this install in the same RUN.
func (f *Facts) CacheClears(in *Install) []*Call {
	var out []*Call
	for _, c := range f.calls[in.Step.Stage] {
		if c.Step == in.Step && c.Tool == "poetry" && c.Verb == "cache" && c.Cmd.Span.Start > in.Cmd.Span.Start {
			out = append(out, c)
		}
	}
	return out
}

// CacheHandled says whether nothing of the install's downloads stays in its layer.
func (f *Facts) CacheHandled(in *Install) bool {
	return f.CacheMount(in) != nil || len(f.CacheRemovals(in)) > 0 || len(f.CacheClears(in)) > 0
}

// LaterRemoval is a later RUN that removes the cache of this install, too late
// for its layer; nil if there is none.
func (f *Facts) LaterRemoval(in *Install) *Step {
	if in.CacheDir == "" {
		return nil
	}
	for _, st := range f.Stages {
		if !st.Includes(in.Step.Stage) {
			continue
		}
		for _, r := range f.removalsOf(st) {
			if (st != in.Step.Stage || r.Step.Pos > in.Step.Pos) && r.Takes(in.CacheDir) {
				return r.Step
			}
		}
	}
	return nil
}

// removalsOf are the folders that a stage's RUNs remove, found once a stage.
func (f *Facts) removalsOf(st *Stage) []Removal {
	if known, ok := f.removals[st]; ok {
		return known
	}
	var out []Removal
	for _, s := range st.Steps {
		if s.Name == "RUN" {
			out = append(out, s.RemovalsIn(0)...)
		}
	}
	f.removals[st] = out
	return out
}

// EnvBase is a folder that surely holds the install's environment: its path,
// or for the default place the folder that such environments lie in; "" when
// not known.
func (in *Install) EnvBase() string {
	if in.Env.Path != "" || in.Env.Kind != EnvCache || in.CacheDir == "" || in.Env.Setting.Set {
		return in.Env.Path
	}
	return path.Join(in.CacheDir, "virtualenvs")
}

// EnvMayBeBelow says whether the install's environment lies in a folder, or
// whether that cannot be ruled out.
func (in *Install) EnvMayBeBelow(dir string) bool {
	if in.Env.Kind == EnvSystem || in.Env.Kind == EnvInProject && in.Env.Path == "" {
		return false
	}
	base := in.EnvBase()
	return base == "" || Below(base, dir)
}

// EnvLost says in words how the install's environment gets lost: because a
// cache mount covers it, or because its folder is removed; "" when it stays.
func (f *Facts) EnvLost(in *Install) string {
	base := in.EnvBase()
	if base == "" || in.Env.Kind == EnvSystem {
		return ""
	}
	for _, m := range in.Step.CacheMounts() {
		if m.Target != "" && Below(base, m.Target) {
			return "is a cache mount (" + m.Target + ")"
		}
	}
	for _, r := range in.Step.RemovalsIn(in.Cmd.Span.Start) {
		if r.Takes(base) {
			return "is removed in the same RUN (" + r.Word.Raw + ")"
		}
	}
	if in.Env.Kind == EnvCache {
		if s := f.LaterRemoval(in); s != nil {
			return "is removed in line " + itoa(f.LineOf(s.Span.Start))
		}
	}
	return ""
}

// EnvGap says in words what is left to Poetry's defaults, or is kept in the
// system, at an install; "" when the environment has a place that can be
// carried and its cache is taken care of.
func (f *Facts) EnvGap(in *Install) string {
	if f.ForDevelopment(in.Step.Stage) {
		return ""
	}
	switch in.Env.Kind {
	case EnvCache:
		return "the virtual environment gets a path with a hash inside Poetry's cache folder: it can neither be copied to another stage nor kept apart from the cache"
	case EnvSystem:
		return "the packages go into the image's own Python, mixed with Poetry's if that is installed there too: they cannot be copied to another stage as a whole"
	case EnvInProject:
		if in.Deps && !f.PrecededByDeps(in) && !in.CacheVar && !f.CacheHandled(in) && !f.sharesCache(in) {
			return "the cache folder is left to Poetry's default: naming it lets the build mount or remove it"
		}
	}
	return ""
}

// sharesCache says whether a development stage installs with the same cache
// folder: a name for it here would part the two.
func (f *Facts) sharesCache(in *Install) bool {
	return slices.ContainsFunc(f.Installs, func(o *Install) bool {
		return in.CacheDir != "" && o.CacheDir == in.CacheDir && o.Dir == in.Dir && o.Step.Stage != in.Step.Stage && f.ForDevelopment(o.Step.Stage)
	})
}
