package codeactions

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// mountCache puts a cache mount on the folder where a call caches, and takes out
// what would defeat it.
func mountCache(r *request) Action {
	if p, ok := r.finding.Subject.(*analysis.PipInstall); ok {
		return r.mountPipCache(p)
	}
	in := r.install()
	if c := r.clearBefore(in); c != nil {
		return refuse("line %d clears Poetry's cache before the install: nothing of an earlier build is wanted there, which is what a mount keeps", r.line(c.Cmd.Span.Start))
	}
	dir, edits, reason := r.cachePlace(in)
	if reason != "" {
		return refuse("%s", reason)
	}
	targets := []string{dir}
	if in.CacheDir != "" {
		targets = r.mountTargets(in)
	}
	if o, ok := in.Option("--no-cache"); ok && r.spelled(o) {
		edits = append(edits, r.dropOption(in.Call, o))
	}
	if r.CacheMount(in) != nil {
		more, reason := r.undefeat(in.Call, dir)
		if reason != "" {
			return refuse("%s", reason)
		}
		return Action{Title: "Keep what the cache mount has", Edits: append(edits, more...)}
	}
	edits = append(edits, r.dropLateRemoval(in)...)
	return r.mount(in.Call, dir, targets, r.envBelow(in), edits)
}

// mount is the action that mounts a call's cache folder, whole or in parts, with
// the edits that the tool itself needs.
func (r *request) mount(c *analysis.Call, dir string, targets []string, envBelow bool, edits []Edit) Action {
	if reason := r.hiddenBy(c.Step, dir, targets); reason != "" {
		return refuse("%s", reason)
	}
	if how := frontend(r.Doc, oldFrontend); how != "" {
		return refuse("the file asks for the frontend %s, which knows no cache mounts", how)
	}
	a := Action{}
	if !usesBuildKit(r.Doc) {
		a.Level = Review
		a.Note = "A cache mount needs BuildKit, which is Docker's builder since version 23; check builders other than Docker (kaniko does not know mounts)."
	}
	owner, reason := r.mountOwner(c, dir, envBelow)
	if reason != "" {
		return refuse("%s", reason)
	}
	more, reason := r.undefeat(c, dir)
	if reason != "" {
		return refuse("%s", reason)
	}
	a.Edits = append(edits, more...)
	if e, ok := r.correctTarget(c, dir, targets, owner); ok {
		a.Edits = append(a.Edits, e)
		return a
	}
	var flags []string
	for _, t := range targets {
		flags = append(flags, "--mount=type=cache,target="+t+owner)
	}
	a.Edits = append(a.Edits, addFlags(r.Doc, c.Step, flags))
	for _, s := range r.sameCache(c) {
		a.Edits = append(a.Edits, addFlags(r.Doc, s, flags))
	}
	return a
}

// hiddenBy says what mounts in a cache folder would hide from a step, or keep
// out of the image; "" where the folder is the tool's alone.
func (r *request) hiddenBy(s *analysis.Step, dir string, targets []string) string {
	if oddPath(dir) {
		return "the cache folder `" + dir + "` has characters that the options of a mount do not take as they are"
	}
	if dir == "/" || analysis.Below(s.Workdir, dir) && s.Workdir != "/" {
		return "the cache folder " + dir + " holds the working folder, so a mount would hide it"
	}
	if cmd := r.folderUser(dir); cmd != nil {
		return "line " + itoa(r.line(cmd.Span.Start)) + " uses the cache folder (`" + short(r.Doc.Slice(cmd.Span)) + "`), whose content a mount would keep out of the image"
	}
	for _, st := range r.Stages {
		for _, o := range st.Steps {
			if c := r.CopyAt(o); c != nil && c.FromStage != nil && (c.FromStage.Includes(s.Stage) || s.Stage.Includes(c.FromStage)) && copiesPart(c, targets) {
				return "line " + itoa(r.line(o.Span.Start)) + " copies the cache folder, whose content a mount would keep out of the image"
			}
		}
	}
	return ""
}

// copiesPart says whether a copy names one of some folders, or something in it,
// as what it copies.
func copiesPart(c *analysis.Copy, dirs []string) bool {
	return slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool {
		return src.Known && slices.ContainsFunc(dirs, func(dir string) bool { return analysis.Below(path.Join("/", src.Path), dir) })
	})
}

// fetches are the verbs of Poetry, beside install, that fetch packages or what
// the index says of them.
var fetches = set("lock add update bundle")

