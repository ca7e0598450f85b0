package codeactions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// installAbove moves an install of system packages, or of Poetry, above the
// copy of the code, where neither it nor what it passes makes a difference to
// the other.
func installAbove(r *request) Action {
	u := r.finding.Subject.(analysis.Unordered)
	if u.Arg != "" {
		return refuse("a program that one of the RUN lines starts may read %s out of its environment: whether the argument can move down only its author can tell", u.Arg)
	}
	passed, reason := r.passed(u)
	if reason == "" {
		reason = r.dependsOn(u.Step, passed)
	}
	if reason != "" {
		return refuse("%s", reason)
	}
	return Action{Edits: r.moveUp(u.Step.Instruction, u.Before.Instruction)}
}

// passed are the paths that the copies between an install and the code that it
// moves above bring, those included; or the reason why it cannot pass them.
func (r *request) passed(u analysis.Unordered) (paths []string, reason string) {
	for _, s := range u.Step.Stage.Steps[u.Before.Pos:u.Step.Pos] {
		line := r.line(s.Span.Start)
		switch s.Name {
		case "COPY", "ADD":
			c := r.CopyAt(s)
			if c == nil || !c.DestKnown {
				return nil, fmt.Sprintf("where line %d copies to is not known, and it may be what the install reads", line)
			}
			for _, p := range c.Footprint() {
				if ofSystem(u.Step, p) {
					return nil, fmt.Sprintf("line %d copies to %s, where programs and settings lie that the install may use", line, p)
				}
				paths = append(paths, p)
			}
		case "RUN":
			return nil, fmt.Sprintf("line %d runs in between, and the install may need what it does", line)
		case "WORKDIR", "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER":
		case "ENV", "ARG":
			return nil, fmt.Sprintf("line %d sets %s in between, which the install would not have in its environment any more", line, s.Pairs[0].Key)
		default:
			return nil, fmt.Sprintf("line %d (%s) stands in between, and what it does may be for the install", line, s.Name)
		}
	}
	return paths, ""
}

// ofSystem says whether a path lies in a folder of the system, of settings or
// of programs, or holds one.
func ofSystem(s *analysis.Step, p string) bool {
	dirs := []string{"/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/var", "/root"}
	if home, ok := s.Home(); ok {
		dirs = append(dirs, home)
	}
	if v := s.Var("PATH"); v.Set {
		dirs = append(dirs, strings.Split(v.Value, ":")...)
	}
	if v := s.Var("VIRTUAL_ENV"); v.Set {
		dirs = append(dirs, v.Value)
	}
	return slices.ContainsFunc(dirs, func(dir string) bool {
		return path.IsAbs(dir) && (analysis.Below(p, dir) || analysis.Below(dir, p))
	})
}

// dependsOn says what keeps a RUN from standing above copies to some paths: it
// does more than install, reads files, or uses a folder of the context.
func (r *request) dependsOn(s *analysis.Step, paths []string) string {
	line := r.line(s.Span.Start)
	if user, _, _ := strings.Cut(s.User, ":"); user != "" && user != "root" && user != "0" {
		if _, ok := s.Home(); !ok {
			return "where the settings of the user " + user + " lie is not known, and they may be among the files that are copied"
		}
	}
	if v := s.Var("PYTHONPATH"); v.Set {
		return "PYTHONPATH lets Python look for modules among the code"
	}
	if name := pointsInto(s, paths); name != "" {
		return name + " may name one of the files that are copied before the install"
	}
	for _, fl := range s.Flags {
		if fl.Name == "mount" && !slices.Contains([]string{"cache", "tmpfs", "secret", "ssh"}, analysis.ParseMount(fl.Value)["type"]) {
			return fmt.Sprintf("line %d mounts files", line)
		}
	}
	if p, err := s.Program(); err != nil || p == nil {
		return fmt.Sprintf("line %d cannot be read as a shell program", line)
	}
	for _, cmd := range s.Commands() {
		if !r.onlyInstalls(s, cmd, paths) {
			return fmt.Sprintf("line %d also runs `%s`, which may use the files that are copied before it", r.line(cmd.Span.Start), short(r.Doc.Slice(cmd.Span)))
		}
	}
	return ""
}

