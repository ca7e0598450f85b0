package analysis

import "strings"

// installerReports are the places that bring Poetry into a stage, those of
// scripts and Makefiles last.
func (f *Facts) installerReports(st *Stage) []InstallerReport {
	out := []InstallerReport{}
	for _, i := range f.installers[st] {
		out = append(out, f.installerReport(i))
	}
	for _, x := range f.Indirect(st) {
		for _, i := range x.Installers {
			r := f.installerReport(i)
			r.Via = x.Via()
			out = append(out, r)
		}
	}
	return out
}

func (f *Facts) installerReport(i *Installer) InstallerReport {
	r := InstallerReport{Line: f.LineOf(i.Step.Span.Start), How: i.How, Pinned: i.Pinned || i.PinnedElsewhere, VersionFrom: f.versionFrom(i)}
	if i.Cmd != nil {
		r.Line = f.LineOf(i.Cmd.Span.Start)
	}
	if i.Pinned {
		r.Version = i.Version.String()
	}
	return r
}

// versionFrom says in words what decides the version that an installer brings.
func (f *Facts) versionFrom(i *Installer) string {
	switch i.How {
	case "copy":
		return "stage " + i.Source.label()
	case "requirements":
		return i.File
	case "apt", "apk":
		if !i.Pinned {
			return "the distribution"
		}
		return "the package's version"
	case "script", "get-poetry":
		return f.scriptVersionFrom(i)
	}
	if len(i.Requirement.Vars) > 0 {
		return f.variablesFrom(i.Step, i.Requirement.Vars)
	}
	if i.Pinned {
		return "the requirement"
	}
	if spec, _ := poetryRequirement(i.Requirement.Value); spec != "" {
		return "the newest that " + spec + " allows"
	}
	return "the newest on the day of the build"
}

// scriptVersionFrom is versionFrom for the official installer.
func (f *Facts) scriptVersionFrom(i *Installer) string {
	run := i.Cmd.Unwrapped()
	for _, w := range run.Words {
		if strings.HasPrefix(w.Value, "--version") {
			return "--version"
		}
	}
	_, prefix := i.Cmd.Assigned("POETRY_VERSION")
	_, inner := run.Assigned("POETRY_VERSION")
	if prefix || inner {
		return "POETRY_VERSION in the command"
	}
	if i.Step.Var("POETRY_VERSION").Set {
		return f.variablesFrom(i.Step, []string{"POETRY_VERSION"})
	}
	return "the newest on the day of the build"
}

// variablesFrom names variables with the lines that set them.
func (f *Facts) variablesFrom(s *Step, names []string) string {
	var out []string
	for _, name := range names {
		v := s.Var(name)
		text := name
		if v.At != nil {
			text += " (" + v.At.Name + " in line " + itoa(f.LineOf(v.At.Span.Start)) + ")"
		} else if !v.Set {
			text += " (not set in this file)"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}
