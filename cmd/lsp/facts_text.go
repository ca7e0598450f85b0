package main

import (
	"fmt"
	"strings"

	"restage/analysis"
)

// factsPrinter prints a report for people: one fact a line, its name in front.
type factsPrinter struct{ out *output }

// line prints one fact; empty parts are left out, and a fact without parts is not printed.
func (p factsPrinter) line(indent int, name string, parts ...string) {
	var said []string
	for _, s := range parts {
		if s != "" {
			said = append(said, oneLine(s))
		}
	}
	if len(said) > 0 {
		fmt.Fprintf(p.out, "%s%-*s %s\n", strings.Repeat(" ", indent), 18-indent, name, strings.Join(said, ", "))
	}
}

// when gives the text where it holds.
func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

// labelled gives "label text", or nothing without a text.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + " " + text
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

func (p factsPrinter) report(r *analysis.Report) {
	fmt.Fprintln(p.out, p.out.paint(bold, printable(r.File)))
	p.line(2, "context", labelledDir(r.Context), r.Context.IgnoreFile)
	p.project(r.Project)
	for _, s := range r.Services {
		p.line(2, "compose", fmt.Sprintf("%s:%d service %s", s.File, s.Line, s.Name), labelled("target", s.Target), when(s.SharesImage, "shares the image"))
	}
	for _, st := range r.Stages {
		p.out.WriteByte('\n')
		p.stage(st)
	}
}

func labelledDir(c analysis.ContextReport) string {
	if c.Dir == "" {
		return "unknown"
	}
	return c.Dir + " (from " + c.From + ")"
}

func (p factsPrinter) project(r analysis.ProjectReport) {
	if r.Manager == "" && len(r.Manifests) == 0 {
		p.line(2, "project", "none found")
	} else {
		p.line(2, "project", r.Dir, labelled("manager", r.Manager), labelled("name", r.Name), when(r.Name != "" && !r.PackageMode, "no package (package-mode = false)"))
	}
	if len(r.Others) > 0 {
		p.line(2, "other projects", r.Others...)
	}
	p.line(2, "requires", labelled("Python", r.RequiresPython), labelled("Poetry", r.RequiresPoetry))
	if len(r.Called) > 0 {
		p.line(2, "called", r.Called...)
	}
	for _, m := range r.Manifests {
		p.line(2, "manifest", m.Path+when(!m.InContext, " is kept out of the context by "+m.KeptOutBy))
	}
	if l := r.Lock; l != nil {
		by := "a Poetry that does not give its version"
		if l.Generator != "" {
			by = "Poetry " + l.Generator
		}
		p.line(2, "lock", "written by "+by, labelled("format", l.Version), fmt.Sprintf("%d packages", l.Packages), when(l.Broken, "broken"))
	}
	var groups []string
	for _, g := range r.Groups {
		groups = append(groups, g.Name+when(g.Optional, " (optional)"))
	}
	if r.Manager == "poetry" {
		p.line(2, "groups", orNone(groups))
		p.line(2, "extras", orNone(r.Extras))
	}
	p.line(2, "path dependency", r.PathDependencies...)
	for _, problem := range r.Problems {
		p.line(2, "problem", problem)
	}
}

func (p factsPrinter) stage(st analysis.StageReport) {
	name := st.Name
	if name == "" {
		name = fmt.Sprint(st.Index)
	}
	fmt.Fprintf(p.out, "  %s line %d\n", p.out.paint(bold, "stage "+name), st.Line)
	if st.Parent != "" {
		p.line(4, "from", "stage "+st.Parent)
	} else {
		p.line(4, "from", st.Base+when(!st.BaseKnown, " (a build argument has no value here)"))
	}
	p.line(4, "image", st.Image.Family, labelled("Python", st.Image.Python), st.Image.Codename, st.Image.Variant)
	p.line(4, "parent of", st.Children...)
	for _, r := range st.Readers {
		p.line(4, "read by", fmt.Sprintf("stage %s in line %d", r.Stage, r.Line))
	}
	var services []string
	for _, s := range st.Services {
		services = append(services, "compose service "+s)
	}
	p.line(4, "built by", append([]string{when(st.Default, "default")}, services...)...)
	p.line(4, "meant for", when(st.Development, "development"))
	for _, i := range st.Installers {
		version := "Poetry " + i.Version
		if i.Version == "" {
			version = "Poetry of a version not known here"
		}
		p.line(4, "installer", fmt.Sprintf("line %d", i.Line)+labelled(" through", i.Via), i.How, version, labelled("from", i.VersionFrom), when(!i.Pinned, "not pinned"))
	}
	for _, in := range st.Installs {
		p.install(in)
	}
	for _, r := range st.Reruns {
		p.line(4, "runs again", fmt.Sprintf("line %d %s: %s", r.Line, r.Instruction, r.Label), when(r.Costly, "costly"))
	}
	if st.End != nil {
		p.end(st.End)
	}
}

func (p factsPrinter) install(in analysis.InstallReport) {
	p.line(4, "install", fmt.Sprintf("line %d", in.Line)+labelled(" through", in.Via)+": "+in.Command)
	dir := in.Dir
	if !in.DirKnown {
		dir = "a folder that is not known"
	}
	p.line(6, "runs", labelled("in", dir), when(in.Conditional, "under a condition"), when(in.Tolerated, "may fail"), when(in.Dynamic, "has words that only the build knows"))
	p.line(6, "perhaps", in.PossibleOptions...)
	p.line(6, "file", in.File)
	x := in.Poetry
	if x == nil {
		p.line(6, "kind", in.Kind)
		return
	}
	version := x.Version
	if version == "" {
		version = "not known"
	} else if !x.VersionKnown {
		version = "the newest, " + version
	}
	p.line(6, "Poetry", version)
	p.line(6, "groups", orNone(x.Groups), labelled("not declared:", strings.Join(x.UnknownGroups, ", ")))
	p.line(6, "extras", strings.Join(x.Extras, ", "), labelled("not declared:", strings.Join(x.UnknownExtras, ", ")))
	p.line(6, "brings", when(x.Dependencies, "dependencies"), when(x.Root, "the project"))
	e := x.Environment
	p.line(6, "environment", strings.TrimSpace(e.Kind+" "+e.Path), e.Why+when(e.Line > 0, fmt.Sprintf(" (line %d)", e.Line)))
	p.line(6, "cache", x.Cache.Dir, labelled("mounted at", x.Cache.Mount), when(x.Cache.Removed, "removed in the same RUN"))
	var lines []string
	for _, l := range x.CodeBefore {
		lines = append(lines, fmt.Sprint("line ", l))
	}
	p.line(6, "code before", lines...)
}

func (p factsPrinter) end(e *analysis.EndReport) {
	p.line(4, "user", e.User)
	p.line(4, "workdir", e.Workdir+when(!e.WorkdirKnown, " (the base image may set another)"))
	for _, v := range e.Env {
		p.line(4, "env", fmt.Sprintf("%s=%s (line %d)", v.Name, v.Value, v.Line)+when(!v.Known, ", not known for sure"))
	}
	for _, c := range e.Commands {
		where := fmt.Sprintf("line %d", c.Line)
		if c.File != "" {
			where = fmt.Sprintf("%s:%d", c.File, c.Line)
		}
		p.line(4, "runs", strings.TrimSpace(c.From+" "+where)+": "+c.Command)
	}
}
