package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// dropInstaller takes Poetry out of a final stage that installs nothing with
// it: an environment that another stage makes runs without.
func dropInstaller(r *request) Action {
	st := r.Final()
	kept := r.finding.Subject.(*analysis.Step)
	at := "line " + itoa(r.line(kept.Span.Start))
	if kept.Stage != st {
		return refuse("%s brings Poetry in the stage %s, which the final stage starts from and other targets may share", at, stageName(kept.Stage))
	}
	if reason := r.needsInstaller(st); reason != "" {
		return refuse("%s", reason)
	}
	if !slices.ContainsFunc(r.Installs, func(in *analysis.Install) bool { return in.Env.Kind != analysis.EnvSystem && r.envArrives(st, in) }) {
		return refuse("no environment of another stage is copied to the final one, so that its program may rely on packages that came along with Poetry in %s", at)
	}
	edits, reason := r.withoutInstaller(st)
	if reason != "" {
		return refuse("%s", reason)
	}
	f := r.Of(source.Parse(Apply(r.Doc.Text, tidy(edits))))
	if f.KeptInstaller(f.Final()) != nil {
		return refuse("%s brings Poetry in a way that cannot be taken out of the file", at)
	}
	return Action{Title: "Remove Poetry from the final stage", Level: Review, Edits: edits,
		Note: "Nothing in the final image calls Poetry: check scripts that people run in the container by hand."}
}

// needsInstaller gives the reason why the image of a stage needs Poetry.
func (r *request) needsInstaller(st *analysis.Stage) string {
	for _, c := range r.Calls(st) {
		if c.Tool == "poetry" && c.Verb != "" && c.Verb != "config" && c.Verb != "cache" {
			return "line " + itoa(r.line(c.Cmd.Span.Start)) + " runs `poetry " + c.Verb + "` in the final stage"
		}
	}
	for _, u := range r.Uses() {
		if u.Stage == st {
			return r.Where(u.Command) + " runs `" + strings.TrimSpace("poetry "+u.Verb) + "` in the final image"
		}
	}
	if reason := r.unknownCommand(st); reason != "" {
		return reason
	}
	return r.hiddenUse(st, false)
}

// unknownCommand: an image that nothing is known to start may be started with
// Poetry, wherever its packages are.
func (r *request) unknownCommand(st *analysis.Stage) string {
	for _, c := range r.Commands(st) {
		if c.Entry != nil && (c.Entry.Name == "HEALTHCHECK" || startsNothing(c.Cmd.Unwrapped())) {
			continue
		}
		return ""
	}
	for _, e := range r.Entries(st) {
		if e.Name != "HEALTHCHECK" {
			return "line " + itoa(r.line(e.Step.Span.Start)) + " starts nothing but a shell, in which whoever works in the container may call `poetry`"
		}
	}
	return "nothing in the project says what the container runs (no CMD, ENTRYPOINT, compose file, Procfile or manifest does), and whoever starts it may call `poetry`"
}

// startsNothing says whether a command is a shell for people, or only waits.
func startsNothing(u *shell.Command) bool {
	if len(u.Words) == 0 {
		return true
	}
	args := u.Args()
	switch u.Name() {
	case "sh", "bash", "ash", "dash", "zsh":
		return !slices.ContainsFunc(args, func(w shell.Word) bool { return w.Value == "-c" || !strings.HasPrefix(w.Value, "-") })
	case "sleep":
		return true
	case "tail":
		return len(args) > 0 && args[len(args)-1].Value == "/dev/null"
	}
	return false
}

// withoutInstaller takes the steps and commands out that install and configure Poetry.
func (r *request) withoutInstaller(st *analysis.Stage) ([]Edit, string) {
	var edits []Edit
	var gone []*source.Instruction
	for _, s := range st.Steps {
		if s.Name == "COPY" && slices.ContainsFunc(r.Installers, func(i *analysis.Installer) bool { return i.Step == s }) {
			if !r.bringsPoetryAlone(s) {
				return nil, "line " + itoa(r.line(s.Span.Start)) + " copies more than Poetry"
			}
			gone = append(gone, s.Instruction)
			continue
		}
		if s.Name != "RUN" {
			continue
		}
		var drop []int
		for i, cmd := range s.Commands() {
			if call := callIn(r, s, cmd); r.installsPoetry(s, cmd) || call != nil && call.Tool == "poetry" {
				drop = append(drop, i)
			}
		}
		switch {
		case len(drop) == 0:
		case len(drop) == len(s.Commands()):
			gone = append(gone, s.Instruction)
		default:
			text, ok := withoutCommands(r.Doc, r.Doc.Slice(s.Span), s.Shell, drop)
			if !ok {
				return nil, "line " + itoa(r.line(s.Span.Start)) + " installs Poetry in a condition or pipeline with other things"
			}
			edits = append(edits, Edit{s.Span, text})
		}
	}
	return append(edits, removeBlocks(r.Doc, gone)...), ""
}

// bringsPoetryAlone says whether a COPY takes along nothing but Poetry: no
// other folder, and no environment that lies in Poetry's own.
func (r *request) bringsPoetryAlone(s *analysis.Step) bool {
	for _, i := range r.Installers {
		if i.Step == s && !i.Alone {
			return false
		}
	}
	for _, src := range r.CopyAt(s).Sources {
		for _, in := range r.Installs {
			if in.Env.Path != "" && analysis.Below(in.Env.Path, "/"+src.Path) {
				return false
			}
		}
	}
	return true
}
