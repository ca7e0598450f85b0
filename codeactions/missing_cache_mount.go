package codeactions

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// mountCache puts a cache mount on the folder where this install caches, and
// takes out what would defeat it.
func mountCache(r *request) Action {
	in := r.install()
	line := r.line(in.Cmd.Span.Start)
	if in.CacheDir == "" {
		return refuse("where Poetry keeps its cache in line %d cannot be told: %s", line, r.whyNoCacheDir(in))
	}
	if in.CacheDir == "/" || analysis.Below(in.Step.Workdir, in.CacheDir) && in.Step.Workdir != "/" {
		return refuse("the cache folder %s holds the working folder, so a mount would hide it", in.CacheDir)
	}
	if cmd := r.cacheUser(in); cmd != nil {
		return refuse("line %d uses the cache folder (`%s`), whose content a mount would keep out of the image", r.line(cmd.Span.Start), short(r.Doc.Slice(cmd.Span)))
	}
	if how := frontend(r.Doc, oldFrontend); how != "" {
		return refuse("the file asks for the frontend %s, which knows no cache mounts", how)
	}
	a := Action{}
	if !usesBuildKit(r.Doc) {
		a.Level = Review
		a.Note = "A cache mount needs BuildKit, which is Docker's builder since version 23; check builders other than Docker (kaniko does not know mounts)."
	}
	owner, reason := r.mountOwner(in)
	if reason != "" {
		return refuse("%s", reason)
	}
	edits, reason := r.undefeat(in)
	if reason != "" {
		return refuse("%s", reason)
	}
	edits = append(edits, r.dropLateRemoval(in)...)
	var flags []string
	for _, t := range r.mountTargets(in) {
		flags = append(flags, "--mount=type=cache,target="+t+owner)
	}
	a.Edits = append(edits, addFlags(r.Doc, in.Step, flags))
	return a
}

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

// mountOwner gives the uid and gid options for a USER other than root.
func (r *request) mountOwner(in *analysis.Install) (string, string) {
	if by := switchesUser(in); by != "" {
		return "", "line " + itoa(r.line(in.Cmd.Span.Start)) + " installs as another user through `" + by + "`, to whom a cache mount would not belong"
	}
	user, group, _ := strings.Cut(in.Step.User, ":")
	if user == "" || user == "root" || user == "0" {
		return "", ""
	}
	if r.envBelow(in) {
		return "", "line " + itoa(r.line(in.Cmd.Span.Start)) + " runs as " + user + ", whose environment may lie in the cache folder: " +
			"the folders that a mount makes belong to root, so that Poetry could not make the environment beside them"
	}
	uid, gid := user, group
	if !numeric(user) {
		u := r.userMade(user)
		if u == nil || u.UID == "" {
			return "", "line " + itoa(r.line(in.Cmd.Span.Start)) + " runs as " + user +
				", whose number the file does not give (useradd --uid), and a cache mount belongs to root unless it is told a number"
		}
		if u.Argument {
			return "", "line " + itoa(r.line(in.Cmd.Span.Start)) + " runs as " + user + ", whose number is a build argument, so that a number written here may be another one"
		}
		uid = u.UID
		if group == "" {
			gid = u.GID
		}
	}
	owner := ",uid=" + uid
	if numeric(gid) {
		owner += ",gid=" + gid
	}
	return owner, ""
}

// userMade finds the command that creates a user; nil if there is none.
func (r *request) userMade(name string) *analysis.User {
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s.Name != "RUN" {
				continue
			}
			for _, cmd := range s.Commands() {
				if u := analysis.UserMade(s, cmd); u != nil && u.Name == name {
					return u
				}
			}
		}
	}
	return nil
}