// pointsInto is a variable in force that tells a program of a file at some
// paths, or that may; "" if there is none.
func pointsInto(s *analysis.Step, paths []string) string {
	for _, st := range s.Stage.Chain() {
		for _, o := range st.Steps {
			if o.Name != "ENV" && o.Name != "ARG" {
				continue
			}
			for _, p := range o.Pairs {
				v := s.Var(p.Key)
				if !v.Set || !toolVariable(p.Key) {
					continue
				}
				parts := strings.FieldsFunc(v.Value, func(c rune) bool { return c == ':' || c == ' ' })
				within := !plainSetting.MatchString(p.Key) && !noFileValue.MatchString(v.Value) && slices.ContainsFunc(parts, func(part string) bool {
					return !path.IsAbs(part) || slices.ContainsFunc(paths, func(dir string) bool { return analysis.Below(path.Clean(part), dir) })
				})
				if !v.Known || within {
					return p.Key
				}
			}
		}
	}
	return ""
}

// onlyInstalls says whether a command of a RUN reads none of the files at some
// paths, and writes none.
func (r *request) onlyInstalls(s *analysis.Step, cmd *shell.Command, paths []string) bool {
	for _, rd := range cmd.Redirects {
		if !rd.Reads && !rd.Writes {
			continue
		}
		if v, ok := s.ShellValue(rd.File.Value, cmd.Exports); !ok || v != "/dev/null" {
			return false
		}
	}
	if !startsAsIs(cmd) || !harmlessVariables(s, cmd, paths) {
		return false
	}
	u := cmd.Unwrapped()
	switch u.Name() {
	case "set", "true", ":", "export":
		return true
	case "rm", "mkdir":
		return !slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return !apart(s, cmd, w, paths) })
	case "apt-get", "apt", "apk", "yum", "dnf", "microdnf":
		return harmlessWords(s, cmd, u.Args(), systemWords)
	}
	if !r.installsPoetry(s, cmd) {
		return false
	}
	for _, c := range r.CallsIn(s) {
		if c.Cmd.Span == cmd.Span {
			return c.Tool != "uv" && harmlessWords(s, cmd, u.Args(), pipWords) // uv reads its settings out of the working folder
		}
	}
	return harmlessWords(s, cmd, u.Args(), scriptWords)
}

// apart says whether a word is an option, or an absolute path that has nothing
// to do with any of some paths.
func apart(s *analysis.Step, cmd *shell.Command, w shell.Word, paths []string) bool {
	v, ok := s.ShellValue(w.Value, cmd.Exports)
	if strings.HasPrefix(v, "-") {
		return true
	}
	v = strings.TrimSuffix(v, "/*")
	return ok && path.IsAbs(v) && !strings.ContainsAny(v, "*?[{") && !slices.ContainsFunc(paths, func(p string) bool {
		return analysis.Below(v, p) || analysis.Below(p, path.Clean(v))
	})
}

// moveUp moves an instruction with its comments above another one with its own,
// and one of the empty lines around it along.
func (r *request) moveUp(in, above *source.Instruction) []Edit {
	from := block(r.Doc, in)
	text := ended(r.Doc, r.Doc.Slice(from))
	to := block(r.Doc, above).Start
	head, tail := r.Doc.Text[:from.Start], r.Doc.Text[from.End:]
	blank := func(line string) bool { return strings.TrimSpace(line) == "" }
	lineBefore := head[strings.LastIndexByte(strings.TrimSuffix(head, "\n"), '\n')+1:]
	lineAfter, _, more := strings.Cut(tail, "\n")
	if blank(lineBefore) && (blank(lineAfter) || !more) {
		from.Start -= len(lineBefore)
		text += r.Doc.Newline
	} else if to < r.Doc.LineSpan(above).Start {
		text += r.Doc.Newline // else the comments would seem to speak of both
	}
	return []Edit{insert(to, text), remove(from)}
}
