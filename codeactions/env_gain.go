package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// noGain gives the reason why the environment of an install stays where it is
// as long as nothing but the block changes: because nobody gains by the move,
// because it would make the image bigger, or because who starts the container
// may look for the environment where it is now. "" when it may move.
func (m *envMove) noGain() string {
	venv := path.Join(m.in.Dir, ".venv")
	for _, mount := range m.in.Step.CacheMounts() {
		if mount.Target != "" && analysis.Below(venv, mount.Target) {
			return "line " + itoa(m.line(mount.Flag.Span.Start)) + " mounts a cache on " + mount.Target + ", so that an environment in the project's folder would not be in the image"
		}
	}
	switch carried := len(m.carried) > 0; {
	case m.in.Env.Kind == analysis.EnvSystem && carried:
		return ""
	case m.in.Env.Kind == analysis.EnvSystem:
		return m.waitsForStages()
	case carried:
		return m.lookedForElsewhere(venv)
	}
	for _, check := range []func(venv string) string{m.copiedAlong, m.lookedForElsewhere, m.storedAgain} {
		if reason := check(venv); reason != "" {
			return reason
		}
	}
	return ""
}

// waitsForStages: packages of the image's own Python are found by every
// program of the image. They move where another stage gets them by that, as a
// part of the conversion to builder and runtime stages.
func (m *envMove) waitsForStages() string {
	final := m.Final()
	if !final.Includes(m.in.Step.Stage) || m.ForDevelopment(final) {
		return "no other stage copies the packages of line " + itoa(m.line(m.in.Cmd.Span.Start)) + ", so that moving them out of the image's own Python gains nothing"
	}
	for _, in := range m.InstallsOf(final) {
		if !in.Deps {
			continue
		}
		convert := *m.request
		convert.finding.Subject = in
		if a := convertStages(&convert); a.Refusal != "" {
			return "moving the packages out of the image's own Python gains nothing while the stages are not converted: " + a.Refusal
		}
		break
	}
	return "moving the packages out of the image's own Python gains nothing by itself: the conversion to builder and runtime stages (single-stage) does it along"
}

// copiedAlong: another stage copies the folder that the environment would lie
// in, and would get it besides what it gets now.
func (m *envMove) copiedAlong(venv string) string {
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			c := m.CopyAt(s)
			if c == nil || c.FromStage == nil || !c.FromStage.Includes(m.in.Step.Stage) {
				continue
			}
			for _, src := range c.Sources {
				from, _, _ := strings.Cut("/"+strings.TrimPrefix(src.Path, "."), "*")
				if src.Known && analysis.Below(venv, path.Clean(from)) {
					return "line " + itoa(m.line(s.Span.Start)) + " copies " + from + ", where the environment would be, to another stage, which would get it besides what it has now"
				}
			}
		}
	}
	return ""
}

// lookedForElsewhere: "poetry run" finds the environment from the project's
// folder only, and a folder mounted over it would hide .venv.
func (m *envMove) lookedForElsewhere(venv string) string {
	final := m.Final()
	if !m.holds(final) {
		return ""
	}
	if len(m.Commands(final)) == 0 {
		return "nothing says what the container runs, and whoever starts it may look for the environment where it is now, or mount a folder over `" + m.in.Dir + "`"
	}
	for _, u := range m.Uses() {
		if u.Stage != final || !u.Cmd.DirKnown {
			continue
		}
		if dir := path.Join(final.End().Workdir, u.Cmd.Dir); !analysis.Below(dir, m.in.Dir) {
			return m.Where(u.Command) + " calls Poetry in " + dir + ", where it would not find the environment of " + m.in.Dir
		}
	}
	return ""
}

// storedAgain: a later layer that changes owners or modes of a folder, or
// copies it, stores the environment in it once more.
func (m *envMove) storedAgain(venv string) string {
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			if !st.Includes(m.in.Step.Stage) || s.Index <= m.in.Step.Index {
				continue
			}
			if cmd := walksOver(s, venv); cmd != nil {
				return m.stores(cmd, venv)
			}
		}
	}
	return ""
}

func (m *envMove) stores(cmd *shell.Command, venv string) string {
	return "line " + itoa(m.line(cmd.Span.Start)) + " (`" + short(m.Doc.Slice(cmd.Span)) + "`) goes over " + path.Dir(venv) + ", and would store an environment there a second time"
}

// walksOver is a command of a RUN that changes or copies all files of a folder
// that holds a path; nil if there is none.
func walksOver(s *analysis.Step, p string) *shell.Command {
	if s.Name != "RUN" {
		return nil
	}
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		name := u.Name()
		if name != "mv" && !slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return recursive(name, w.Value) }) {
			continue
		}
		for _, w := range u.Args() {
			v, ok := s.ShellValue(w.Value, u.Exports)
			if !strings.HasPrefix(v, "/") {
				v = path.Join(s.Workdir, u.Dir, v)
			}
			if ok && !strings.HasPrefix(w.Value, "-") && analysis.Below(p, path.Clean(strings.TrimSuffix(v, "/*"))) {
				return cmd
			}
		}
	}
	return nil
}

// recursive says whether a word is the option with which a program goes over
// all files of a folder.
func recursive(program, word string) bool {
	long, isLong := strings.CutPrefix(word, "--")
	short, isShort := strings.CutPrefix(word, "-")
	switch program {
	case "chown", "chmod", "chgrp":
		return isLong && long == "recursive" || !isLong && isShort && strings.Contains(short, "R")
	case "cp":
		return isLong && (long == "recursive" || long == "archive") || !isLong && isShort && strings.ContainsAny(short, "rRa")
	}
	return false
}
