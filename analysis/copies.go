package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/source"
)

// Copy is one COPY or ADD with its words expanded.
type Copy struct {
	Step *Step
	// FromStage is the stage behind --from; External is true for --from of an
	// image or named context. Both unset: the build context.
	FromStage *Stage
	External  bool
	Sources   []CopySource
	// Dest is the absolute destination; DestKnown is false when a variable or
	// an unknown WORKDIR hides it. DestDir says that the destination is a folder.
	Dest      string
	DestKnown bool
	DestDir   bool
	// Inline says that the content comes from a heredoc.
	Inline bool
	// code remembers BringsCode, which looks into the context.
	code, codeKnown bool
}

// CopySource is one source of a Copy.
type CopySource struct {
	Word source.Word
	// Path is relative to the build context, "." for all of it.
	Path  string
	Known bool
	Glob  bool
	URL   bool
}

// copyOf reads COPY and ADD; nil for anything else.
func copyOf(s *Step) *Copy {
	if s.Name != "COPY" && s.Name != "ADD" {
		return nil
	}
	words := s.Words
	if s.JSON != nil {
		words = s.JSON
	}
	c := &Copy{Step: s, Inline: len(s.Heredocs) > 0}
	if len(words) < 2 {
		return nil
	}
	if fl, ok := s.Flag("from"); ok {
		c.FromStage = s.Stage.facts.stageBefore(fl.Value, s.Stage.Index)
		c.External = c.FromStage == nil
	}
	for _, w := range words[:len(words)-1] {
		c.Sources = append(c.Sources, c.source(w))
	}
	last := words[len(words)-1]
	dest, unset := s.Expand(last.Raw)
	c.DestKnown = len(unset) == 0 && (strings.HasPrefix(dest, "/") || s.WorkdirKnown)
	c.DestDir = strings.HasSuffix(dest, "/") || dest == "." || strings.HasSuffix(dest, "/.") || len(c.Sources) > 1
	c.Dest = path.Clean(dest)
	if !strings.HasPrefix(dest, "/") {
		c.Dest = path.Join(s.Workdir, dest)
	}
	// A destination that is a folder already takes the file into it.
	c.DestDir = c.DestDir || c.Dest == s.Workdir && s.WorkdirSet || c.DestKnown && s.folderThere(c.Dest)
	if fl, ok := s.Flag("parents"); ok && fl.Value != "false" {
		c.keepParents()
	}
	return c
}

// keepParents makes the destination that of COPY --parents, which keeps the
// folders of the source, those behind "/./" if it has that. Of several sources
// each has another one.
// (https://docs.docker.com/reference/dockerfile/#copy---parents).
func (c *Copy) keepParents() {
	src := c.Sources[0]
	if len(c.Sources) > 1 || !src.Known || src.Glob || src.URL {
		c.DestKnown = c.DestKnown && c.FromStage == nil
		return
	}
	kept := src.Path
	if v, _ := c.Step.Expand(src.Word.Value); strings.Contains(v, "/./") {
		_, kept, _ = strings.Cut(v, "/./")
	}
	c.Dest, c.DestDir = path.Join(c.Dest, kept), c.DestDir && kept == "."
}

func (c *Copy) source(w source.Word) CopySource {
	raw := w.Raw
	if c.Step.JSON != nil {
		raw = w.Value
	}
	v, unset := c.Step.Expand(raw)
	src := CopySource{Word: w, Known: len(unset) == 0}
	src.URL = strings.Contains(v, "://") || strings.HasPrefix(v, "git@")
	src.Glob = strings.ContainsAny(v, "*?[")
	src.Path = path.Clean("/" + v)[1:]
	if src.Path == "" {
		src.Path = "."
	}
	return src
}

// FromContext says whether the files come from the build context.
func (c *Copy) FromContext() bool { return c.FromStage == nil && !c.External && !c.Inline }

// Brings tells where in the image a file of the context arrives through this
// copy. .dockerignore is not asked.
func (c *Copy) Brings(rel string) (string, bool) {
	if !c.FromContext() {
		return "", false
	}
	for _, src := range c.Sources {
		if !src.Known || src.URL {
			continue
		}
		if at, ok := c.target(src, rel); ok {
			return at, true
		}
	}
	return "", false
}

func (c *Copy) target(src CopySource, rel string) (string, bool) {
	if src.Path == "." {
		return path.Join(c.Dest, rel), true
	}
	if src.Glob {
		return c.globTarget(src.Path, rel)
	}
	if rel == src.Path {
		if c.DestDir && !c.Step.Stage.facts.isContextDir(rel) {
			return path.Join(c.Dest, path.Base(rel)), true
		}
		return c.Dest, true // of a folder the contents are copied
	}
	if strings.HasPrefix(rel, src.Path+"/") {
		return path.Join(c.Dest, rel[len(src.Path)+1:]), true
	}
	return "", false
}

