package codeactions

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// managers are programs that start others in the environment of a project.
var managers = []string{"poetry", "uv", "uvx", "pdm", "pipenv", "hatch", "rye", "pixi"}

// placeBound says what else than the words of a stage's instructions needs the
// environment where it was copied to, or keeps it from being read where it was
// made.
func (r *request) placeBound(st *analysis.Stage, e *analysis.CarriedEnv) string {
	if len(st.Readers) > 0 {
		return fmt.Sprintf("line %d takes files from the stage that gets the environment", r.line(st.Readers[0].Span.Start))
	}
	for _, s := range st.Steps {
		if reason := r.clears(s, e); reason != "" {
			return reason
		}
	}
	for _, s := range append(st.Steps[:len(st.Steps):len(st.Steps)], st.End()) {
		if s.WorkdirKnown && s.Workdir != e.At && analysis.Below(s.Workdir, e.At) {
			return fmt.Sprintf("the stage works in %s, a folder of the environment", s.Workdir)
		}
		// Only root may enter /root.
		if analysis.Below(e.Made, "/root") && s.User != "" && s.User != "root" && s.User != "0" {
			return fmt.Sprintf("the user %s may not read what lies in %s", s.User, e.Made)
		}
	}
	for _, s := range r.Project.Services {
		for _, v := range s.Volumes {
			if analysis.Below(e.Made, v.Target) {
				return fmt.Sprintf("%s mounts something on %s, where the environment would lie", s.Path, v.Target)
			}
		}
		if s.User != "" && analysis.Below(e.Made, "/root") {
			return fmt.Sprintf("%s runs the image as a user of its own, who may not read what lies in %s", s.Path, e.Made)
		}
	}
	for _, c := range r.Commands(st) {
		// Poetry and its like look for the environment beside the project, and make
		// another one where there is none.
		for _, tool := range analysis.Programs(st.End(), c.Cmd.Unwrapped().Words) {
			if slices.Contains(managers, tool) {
				return fmt.Sprintf("%s starts through %s, which looks for the environment beside the project", r.Where(c), tool)
			}
		}
		if c.Path == "" {
			continue
		}
		if text := r.startText(c); strings.Contains(text, e.At) || otherwiseNamed(text, e.At) != "" {
			return fmt.Sprintf("%s names the environment, too", r.Where(c))
		}
	}
	return ""
}

// startText are the words of a command that the container starts, and the script
// that they are in.
func (r *request) startText(c analysis.Command) string {
	var texts []string
	for _, w := range c.Cmd.Words {
		texts = append(texts, w.Value)
	}
	if c.Path != "" {
		for _, name := range []string{c.Path, path.Join(r.Project.Context, c.Path)} {
			if text, err := fs.ReadFile(r.Project.FS, name); err == nil {
				texts = append(texts, string(text))
			}
		}
	}
	return strings.Join(texts, " ")
}

// namesPlace says which instruction of a stage that the one with the environment
// starts from names the place that it is copied to: other stages may start from
// there, too.
func (r *request) namesPlace(st *analysis.Stage, e *analysis.CarriedEnv) string {
	for _, s := range st.Steps {
		text := r.Doc.Slice(s.Span)
		if c := r.CopyAt(s); c == nil && s.Name != "FROM" && s.Name != "WORKDIR" && (strings.Contains(text, e.At) || otherwiseNamed(text, e.At) != "") {
			return fmt.Sprintf("line %d names %s in a stage that this one starts from", r.line(s.Span.Start), e.At)
		}
	}
	return ""
}

// clears says which instruction works on a folder that the environment would lie
// in, and may remove it: "" if there is none.
func (r *request) clears(s *analysis.Step, e *analysis.CarriedEnv) string {
	for _, rm := range s.RemovalsIn(0) {
		if analysis.Below(e.Made, rm.Path) {
			return fmt.Sprintf("line %d removes %s, where the environment would lie", r.line(rm.Word.Span.Start), rm.Path)
		}
	}
	for _, cmd := range s.Commands() {
		if cmd.Unwrapped().Name() == "mkdir" {
			continue
		}
		for _, w := range cmd.Args() {
			v, ok := s.ShellValue(w.Value, cmd.Exports)
			if v = path.Clean(strings.TrimSuffix(v, "/*")); ok && path.IsAbs(v) && v != "/" && analysis.Below(e.Made, v) {
				return fmt.Sprintf("line %d works on %s, where the environment would lie", r.line(w.Span.Start), v)
			}
		}
	}
	for _, fl := range s.Flags {
		if target, _ := s.Expand(analysis.ParseMount(fl.Value)["target"]); fl.Name == "mount" && path.IsAbs(target) && analysis.Below(e.Made, path.Clean(target)) {
			return fmt.Sprintf("line %d mounts something on %s, where the environment would lie", r.line(s.Span.Start), target)
		}
	}
	return ""
}

// otherwiseNamed is the last element of a path where a text has it in a path that
// depends on a folder or a variable (".venv/bin/python", "$APP/.venv"), "" where
// it does not.
func otherwiseNamed(text, whole string) string {
	name := path.Base(whole)
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return ""
		}
		start, end := at+i, at+i+len(name)
		at = end
		if start > 0 && text[start-1] != '/' && pathByte(text[start-1]) || end < len(text) && text[end] != '/' && pathByte(text[end]) {
			continue // another name that has this one in it
		}
		first := start
		for first > 0 && pathByte(text[first-1]) {
			first--
		}
		if text[first] != '/' || strings.Contains(text[first:end], "..") || !beginsWord(text[:first]) {
			return name
		}
	}
}

// beginsWord says whether a word, quoted or not, begins behind a text.
func beginsWord(head string) bool {
	if strings.HasSuffix(head, `"`) || strings.HasSuffix(head, "'") {
		head = head[:len(head)-1]
	}
	return head == "" || strings.ContainsRune(" \t\r\n=:,[(;&|", rune(head[len(head)-1]))
}
