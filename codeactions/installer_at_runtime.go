package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// startDirectly takes "poetry run" out of CMD, ENTRYPOINT or HEALTHCHECK. The
// environment must be on PATH for that, or is put there.
func startDirectly(r *request) Action {
	u := r.finding.Subject.(analysis.Use)
	if u.Entry == nil {
		return refuse("%s", r.scriptUse(u))
	}
	var edits []Edit
	for _, o := range r.Uses() { // "poetry run a && poetry run b" has two
		if o.Entry == nil || o.Entry.Step != u.Entry.Step || o.Stage != u.Stage {
			continue
		}
		ed, reason := r.direct(o)
		if reason != "" {
			return refuse("%s", reason)
		}
		edits = append(edits, ed...)
	}
	in := r.runtimeInstall(u)
	if in == nil {
		return refuse("which environment `poetry run` finds in line %d cannot be told: no install in this file makes one", r.line(u.Entry.Step.Span.Start))
	}
	name := programName(u)
	if strings.TrimSpace(name) == "" {
		return refuse("`poetry run` in line %d names no program, but an empty word", r.line(u.Entry.Step.Span.Start))
	}
	a := Action{Title: "Start " + short(name) + " without Poetry"}
	switch {
	case in.Env.Kind == analysis.EnvSystem || in.Env.Bin() != "" && onPath(u.Entry.Step, in.Env.Bin()):
	case in.Env.Kind == analysis.EnvCache:
		return refuse("only `poetry run` finds the environment, which lies in Poetry's cache folder under a name with a hash")
	case in.Env.Path == "":
		return refuse("where the environment is cannot be told: %s", in.Env.Why)
	default:
		a.Level = Review
		a.Note = "The environment's commands come first on PATH from here on, as `poetry run` had it for this command alone."
		edits = append(edits, before(r.Doc, u.Entry.Step.Instruction, `ENV PATH="`+in.Env.Bin()+`:$PATH"`))
	}
	a.Edits = edits
	return a
}

// scriptUse says what has to change in another file that calls Poetry.
func (r *request) scriptUse(u analysis.Use) string {
	where := r.Where(u.Command)
	if u.Verb != "run" || len(u.Call.Args) == 0 || r.ownScript(u, u.Call.Args[0].Value) != "" {
		return where + " calls `" + strings.TrimSpace("poetry "+u.Verb) + "`: that file has to change first"
	}
	prog := u.Call.Args[0].Raw
	if u.Call.Args[0].Static {
		prog = u.Call.Args[0].Value
	}
	return where + " calls `poetry run " + prog + "`: write `" + prog + "` there in its place, then ask again"
}

// runtimeInstall is the install whose environment the use finds: the last of
// its stage, else one of another stage whose packages are copied.
func (r *request) runtimeInstall(u analysis.Use) *analysis.Install {
	if list := r.InstallsOf(u.Stage); len(list) > 0 {
		return list[len(list)-1]
	}
	var found *analysis.Install
	for _, in := range r.Installs {
		if r.envArrives(u.Stage, in) {
			found = in
		}
	}
	return found
}

// envArrives says whether copies bring the environment of another stage's
// install to a stage, at the same place.
func (r *request) envArrives(st *analysis.Stage, in *analysis.Install) bool {
	if in.Env.Kind == analysis.EnvSystem {
		m := &envMove{request: r, in: in}
		m.findCarried()
		return m.firstCarried(st) != nil
	}
	if in.Env.Path == "" {
		return false
	}
	for _, cp := range r.CopiesBefore(st.End()) {
		if cp.FromStage == nil || !cp.FromStage.Includes(in.Step.Stage) {
			continue
		}
		for _, src := range cp.Sources {
			from := "/" + strings.TrimPrefix(src.Path, ".")
			if rel := strings.TrimPrefix(in.Env.Path, strings.TrimSuffix(from, "/")); src.Known && analysis.Below(in.Env.Path, from) && path.Join(cp.Dest, rel) == in.Env.Path {
				return true
			}
		}
	}
	return false
}

// onPath says whether PATH at a step has the folder before the system's own.
func onPath(s *analysis.Step, bin string) bool {
	for _, dir := range strings.Split(s.Var("PATH").Value, ":") {
		if path.Clean(dir) == bin {
			return true
		}
		if dir == "/usr/local/bin" {
			return false
		}
	}
	return false
}

