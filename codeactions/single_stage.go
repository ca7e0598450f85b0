package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// convertStages splits the final stage into a builder, which installs, and a
// runtime stage on the slim image, which gets the environment and the code.
func convertStages(r *request) Action {
	in, ok := r.finding.Subject.(*analysis.Install)
	if !ok {
		return withoutKept(r)
	}
	if in.Env.Kind == analysis.EnvCache || in.Env.Kind == analysis.EnvSystem {
		return convertMoved(r, in)
	}
	c := newConversion(r, in)
	text, reason := c.convertAnyhow()
	if reason != "" {
		return refuse("%s", reason)
	}
	return Action{Level: Review, Edits: minimal(r.Doc.Text, text), Note: c.note()}
}

// withoutKept takes Poetry out of a final stage that only has it lying around:
// the steps that bring it, or the stage that it starts from for having them.
func withoutKept(r *request) Action {
	_, in := r.BroughtEnv(r.Final())
	if r.finding.Subject.(*analysis.Step).Stage == r.Final() || in == nil {
		return dropInstaller(r)
	}
	c := newConversion(r, in)
	text, reason := c.convertAnyhow()
	if reason != "" {
		return refuse("%s", reason)
	}
	return Action{Level: Review, Edits: minimal(r.Doc.Text, text), Note: c.note()}
}

// convertMoved first makes the environment in the project, where it can be
// copied from, and then converts.
func convertMoved(r *request, in *analysis.Install) Action {
	m := &envMove{request: r, in: in, nameCache: true, override: true}
	move := m.plan()
	if move.Refusal != "" {
		return refuse("the environment cannot be copied to a runtime stage: %s", move.Refusal)
	}
	doc := source.Parse(Apply(r.Doc.Text, tidy(move.Edits)))
	facts := r.Of(doc)
	final := facts.Final()
	installs := facts.InstallsOf(final)
	if len(installs) == 0 {
		return refuse("the environment cannot be moved into the project without losing the install in line %d", r.line(in.Cmd.Span.Start))
	}
	c := newConversion(&request{Facts: facts, finding: r.finding}, installs[0])
	c.moved = true
	text, reason := c.convertAnyhow()
	if reason != "" {
		return refuse("%s", reason)
	}
	return Action{Level: Review, Edits: minimal(r.Doc.Text, text), Note: c.note() + m.commentNote()}
}

// conversion is one split of the final stage.
type conversion struct {
	*request
	in    *analysis.Install // the first install of dependencies
	final *analysis.Stage
	// first is the step with which the environment comes into the final image:
	// the first install, or the copy that brings it from another stage, where
	// installs are.
	first    *analysis.Step
	brought  bool
	installs []*analysis.Install
	steps    []*analysis.Step // of the final stage and those that it starts from

	last    *analysis.Step // the last step that installs
	env     string         // the environment's folder, the same in both stages
	base    string         // the runtime stage's image as written
	full    bool           // the runtime stage stands on another image than the builder
	workdir string         // a WORKDIR to add where the original works in /
	needs   []string       // packages that the slim image lacks and something uses
	because []string       // for each of needs, what uses it
	kept    []string       // packages that the runtime stage's own apt-get installs
	unknown []string       // packages that no table knows
	whole   string         // why the runtime stage must stand on the full image
	used    map[string]bool
	extras  []string // sentences for the note
	places  []place  // where every step goes, in order
	direct  map[*analysis.Step][]Edit
	// shared is the number of first steps that stay in a stage which both
	// others start from, 0 for none; trunk is that stage where it is there
	// already. blocked is the first step that could not be placed because nobody
	// knows what it leaves behind.
	shared  int
	trunk   *analysis.Stage
	blocked *analysis.Step
	again   bool // all steps but Poetry's are made in both stages
	// updates are the RUNs that only fetch package lists, with their chunks;
	// needsUpdate the ones of the runtime stage that install without fetching.
	updates     map[*analysis.Step]string
	needsUpdate []*analysis.Step
	// envAt is the place in front of which the environment is copied, envOwner
	// whom it is given to; moved says that the packages were elsewhere before.
	envAt    int
	envOwner string
	moved    bool
	// stripped says that a RUN of the runtime stage ran through "poetry run".
	stripped bool
	// fetched is what fetchedFiles found.
	fetched map[string]int
}

// newConversion prepares the split of the final stage, whose environment an
// install makes, there or in a stage that it is copied from.
func newConversion(r *request, in *analysis.Install) *conversion {
	final := r.Final()
	c := &conversion{request: r, in: in, final: final, first: in.Step, installs: r.InstallsOf(final), steps: chainSteps(final)}
	if !final.Includes(in.Step.Stage) {
		cp, _ := r.BroughtEnv(final)
		c.first, c.brought, c.installs = cp.Step, true, r.InstallsOf(cp.FromStage)
	}
	return c
}