func numeric(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func itoa(n int) string { return strconv.Itoa(n) }

// undefeat takes out what empties or bypasses the cache behind the mount: the
// removal of the folder (which would fail on a mount point, too), "poetry
// cache clear" and --no-cache.
func (r *request) undefeat(in *analysis.Install) ([]Edit, string) {
	p, err := in.Step.Program()
	if err != nil {
		return nil, "line " + itoa(r.line(in.Step.Span.Start)) + " cannot be read as a shell program: " + err.Error()
	}
	var edits []Edit
	drop := func(s source.Span) { edits = append(edits, remove(s)) }
	var words []analysis.Removal
	for _, rm := range in.Step.RemovalsIn(in.Cmd.Span.Start) {
		holds := analysis.Below(in.CacheDir, rm.Path)
		if !holds && !analysis.Below(rm.Path, in.CacheDir) {
			continue
		}
		if holds && rm.Path != in.CacheDir && !strings.HasSuffix(rm.Path, "/.cache") {
			return nil, "line " + itoa(r.line(rm.Word.Span.Start)) + " removes " + rm.Word.Raw + ", which holds the cache folder: that fails on a mounted folder"
		}
		words = append(words, rm)
	}
	for i, rm := range words {
		if others(words, rm) > 0 {
			drop(source.Span{Start: blankBefore(r.Doc.Text, rm.Word.Span.Start), End: rm.Word.Span.End})
			continue
		}
		if i > 0 && words[i-1].Cmd == rm.Cmd {
			continue // the whole command goes, once
		}
		s, ok := p.Removal(rm.Cmd)
		if !ok {
			return nil, "the removal of the cache in line " + itoa(r.line(rm.Cmd.Span.Start)) + " is part of a condition and cannot be taken out"
		}
		drop(s)
	}
	if cmd := r.unreadableRm(in); cmd != nil {
		return nil, "line " + itoa(r.line(cmd.Span.Start)) + " runs `" + short(r.Doc.Slice(cmd.Span)) + "`, which may remove the cache folder: that fails on a mounted folder"
	}
	for _, c := range r.CacheClears(in) {
		if s, ok := p.Removal(c.Cmd); ok {
			drop(s)
		}
	}
	if o, ok := in.Option("--no-cache"); ok {
		drop(source.Span{Start: blankBefore(r.Doc.Text, o.Span.Start), End: o.Span.End})
	}
	return edits, ""
}

// unreadableRm is an rm behind the install whose paths cannot be told; nil if
// there is none.
func (r *request) unreadableRm(in *analysis.Install) *shell.Command {
	for _, cmd := range in.Step.Commands() {
		if cmd.Span.Start < in.Cmd.Span.Start || cmd.Name() != "rm" {
			continue
		}
		for _, w := range cmd.Args() {
			if v, ok := in.Step.ShellValue(w.Value, cmd.Exports); !ok && !analysis.NamesCache(v) {
				return cmd
			}
		}
	}
	return nil
}

// others counts the paths that the same rm removes and that stay.
func others(dropped []analysis.Removal, rm analysis.Removal) int {
	n := 0
	for _, w := range rm.Cmd.Args() {
		gone := slices.ContainsFunc(dropped, func(d analysis.Removal) bool { return d.Word.Span == w.Span })
		if !strings.HasPrefix(w.Value, "-") && !gone {
			n++
		}
	}
	return n
}

// blankBefore is the start of the blanks before an offset on the same line.
func blankBefore(text string, at int) int {
	for at > 0 && (text[at-1] == ' ' || text[at-1] == '\t') {
		at--
	}
	return at
}

// Cache mounts came with the frontend 1.2, variables in their options with 1.3
// (release notes of docker/dockerfile).
var (
	oldFrontend     = regexp.MustCompile(`^docker/dockerfile:1\.[01](\.\d+)?$`)
	literalFrontend = regexp.MustCompile(`^docker/dockerfile:1\.2(\.\d+)?$`)
)

// frontend names the frontend that the file asks for if it matches; "" if not.
func frontend(doc *source.Document, like *regexp.Regexp) string {
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