// programName names what "poetry run" starts.
func programName(u analysis.Use) string {
	if len(u.Call.Args) > 0 && u.Call.Args[0].Static {
		return u.Call.Args[0].Value
	}
	return "the program"
}

// direct gives the edits that take "poetry run" out of an entry's command, or
// the reason why it has to stay.
func (r *request) direct(u analysis.Use) ([]Edit, string) {
	line := itoa(r.line(u.Entry.Step.Span.Start))
	for _, c := range u.Entry.Step.Commands() {
		if w := c.Unwrapped().Words; len(w) > 0 && login(w) {
			return nil, "line " + line + " starts a login shell, which sets PATH anew, so that only Poetry finds the environment"
		}
	}
	switch {
	case u.Verb == "" && len(u.Call.Args) == 0:
		return nil, "line " + line + " makes Poetry itself the program, and what it runs comes from elsewhere"
	case u.Verb != "run":
		return nil, "line " + line + " runs `poetry " + u.Verb + "`, which only Poetry can do"
	case len(u.Call.Args) == 0:
		if r.runsCommand(u) {
			return []Edit{removeBlock(r.Doc, u.Entry.Step.Instruction)}, ""
		}
		return nil, "line " + line + " ends with `poetry run`, and what it runs comes from elsewhere"
	}
	for _, o := range u.Call.Options {
		switch o.Name {
		case "-C", "--directory", "-P", "--project":
			return nil, "line " + line + " runs Poetry in another folder (" + o.Name + " " + o.Value + ")"
		}
		if o.Span.Start > u.Call.VerbSpan.End {
			break
		}
	}
	first := u.Call.Args[0]
	if reason := r.ownScript(u, first.Value); reason != "" {
		return nil, reason
	}
	if u.Entry.Exec {
		return r.dropItems(u, first.Span.Start), ""
	}
	return []Edit{remove(source.Span{Start: u.Call.Name.Start, End: first.Span.Start})}, ""
}

// runsCommand says whether an entry is ENTRYPOINT ["poetry", "run"] in front of
// a CMD in exec form: without it the CMD, or the arguments of "docker run", are
// the program, which PATH finds just the same.
func (r *request) runsCommand(u analysis.Use) bool {
	if u.Entry.Name != "ENTRYPOINT" || !u.Entry.Exec || len(u.Entry.Step.JSON) != 2 || u.Stage.Image.Family != python.OfficialPython {
		return false
	}
	for _, e := range r.Entries(u.Stage) {
		if e.Name == "CMD" && e.Exec && e.Step.Stage == u.Entry.Step.Stage && e.Step.Pos > u.Entry.Step.Pos {
			return len(e.Step.JSON) > 0 && r.ownScript(u, e.Step.JSON[0].Value) == ""
		}
	}
	return false
}

// ownScript: "poetry run NAME" of a console script of the project works even
// if it is not installed; NAME alone needs the root package.
func (r *request) ownScript(u analysis.Use, name string) string {
	p := r.Project.Pyproject
	if p == nil {
		return ""
	}
	for _, s := range p.Scripts {
		if s.Name != name {
			continue
		}
		for _, in := range r.InstallsOf(u.Stage) {
			if in.Root && in.ProjectThere() {
				return ""
			}
		}
		return "`poetry run " + name + "` starts a script of the project itself (" + s.Target + "), and no install in this file installs the project"
	}
	return ""
}

// dropItems removes the items of a JSON array in front of an offset that lies
// in its first item to keep.
func (r *request) dropItems(u analysis.Use, keep int) []Edit {
	in := u.Entry.Step.Instruction
	if in.Sub != nil {
		in = in.Sub
	}
	start := -1
	for _, w := range in.JSON {
		if w.Span.Start <= u.Call.Name.Start && u.Call.Name.Start < w.Span.End {
			start = w.Span.Start
		}
		if w.Span.Start <= keep && keep < w.Span.End && start >= 0 {
			if w.Span.Start == start { // all in one item: ["sh", "-c", "poetry run x"]
				return []Edit{remove(source.Span{Start: u.Call.Name.Start, End: keep})}
			}
			return []Edit{remove(source.Span{Start: start, End: w.Span.Start})}
		}
	}
	return nil
}
