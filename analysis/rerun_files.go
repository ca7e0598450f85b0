package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// copyCauses are what changes the files that a COPY or ADD brings, and where
// it puts them.
func (f *Facts) copyCauses(s *Step, state *rerunState) causeSet {
	words := slices.Concat(s.Words, s.JSON)
	for _, fl := range s.Flags {
		if fl.Name != "from" { // which is not expanded
			words = append(words, source.Word{Raw: fl.Value})
		}
	}
	for _, h := range s.Heredocs {
		if h.Expand {
			words = append(words, source.Word{Raw: f.Doc.Slice(h.Body)})
		}
	}
	out := f.wordCauses(state, words)
	if len(words) > 0 && !strings.HasPrefix(words[len(words)-1].Raw, "/") {
		out = out.union(state.workdir)
	}
	c := f.CopyAt(s)
	if c == nil {
		c = copyOf(s) // behind ONBUILD
	}
	if c == nil {
		return out
	}
	for _, src := range c.Sources {
		out = out.union(f.contentOf(c, src))
	}
	return out
}

// contentOf are what changes the files of one source.
func (f *Facts) contentOf(c *Copy, src CopySource) causeSet {
	switch {
	case c.Inline && strings.HasPrefix(src.Word.Raw, "<<"):
		return causeSet{}
	case c.FromStage != nil:
		if !src.Known || src.Glob {
			return f.stageContent(c.FromStage, "")
		}
		return f.stageContent(c.FromStage, path.Join("/", src.Path))
	case c.External:
		fl, _ := c.Step.Flag("from")
		return causeSet{}.with(imageCause(fl.Value, c.Step.Instruction)...)
	case src.URL:
		return f.remote(c, src)
	}
	cause := f.contextCause(c.Step, src)
	for _, fl := range c.Step.Flags {
		if fl.Name == "exclude" {
			pattern, _ := c.Step.Expand(fl.Value)
			cause.Except = append(cause.Except, pattern)
		}
	}
	cause.Code = cause.Code && f.BringsCode(c)
	return causeSet{}.add(cause)
}

// contextCause is the cause that a source in the build context is.
func (f *Facts) contextCause(s *Step, src CopySource) Cause {
	cause := Cause{Kind: CauseFile, Name: src.Path, At: s.Instruction, Code: f.sourceIsCode(src)}
	switch {
	case !src.Known:
		cause.Name = src.Word.Raw
	case src.Path == "." || src.Path == "*":
		cause.Kind, cause.Name = CauseContext, ""
	case strings.HasSuffix(src.Path, "/*") && !isPattern(strings.TrimSuffix(src.Path, "/*")):
		cause.Name = strings.TrimSuffix(src.Path, "*")
	case !src.Glob && (f.isContextDir(src.Path) || strings.HasSuffix(src.Word.Value, "/")):
		cause.Name += "/"
	}
	return cause
}

var commitHash = lazyregexp.New(`#[0-9a-f]{40}(:|$)`)

// remote is what ADD fetches; nothing where it says what it must be.
func (f *Facts) remote(c *Copy, src CopySource) causeSet {
	raw := src.Word.Raw
	if c.Step.JSON != nil {
		raw = src.Word.Value
	}
	url, _ := c.Step.Expand(raw)
	if _, pinned := c.Step.Flag("checksum"); pinned || commitHash.MatchString(url) {
		return causeSet{}
	}
	return causeSet{}.add(Cause{Kind: CauseRemote, Name: url, At: c.Step.Instruction})
}

// mountCauses are what changes the files that a RUN mounts. A cache mount has
// none unless it starts from files of a stage; secrets do not count.
func (f *Facts) mountCauses(s *Step) causeSet {
	var out causeSet
	for _, fl := range s.Flags {
		if fl.Name != "mount" {
			continue
		}
		m := ParseMount(fl.Value)
		if m["type"] != "bind" && (m["type"] != "cache" || m["from"] == "") {
			continue
		}
		from, unset := s.Expand(m["source"])
		src := CopySource{Word: source.Word{Raw: m["source"], Value: from}, Known: len(unset) == 0, Path: path.Join("/", from)[1:]}
		if src.Path == "" {
			src.Path = "."
		}
		c := &Copy{Step: s, FromStage: s.Stage.facts.stageBefore(m["from"], s.Stage.Index)}
		switch {
		case m["from"] == "":
			out = out.add(f.contextCause(s, src))
		case c.FromStage != nil:
			out = out.union(f.contentOf(c, src))
		default:
			out = out.with(imageCause(m["from"], s.Instruction)...)
		}
	}
	return out
}