// globTarget matches a wildcard source as Go's filepath.Match does, folder by
// folder; a folder that matches brings its contents.
func (c *Copy) globTarget(pattern, rel string) (string, bool) {
	n := strings.Count(pattern, "/") + 1
	parts := strings.SplitN(rel, "/", n+1)
	if len(parts) < n {
		return "", false
	}
	head := strings.Join(parts[:n], "/")
	if ok, err := path.Match(pattern, head); err != nil || !ok {
		return "", false
	}
	if len(parts) > n {
		return path.Join(c.Dest, parts[n]), true
	}
	return path.Join(c.Dest, path.Base(head)), true
}

func (f *Facts) isContextDir(rel string) bool {
	return f.Project != nil && f.Project.IsDir(rel)
}

// ArrivesAt tells where a file of the context (path relative to it) lies in
// the image before step s, by the copies of the stage and of those it starts
// from. .dockerignore is heeded. The last copy wins.
func (f *Facts) ArrivesAt(s *Step, rel string) (string, *Copy) {
	if f.Project != nil && !f.Project.InContext(rel) {
		return "", nil
	}
	for _, c := range slices.Backward(f.CopiesBefore(s)) {
		if p, ok := c.Brings(rel); ok {
			return p, c
		}
	}
	return "", nil
}

// ContextFile finds the file of the context that lies at an absolute path of
// the image before step s, "" when none is known to. Copies from other stages
// are followed.
func (f *Facts) ContextFile(s *Step, abs string) string {
	abs = path.Clean(abs)
	copies := f.CopiesBefore(s)
	for i := len(copies) - 1; i >= 0; i-- {
		c := copies[i]
		if !c.DestKnown || c.External || c.Inline {
			continue
		}
		for _, src := range c.Sources {
			for _, rel := range c.candidates(src, abs) {
				if c.FromStage != nil {
					if found := f.ContextFile(c.FromStage.End(), "/"+rel); found != "" {
						return found
					}
				} else if f.Project.InContext(rel) && !f.Project.IsDir(rel) {
					return rel
				}
			}
		}
	}
	return ""
}

// Footprint are the paths of the image that a copy writes to: the destination
// for folders, the files themselves where their names are known.
func (c *Copy) Footprint() []string {
	var out []string
	for _, src := range c.Sources {
		if c.DestDir && src.Known && !src.Glob && src.Path != "." && c.FromContext() && !c.Step.Stage.facts.isContextDir(src.Path) {
			out = append(out, path.Join(c.Dest, path.Base(src.Path)))
		} else {
			out = append(out, c.Dest)
		}
	}
	return out
}

// candidates are the context paths that a source would put at abs.
func (c *Copy) candidates(src CopySource, abs string) []string {
	below := strings.TrimPrefix(strings.TrimPrefix(abs, strings.TrimSuffix(c.Dest, "/")), "/")
	inside := abs == c.Dest || strings.HasPrefix(abs, strings.TrimSuffix(c.Dest, "/")+"/")
	if !inside || !src.Known || src.URL {
		return nil
	}
	if src.Glob {
		out := []string{}
		for _, m := range c.Step.Stage.facts.glob(src.Path) {
			if at, ok := c.globTarget(src.Path, m); ok && at == abs {
				out = append(out, m)
			}
		}
		return out
	}
	if abs == c.Dest {
		return []string{src.Path}
	}
	out := []string{path.Join(src.Path, below)}
	if path.Base(src.Path) == below {
		out = append(out, src.Path)
	}
	return out
}

func (f *Facts) glob(pattern string) []string {
	if f.Project == nil {
		return nil
	}
	return f.Project.Glob(pattern)
}

// CopiesBefore are the copies in force before a step: those of the stages it
// starts from, then its own stage's.
func (f *Facts) CopiesBefore(s *Step) []*Copy {
	own := f.copies[s.Stage]
	n, _ := copyFrom(own, s.Pos)
	own = own[:n:n]
	if s.Stage.Parent == nil {
		return own
	}
	return append(slices.Clip(f.copiesOf(s.Stage.Parent)), own...)
}

// copiesOf are all copies of a stage and of those it starts from, which must
// have been scanned.
func (f *Facts) copiesOf(st *Stage) []*Copy {
	if st.Parent == nil {
		return f.copies[st]
	}
	if _, known := f.upper[st]; !known {
		f.upper[st] = slices.Concat(f.copiesOf(st.Parent), f.copies[st])
	}
	return f.upper[st]
}

// CopyAt is the Copy of a step; nil when it is none.
func (f *Facts) CopyAt(s *Step) *Copy {
	all := f.copies[s.Stage]
	if i, ok := copyFrom(all, s.Pos); ok && all[i].Step == s {
		return all[i]
	}
	return nil
}

// copyFrom finds the first of a stage's copies at or behind a position, and
// says whether it is there.
func copyFrom(all []*Copy, pos int) (int, bool) {
	return slices.BinarySearchFunc(all, pos, func(c *Copy, pos int) int { return c.Step.Pos - pos })
}
