package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// split plans the install in two phases: manifests and dependencies first,
// the code and, where something needs it, the root package afterwards.
type split struct {
	*request
	in *analysis.Install
	// moved are the steps that go behind the install, in order.
	moved []*analysis.Step
	// manifests are the context paths that the first phase needs and that
	// only the moved copies bring.
	manifests []string
	// rootWhy says why the root package is installed after the code; "" if it is not.
	rootWhy string
	// second is the command of the second phase, "" for none.
	second string
	// placed says that the moved steps are already among the edits.
	placed bool
	edits  []Edit
}

func newSplit(r *request) *split { return &split{request: r, in: r.install()} }

func (p *split) plan() Action {
	for _, step := range []func() string{p.check, p.sortSteps, p.needManifests, p.decideRoot} {
		if reason := step(); reason != "" {
			return refuse("%s", reason)
		}
	}
	if reason := p.installEdits(); reason != "" {
		return refuse("%s", reason)
	}
	p.copyEdits()
	a := Action{Edits: p.edits}
	if len(p.moved) == 0 {
		a.Title = "Install the dependencies without the root package"
	}
	if p.in.Root && p.second == "" && p.in.ProjectThere() {
		a.Level = Review
		a.Note = "The root package itself is no longer installed, because nothing here needs it: check that nothing outside the image's own commands uses its scripts or metadata."
	}
	return a
}

// check gives the reasons that concern the install alone.
func (p *split) check() string {
	in, at := p.in, "line "+itoa(p.line(p.in.Cmd.Span.Start))
	py := p.Project.Pyproject
	switch {
	case py == nil:
		return "no pyproject.toml was found in the build context, so which manifests " + at + " needs is not known"
	case in.Foreign():
		return at + " installs the project in " + in.Dir + ", which is not the one of " + py.Path
	case in.Dynamic:
		return at + " takes options from " + p.Doc.Slice(in.DynamicSpan) + ", whose value the file does not tell"
	case !in.DirKnown:
		return "the folder that " + at + " installs in cannot be told"
	case len(p.code()) > 0 && in.Cmd.Place.Conditional && in.Root:
		return at + " installs under a condition, so that a second install after the code would need the same condition"
	}
	for _, c := range p.code() {
		if c.Step.Stage != in.Step.Stage {
			return "line " + itoa(p.line(c.Step.Span.Start)) + " copies the code in the stage " + stageName(c.Step.Stage) + ", which this one starts from"
		}
	}
	return ""
}

// code are the copies that bring code before the install.
func (p *split) code() []*analysis.Copy { return p.CodeBefore(p.in.Step) }

func stageName(st *analysis.Stage) string {
	if st.Name != "" {
		return st.Name
	}
	return "number " + itoa(st.Index)
}

