package codeactions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// newUser is the name and the number of the user that the service gets: above
// the numbers that packages (below 1000) and people (from 1000 on) take, unless
// the settings choose others.
func (r *request) newUser() (name, id string) {
	name, id = "app", "10001"
	if v, ok := r.Choice("root-user", "user"); ok {
		name = v.Text
	}
	if v, ok := r.Choice("root-user", "uid"); ok {
		id = v.Text
	}
	return name, id
}

// leaveRoot gives the final stage a user of its own, and that user the folders
// that the program writes to.
func leaveRoot(r *request) Action {
	st := r.finding.Subject.(*analysis.Stage)
	reasons := []func(*analysis.Stage) string{r.otherUsers, r.privilegedPort, r.foreignFolders, r.startNeedsRoot, r.leftForRoot, r.closedFiles}
	for _, reason := range reasons {
		if why := reason(st); why != "" {
			return refuse("%s", why)
		}
	}
	owned, why := r.writtenFolders(st)
	if why == "" {
		why = r.namedFolders(st, owned)
	}
	if why != "" {
		return refuse("%s", why)
	}
	appUser, appID := r.newUser()
	if st.Image.Family == python.Ubuntu && appID == "1000" {
		return refuse("the images of Ubuntu have a user with the number 1000, which the settings choose, from 23.04 on")
	}
	first, last := r.fileSteps(st)
	group, user := "groupadd --gid "+appID+" "+appUser, "useradd --no-log-init --uid "+appID+" --gid "+appUser+" --create-home --shell /usr/sbin/nologin "+appUser
	if st.Image.Alpine {
		group, user = "addgroup -S -g "+appID+" "+appUser, "adduser -S -D -u "+appID+" -G "+appUser+" -s /sbin/nologin "+appUser
	}
	makeUser := "RUN " + group + " && " + string(r.Doc.Escape) + r.Doc.Newline + "    " + user
	lines := []string{}
	note := "The service runs as the user " + appUser + " (" + appID + ") from now on, who cannot change the code"
	if len(owned) > 0 {
		list := strings.Join(owned, " ")
		lines = append(lines, "RUN mkdir -p "+list+" && chown -R "+appUser+":"+appUser+" "+list)
		note += " and writes to " + strings.Join(owned, ", ")
	}
	lines = append(lines, "USER "+appUser)
	if st.Index+1 < len(r.Stages) || last.Instruction == st.Steps[len(st.Steps)-1].Instruction {
		return refuse("nothing stands behind line %d, where the user would be set", r.line(last.Span.Start))
	}
	text := strings.Join(lines, r.Doc.Newline)
	if blankAbove(r.Doc, st.Steps[last.Pos+1].Instruction) {
		text = r.Doc.Newline + text
	}
	edits := []Edit{after(r.Doc, last.Instruction, text)}
	if first == nil {
		edits[0] = after(r.Doc, last.Instruction, makeUser+r.Doc.Newline+text)
	} else {
		above := []string{makeUser}
		if blankAbove(r.Doc, first.Instruction) {
			above = append(above, "") // what was a paragraph stays one
		}
		edits = append(edits, before(r.Doc, first.Instruction, above...))
	}
	return Action{Level: Review, Edits: edits,
		Note: note + ": check that it needs no other folder, and that files of the build context are readable for everybody."}
}

// fileSteps are the first and the last instruction of a stage that change
// files; first is nil where there is none, and last is FROM then.
func (r *request) fileSteps(st *analysis.Stage) (first, last *analysis.Step) {
	last = st.Steps[0]
	for _, s := range st.Steps {
		switch s.Name {
		case "RUN", "COPY", "ADD", "WORKDIR":
			if first == nil && s.Name != "WORKDIR" {
				first = s
			}
			last = s
		}
	}
	return first, last
}

// otherUsers: the file or the base image has users already.
func (r *request) otherUsers(st *analysis.Stage) string {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			switch {
			case s.Name == "USER":
				return fmt.Sprintf("line %d sets USER, so that it is meant which user is in force behind it", r.line(s.Span.Start))
			case s.Name == "SHELL" || s.Name == "ONBUILD":
				return fmt.Sprintf("line %d is %s, and what is built with it as another user is not followed", r.line(s.Span.Start), s.Name)
			}
			for _, cmd := range s.Commands() {
				if s.Name != "RUN" {
					break
				}
				if u := analysis.UserMade(s, cmd.Unwrapped()); u != nil {
					return fmt.Sprintf("line %d creates the user %s, and which files are meant for it the file does not say", r.line(cmd.Span.Start), u.Name)
				}
			}
		}
	}
	switch st.Image.Family {
	case python.OfficialPython, python.UVPython, python.Debian, python.Ubuntu, python.Alpine:
		if !st.Image.Assumed() {
			return ""
		}
	}
	return "the base image " + st.Chain()[0].BaseRef + " is none of the official ones, and which users and folders it has is not known"
}

// lowest is the first port that other users than root may listen on.
const lowest = 1024

// portWord is an address or a port as the options of servers take it.
var portWord = lazyregexp.New(`(?:^|:|=)(\d{1,5})(?:/\w+)?$`)

// portOption are the options and variables that hold one.
var portOption = lazyregexp.New(`(?i)^(-p|-b|--?[\w.-]*(port|bind|listen|address)|((app|http|https|server|listen|web|uvicorn|flask_run|streamlit_server)_)?port)$`)

