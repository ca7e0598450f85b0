package analysis

import (
	"regexp"
	"strings"
)

// copiedInstaller recognises COPY --from=STAGE of the folder that holds
// Poetry: the source lies in, or is, the POETRY_HOME of that stage.
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
	home := inst.Home()
	for _, w := range s.Words[:max(0, len(s.Words)-1)] {
		v, _ := s.Expand(w.Raw)
		if home != "" && (v == home || strings.HasPrefix(home, strings.TrimSuffix(v, "/")+"/")) ||
			inst.How == "pip" && holdsPip.MatchString(v) {
			return []*Installer{{How: "copy", Step: s, Version: inst.Version, Pinned: inst.Pinned,
				PinnedElsewhere: inst.PinnedElsewhere, Source: src}}
		}
	}
	return nil
}

// holdsPip matches the folders and files of an official image's prefix in which
// a copy takes a Poetry along that pip installed there.
var holdsPip = regexp.MustCompile(`^/usr/local(/bin(/poetry)?|/lib(/python[\d.]+(/site-packages)?)?)?/?$`)