// stagePath is a path of the image that a stage ends with, "" for one that is
// not known.
type stagePath struct {
	st   *Stage
	path string
}

// maxStagePaths bounds the paths that are followed through stages: those that
// copy two folders of one another have twice as many with each stage.
const maxStagePaths = 10000

// stageContent are what changes the files at or below a path of a stage's
// image. Files of the context are followed to where copies put them; a RUN may
// have written there, too, as far as anybody knows.
func (f *Facts) stageContent(st *Stage, at string) causeSet {
	if f.reruns.asked++; f.reruns.asked > maxStagePaths {
		at = ""
	}
	key := stagePath{st, at}
	if set, known := f.reruns.read[key]; known {
		return set
	}
	var out, made causeSet
	chain := st.Chain()
	if chain[0].Parent == nil {
		made = f.baseCauses(chain[0])
	}
	for _, o := range chain {
		for i, r := range f.reruns.steps[o] {
			s := o.Steps[i]
			switch {
			case r == nil:
			case s.Name == "RUN":
				made = causeSet{r.Causes, r.More}
			case s.Name == "COPY" || s.Name == "ADD":
				if c := f.CopyAt(s); c != nil {
					out = out.union(f.brought(c, at))
				}
			}
		}
	}
	ranNothing := !slices.ContainsFunc(chain, func(o *Stage) bool {
		return slices.ContainsFunc(o.Steps, func(s *Step) bool { return s.Name == "RUN" || s.Name == "COPY" || s.Name == "ADD" })
	})
	if ranNothing {
		out = out.union(made) // the files are the image's own
	} else {
		out = out.union(made.perhaps())
	}
	f.reruns.read[key] = out
	return out
}

// brought are what changes the files that a copy puts at or below a path.
func (f *Facts) brought(c *Copy, at string) causeSet {
	var out causeSet
	for i, place := range c.Footprint() {
		src := c.Sources[i]
		switch {
		case at == "" || !c.DestKnown:
			out = out.union(f.contentOf(c, src).perhaps())
		case Below(place, at):
			out = out.union(f.contentOf(c, src))
		case !Below(at, place):
		case !src.Known || src.URL || c.External || c.Inline:
			out = out.union(f.contentOf(c, src).perhaps())
		case src.Glob:
			out = out.union(f.globbed(c, src, at))
		default: // one file or folder of what it brings
			inner := src
			inner.Path = path.Join(src.Path, strings.TrimPrefix(strings.TrimPrefix(at, strings.TrimSuffix(place, "/")), "/"))
			inner.Word.Value = inner.Path
			if c.FromStage != nil || f.Project.InContext(inner.Path) {
				out = out.union(f.contentOf(c, inner))
			}
		}
	}
	return out
}

// globbed are the files of a wildcard that come to lie at or below a path.
func (f *Facts) globbed(c *Copy, src CopySource, at string) causeSet {
	if c.FromStage != nil {
		return f.contentOf(c, src).perhaps()
	}
	var out causeSet
	for _, rel := range f.glob(src.Path) {
		place, ok := c.globTarget(src.Path, rel)
		if f.isContextDir(rel) {
			place = c.Dest // of a folder the contents are copied
		}
		inner := src
		inner.Path, inner.Glob = rel, false
		switch {
		case !ok:
		case Below(place, at):
			out = out.union(f.contentOf(c, inner))
		case Below(at, place):
			inner.Path = path.Join(rel, strings.TrimPrefix(at, strings.TrimSuffix(place, "/")+"/"))
			if f.Project.InContext(inner.Path) {
				out = out.union(f.contentOf(c, inner))
			}
		}
	}
	return out
}
