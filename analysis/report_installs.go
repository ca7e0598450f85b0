package analysis

import (
	"cmp"
	"slices"
	"strings"
)

// installReports are the installs and supplies of a stage's own steps, in
// file order; those behind scripts and Makefiles where the RUN starts them.
func (f *Facts) installReports(st *Stage) []InstallReport {
	type placed struct {
		at int
		InstallReport
	}
	var all []placed
	for _, in := range f.Installs {
		if in.Step.Stage == st {
			all = append(all, placed{in.Cmd.Span.Start, f.installReport(in)})
		}
	}
	for _, s := range f.Supplies(st) {
		all = append(all, placed{s.Cmd.Span.Start, f.supplyReport(s)})
	}
	for _, x := range f.Indirect(st) {
		r := InstallReport{}
		switch s := f.supplyOf(x.Call.ran()); {
		case x.Install != nil:
			r = f.installReport(x.Install)
		case s != nil:
			r = f.supplyReport(s)
		default:
			continue
		}
		r.Via = x.Via()
		all = append(all, placed{x.Cmd.Span.Start, r})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	out := []InstallReport{}
	for _, p := range all {
		out = append(out, p.InstallReport)
	}
	return out
}

// callReport is what an install and a supply have in common.
func (f *Facts) callReport(c *Call) InstallReport {
	r := InstallReport{
		Line: f.LineOf(c.Cmd.Span.Start), Command: commandText(c.Cmd), Conditional: c.Cmd.Place.Conditional,
		Tolerated: c.Cmd.Place.Tolerated, Dynamic: c.Dynamic, Options: []string{}, PossibleOptions: listOf(c.PossibleOptions()),
	}
	in := &Install{Call: c}
	in.resolveDir()
	r.Dir, r.DirKnown = in.Dir, in.DirKnown
	for _, o := range c.Options {
		text := o.Name
		if o.Has {
			text += "=" + o.Value
		}
		r.Options = append(r.Options, text)
	}
	return r
}

func (f *Facts) supplyReport(s *Supply) InstallReport {
	r := f.callReport(s.Call)
	r.Kind, r.File = string(s.Kind), s.File
	return r
}

func (f *Facts) installReport(in *Install) InstallReport {
	r := f.callReport(in.Call)
	r.Kind, r.Dir, r.DirKnown = "poetry install", in.Dir, in.DirKnown
	p := &PoetryReport{
		Version: in.Version.String(), VersionKnown: in.VersionKnown, Groups: listOf(in.groupsInstalled()), UnknownGroups: []string{},
		Extras: listOf(in.Values("-E", "--extras")), UnknownExtras: []string{}, Root: in.Root, Dependencies: in.Deps,
		Environment: EnvironmentReport{Kind: envKinds[in.Env.Kind], Path: in.Env.Path, Why: in.Env.Why},
		Cache:       CacheReport{Dir: in.CacheDir, Variable: in.CacheVar},
		CodeBefore:  []int{},
	}
	if in.Version.IsZero() {
		p.Version = ""
	}
	if in.Env.At != nil {
		p.Environment.Line = f.LineOf(in.Env.At.Span.Start)
	}
	if in.Env.Setting.Source == "poetry.toml" {
		p.Environment.Why += " in poetry.toml"
	}
	if m := f.CacheMount(in); m != nil {
		p.Cache.Mount = m.Target
		if m.Target == "" {
			p.Cache.Mount = ParseMount(m.Flag.Value)["target"]
		}
	}
	p.Cache.Removed = len(f.CacheRemovals(in))+len(f.CacheClears(in)) > 0
	for _, c := range f.CodeBefore(in.Step) {
		p.CodeBefore = append(p.CodeBefore, f.LineOf(c.Step.Span.Start))
	}
	if py := f.Project.Pyproject; py != nil {
		if in.Has("--all-extras") {
			p.Extras = listOf(slices.Clone(py.Extras))
		}
		for _, e := range p.Extras {
			if !slices.Contains(py.Extras, e) && e != "all" && !strings.Contains(e, "$") {
				p.UnknownExtras = append(p.UnknownExtras, e)
			}
		}
		for _, g := range in.Values("--with", "--without", "--only") {
			if g != "main" && !in.hasGroup(g) && !strings.Contains(g, "$") {
				p.UnknownGroups = append(p.UnknownGroups, g)
			}
		}
	}
	r.Poetry = p
	return r
}

var envKinds = map[EnvKind]string{
	EnvUnknown: "unknown", EnvInProject: "in-project", EnvCache: "cache", EnvSystem: "system", EnvOwn: "own",
}

func (in *Install) hasGroup(name string) bool {
	for _, g := range in.Groups() {
		if g.Name == name {
			return true
		}
	}
	return false
}

// groupsInstalled are all groups whose packages the install brings, main among them.
func (in *Install) groupsInstalled() []string {
	switch {
	case in.Has("--only-root"):
		return nil
	case in.Has("--no-dev"):
		return []string{"main"}
	case in.Has("--only"):
		return in.Values("--only")
	}
	selected := in.Selected()
	if in.Has("--dev-only") || slices.Contains(in.Values("--without"), "main") {
		return selected
	}
	return append([]string{"main"}, selected...)
}
