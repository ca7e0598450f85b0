package codeactions

import (
	"path"
	"slices"

	"restage/analysis"
	"restage/analysis/shell"
)

// mountOwner gives the uid and gid options for a user other than root, to whom
// a cache mount would not belong.
func (r *request) mountOwner(c *analysis.Call, dir string, envBelow bool) (string, string) {
	line := "line " + itoa(r.line(c.Cmd.Span.Start))
	o := c.Owner()
	switch {
	case o.Root:
		return "", ""
	case o.User == "":
		return "", "a cache mount belongs to root unless it is told a number, and " + o.Unknown
	case envBelow:
		return "", line + " runs as " + o.User + ", whose environment may lie in the cache folder: " +
			"the folders that a mount makes belong to root, so that Poetry could not make the environment beside them"
	case o.UID == "":
		return "", line + " runs as " + o.User + ", and a cache mount belongs to root unless it is told the user's number: " + o.Unknown
	case o.Argument && frontend(r.Doc, literalFrontend) != "":
		return "", line + " runs as " + o.User + ", whose number is a build argument, and the frontend of the file knows no variables in mounts"
	}
	if cmd := r.otherCacheUser(c, dir); cmd != nil {
		return "", line + " runs `" + short(r.Doc.Slice(cmd.Span)) + "` too, which may keep files in " + path.Dir(dir) +
			": a mount in that folder makes it root's, where " + o.User + " cannot write"
	}
	owner := ",uid=" + o.UID
	if o.GID != "" {
		owner += ",gid=" + o.GID
	}
	return owner, ""
}

// otherCacheUser is a command of the call's RUN that may need the folder which
// holds the cache folder for itself, where that is the user's ~/.cache; nil if
// there is none. The folders above a mount are made by root. Poetry, pip and
// virtualenv do without what they may not write there.
func (r *request) otherCacheUser(c *analysis.Call, dir string) *shell.Command {
	if path.Base(path.Dir(dir)) != ".cache" {
		return nil
	}
	calls := r.CallsIn(c.Step)
	for _, cmd := range c.Step.Commands() {
		known := slices.ContainsFunc(calls, func(o *analysis.Call) bool { return o.Cmd == cmd && o.Verb != "run" })
		run := cmd.Unwrapped()
		if n := run.Name(); known || n == "" || plainCommand[n] || makesVenv(run) || !c.SameUser(cmd) {
			continue
		}
		return cmd
	}
	return nil
}

func makesVenv(cmd *shell.Command) bool {
	words := cmd.Words
	return len(words) > 2 && words[1].Value == "-m" && (words[2].Value == "venv" || words[2].Value == "virtualenv")
}

// plainCommand are commands that keep nothing in ~/.cache, or do without.
var plainCommand = map[string]bool{"virtualenv": true, "rm": true, "cd": true, "echo": true, "export": true,
	"set": true, "mkdir": true, "chown": true, "chmod": true, "find": true, "mv": true, "cp": true, "ln": true, "touch": true, "test": true, "[": true,
	"true": true, ":": true, "source": true, ".": true, "ls": true, "cat": true, "sed": true, "curl": true, "wget": true, "git": true, "ssh": true, "ssh-keyscan": true, "su": true, "gosu": true, "su-exec": true, "sudo": true, "runuser": true}
