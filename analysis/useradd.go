package analysis

import (
	"cmp"
	"strings"

	"restage/analysis/shell"
)

// User is a user that a command creates.
type User struct {
	Name string
	// Home is "" when it could not be told.
	Home string
	// UID and GID are the numbers given, "" when the system chooses.
	UID, GID string
	// UIDWord and GIDWord are the words of the numbers, variables not expanded.
	UIDWord, GIDWord string
	// System says that it is a system user, whose number lies below the others'.
	System bool
	// Argument says that a build argument takes part in the numbers.
	Argument bool
}

// userValues are the options of useradd and adduser (Debian's and busybox's)
// that take a value (useradd(8), adduser(8)).
var userValues = map[string]bool{
	"-u": true, "--uid": true, "-g": true, "--gid": true, "-d": true, "--home": true, "--home-dir": true, "-h": true,
	"-s": true, "--shell": true, "-c": true, "--comment": true, "--gecos": true, "-G": true, "--groups": true, "--ingroup": true,
	"-k": true, "--skel": true, "-b": true, "--base-dir": true, "-p": true, "--password": true, "-K": true, "-e": true, "-f": true,
	"--firstuid": true, "--lastuid": true, "--conf": true,
}

// systemLetter is the letter that stands for --system (useradd(8), busybox
// adduser).
var systemLetter = map[string]string{"useradd": "r", "adduser": "S"}

// UserMade reads a command as useradd or adduser; nil when it is neither.
func UserMade(s *Step, cmd *shell.Command) *User {
	name := cmd.Name()
	if name != "useradd" && name != "adduser" {
		return nil
	}
	u := &User{}
	args := cmd.Args()
	for i := 0; i < len(args); i++ {
		v, _ := s.ShellValue(args[i].Value, cmd.Exports)
		opt, val, has := strings.Cut(v, "=")
		_, word, _ := strings.Cut(args[i].Value, "=")
		if !strings.HasPrefix(v, "-") {
			if u.Name != "" && name == "adduser" {
				return nil // "adduser USER GROUP" adds an existing user to a group
			}
			u.Name = cmp.Or(u.Name, v)
			continue
		}
		if opt[:min(2, len(opt))] != "--" && !has {
			u.System = u.System || strings.Contains(opt, systemLetter[name])
		}
		if len(opt) > 2 && opt[1] != '-' && !has && !userValues[opt] {
			opt = opt[:1] + opt[len(opt)-1:] // "-md HOME": only the last letter may take a value
		}
		if !has && userValues[opt] && i+1 < len(args) {
			i++
			word = args[i].Value
			val, _ = s.ShellValue(word, cmd.Exports)
		}
		if opt == "-u" || opt == "--uid" || opt == "-g" || opt == "--gid" {
			for _, name := range args[i].Vars {
				u.Argument = u.Argument || s.Var(name).fromArgument()
			}
		}
		switch opt {
		case "-u", "--uid":
			u.UID, u.UIDWord = val, word
		case "-g", "--gid":
			u.GID, u.GIDWord = val, word
		case "-d", "--home", "--home-dir":
			u.Home = val
		case "-h":
			if name == "adduser" {
				u.Home = val
			}
		case "--system":
			u.System = true
		}
	}
	if u.Name == "" {
		return nil
	}
	if u.Home == "" && !(u.System && name == "adduser") {
		u.Home = "/home/" + u.Name
	}
	return u
}
