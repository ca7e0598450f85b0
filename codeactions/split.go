package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// split plans the install in two phases: manifests and dependencies first,
// the code and, where something needs it, the root package afterwards.
type split struct {
	*request
	// in is the "poetry install", the last one of group; nil where pip installs
	// requirements.
	in *analysis.Install
	// group are the installs between the code and in, with in.
	group []*analysis.Install
	// supplies are the "pip install" commands of an export's requirements or of
	// a requirements file; none for in.
	supplies []*analysis.Supply
	// call is the command of the install, step its instruction, dir the folder
	// of the project's manifests.
	call *analysis.Call
	step *analysis.Step
	dir  string
	// moved are the steps that go behind the install, in order; some may stand
	// in stages that the install's starts from.
	moved []*analysis.Step
	// cut are the RUNs of which only some commands move.
	cut map[*analysis.Step]partedRun
	// locks are the "poetry lock" calls between the code and the install.
	locks []*analysis.Call
	// manifests are the context paths that the first phase needs and that
	// only the moved copies bring.
	manifests []string
	// rootWhy says why the root package is installed after the code; "" if it is not.
	rootWhy string
	// second is the second phase, "" for none; state is what its shell needs before it.
	second, state string
	// relocks says that the second phase writes the lock file again first.
	relocks bool
	// owner is the --chown that owned, moved copies, get where a chown stays in
	// front of the install; "" for none.
	owner string
	owned []*analysis.Step
	// placed says that the moved steps are already among the edits.
	placed bool
	edits  []Edit
}

// newSplit takes the install of the finding together with those that follow it
// (groups that are installed one by one): the code goes behind the last.
func newSplit(r *request) *split {
	p := &split{request: r, cut: map[*analysis.Step]partedRun{}}
	if s, ok := r.finding.Subject.(*analysis.Supply); ok {
		p.dir, _ = s.Reads()
		for _, o := range r.RequirementInstalls() {
			if o.Step.Stage == s.Step.Stage && o.Cmd.Span.Start >= s.Cmd.Span.Start {
				p.supplies = append(p.supplies, o)
			}
		}
		p.call = p.supplies[len(p.supplies)-1].Call
		p.step = p.call.Step
		return p
	}
	p.in = r.install()
	p.group = []*analysis.Install{p.in}
	for _, o := range r.Installs {
		if o.Step.Stage == p.in.Step.Stage && o.Dir == p.in.Dir && o.Cmd.Span.Start > p.in.Cmd.Span.Start &&
			o.Deps && !o.Cmd.Place.Conditional && !r.PrecededByDeps(o) && len(r.CodeBefore(p.in.Step)) > 0 {
			p.group = append(p.group, o)
		}
	}
	p.in = p.group[len(p.group)-1]
	p.call, p.step, p.dir = p.in.Call, p.in.Step, p.in.Dir
	return p
}

func (p *split) plan() Action {
	for _, step := range []func() string{p.check, p.checkStages, p.sortSteps, p.checkHeirs, p.needManifests, p.decideRoot, p.checkLocks, p.installEdits} {
		if reason := step(); reason != "" {
			return refuse("%s", reason)
		}
	}
	p.copyEdits()
	a := Action{Edits: p.edits}
	if len(p.moved) == 0 {
		a.Title = "Install the dependencies without the root package"
	}
	switch {
	case p.in != nil && p.in.Root && p.second == "" && p.in.ProjectThere():
		a.Level = Review
		a.Note = "The root package itself is no longer installed, because nothing here needs it: check that nothing outside the image's own commands uses its scripts or metadata."
	case p.oldLockBack() && !p.relocks:
		a.Level = Review
		a.Note = "The code brings the context's poetry.lock, in place of the one that is written for the install: check that nothing in the running image reads it."
	}
	return a
}

// check gives the reasons that concern the install alone.
func (p *split) check() string {
	at := p.at(p.call.Cmd.Span.Start)
	if p.Project.Pyproject == nil {
		return p.noProject(at)
	}
	if p.in == nil {
		return p.checkSupplies()
	}
	in := p.in
	switch {
	case in.Foreign():
		return p.foreign(at)
	case in.Dynamic && (len(p.code()) == 0 || strings.Contains(strings.Join(in.PossibleOptions(), " "), "root")):
		return at + " takes options from " + p.Doc.Slice(in.DynamicSpan) + ", whose value the file does not tell"
	case !in.DirKnown && !p.sameFolder():
		return "the folder that " + at + " installs in cannot be told" + p.whyUnknown()
	}
	return p.readsGit()
}

// versionPlugin computes the version of a package with Poetry; as a plugin it
// reads .git in every command but run and shell, and fails without
// (poetry_dynamic_versioning/plugin.py, 1.9; its README, "Environment variables").
const versionPlugin = "poetry-dynamic-versioning"

