package assist

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// target is a word of the Dockerfile that names something in the build context.
type target struct {
	span source.Span
	// rel is its path relative to the context; a pattern where glob is set.
	rel  string
	glob bool
}

// targetsOf are the words of a step that name files and folders of the context:
// sources of COPY, ADD and bind mounts, lists of requirements, and the scripts
// that a container starts.
func targetsOf(f *analysis.Facts, s *analysis.Step) []target {
	var out []target
	switch s.Name {
	case "COPY", "ADD":
		out = copied(f, s)
	case "RUN":
		out = append(mounted(f, s), required(f, s)...)
	case "CMD", "ENTRYPOINT", "HEALTHCHECK":
		out = started(f, s)
	}
	slices.SortStableFunc(out, func(a, b target) int { return cmp.Compare(a.span.Start, b.span.Start) })
	return slices.CompactFunc(out, func(a, b target) bool { return a.span == b.span })
}

func copied(f *analysis.Facts, s *analysis.Step) []target {
	c := f.CopyAt(s)
	if c == nil || !c.FromContext() {
		return nil
	}
	var out []target
	for _, src := range c.Sources {
		if src.Known && !src.URL && src.Path != "." {
			out = append(out, target{unquoted(f.Doc, src.Word.Span), src.Path, src.Glob})
		}
	}
	return out
}

// unquoted is a span without the quotes around it.
func unquoted(doc *source.Document, span source.Span) source.Span {
	if text := doc.Slice(span); len(text) > 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		return source.Span{Start: span.Start + 1, End: span.End - 1}
	}
	return span
}

var mountSource = lazyregexp.New(`[=,](?:source|src)=([^,\s"$]+)`)

// mounted are the sources of bind mounts from the context.
func mounted(f *analysis.Facts, s *analysis.Step) []target {
	var out []target
	for _, flag := range s.FlagsNamed("mount") {
		m := analysis.ParseMount(flag.Value)
		at := mountSource.FindStringSubmatchIndex(f.Doc.Slice(flag.Span))
		if m["type"] != "bind" || m["from"] != "" || at == nil {
			continue
		}
		span := source.Span{Start: flag.Span.Start + at[2], End: flag.Span.Start + at[3]}
		if rel := path.Clean("/" + m["source"])[1:]; rel != "" && f.Doc.Slice(span) == m["source"] {
			out = append(out, target{span: span, rel: rel})
		}
	}
	return out
}

// required are the requirements files that the pip calls of a step read.
func required(f *analysis.Facts, s *analysis.Step) []target {
	var out []target
	for _, c := range f.CallsIn(s) {
		for _, o := range c.Options {
			if c.Tool != "pip" && c.Tool != "uv" || o.Name != "-r" && o.Name != "--requirement" && o.Name != "-c" && o.Name != "--constraint" || !o.Has {
				continue
			}
			text := f.Doc.Slice(o.Span)
			if !strings.HasSuffix(text, o.Value) {
				continue // it stands there in other words
			}
			span := source.Span{Start: o.Span.End - len(o.Value), End: o.Span.End}
			if rel := f.ContextFile(s, absolute(s, c.Cmd, o.Value)); rel != "" {
				out = append(out, target{span: span, rel: rel})
			}
		}
	}
	return out
}

// started are the words of commands that are files of the context, or are given
// one: "./start.sh", "python main.py".
func started(f *analysis.Facts, s *analysis.Step) []target {
	var out []target
	for _, cmd := range s.Commands() {
		for _, w := range cmd.Unwrapped().Words {
			if !w.Static || !strings.ContainsAny(w.Value, "./") || strings.HasPrefix(w.Value, "-") {
				continue
			}
			if rel := f.ContextFile(s, absolute(s, cmd, w.Value)); rel != "" {
				out = append(out, target{span: unquoted(f.Doc, w.Span), rel: rel})
			}
		}
	}
	return out
}

// absolute is the path of a word of a command in the image; "" where the
// working folder is not known.
func absolute(s *analysis.Step, cmd *shell.Command, word string) string {
	if strings.HasPrefix(word, "/") {
		return path.Clean(word)
	}
	if !s.WorkdirKnown || !cmd.DirKnown || strings.Contains(cmd.Dir, "$") {
		return ""
	}
	if strings.HasPrefix(cmd.Dir, "/") {
		return path.Join(cmd.Dir, word)
	}
	return path.Join(s.Workdir, cmd.Dir, word)
}
