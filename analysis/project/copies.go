package project

import (
	"path"
	"strings"

	"restage/analysis/source"
)

// contextSource is one path of the build context that the Dockerfile names:
// a source of COPY or ADD, or of a bind mount.
type contextSource struct {
	path   string // cleaned, relative to the context; "." for all of it
	folder bool   // written with a trailing slash
	glob   bool   // has wildcards
	stage  int    // index of the stage; -1 before the first FROM
}

// contextSources lists what the Dockerfile takes from its context, in order.
// Sources with variables whose value the Dockerfile does not tell are left out.
func contextSources(doc *source.Document) []contextSource {
	if doc == nil {
		return nil
	}
	var found []contextSource
	values := map[string]string{}
	for _, in := range doc.Instructions {
		switch in.Name {
		case "ARG", "ENV":
			for _, pair := range in.Pairs {
				if value, ok := expand(pair.Value.Value, values); ok && pair.HasValue {
					values[pair.Key] = value
				}
			}
		case "COPY", "ADD":
			for _, word := range copyWords(in) {
				found = appendSource(found, in, word, values)
			}
		case "RUN":
			for _, flag := range in.Flags {
				if word, ok := bindSource(flag); ok {
					found = appendSource(found, in, word, values)
				}
			}
		}
	}
	return found
}

// copyWords gives the sources of a COPY or ADD from the context, unexpanded.
func copyWords(in *source.Instruction) []string {
	for _, flag := range in.Flags {
		if flag.Name == "from" {
			return nil
		}
	}
	words := in.Words
	if in.JSON != nil {
		words = in.JSON
	}
	if len(words) < 2 {
		return nil
	}
	var sources []string
	for _, word := range words[:len(words)-1] {
		heredoc := len(in.Heredocs) > 0 && strings.HasPrefix(word.Raw, "<<")
		if !heredoc && !isRemote(word.Value) {
			sources = append(sources, word.Value)
		}
	}
	return sources
}

// isRemote says that a source of ADD is fetched instead of read.
func isRemote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "git@")
}

// bindSource gives the source of a --mount of the context; the whole context
// (no source) says nothing and is left out.
func bindSource(flag source.Flag) (string, bool) {
	if flag.Name != "mount" {
		return "", false
	}
	kind, from := "bind", ""
	for _, option := range strings.Split(strings.Trim(flag.Value, `"'`), ",") {
		key, value, _ := strings.Cut(option, "=")
		switch strings.ToLower(key) {
		case "type":
			kind = value
		case "from":
			return "", false
		case "source", "src":
			from = value
		}
	}
	return from, kind == "bind" && from != ""
}

func appendSource(list []contextSource, in *source.Instruction, word string, values map[string]string) []contextSource {
	name, ok := expand(word, values)
	if !ok || name == "" {
		return list
	}
	s := contextSource{folder: strings.HasSuffix(name, "/"), glob: strings.ContainsAny(name, "*?["), stage: -1}
	// COPY strips leading slashes and dots: nothing above the context is reachable.
	s.path = strings.TrimPrefix(path.Clean("/"+name), "/")
	if s.path == "" {
		s.path = "."
	}
	if in.Stage != nil {
		s.stage = in.Stage.Index
	}
	return append(list, s)
}

// maxPath is how long a path may be on Linux (PATH_MAX of limits.h).
const maxPath = 4096

// expand replaces $NAME, ${NAME} and ${NAME:-default} by the values known so
// far; ok is false when a value is missing, the form is another one, or what
// comes out cannot be a path any more.
func expand(word string, values map[string]string) (expanded string, ok bool) {
	if !strings.Contains(word, "$") {
		return word, true
	}
	var b strings.Builder
	for word != "" {
		before, rest, more := strings.Cut(word, "$")
		b.WriteString(before)
		if !more {
			break
		}
		var name, fallback string
		hasFallback := false
		if strings.HasPrefix(rest, "{") {
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return "", false
			}
			name, word = rest[1:end], rest[end+1:]
			if name, fallback, hasFallback = strings.Cut(name, ":-"); !hasFallback {
				name, fallback, hasFallback = strings.Cut(name, "-")
			}
		} else {
			end := 0
			for end < len(rest) && (rest[end] == '_' || isAlnum(rest[end])) {
				end++
			}
			name, word = rest[:end], rest[end:]
		}
		value, known := values[name]
		switch {
		case known && (value != "" || !hasFallback):
			b.WriteString(value)
		case hasFallback:
			b.WriteString(fallback)
		default:
			return "", false
		}
		if b.Len() > maxPath {
			return "", false
		}
	}
	return b.String(), true
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
