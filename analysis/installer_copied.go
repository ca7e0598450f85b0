package analysis

import (
	"path"
	"strings"

	"restage/analysis/lazyregexp"
)

// copiedInstaller recognises COPY --from=STAGE of the folder that holds
// Poetry: its own place in that stage, or one above it.
func copiedInstaller(s *Step, from string) []*Installer {
	f := s.Stage.facts
	src := f.stageBefore(from, s.Stage.Index)
	if src == nil {
		return nil
	}
	inst := f.InstallerOf(src.End())
	if inst == nil {
		return nil
	}
	home := inst.place()
	for _, w := range s.Words[:max(0, len(s.Words)-1)] {
		v, _ := s.Expand(w.Raw)
		if v != "" && home != "" && Below(home, path.Clean(v)) ||
			home == "" && inst.How == "pip" && holdsPip.MatchString(v) {
			return []*Installer{{How: "copy", Step: s, Version: inst.Version, Pinned: inst.Pinned,
				PinnedElsewhere: inst.PinnedElsewhere, Source: src, Alone: copiedAlone(s, home)}}
		}
	}
	return nil
}

// OriginOf is InstallerOf, followed through the stages that a copy takes Poetry
// from to where it was installed.
func (f *Facts) OriginOf(s *Step) *Installer {
	i := f.InstallerOf(s)
	for i != nil && i.How == "copy" {
		i = f.InstallerOf(i.Source.End())
	}
	return i
}

// CallsOf are the manager calls whose Poetry comes from an installer, in file
// order. The calls are sorted by their installers once.
func (f *Facts) CallsOf(i *Installer) []*Call {
	if f.callsOf == nil {
		f.callsOf = map[*Installer][]*Call{}
		for _, st := range f.Stages {
			for _, c := range f.calls[st] {
				if from := f.OriginOf(c.Step); from != nil {
					f.callsOf[from] = append(f.callsOf[from], c)
				}
			}
		}
	}
	return f.callsOf[i]
}

// copiedAlone says whether all sources of a copy lie in Poetry's own folder, or
// are its command.
func copiedAlone(s *Step, home string) bool {
	for _, w := range s.Words[:len(s.Words)-1] {
		v, _ := s.Expand(w.Raw)
		if (home == "" || !Below(v, home)) && !strings.HasSuffix(v, "/bin/poetry") {
			return false
		}
	}
	return true
}

// place is the folder that Poetry alone lies in: the installer's home, or the
// environment whose pip is called by its path; "" where pip puts it among the
// image's packages.
func (i *Installer) place() string {
	if i.How != "pip" {
		return i.Home()
	}
	words := i.Cmd.Unwrapped().Words
	program, ok := i.Step.ShellValue(words[0].Value, i.Cmd.Exports)
	prefix, _, found := strings.Cut(program, "/bin/")
	if !ok || !found || !strings.HasPrefix(prefix, "/") || prefix == "/usr" || prefix == "/usr/local" {
		return ""
	}
	return prefix
}

// holdsPip matches the folders and files of an official image's prefix in which
// a copy takes a Poetry along that pip installed there.
var holdsPip = lazyregexp.New(`^/usr/local(/bin(/poetry)?|/lib(/python[\d.]+(/site-packages)?)?)?/?$`)
