package analysis

import (
	"path"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// SurePoetry is the Poetry that certainly runs at a step in a build of today:
// the one that its installer pins, or the newest, where nothing bounds the
// version and the image's Python is known. It is nil where another one may run.
func (f *Facts) SurePoetry(s *Step) *SurePoetry {
	i := f.InstallerOf(s)
	origin := f.OriginOf(s)
	if i == nil || origin == nil || origin.Cmd == nil || origin.Cmd.Place.Conditional || f.updatesPoetry() {
		return nil
	}
	if i.Pinned {
		return &SurePoetry{Version: i.Version, Installer: origin}
	}
	img := origin.Step.Stage.Image
	if !origin.takesNewest() || img.Family != python.OfficialPython && img.Family != python.UVPython || img.Python.Parts == 0 || f.installersOf(origin.Step.Stage) != 1 {
		return nil
	}
	v, ok := python.NewestPoetry(img.Python)
	if !ok {
		return nil
	}
	return &SurePoetry{Version: v, Newest: true, Installer: origin}
}

// SurePoetry is a Poetry that is known to run.
type SurePoetry struct {
	Version python.Version
	// Newest says that it is the newest that the image's Python can have, or a
	// later one by now.
	Newest bool
	// Installer is what installs it, in the stage that a copy takes it from.
	Installer *Installer
}

// takesNewest says whether an installer asks for no version at all, so that
// the index alone decides: no range, no variable, no file of constraints.
func (i *Installer) takesNewest() bool {
	switch i.How {
	case "pip", "pipx", "uv":
		return i.Requirement.Static && i.Asked() == "" && bareRequirement.MatchString(i.Requirement.Value) &&
			!i.Call.Dynamic && !i.Call.Has("-c", "--constraint", "--find-links", "-f", "--no-index") && !i.Step.Var("PIP_CONSTRAINT").Set
	case "script":
		return !i.PinnedElsewhere
	}
	return false
}

// bareRequirement is Poetry by its name alone.
var bareRequirement = lazyregexp.New(`(?i)^poetry(\[[^\]]*\])?$`)

// installersOf counts the installers of Poetry in a stage and those it starts from.
func (f *Facts) installersOf(st *Stage) int {
	n := 0
	for _, s := range st.Chain() {
		n += len(f.installers[s])
	}
	return n
}

// updatesPoetry says whether the file has Poetry replace itself.
func (f *Facts) updatesPoetry() bool {
	for _, st := range f.Stages {
		for _, c := range f.calls[st] {
			if c.Tool == "poetry" && c.Verb == "self" && len(c.Args) > 0 && c.Args[0].Value == "update" {
				return true
			}
		}
	}
	return false
}

// mayHavePlugin says whether a plugin for Poetry may be installed: the
// Dockerfile, the project or a file of requirements names one, whose own
// dependencies are not known here.
func (f *Facts) mayHavePlugin(i *Installer) bool {
	if namesPlugin.MatchString(f.Doc.Text) {
		return true
	}
	if p := f.Project.Pyproject; p != nil && namesPlugin.MatchString(p.Text) {
		return true
	}
	if l := f.Project.Lock; l != nil {
		for _, pkg := range l.Packages {
			if namesPlugin.MatchString(pkg.Name) {
				return true
			}
		}
	}
	if i.Call == nil {
		return false
	}
	for _, o := range i.Call.Options {
		if o.Name != "-r" && o.Name != "--requirement" {
			continue
		}
		text, ok := f.Project.ReadContext(f.ContextFile(i.Step, path.Join("/", join(join(i.Step.Workdir, i.Cmd.Dir), o.Value))))
		if !ok || namesPlugin.MatchString(text) {
			return true
		}
	}
	return false
}

// namesPlugin matches the names of Poetry's plugins ("poetry-plugin-export",
// "poetry-multiproject-plugin"), and what adds one ("poetry self add").
var namesPlugin = lazyregexp.New(`poetry-[\w-]*plugin|poetry(?:["',\s\\]+)self(?:["',\s\\]+)(?:add|install)|\binject\b`)
