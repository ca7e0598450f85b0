package analysis

import (
	"path"
	"strings"
)

// imageFolders are folders that every Linux image has (FHS 3.0, chapters 3 and 4).
var imageFolders = map[string]bool{"/": true, "/bin": true, "/dev": true, "/etc": true, "/home": true, "/lib": true, "/media": true, "/mnt": true, "/opt": true,
	"/proc": true, "/root": true, "/run": true, "/sbin": true, "/srv": true, "/sys": true, "/tmp": true, "/usr": true, "/var": true,
	"/usr/bin": true, "/usr/lib": true, "/usr/local": true, "/usr/local/bin": true, "/usr/local/lib": true, "/usr/sbin": true, "/usr/share": true, "/var/lib": true}

// folderThere says whether a path is certainly a folder before a step: one
// that images have, or that an earlier WORKDIR or mkdir makes.
func (s *Step) folderThere(dir string) bool {
	if imageFolders[dir] {
		return s.Stage.Chain()[0].BaseRef != "scratch"
	}
	for st := s.Stage; st != nil; st = st.Parent {
		if at, made := st.madeFolders()[dir]; made && (st != s.Stage || at < s.Pos) {
			return true
		}
	}
	return false
}

// madeFolders are the folders that a stage's own WORKDIRs and mkdirs make, each
// with the position of the first step that it is there for.
func (st *Stage) madeFolders() map[string]int {
	if st.folders != nil {
		return st.folders
	}
	st.folders = map[string]int{}
	add := func(dir string, pos int) {
		for {
			if _, known := st.folders[dir]; known {
				return // and so are those above it
			}
			st.folders[dir] = pos
			up := path.Dir(dir)
			if up == dir {
				return
			}
			dir = up
		}
	}
	for _, s := range st.Steps {
		if s.WorkdirSet && s.WorkdirKnown {
			add(s.Workdir, s.Pos)
		}
		if s.Name == "RUN" {
			for _, dir := range s.mkdirs() {
				add(dir, s.Pos)
			}
		}
	}
	return st.folders
}

// mkdirs are the folders that a RUN makes by mkdir, whatever else happens.
func (s *Step) mkdirs() []string {
	if !strings.Contains(s.Stage.facts.Doc.Slice(s.Span), "mkdir") {
		return nil
	}
	var out []string
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		if u.Name() != "mkdir" || cmd.Place.Conditional || !u.DirKnown {
			continue
		}
		for _, w := range u.Args() {
			if v, ok := s.ShellValue(w.Value, u.Exports); ok && !strings.HasPrefix(v, "-") {
				out = append(out, path.Clean(join(join(s.Workdir, u.Dir), v)))
			}
		}
	}
	return out
}