// anew is the same conversion from the start.
func (c *conversion) anew() *conversion {
	s := newConversion(c.request, c.in)
	s.moved = c.moved
	return s
}

// place is where one step of the final stage goes, with its text in each stage.
type place struct {
	step *analysis.Step
	// builder and runtime are the chunks (comments and blank lines above
	// included) for the stages; "" leaves the step out. common is the chunk for
	// a stage that both start from.
	common, builder, runtime string
}

// convertAnyhow converts with every step placed, else with the first steps in
// a stage that both others start from, else with all steps in both stages.
func (c *conversion) convertAnyhow() (string, string) {
	text, reason := c.convert()
	if st := c.ancestorWithoutPoetry(); st != nil && (reason != "" || c.allRepeated(st)) {
		if s, converted := c.convertFrom(st); s != nil {
			*c = *s
			return converted, ""
		}
	}
	if reason == "" || c.blocked == nil {
		return text, reason
	}
	if text, failed := c.convertShared(reason); failed == "" {
		return text, ""
	}
	return c.convertAgain(reason)
}

// convert gives the new text of the whole file, or the reason why not.
func (c *conversion) convert() (string, string) {
	c.direct, c.updates = map[*analysis.Step][]Edit{}, map[*analysis.Step]string{}
	for _, step := range []func() string{c.checkStages, c.checkInstalls, c.checkUses, c.chooseBase, c.chooseWorkdir, c.placeSteps, c.hoistInstaller, c.orderEnv, c.fitComments, c.checkInterpreter, c.chooseNeeds} {
		if reason := step(); reason != "" {
			return "", reason
		}
	}
	text := c.write()
	if reason := c.verify(text); reason != "" {
		return "", reason
	}
	return text, ""
}

// checkStages: what the build graph must look like.
func (c *conversion) checkStages() string {
	st := c.final
	for _, s := range c.steps {
		if s.Name == "ONBUILD" {
			return "line " + itoa(c.line(s.Span.Start)) + " (ONBUILD) acts on images that are built from this one"
		}
	}
	if st.Image.Windows {
		return c.root().BaseRef + " is a Windows image"
	}
	for _, t := range c.Project.Services {
		if t.Target != "" && st.Name != "" && strings.EqualFold(t.Target, st.Name) && mountsOver(t.Volumes, "/") {
			return t.Path + " line " + itoa(t.Line+1) + " mounts a folder over /"
		}
	}
	return ""
}

// checkUses: what the containers run must not need Poetry.
func (c *conversion) checkUses() string {
	for _, u := range c.Uses() {
		if u.Stage != c.final {
			continue
		}
		if u.Entry == nil {
			return c.scriptUse(u)
		}
		edits, reason := c.request.direct(u)
		if reason != "" {
			return reason
		}
		c.direct[u.Entry.Step] = append(c.direct[u.Entry.Step], edits...)
	}
	if reason := c.hiddenUse(c.final, false); reason != "" {
		return reason
	}
	return c.unknownCommand(c.final)
}

// envOnPath says whether the original's PATH has the environment's commands.
func (c *conversion) envOnPath() bool { return onPath(c.final.End(), c.env+"/bin") }

// checkInterpreter: the environment's Python must be in the runtime stage. The
// python images bring it; on a distribution's image some package does, which
// may have come along with the installer.
func (c *conversion) checkInterpreter() string {
	switch c.final.Image.Family {
	case python.Debian, python.Ubuntu, python.Alpine:
	default:
		return c.distributionPython()
	}
	if c.shared > 0 || c.again || slices.ContainsFunc(c.kept, python.Interpreter) {
		return ""
	}
	return c.root().BaseRef + " has no Python of its own, and which package of this file brings the one that the environment needs cannot be told"
}

// note is the sentence for the change annotation.
func (c *conversion) note() string {
	image, _, _ := strings.Cut(c.base, "@")
	note := "Nothing but the environment and what is copied reaches the runtime stage on " + image +
		": check programs that the application calls."
	if len(c.needs) > 0 {
		var list []string
		for i, pkg := range c.needs {
			list = append(list, pkg+" (for "+c.because[i]+")")
		}
		note += " It installs what the slim image lacks: " + strings.Join(list, ", ") + "."
	}
	return strings.Join(append(append([]string{note}, c.chainNote()...), c.extras...), " ")
}
