package analysis

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// Owner is who a folder must belong to so that a call can write to it.
type Owner struct {
	// Root says that the call runs as root.
	Root bool
	// User is the user's name or number otherwise.
	User string
	// UID and GID are numbers, or variables that hold them at the step; the GID
	// may be "".
	UID, GID string
	// Argument says that the numbers are variables.
	Argument bool
	// Unknown says in words why the number of a user is not known.
	Unknown string
}

// Owner is the user that a call runs as: the one that su and the like switch
// to, else USER, else the base image's.
func (c *Call) Owner() Owner {
	user, group := "", ""
	if name, other := c.becomes(); other {
		if user = name; user == "" {
			return Owner{Unknown: "the user that line " + itoa(c.Step.line()) + " switches to is not known"}
		}
	} else {
		user, group, _ = strings.Cut(c.Step.User, ":")
		if user == "" && !c.Step.rootBase() {
			return Owner{Unknown: "the user of the base image " + c.Step.Stage.Chain()[0].BaseRef + " is not known"}
		}
		if o, ok := c.Step.userFromArgument(); ok {
			return o
		}
	}
	user = strings.Trim(user, `"'`)
	if user == "" || user == "root" || user == "0" {
		return Owner{Root: true}
	}
	o := c.Step.ownerOf(user)
	if numeric(group) {
		o.GID = group
	} else if group != "" && group != user {
		o.GID = ""
	}
	return o
}

func (s *Step) line() int { return s.Stage.facts.LineOf(s.Span.Start) }

// userFromArgument is the owner at a step whose USER is a number in a variable.
func (s *Step) userFromArgument() (Owner, bool) {
	at := s.lastUser()
	if at == nil {
		return Owner{}, false
	}
	raw, group, _ := strings.Cut(strings.Trim(at.Words[0].Raw, `"'`), ":")
	name := wholeVariable(raw)
	if name == "" || !s.Var(name).fromArgument() || !s.Var(name).numericDefault() {
		return Owner{}, false
	}
	o := Owner{User: raw, UID: raw, Argument: true}
	if s.Var(name).At != at.Var(name).At {
		o.UID, o.Unknown = "", raw+", from which line "+itoa(at.line())+" takes the user, has another value behind it"
	}
	if numeric(group) || wholeVariable(group) != "" && s.Var(wholeVariable(group)).numericDefault() {
		o.GID = group
	}
	return o, true
}

// lastUser is the USER instruction in force at a step; nil if there is none.
func (s *Step) lastUser() *Step {
	for st, end := s.Stage, s.Pos; st != nil; st = st.Parent {
		for i := min(end, len(st.Steps)) - 1; i >= 0; i-- {
			if o := st.Steps[i]; o.Name == "USER" && len(o.Words) > 0 {
				return o
			}
		}
		if st.Parent != nil {
			end = len(st.Parent.Steps)
		}
	}
	return nil
}

var variableWord = lazyregexp.New(`^\$(?:\{(\w+)\}|(\w+))$`)

// wholeVariable is the name in a word that is one variable and nothing else.
func wholeVariable(word string) string {
	if m := variableWord.FindStringSubmatch(word); m != nil {
		return m[1] + m[2]
	}
	return ""
}

// numberOrDefault matches a number, and a variable that has one as its default.
var numberOrDefault = lazyregexp.New(`^["']?(\d+|\$\{\w+:-\d+\})["']?$`)

// numericDefault says whether a variable holds a number when the build is told
// nothing: an empty one would be an error in a mount's options.
func (v Var) numericDefault() bool {
	if !v.Set || v.At == nil {
		return false
	}
	if v.Known {
		return numeric(v.Value)
	}
	for _, p := range v.At.Pairs {
		if p.HasValue && v.Arg && numberOrDefault.MatchString(p.Value.Raw) {
			return true
		}
	}
	return false
}

// fromArgument says whether a build argument has, or may have, a say in a
// variable's value.
func (v Var) fromArgument() bool {
	if v.Arg || v.At == nil {
		return v.Arg
	}
	for _, p := range v.At.Pairs {
		if strings.Contains(p.Value.Raw, "$") {
			return true
		}
	}
	return false
}

// ownerOf finds the numbers of a user in the commands that create it.
func (s *Step) ownerOf(user string) Owner {
	if numeric(user) {
		return Owner{User: user, UID: user}
	}
	o := Owner{User: user}
	made, before := s.madeUsers(user)
	if made == nil {
		o.Unknown = "the file does not show how it is created"
		return o
	}
	u := made.user
	switch {
	case u.Argument:
		return s.ownerByArgument(made)
	case u.UIDWord != "" && !numeric(u.UID):
		o.Unknown = "the number that line " + itoa(made.step.line()) + " gives it is a variable without a known value"
	case u.UID != "":
		o.UID, o.GID = u.UID, u.GID
		if !numeric(o.GID) {
			o.GID = ""
		}
	case u.System:
		o.Unknown = "it is a system user without a number of its own in line " + itoa(made.step.line()) + ", which depends on the packages that are installed before"
	case before != nil:
		o.Unknown = "line " + itoa(made.step.line()) + " lets the system choose it, and " + before.why()
	case !s.Stage.Image.NoUsers():
		o.Unknown = "line " + itoa(made.step.line()) + " lets the system choose it, and which users the base image has is not known"
	default:
		// UID_MIN in Debian's and Alpine's login.defs, FIRST_UID in adduser.conf,
		// and the first number that busybox adduser tries.
		o.UID = "1000"
	}
	if !numeric(o.GID) {
		o.GID = ""
	}
	return o
}

