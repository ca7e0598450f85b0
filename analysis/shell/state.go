package shell

import (
	"maps"
	"path"
	"strings"
)

// state is what commands change for those behind them.
type state struct {
	dir      string
	known    bool
	stack    []string          // of pushd; an unknown folder empties it
	exports  map[string]string // never changed in place, commands share it
	errexit  bool              // set -e
	pipefail bool              // set -o pipefail
}

// fork gives a state of its own to commands that may not run or that run in
// another process.
func (s *state) fork() *state {
	copied := *s
	return &copied
}

// merge takes over what commands did that may or may not have run: what they
// changed is unknown from here on.
func (s *state) merge(other *state) {
	if other.dir != s.dir || !other.known {
		s.known = false
	}
	for name, value := range other.exports {
		if old, ok := s.exports[name]; !ok || old != value {
			s.unset(name)
		}
	}
	for name := range s.exports {
		if _, ok := other.exports[name]; !ok {
			s.unset(name)
		}
	}
	s.errexit = s.errexit && other.errexit
	s.pipefail = s.pipefail && other.pipefail
}

func (s *state) set(name, value string) {
	exports := make(map[string]string, len(s.exports)+1)
	maps.Copy(exports, s.exports)
	exports[name] = value
	s.exports = exports
}

func (s *state) unset(name string) {
	if _, ok := s.exports[name]; !ok {
		return
	}
	exports := maps.Clone(s.exports)
	delete(exports, name)
	s.exports = exports
}

// apply does to the state what a command does to the shell that runs it.
func (s *state) apply(c *Command) {
	if len(c.Words) == 0 {
		for _, a := range c.Assigns {
			s.set(a.Name, a.Value)
		}
		return
	}
	words := c.Words
	for len(words) > 1 && (words[0].Value == "command" || words[0].Value == "builtin") {
		words = words[1:]
	}
	args := words[1:]
	switch words[0].Value {
	case "cd":
		s.chdir(args)
	case "pushd":
		old, known := s.dir, s.known
		s.chdir(args)
		if known {
			s.stack = append(s.stack[:len(s.stack):len(s.stack)], old)
		} else {
			s.stack = nil
		}
	case "popd":
		if len(s.stack) == 0 || len(args) > 0 {
			s.known, s.stack = false, nil
			return
		}
		s.dir, s.known = s.stack[len(s.stack)-1], true
		s.stack = s.stack[:len(s.stack)-1]
	case "export", "declare", "typeset", "readonly":
		for _, w := range args {
			if name, value, ok := strings.Cut(w.Value, "="); ok && !strings.HasPrefix(name, "-") {
				s.set(name, value)
			}
		}
	case "unset":
		for _, w := range args {
			s.unset(w.Value)
		}
	case "set":
		s.options(args)
	}
}

// chdir follows "cd": only a plain folder can be followed.
func (s *state) chdir(args []Word) {
	for len(args) > 0 && (args[0].Value == "-P" || args[0].Value == "-L" || args[0].Value == "-e" || args[0].Value == "--") {
		args = args[1:]
	}
	if len(args) != 1 || !args[0].Static || args[0].Value == "" || strings.HasPrefix(args[0].Value, "-") || strings.HasPrefix(args[0].Value, "+") {
		s.known = false
		return
	}
	to := args[0].Value
	if path.IsAbs(to) {
		s.dir, s.known = path.Clean(to), true
		return
	}
	if s.dir = path.Join(s.dir, to); s.dir == "." {
		s.dir = ""
	}
}

// options follows "set -eux -o pipefail".
func (s *state) options(args []Word) {
	for i := 0; i < len(args); i++ {
		option := args[i].Value
		if len(option) < 2 || option[0] != '-' && option[0] != '+' || option == "--" {
			return
		}
		on := option[0] == '-'
		for _, letter := range option[1:] {
			switch letter {
			case 'e':
				s.errexit = on
			case 'o':
				if i++; i < len(args) {
					s.option(args[i].Value, on)
				}
			}
		}
	}
}

func (s *state) option(name string, on bool) {
	switch name {
	case "errexit":
		s.errexit = on
	case "pipefail":
		s.pipefail = on
	}
}
