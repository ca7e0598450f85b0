package codeactions

import (
	"fmt"
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// copyToItsPlace copies an environment to the path it was made at, and writes
// that path where the stage names the other one.
func copyToItsPlace(r *request) Action {
	e := r.finding.Subject.(*analysis.CarriedEnv)
	if folder, managed := r.EnvInterpreter(e); folder != "" && r.LacksInterpreter(e.To, folder, managed) {
		return refuse("which Python the image of this stage is to have only the author can tell")
	}
	s := e.Copy.Step
	line := r.line(s.Span.Start)
	if len(e.Copy.Sources) != 1 || path.Join("/", e.Copy.Sources[0].Path) != e.Made {
		return refuse("line %d copies more than the environment to %s", line, e.At)
	}
	if _, parents := s.Flag("parents"); parents {
		return refuse("line %d keeps the folders above the environment (--parents)", line)
	}
	var edits []Edit
	for _, st := range r.Stages {
		if st != e.To && e.To.Includes(st) {
			if reason := r.namesPlace(st, e); reason != "" {
				return refuse("%s", reason)
			}
		}
		if !st.Includes(e.To) {
			continue
		}
		if reason := r.placeBound(st, e); reason != "" {
			return refuse("%s", reason)
		}
		for _, o := range st.Steps {
			more, reason := r.renamedPlace(o, e)
			if reason != "" {
				return refuse("%s", reason)
			}
			edits = append(edits, more...)
		}
	}
	words := s.JSON
	if words == nil {
		words = s.Words
	}
	dest := words[len(words)-1].Span
	text := r.Doc.Slice(dest)
	edits = append(edits, Edit{dest, strings.Replace(text, strings.Trim(text, `"`), e.Made, 1)})
	return Action{Title: "Copy the environment to " + e.Made, Level: Review, Edits: edits,
		Note: fmt.Sprintf("The environment lies at %s instead of %s: check that nobody outside of this file names the old path.", e.Made, e.At)}
}

// renamedPlace writes the place where an environment was made for the one where
// it was copied to, in one instruction of the stage that gets it; or says what
// cannot be told of a path there.
func (r *request) renamedPlace(s *analysis.Step, e *analysis.CarriedEnv) (edits []Edit, reason string) {
	line := r.line(s.Span.Start)
	switch c := r.CopyAt(s); {
	case s == e.Copy.Step, s.Name == "FROM":
		return nil, ""
	case c != nil && c.DestKnown && analysis.Below(c.Dest, e.Made) || s.Name == "WORKDIR" && analysis.Below(s.Workdir, e.Made):
		return nil, fmt.Sprintf("line %d uses %s, where the environment would lie", line, e.Made)
	case c != nil && (!c.DestKnown || c.Dest != e.At && analysis.Below(c.Dest, e.At)):
		return nil, fmt.Sprintf("line %d may copy into the environment", line)
	case c != nil || s.Name == "WORKDIR":
		return nil, "" // what lies beside the environment stays where it is
	}
	for _, cmd := range s.Commands() {
		if name := strings.TrimPrefix(cmd.Unwrapped().Name(), "./"); strings.HasPrefix(name, "bin/") {
			return nil, fmt.Sprintf("line %d starts `%s`, whose folder depends on where it runs", line, name)
		}
	}
	text := r.Doc.Slice(s.Span)
	if name := otherwiseNamed(text, e.At); name != "" {
		return nil, fmt.Sprintf("line %d names %s, which may be the environment by another path", line, name)
	}
	for at := 0; ; {
		i := strings.Index(text[at:], e.At)
		if i < 0 {
			return edits, ""
		}
		start, end := at+i, at+i+len(e.At)
		at = end
		if start > 0 && pathByte(text[start-1]) || end < len(text) && text[end] != '/' && pathByte(text[end]) {
			continue // another path that has this one in it
		}
		rest := text[end:]
		of := strings.HasPrefix(rest, "/bin/") || strings.HasPrefix(rest, "/bin:") || strings.HasPrefix(rest, "/lib/") || rest == "/bin"
		if !of && !(s.Name == "ENV" && strings.HasSuffix(strings.TrimRight(text[:start], `"`), "VIRTUAL_ENV=")) {
			return nil, fmt.Sprintf("line %d names %s, which may be more than the environment", line, e.At)
		}
		edits = append(edits, Edit{source.Span{Start: s.Span.Start + start, End: s.Span.Start + end}, e.Made})
	}
}

// pathByte says whether a byte can be in the middle of a path.
func pathByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("_-./", b) >= 0
}