// sameCache are later RUNs without a mount that fetch with the same cache as
// the same user: what the call downloads would no longer lie in the image for
// them.
func (r *request) sameCache(c *analysis.Call) []*analysis.Step {
	var out []*analysis.Step
	if c.Tool != "poetry" {
		return nil
	}
	for _, st := range r.Stages {
		if !st.Includes(c.Step.Stage) {
			continue
		}
		for _, o := range r.Calls(st) {
			s := o.Step
			if o.Tool != "poetry" || !fetches[o.Verb] || s.Span.Start <= c.Step.Span.Start || slices.Contains(out, s) || s.User != c.Step.User ||
				len(s.CacheMounts()) > 0 || r.Setting(o, "cache-dir").Value != r.Setting(c, "cache-dir").Value {
				continue
			}
			if prog, err := s.Program(); err == nil && !prog.JSON && !slices.ContainsFunc(prog.Commands, func(cmd *shell.Command) bool { return cmd.Unwrapped().Name() == "rm" }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// clearBefore is a "poetry cache clear" in a step of its own above the install
// where nothing of this build is in the cache; nil if there is none.
func (r *request) clearBefore(in *analysis.Install) *analysis.Call {
	for _, c := range r.Calls(in.Step.Stage) {
		if c.Step.Pos >= in.Step.Pos || c.Tool != "poetry" {
			continue
		}
		if c.Verb == "cache" && len(c.Args) > 0 && c.Args[0].Value == "clear" {
			return c
		}
		if c.Verb == "install" {
			return nil
		}
	}
	return nil
}

// ownCache is the cache folder that one RUN gets where the one in effect is not
// known.
const ownCache = "/tmp/poetry_cache"

// cachePlace is the folder to mount for an install. Where the one in effect is
// not known, the install gets one of its own, if its environment does not
// move along.
func (r *request) cachePlace(in *analysis.Install) (dir string, edits []Edit, reason string) {
	if in.CacheDir != "" {
		return in.CacheDir, nil, ""
	}
	unknown := "where Poetry keeps its cache in line " + itoa(r.line(in.Cmd.Span.Start)) + " cannot be told: " + r.whyNoCacheDir(in)
	s := r.Setting(in.Call, "cache-dir")
	fixed := in.Env.Kind == analysis.EnvSystem || in.Env.Kind == analysis.EnvOwn || in.Env.Kind == analysis.EnvInProject
	p, err := in.Step.Program()
	if s.Set || !fixed || in.Owner().Unknown != "" || in.Cmd.Inner != nil || err != nil || p.JSON && !in.Cmd.Place.Nested {
		return "", nil, unknown
	}
	return ownCache, []Edit{insert(in.Cmd.Words[0].Span.Start, "POETRY_CACHE_DIR="+ownCache+" ")}, ""
}

// correctTarget moves a mount that is meant for this cache (its folder has the
// name that the tool gives it, or is a cache folder of another user) to where
// the cache is.
func (r *request) correctTarget(c *analysis.Call, dir string, targets []string, owner string) (Edit, bool) {
	if len(targets) != 1 {
		return Edit{}, false
	}
	for _, m := range c.Step.CacheMounts() {
		if m.Target == "" || path.Base(m.Target) != toolFolder[c.Tool] || len(r.CallsIn(c.Step)) != 1 {
			continue
		}
		text := r.Doc.Slice(m.Flag.Span)
		at := mountTarget.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		if strings.Contains(text, "uid=") {
			owner = ""
		}
		return Edit{source.Span{Start: m.Flag.Span.Start + at[2], End: m.Flag.Span.Start + at[3]}, targets[0] + owner}, true
	}
	return Edit{}, false
}

// toolFolder is the name of a tool's cache folder below ~/.cache.
var toolFolder = map[string]string{"poetry": "pypoetry", "pip": "pip"}

// mountTarget finds the folder in a mount's options.
var mountTarget = lazyregexp.New(`(?i)(?:--mount=["']?|,)(?:target|dst|destination)=([^,\s"']+)`)

// mountTargets are the folders to mount: the cache folder, or only the parts of
// it that hold downloads where the environment may lie in it.
func (r *request) mountTargets(in *analysis.Install) []string {
	if r.envBelow(in) {
		return []string{path.Join(in.CacheDir, "cache"), path.Join(in.CacheDir, "artifacts")}
	}
	if frontend(r.Doc, literalFrontend) != "" {
		return []string{in.CacheDir}
	}
	return []string{cacheWord(in)}
}

func itoa(n int) string { return strconv.Itoa(n) }

// Cache mounts came with the frontend 1.2, variables in their options with 1.3
// (release notes of docker/dockerfile).
var (
	oldFrontend     = lazyregexp.New(`^docker/dockerfile:1\.[01](\.\d+)?$`)
	literalFrontend = lazyregexp.New(`^docker/dockerfile:1\.2(\.\d+)?$`)
)

// frontend names the frontend that the file asks for if it matches; "" if not.
func frontend(doc *source.Document, like *lazyregexp.Regexp) string {
	for _, d := range doc.Directives {
		if d.Name == "syntax" && like.MatchString(d.Value) {
			return d.Value
		}
	}
	return ""
}

// usesBuildKit says whether the file already needs BuildKit: a syntax
// directive, a mount, a heredoc, COPY --link or --chmod.
func usesBuildKit(doc *source.Document) bool {
	if slices.ContainsFunc(doc.Directives, func(d source.Directive) bool { return d.Name == "syntax" }) {
		return true
	}
	for _, in := range doc.Instructions {
		if len(in.Heredocs) > 0 {
			return true
		}
		for _, fl := range in.Flags {
			switch fl.Name {
			case "mount", "link", "chmod", "network", "security", "parents", "exclude", "checksum":
				return true
			}
		}
	}
	return false
}
