package analysis

import (
	"path"
	"strings"

	"restage/analysis/shell"
)

// supervised are the commands of supervisord's programs, for containers that
// start it: the command= lines of the configuration files that the image gets
// (supervisord.org, "[program:x] Section Settings").
func (f *Facts) supervised(st *Stage, from []Command) []Command {
	starts := false
	for _, c := range from {
		starts = starts || c.Cmd.Unwrapped().Name() == "supervisord"
	}
	if !starts {
		return nil
	}
	var out []Command
	for _, c := range f.CopiesBefore(st.End()) {
		if !c.FromContext() {
			continue
		}
		for _, src := range c.Sources {
			for _, pattern := range []string{src.Path, path.Join(src.Path, "*.conf"), path.Join(src.Path, "*.ini"), path.Join(src.Path, "*/supervisor*.conf")} {
				for _, rel := range f.glob(pattern) {
					out = append(out, f.supervisorFile(st, rel)...)
				}
			}
		}
	}
	return out
}

// supervisorFile reads the programs of one configuration file.
func (f *Facts) supervisorFile(st *Stage, rel string) []Command {
	if ext := path.Ext(rel); ext != ".conf" && ext != ".ini" || f.Project.IsDir(rel) {
		return nil
	}
	text, ok := f.Project.ReadContext(rel)
	if !ok || !strings.Contains(text, "[program:") {
		return nil
	}
	var out []Command
	for i, line := range strings.Split(text, "\n") {
		key, value, found := strings.Cut(line, "=")
		if !found || strings.TrimSpace(key) != "command" {
			continue
		}
		p, err := shell.ParseText(strings.TrimSpace(value), 0)
		if err != nil {
			continue
		}
		for _, cmd := range p.Commands {
			out = append(out, Command{Path: path.Join(f.Project.Context, rel), Line: i, Cmd: cmd, Stage: st})
		}
	}
	return out
}