// readsGit says why the install cannot do without the .git that the code
// brings: a plugin that computes the version is part of its Poetry.
func (p *split) readsGit() string {
	py := p.Project.Pyproject
	if !py.Dynamic || !slices.Contains(py.Tools, versionPlugin) || len(p.code()) == 0 ||
		p.step.Var("POETRY_DYNAMIC_VERSIONING_BYPASS").Set || p.step.Var("POETRY_DYNAMIC_VERSIONING_COMMANDS").Set {
		return ""
	}
	for _, st := range p.step.Stage.Chain() {
		for _, c := range p.Calls(st) {
			for _, w := range c.Args {
				if name, _, _ := strings.Cut(w.Value, "="); strings.HasPrefix(name, versionPlugin) {
					return p.at(c.Cmd.Span.Start) + " installs " + versionPlugin + ", with which every `poetry install` reads the .git that comes with the code"
				}
			}
		}
	}
	if slices.Contains(py.RequiresPlugins, versionPlugin) || p.in.Installer == nil {
		return py.Path + " has its version computed by " + versionPlugin + ", with which `poetry install` reads the .git that comes with the code"
	}
	return ""
}

// noProject says why a project is not known.
func (p *split) noProject(at string) string {
	for _, c := range p.CopiesBefore(p.step) {
		for _, src := range c.Sources {
			if c.FromContext() && manifestNamed(src.Path) != "" && !src.Known {
				return p.at(c.Step.Span.Start) + " copies `" + short(src.Word.Raw) + "`, so that which project " + at + " installs is only known in the build"
			}
		}
	}
	return "no pyproject.toml was found in the build context, so which manifests " + at + " needs is not known"
}

// foreign says which other project an install is for.
func (p *split) foreign(at string) string {
	own := p.Project.Pyproject.Path
	if rel := p.ContextFile(p.step, p.in.Dir+"/pyproject.toml"); rel != "" {
		return at + " installs the project of " + rel + ", of which nothing is known here, not that of " + own
	}
	return at + " installs the project in " + p.in.Dir + ", which is not the one of " + own
}

// sameFolder says whether everything about an install in an unknown WORKDIR is
// relative to that one folder: its copies, and the install itself.
func (p *split) sameFolder() bool {
	if p.in == nil || !p.call.Cmd.DirKnown || p.step.WorkdirKnown {
		return false
	}
	for _, o := range p.step.Stage.Steps {
		if o.Pos < p.step.Pos && o.Name == "WORKDIR" {
			return false
		}
	}
	for _, c := range p.CopiesBefore(p.step) {
		dest := c.Step.Words
		if c.Step.JSON != nil {
			dest = c.Step.JSON
		}
		relative := !strings.HasPrefix(dest[len(dest)-1].Value, "/") && !strings.Contains(dest[len(dest)-1].Raw, "$")
		if c.Step.Stage != p.step.Stage || !relative && (p.BringsCode(c) || p.bringsManifest(c)) {
			return false
		}
	}
	return true
}

// code are the copies that bring code before the install.
func (p *split) code() []*analysis.Copy { return p.CodeBefore(p.step) }

// at names the line of an offset for a message.
func (p *split) at(offset int) string { return "line " + itoa(p.line(offset)) }

// between are the steps from the first copied code to the install, those of
// the stages that its stage starts from included.
func (p *split) between() []*analysis.Step {
	var out []*analysis.Step
	first := p.code()[0].Step
	for _, st := range p.step.Stage.Chain() {
		for _, s := range st.Steps {
			switch {
			case st.Index < first.Stage.Index, st == first.Stage && s.Pos < first.Pos:
			case st == p.step.Stage && s.Pos >= p.step.Pos:
			default:
				out = append(out, s)
			}
		}
	}
	return out
}

// sortSteps decides for every step between the first copied code and the
// install whether it stays in front of it or moves behind it.
func (p *split) sortSteps() string {
	if len(p.code()) == 0 {
		return ""
	}
	between := p.between()
	for i, s := range between {
		switch s.Name {
		case "COPY", "ADD":
			c := p.CopyAt(s)
			if c != nil && p.otherManifest(c) != "" {
				return p.at(s.Span.Start) + " puts another " + p.otherManifest(c) + " in front of the install than the project's own"
			}
			if c != nil && p.moves(c) {
				p.moved = append(p.moved, s)
			}
		case "RUN":
			if reason := p.sortRun(s, between[i:]); reason != "" {
				return reason
			}
		case "ENV", "ARG":
			for _, m := range p.moved {
				if v := sharedVariable(p.Doc, m, s); v != "" {
					return p.at(s.Span.Start) + " changes $" + v + ", which " + p.at(m.Span.Start) + " uses and which would move behind it"
				}
			}
		}
	}
	return ""
}

// moves says whether a copy goes behind the install: it brings code, or puts
// files over what moved copies bring.
func (p *split) moves(c *analysis.Copy) bool {
	if p.BringsCode(c) {
		return true
	}
	if p.bringsManifest(c) || p.bringsExport(c) {
		return false
	}
	if !c.DestKnown && p.step.WorkdirKnown || p.dir != "/" && analysis.Below(c.Dest, p.dir) && c.FromContext() && !p.isPathDependency(c) {
		return true // files of the project that the install does not read
	}
	for _, m := range p.moved {
		if o := p.CopyAt(m); o != nil && analysis.Below(c.Dest, o.Dest) {
			return true
		}
	}
	return false
}

// sharedVariable is a variable that an ENV or ARG sets and an earlier step
// names; "" if there is none.
func sharedVariable(doc *source.Document, user, setter *analysis.Step) string {
	text := doc.Slice(user.Span)
	for _, pair := range setter.Pairs {
		if strings.Contains(text, "$"+pair.Key) || strings.Contains(text, "${"+pair.Key) {
			return pair.Key
		}
	}
	return ""
}
