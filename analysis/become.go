package analysis

import (
	"slices"
	"strings"

	"restage/analysis/shell"
)

// home is Step.Home for one call, which su, sudo and the like may run as
// another user: all of them set HOME to that user's folder.
func (c *Call) home() (string, bool) {
	user, other := c.becomes()
	switch {
	case !other:
		return c.Step.Home()
	case user == "root":
		return "/root", true
	}
	home, ok := c.Step.Stage.facts.homes()[user]
	return home, ok
}

// RunsAsOther says whether the command that a call is started with (su, sudo,
// gosu) switches to another user than the step's own.
func (c *Call) RunsAsOther() bool {
	user, other := c.becomes()
	own, _, _ := strings.Cut(c.Step.User, ":")
	return other && (user == "" || user != own)
}

// becomes is the user that a call runs as by the command it is started with;
// other is false when that is the step's own. The user is "" when not known.
func (c *Call) becomes() (user string, other bool) {
	for _, cmd := range c.around() {
		for w := cmd; w != nil; w = w.Inner {
			if u, ok := switchedUser(w); ok {
				user, other = c.userName(u, w), true
			}
		}
	}
	return user, other
}

// around are the call's command and those that it is a part of: the su whose
// script holds it, say.
func (c *Call) around() []*shell.Command {
	var out []*shell.Command
	for _, cmd := range c.Step.Commands() {
		if cmd.Span.Start <= c.Cmd.Span.Start && c.Cmd.Span.End <= cmd.Span.End {
			out = append(out, cmd)
		}
	}
	return out
}

// SameUser says whether a command of the call's step may run as the same user.
func (c *Call) SameUser(cmd *shell.Command) bool {
	for _, outer := range c.around() {
		for w := outer; w != nil; w = w.Inner {
			if _, ok := switchedUser(w); ok {
				return outer.Span.Start <= cmd.Span.Start && cmd.Span.End <= outer.Span.End
			}
		}
	}
	return true
}

// FreshEnv says whether the call starts with an environment of its own, which
// has nothing of the image's ENV: behind "su -" and its like (su(1), runuser(1)),
// and behind sudo unless it is told to keep it (sudoers(5), env_reset).
func (c *Call) FreshEnv() bool {
	for _, cmd := range c.around() {
		for w := cmd; w != nil; w = w.Inner {
			switch w.Name() {
			case "su", "runuser":
				if hasWord(w, "-", "-l", "--login") {
					return true
				}
			case "sudo":
				if !hasWord(w, "-E", "-EH", "-HE") && !strings.Contains(w.Words[min(1, len(w.Words)-1)].Value, "--preserve-env") {
					return true
				}
			}
		}
	}
	return false
}

func hasWord(cmd *shell.Command, words ...string) bool {
	return slices.ContainsFunc(cmd.Args(), func(w shell.Word) bool { return slices.Contains(words, w.Value) })
}

// envVar is a variable of the image as the call sees it.
func (c *Call) envVar(name string) Var {
	if v := c.Step.Var(name); v.Set && !c.FreshEnv() {
		return v
	}
	return Var{}
}

func (c *Call) userName(word string, cmd *shell.Command) string {
	v, ok := c.Step.ShellValue(word, cmd.Exports)
	if !ok {
		return ""
	}
	v, _, _ = strings.Cut(v, ":")
	return v
}

// switchedUser is the user that su, sudo, runuser, gosu, su-exec or chroot's
// relatives switch to.
func switchedUser(cmd *shell.Command) (string, bool) {
	args := cmd.Args()
	switch cmd.Name() {
	case "gosu", "su-exec":
		if len(args) > 0 {
			return args[0].Value, true
		}
	case "sudo":
		for i, w := range args {
			if u, ok := strings.CutPrefix(w.Value, "--user="); ok {
				return u, true
			}
			if (w.Value == "-u" || w.Value == "--user" || strings.HasSuffix(w.Value, "u") && strings.HasPrefix(w.Value, "-") && len(w.Value) < 5) && i+1 < len(args) {
				return args[i+1].Value, true
			}
			if !strings.HasPrefix(w.Value, "-") {
				break
			}
		}
		return "root", true
	case "su", "runuser":
		return suUser(args), true
	}
	return "", false
}

// suUser is the user among the arguments of su, root if it names none.
func suUser(args []shell.Word) string {
	for i := 0; i < len(args); i++ {
		switch v := args[i].Value; {
		case v == "-c" || v == "--command" || v == "-s" || v == "--shell" || v == "-g" || v == "-G":
			i++
		case v == "-u" && i+1 < len(args):
			return args[i+1].Value
		case strings.HasPrefix(v, "-"):
		default:
			return v
		}
	}
	return "root"
}
