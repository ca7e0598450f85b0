package analysis

import (
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

// UserMade reads a command as useradd or adduser; nil when it is neither.
func UserMade(s *Step, cmd *shell.Command) *User {
	name := cmd.Name()
	if name != "useradd" && name != "adduser" {
		return nil
	}
	u := &User{}
	system := false
	args := cmd.Args()
	for i := 0; i < len(args); i++ {
		v, _ := s.ShellValue(args[i].Value, cmd.Exports)
		opt, val, has := strings.Cut(v, "=")
		if !strings.HasPrefix(v, "-") {
			if u.Name == "" {
				u.Name = v
			}
			continue
		}
		if len(opt) > 2 && opt[1] != '-' && !has && !userValues[opt] {
			opt = opt[:1] + opt[len(opt)-1:] // "-md HOME": only the last letter may take a value
		}
		if !has && userValues[opt] && i+1 < len(args) {
			i++
			val, _ = s.ShellValue(args[i].Value, cmd.Exports)
		}
		if opt == "-u" || opt == "--uid" || opt == "-g" || opt == "--gid" {
			for _, name := range args[i].Vars {
				u.Argument = u.Argument || s.Var(name).Arg
			}
		}
		switch opt {
		case "-u", "--uid":
			u.UID = val
		case "-g", "--gid":
			u.GID = val
		case "-d", "--home", "--home-dir":
			u.Home = val
		case "-h":
			if name == "adduser" {
				u.Home = val
			}
		case "--system", "-S":
			system = true
		}
	}
	if u.Name == "" {
		return nil
	}
	if u.Home == "" && !(system && name == "adduser") {
		u.Home = "/home/" + u.Name
	}
	return u
}