// listens are the calls of Python that listen on a port, and portInCode is the
// number that they are given, on the same line or one of its own.
var (
	listens    = lazyregexp.New(`\b(run|run_app|serve|listen|bind|start_server|create_server|run_simple|\w+Server|TCPSite|Config)\(`)
	portInCode = lazyregexp.New(`(?:^|\W)(?:port|Port|PORT)\s*=\s*(?:int\()?(\d{1,5})\b|\(\s*(?:""|''|"0\.0\.0\.0"|'0\.0\.0\.0')\s*,\s*(\d{1,5})\s*\)`)
	otherPort  = lazyregexp.New(`(?i)smtp|mail|ldap|ssh|ftp|dns|snmp|syslog`)
)

// privilegedPort: what listens below 1024.
func (r *request) privilegedPort(st *analysis.Stage) string {
	const only = ", on which only root may listen"
	low := func(text string) bool { n, err := strconv.Atoi(text); return err == nil && n > 0 && n < lowest }
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			for _, w := range s.Words {
				v, unset := s.Expand(w.Raw)
				port, _, _ := strings.Cut(v, "/")
				port, _, _ = strings.Cut(port, "-")
				if s.Name == "EXPOSE" && (low(port) || len(unset) > 0) {
					return fmt.Sprintf("line %d exposes %s%s", r.line(s.Span.Start), w.Raw, map[bool]string{true: only, false: ", which may be a port below 1024"}[low(port)])
				}
			}
			for _, p := range s.Pairs {
				v, _ := s.Expand(p.Value.Raw)
				if (s.Name == "ENV" || s.Name == "ARG") && portOption.MatchString(p.Key) && low(v) {
					return fmt.Sprintf("line %d sets %s to %s%s", r.line(s.Span.Start), p.Key, v, only)
				}
			}
		}
	}
	for _, c := range r.Commands(st) {
		option := ""
		for _, w := range c.Cmd.Words {
			v, _ := st.End().ShellValue(w.Value, c.Cmd.Exports)
			name, _, _ := strings.Cut(v, "=")
			m := portWord.FindStringSubmatch(v)
			if m != nil && low(m[1]) && (strings.Contains(v, ":") || portOption.MatchString(option) || strings.Contains(v, "=") && portOption.MatchString(name)) {
				return r.Where(c) + " listens on port " + m[1] + only
			}
			option = v
		}
	}
	for _, f := range r.programFiles("listens", func(text string) bool { return portInCode.MayMatch(text) && listens.MatchString(text) }) {
		text, _ := r.Project.ReadContext(f)
		for i, line := range strings.Split(text, "\n") {
			if m := portInCode.FindStringSubmatch(line); m != nil && low(m[1]+m[2]) && !strings.HasPrefix(strings.TrimSpace(line), "#") && !otherPort.MatchString(line) {
				return fmt.Sprintf("%s line %d names port %s%s", f, i+1, m[1]+m[2], only)
			}
		}
	}
	return ""
}

// foreignFolders: volumes, whose files belong to whoever made them.
func (r *request) foreignFolders(st *analysis.Stage) string {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if s.Name == "VOLUME" {
				return fmt.Sprintf("line %d declares a volume, and the files of volumes that are there already belong to root", r.line(s.Span.Start))
			}
			if h := s.Var("HOME"); h.Set && h.At != nil {
				return fmt.Sprintf("line %d sets HOME for whoever runs the program", r.line(h.At.Span.Start))
			}
		}
	}
	for _, s := range r.Project.Services {
		for _, v := range s.Volumes {
			if v.Type != "tmpfs" {
				return fmt.Sprintf("%s line %d mounts %s into the container, and whether another user than root may write there depends on the host", s.Path, v.Line+1, v.Target)
			}
		}
	}
	return ""
}

// unreadable modes give others no right to read, or to enter.
var unreadableMode = lazyregexp.New(`^([0-7]?[0-7]{2}[0-3]|[ug]*o?[-=][rwx]*|go-\w+|o-\w*r\w*|go=|o=)$`)

// closedFiles: files and folders that only root can read.
func (r *request) closedFiles(st *analysis.Stage) string {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if fl, ok := s.Flag("chmod"); ok && unreadableMode.MatchString(fl.Value) {
				return fmt.Sprintf("line %d copies files that only root can read (--chmod=%s)", r.line(s.Span.Start), fl.Value)
			}
			c := r.CopyAt(s)
			switch {
			case c == nil:
			case s.Name == "ADD" && slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool { return src.URL }):
				return fmt.Sprintf("line %d adds a file from the network, which only root can read", r.line(s.Span.Start))
			case !c.DestKnown:
				return fmt.Sprintf("line %d copies to a folder that is not known here, which may be one that only root can read", r.line(s.Span.Start))
			case analysis.Below(c.Dest, "/root"):
				return fmt.Sprintf("line %d copies to %s, which only root can read", r.line(s.Span.Start), c.Dest)
			}
			for _, cmd := range s.Commands() {
				if s.Name == "RUN" && cmd.Unwrapped().Name() == "chmod" && len(cmd.Unwrapped().Args()) > 1 {
					for _, w := range cmd.Unwrapped().Args()[:len(cmd.Unwrapped().Args())-1] {
						if unreadableMode.MatchString(w.Value) {
							return fmt.Sprintf("line %d takes the right to read from others than root (chmod %s)", r.line(cmd.Span.Start), w.Value)
						}
					}
				}
			}
		}
	}
	return ""
}

// programFiles are the Python files of the context that are no tests and whose
// text passes a test, which is known by a name.
func (r *request) programFiles(name string, test func(text string) bool) []string {
	var out []string
	for _, p := range r.Programs() {
		if !python.TestFile(p.Path) && r.Project.Answers(p, name, test) {
			out = append(out, p.Path)
		}
	}
	return out
}