// sortSteps decides for every step between the first copied code and the
// install whether it stays in front of it or moves behind it.
func (p *split) sortSteps() string {
	code := p.code()
	if len(code) == 0 {
		return ""
	}
	in := p.in
	users := ""
	for _, s := range in.Step.Stage.Steps[code[0].Step.Pos:in.Step.Pos] {
		switch s.Name {
		case "COPY", "ADD":
			c := p.CopyAt(s)
			if c != nil && p.otherManifest(c) != "" {
				return "line " + itoa(p.line(s.Span.Start)) + " puts another " + p.otherManifest(c) + " in front of the install than the project's own"
			}
			if c == nil || !p.moves(c) {
				continue
			}
			p.moved = append(p.moved, s)
		case "RUN":
			use, reason := p.useOf(s)
			if reason != "" {
				return reason
			}
			switch use {
			case afterCode:
				if users != "" {
					return "line " + itoa(p.line(s.Span.Start)) + " works on the copied code before line " + users + " changes the user for the install"
				}
				p.moved = append(p.moved, s)
			}
		case "USER":
			users = itoa(p.line(s.Span.Start))
		case "ENV", "ARG":
			for _, m := range p.moved {
				if v := sharedVariable(p.Doc, m, s); v != "" {
					return "line " + itoa(p.line(s.Span.Start)) + " changes $" + v + ", which line " + itoa(p.line(m.Span.Start)) + " uses and which would move behind it"
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
	if p.bringsManifest(c) {
		return false
	}
	if !c.DestKnown || p.in.Dir != "/" && analysis.Below(c.Dest, p.in.Dir) && c.FromContext() && !p.isPathDependency(c) {
		return true // files of the project that the install does not read
	}
	for _, m := range p.moved {
		if o := p.CopyAt(m); o != nil && analysis.Below(c.Dest, o.Dest) {
			return true
		}
	}
	return false
}

// isPathDependency says whether a copy brings a path dependency.
func (p *split) isPathDependency(c *analysis.Copy) bool {
	for _, rel := range p.PathDependencies() {
		for _, f := range []string{rel, path.Join(rel, "pyproject.toml"), path.Join(rel, "setup.py")} {
			if _, ok := c.Brings(f); ok {
				return true
			}
		}
		for _, src := range c.Sources {
			if analysis.Below(src.Path, rel) {
				return true
			}
		}
	}
	return false
}

// otherManifest is a manifest that a copy writes from another file than the
// project's own; "" if there is none.
func (p *split) otherManifest(c *analysis.Copy) string {
	if !c.FromContext() {
		return ""
	}
	for i, at := range c.Footprint() {
		name := path.Base(at)
		if manifestNamed(name) != "" && path.Dir(at) == p.in.Dir && c.Sources[i].Path != path.Join(p.Project.Dir, name) {
			return name
		}
	}
	return ""
}

// bringsManifest says whether a copy brings a file that the first phase needs.
func (p *split) bringsManifest(c *analysis.Copy) bool {
	for _, rel := range p.wanted() {
		if _, ok := c.Brings(rel); ok {
			return true
		}
	}
	return false
}

// wanted are the manifests of the first phase, relative to the context.
func (p *split) wanted() []string {
	var out []string
	for _, name := range []string{"pyproject.toml", "poetry.lock", "poetry.toml"} {
		if rel := p.Project.Manifest(name); rel != "" {
			out = append(out, rel)
		}
	}
	return out
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

// needManifests finds the manifests that only moved copies bring, and checks
// that the context has what the first phase needs.
func (p *split) needManifests() string {
	if len(p.code()) == 0 {
		return ""
	}
	if p.Project.Manifest("pyproject.toml") == "" {
		return ignoredReason(p.request, "pyproject.toml")
	}
	for _, rel := range append(p.wanted(), p.lockedFiles()...) {
		at, c := p.ArrivesAt(p.in.Step, rel)
		if at == "" {
			if path.Base(rel) == "pyproject.toml" {
				return "no instruction before line " + itoa(p.line(p.in.Step.Span.Start)) + " brings " + rel + " into the image"
			}
			continue
		}
		if path.Base(rel) != "poetry.toml" && path.Dir(rel) == p.Project.Dir && path.Dir(at) != p.in.Dir {
			return rel + " arrives at " + at + ", not in " + p.in.Dir + " where line " + itoa(p.line(p.in.Step.Span.Start)) + " installs"
		}
		if !slices.Contains(p.moved, c.Step) || p.staysInFront(rel, at) {
			continue
		}
		p.manifests = append(p.manifests, rel)
	}
	return ""
}

// staysInFront says whether a copy that does not move brings a manifest to the
// same place.
func (p *split) staysInFront(rel, at string) bool {
	for _, c := range p.CopiesBefore(p.in.Step) {
		if to, ok := c.Brings(rel); ok && to == at && !slices.Contains(p.moved, c.Step) {
			return true
		}
	}
	return false
}

// ignoredReason says why a manifest cannot be copied.
func ignoredReason(r *request, name string) string {
	rel := path.Join(r.Project.Dir, name)
	if r.Project.Exists(rel) {
		return r.Project.Ignore.Path() + " keeps " + rel + " out of the build context"
	}
	return "the build context has no " + rel
}

// lockedFiles are wheels and archives in the context that the lock refers to:
// --no-directory does not leave them out.
func (p *split) lockedFiles() []string {
	var out []string
	for _, rel := range p.PathDependencies() {
		if p.Project.Exists(rel) && !p.Project.IsDir(rel) {
			out = append(out, rel)
		}
	}
	return out
}

// folders are the path dependencies that are folders and arrive with moved copies only.
func (p *split) folders() []string {
	var out []string
	for _, rel := range p.PathDependencies() {
		if !p.Project.IsDir(rel) {
			continue
		}
		at, c := p.ArrivesAt(p.in.Step, path.Join(rel, "pyproject.toml"))
		if at == "" || slices.Contains(p.moved, c.Step) {
			out = append(out, rel)
		}
	}
	return out
}
