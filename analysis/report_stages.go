package analysis

import (
	"slices"
	"sort"
	"strings"

	"restage/analysis/python"
	"restage/analysis/shell"
)

// label names a stage: by its name, else its number.
func (st *Stage) label() string {
	if st.Name != "" {
		return st.Name
	}
	return itoa(st.Index)
}

func (f *Facts) stageReport(st *Stage) StageReport {
	r := StageReport{
		Index: st.Index, Name: st.Name, Line: f.LineOf(st.From.Span.Start), Base: st.BaseRef, BaseKnown: st.BaseKnown,
		Image: imageReport(st.Image), Children: []string{}, Readers: []ReaderReport{}, Services: []string{},
		Default: st == f.Final(), Development: f.ForDevelopment(st),
		Installers: f.installerReports(st), Installs: f.installReports(st), Reruns: f.rerunReports(st),
	}
	if st.Parent != nil {
		r.Parent = st.Parent.label()
	}
	for _, c := range st.Children {
		r.Children = append(r.Children, c.label())
	}
	seen := map[*Step]bool{}
	for _, s := range st.Readers {
		if !seen[s] { // a RUN may mount the same stage twice
			seen[s] = true
			r.Readers = append(r.Readers, ReaderReport{s.Stage.label(), f.LineOf(s.Span.Start)})
		}
	}
	for _, s := range f.Project.Services {
		if t := f.StageNamed(s.Target); s.Target == "" && r.Default || t == st {
			r.Services = append(r.Services, s.Name)
		}
	}
	if slices.Contains(f.images(), st) {
		r.End = f.endReport(st)
	}
	return r
}

func imageReport(img python.Image) ImageReport {
	r := ImageReport{Family: families[img.Family], Codename: img.Codename}
	if img.Lambda {
		r.Family = "lambda"
	}
	if img.Family == python.Ubuntu && r.Codename == "" {
		r.Codename = ubuntuCodenames[img.Tag]
	}
	if img.Python.Parts > 0 {
		r.Python = img.Python.String()
	}
	switch {
	case img.Alpine || img.Family == python.Alpine:
		r.Variant = "alpine"
	case img.Slim:
		r.Variant = "slim"
	case img.Full():
		r.Variant = "full"
	}
	return r
}

// ubuntuCodenames are the releases that the tags of ubuntu's image number.
var ubuntuCodenames = map[string]string{
	"18.04": "bionic", "20.04": "focal", "22.04": "jammy", "24.04": "noble", "26.04": "resolute",
	"bionic": "bionic", "focal": "focal", "jammy": "jammy", "noble": "noble", "resolute": "resolute",
}

var families = map[python.Family]string{
	python.Other: "other", python.OfficialPython: "python", python.UVPython: "uv",
	python.Debian: "debian", python.Ubuntu: "ubuntu", python.Alpine: "alpine",
}

func (f *Facts) endReport(st *Stage) *EndReport {
	end := st.End()
	r := &EndReport{Env: []EnvReport{}, User: end.User, Workdir: end.Workdir, WorkdirKnown: end.WorkdirKnown, Commands: []CommandReport{}}
	for _, name := range st.envNames() {
		if v := end.Var(name); v.Set && !v.Arg && v.At != nil && !managerVariable(name) {
			r.Env = append(r.Env, EnvReport{name, v.Value, v.Known, f.LineOf(v.At.Span.Start)})
		}
	}
	for _, c := range f.Commands(st) {
		r.Commands = append(r.Commands, f.commandReport(st, c))
	}
	return r
}

// envNames are the variables that ENV and ARG set in a stage and those it
// starts from, sorted.
func (st *Stage) envNames() []string {
	var out []string
	for _, s := range st.Chain() {
		for name := range s.vars {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// managerVariable says that a variable only configures package managers.
func managerVariable(name string) bool {
	for _, prefix := range []string{"POETRY_", "PIP_", "PIPX_", "UV_", "PDM_", "PIPENV_", "VIRTUALENV_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "DEBIAN_FRONTEND"
}

func (f *Facts) commandReport(st *Stage, c Command) CommandReport {
	r := CommandReport{File: c.Path, Line: c.Line + 1, Command: commandText(c.Cmd)}
	step := st.End()
	if c.Entry != nil {
		step = c.Entry.Step
		r.From, r.Line = c.Entry.Name, f.LineOf(c.Entry.Step.Span.Start)
	}
	if call := callOf(step, c.Cmd); call != nil && call.Tool == "poetry" {
		r.Poetry = call.Verb
	}
	return r
}

// commandText is a command in one line, as the shell sees it.
func commandText(cmd *shell.Command) string {
	var words []string
	for _, a := range cmd.Assigns {
		words = append(words, a.Name+"="+a.Value)
	}
	for _, w := range cmd.Words {
		words = append(words, w.Raw)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
