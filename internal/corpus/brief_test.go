package corpus_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// brief is what a golden file keeps of the facts of one case: names, versions,
// paths and line numbers, and no text. Values of variables are only there as
// a hash, commands by the name of their program.
type brief struct {
	Case string `json:"case"`
	// Context is the folder and how it was found, Project the folder in it.
	Context string   `json:"context"`
	Project string   `json:"project"`
	Others  []string `json:"others,omitempty"`
	Manager string   `json:"manager"`
	Called  []string `json:"called,omitempty"`
	Package bool     `json:"package,omitempty"`
	// Manifests that do not reach the context have the line that keeps them out.
	Manifests []string `json:"manifests,omitempty"`
	Lock      string   `json:"lock,omitempty"`
	// Groups end in "?" when optional and in "*" when meant for development.
	Groups   []string       `json:"groups,omitempty"`
	Extras   []string       `json:"extras,omitempty"`
	Paths    []string       `json:"paths,omitempty"`
	Problems int            `json:"problems,omitempty"`
	Services []string       `json:"services,omitempty"`
	Stages   []briefOfStage `json:"stages"`
}

// briefOfStage is what a golden file keeps of a stage.
type briefOfStage struct {
	Stage      string   `json:"stage"`
	Image      string   `json:"image"`
	Parent     string   `json:"parent,omitempty"`
	Children   []string `json:"children,omitempty"`
	Readers    []string `json:"readers,omitempty"`
	Role       string   `json:"role,omitempty"`
	Installers []string `json:"installers,omitempty"`
	Installs   []string `json:"installs,omitempty"`
	// Reruns are the instructions that an edit of the code makes install again.
	Reruns []string `json:"reruns,omitempty"`
	End    string   `json:"end,omitempty"`
	Env    string   `json:"env,omitempty"`
	Runs   []string `json:"runs,omitempty"`
}

// briefOf shortens a report.
func briefOf(name string, r *analysis.Report) brief {
	p := r.Project
	b := brief{
		Case: name, Context: words(r.Context.Dir, "from", r.Context.From, r.Context.IgnoreFile), Project: p.Dir, Others: p.Others, Manager: p.Manager,
		Called: p.Called, Package: p.PackageMode, Extras: p.Extras, Paths: p.PathDependencies, Problems: len(p.Problems),
	}
	for _, m := range p.Manifests {
		b.Manifests = append(b.Manifests, words(m.Path, when(!m.InContext, "not by "+m.KeptOutBy)))
	}
	if l := p.Lock; l != nil {
		b.Lock = words("by", l.Generator, "format", l.Version, fmt.Sprint(l.Packages), when(l.Broken, "broken"))
	}
	for _, g := range p.Groups {
		b.Groups = append(b.Groups, g.Name+when(g.Optional, "?")+when(g.Development, "*"))
	}
	for _, s := range r.Services {
		b.Services = append(b.Services, words(fmt.Sprintf("%s:%d %s", s.File, s.Line, s.Name), s.Target, when(s.SharesImage, "shares")))
	}
	for _, st := range r.Stages {
		b.Stages = append(b.Stages, briefStage(st))
	}
	return b
}

func briefStage(st analysis.StageReport) briefOfStage {
	img := st.Image
	b := briefOfStage{
		Stage: words(st.Name, fmt.Sprint("line ", st.Line)), Parent: st.Parent, Children: st.Children,
		Image: words(img.Family, img.Python, img.Codename, img.Variant, when(!st.BaseKnown, "unknown")),
		Role:  words(when(st.Default, "default"), when(st.Development, "development"), strings.Join(st.Services, " ")),
	}
	for _, r := range st.Readers {
		b.Readers = append(b.Readers, fmt.Sprintf("%s:%d", r.Stage, r.Line))
	}
	for _, i := range st.Installers {
		b.Installers = append(b.Installers, words(fmt.Sprintf("%d %s", i.Line, i.How), i.Version, when(!i.Pinned, "unpinned"), "by", i.VersionFrom, i.Via))
	}
	for _, in := range st.Installs {
		b.Installs = append(b.Installs, briefInstall(in))
	}
	for _, r := range st.Reruns {
		if r.Costly {
			b.Reruns = append(b.Reruns, fmt.Sprintf("%d: %s", r.Line, r.Label))
		}
	}
	if e := st.End; e != nil {
		b.End = words("user", e.User, "in", e.Workdir, when(!e.WorkdirKnown, "or elsewhere"))
		b.Env = briefEnv(e.Env)
		for _, c := range e.Commands {
			where := fmt.Sprint(c.Line)
			if c.File != "" {
				where = fmt.Sprintf("%s:%d", c.File, c.Line)
			}
			b.Runs = append(b.Runs, words(c.From, where, program(c.Command), c.Poetry))
		}
	}
	return b
}

func briefInstall(in analysis.InstallReport) string {
	var options []string
	for _, o := range in.Options {
		name, _, _ := strings.Cut(o, "=")
		options = append(options, name)
	}
	text := words(fmt.Sprintf("%d %s in", in.Line, in.Kind), in.Dir, when(!in.DirKnown, "or elsewhere"), in.Via, when(in.Conditional, "conditional"),
		when(in.Tolerated, "tolerated"), when(in.Dynamic, "dynamic"), strings.Join(options, " "), when(in.File != "", "file "+in.File))
	x := in.Poetry
	if x == nil {
		return text
	}
	version := x.Version
	if !x.VersionKnown {
		version = "unknown" // the newest one changes with every release
	}
	return words(text, "| poetry", version, "groups", strings.Join(x.Groups, ","), list("undeclared", x.UnknownGroups),
		list("extras", x.Extras), list("undeclared", x.UnknownExtras), when(x.Root, "root"), when(x.Dependencies, "deps"),
		"| env", x.Environment.Kind, x.Environment.Path, when(x.Environment.Line > 0, fmt.Sprintf("by %d", x.Environment.Line)),
		"| cache", x.Cache.Dir, when(x.Cache.Variable, "variable"), when(x.Cache.Mount != "", "mount "+x.Cache.Mount), when(x.Cache.Removed, "removed"),
		lines("| code", x.CodeBefore))
}

// briefEnv names the variables and hashes their values.
func briefEnv(list []analysis.EnvReport) string {
	if len(list) == 0 {
		return ""
	}
	var names []string
	sum := sha256.New()
	for _, v := range list {
		names = append(names, v.Name+when(!v.Known, "?"))
		fmt.Fprintf(sum, "%s=%s %d\n", v.Name, v.Value, v.Line)
	}
	return strings.Join(names, " ") + " #" + hex.EncodeToString(sum.Sum(nil)[:4])
}

// program is the name of the program that a command starts.
func program(command string) string {
	fields := strings.Fields(command)
	for _, w := range fields {
		name, _, assigned := strings.Cut(w, "=")
		if !assigned || strings.ContainsAny(name, "/-'\"") {
			return path.Base(strings.Trim(w, `"'`))
		}
	}
	return ""
}

func words(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

func list(label string, values []string) string {
	return when(len(values) > 0, label+" "+strings.Join(values, ","))
}

func lines(label string, values []int) string {
	if len(values) == 0 {
		return ""
	}
	return label + " " + strings.Trim(fmt.Sprint(values), "[]")
}
