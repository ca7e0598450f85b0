package analysis

import (
	"slices"
	"strings"

	"restage/analysis/shell"
)

// scriptKind tells Poetry's two installers apart by their name.
func scriptKind(name string) string {
	if strings.Contains(name, "get-poetry.py") {
		return "get-poetry"
	}
	return "script"
}

// fetchedScript says which of Poetry's installers a file is that an ADD, or a
// command before this one, has downloaded ("curl -o FILE", "wget -O FILE", a
// redirection); "" if it is none.
func fetchedScript(s *Step, cmd *shell.Command, w shell.Word) string {
	v, ok := s.ShellValue(w.Value, cmd.Exports)
	if !ok || v == "" || strings.HasPrefix(v, "-") {
		return ""
	}
	file := join(join(s.Workdir, cmd.Dir), v)
	for _, o := range upTo(s.Stage.facts.sights.fetches, s, fetches) {
		if o.what == nil {
			if name := o.step.addsInstaller(file); name != "" {
				return scriptKind(name)
			}
		} else if o.step != s || o.what.Span.Start < cmd.Span.Start {
			if name := o.step.fetchesInstaller(o.what, file); name != "" {
				return scriptKind(name)
			}
		}
	}
	return ""
}

// fetches are the commands of a step that name an installer; nil stands for an
// ADD that does.
func fetches(s *Step) []*shell.Command {
	var out []*shell.Command
	switch s.Name {
	case "ADD":
		if len(s.Words) == 2 && namesInstaller(s.Words[0].Raw) {
			out = append(out, nil)
		}
	case "RUN":
		for _, c := range s.Commands() {
			if slices.ContainsFunc(c.Args(), func(w shell.Word) bool { v, _ := s.ShellValue(w.Value, c.Exports); return namesInstaller(v) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// addsInstaller is the address that an ADD writes into a file, if it is one of
// Poetry's installers.
func (s *Step) addsInstaller(file string) string {
	if s.Name != "ADD" || len(s.Words) != 2 || !namesInstaller(s.Words[0].Raw) {
		return ""
	}
	if dest, unset := s.Expand(s.Words[1].Raw); len(unset) > 0 || join(s.Workdir, dest) != file {
		return ""
	}
	return s.Words[0].Raw
}

// fetchesInstaller does the same for a command.
func (s *Step) fetchesInstaller(cmd *shell.Command, file string) string {
	if s.Name != "RUN" {
		return ""
	}
	name, writes := "", false
	for _, w := range cmd.Args() {
		v, _ := s.ShellValue(w.Value, cmd.Exports)
		if namesInstaller(v) {
			name = v
		}
		writes = writes || join(join(s.Workdir, cmd.Dir), v) == file
	}
	if name != "" && !writes {
		if m := redirected.FindStringSubmatch(s.Stage.facts.Doc.Slice(cmd.Span)); m != nil {
			writes = join(join(s.Workdir, cmd.Dir), strings.Trim(m[1], `"'`)) == file
		}
	}
	if !writes {
		return ""
	}
	return name
}