// ownerByArgument hands the build argument that a user was created with on to
// the mount.
func (s *Step) ownerByArgument(made *madeUser) Owner {
	u := made.user
	o := Owner{User: u.Name, Argument: true}
	name := wholeVariable(u.UIDWord)
	if name == "" || s.Var(name).At != made.step.Var(name).At || !s.Var(name).numericDefault() {
		o.Unknown = "line " + itoa(made.step.line()) + " takes it from a variable that is not in force here with a number as its default"
		return o
	}
	o.UID = u.UIDWord
	if g := wholeVariable(u.GIDWord); numeric(u.GIDWord) || g != "" && s.Var(g).At == made.step.Var(g).At && s.Var(g).numericDefault() {
		o.GID = u.GIDWord
	}
	return o
}

// madeUser is a user with the step that creates it.
type madeUser struct {
	step   *Step
	user   *User
	script string // a script of the context that may create one
}

func (m *madeUser) why() string {
	if m.script != "" {
		return m.script + " may create another user before"
	}
	return "line " + itoa(m.step.line()) + " creates another user before"
}

// madeUsers finds the command that creates a user before a step, and one that
// creates another ordinary user before that, which takes the first number.
func (s *Step) madeUsers(name string) (made, before *madeUser) {
	for _, st := range s.Stage.Chain() {
		for _, o := range st.Steps {
			if st == s.Stage && o.Pos > s.Pos {
				return made, before
			}
			for _, cmd := range o.Commands() {
				if o.Name != "RUN" {
					break
				}
				switch u := UserMade(o, cmd); {
				case u != nil && u.Name == name:
					if made == nil || u.UID != "" {
						made = &madeUser{step: o, user: u}
					}
				case made != nil || before != nil:
				case u != nil && !u.System:
					before = &madeUser{step: o, user: u}
				case u == nil:
					if rel := o.userScript(cmd); rel != "" {
						before = &madeUser{step: o, script: rel}
					}
				}
			}
		}
	}
	return made, before
}

// userScript is a script of the context that a command starts and that creates
// users, "" if it does not.
func (s *Step) userScript(cmd *shell.Command) string {
	f := s.Stage.facts
	for _, w := range cmd.Unwrapped().Words {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok || !strings.Contains(v, "/") && !strings.HasSuffix(v, ".sh") {
			continue
		}
		rel := f.ContextFile(s, join(join(s.Workdir, cmd.Dir), v))
		if rel == "" {
			continue
		}
		if text, _ := f.Project.ReadContext(rel); createsUser.MatchString(text) {
			return rel
		}
	}
	return ""
}

var createsUser = lazyregexp.New(`\b(useradd|adduser|newusers)\b`)

func numeric(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// rootOnly are commands that only root can run.
var rootOnly = []string{"apt-get", "apt", "apk", "yum", "dnf", "microdnf", "useradd", "adduser", "groupadd", "addgroup", "usermod",
	"update-alternatives", "update-ca-certificates", "ldconfig", "locale-gen"}

// needsRoot says whether a command fails unless root runs it.
func needsRoot(s *Step, cmd *shell.Command) bool {
	if cmd.Place.Conditional || cmd.Place.Tolerated || cmd.Place.Unchecked {
		return false
	}
	name := cmd.Name()
	if slices.Contains(rootOnly, name) {
		return true
	}
	for _, w := range cmd.Args() {
		v, _ := s.ShellValue(w.Value, cmd.Exports)
		switch name {
		case "mv", "touch", "chmod":
			if strings.HasPrefix(v, "/etc/") || strings.HasPrefix(v, "/usr/") {
				return true
			}
		}
		if (name == "rm" || name == "mkdir") && strings.HasPrefix(v, "/root/") {
			return true // whose content nobody else may look up
		}
	}
	return false
}

// rootBase says whether the base image's own user is root: it is for the
// official images, and for others where the stage does what only root can
// without having become root first.
func (s *Step) rootBase() bool {
	chain := s.Stage.Chain()
	if chain[0].Image.RootUser() {
		return true
	}
	for _, st := range chain {
		for _, o := range st.Steps {
			if o.User != "" || st == s.Stage && o.Pos > s.Pos {
				break
			}
			for _, cmd := range o.Commands() {
				if o.Name == "RUN" && needsRoot(o, cmd) {
					return true
				}
			}
		}
	}
	return false
}
