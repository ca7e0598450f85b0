package analysis

import (
	"errors"
	"slices"
	"sort"
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

var errOtherShell = errors.New("SHELL names something other than a POSIX shell")

// Var is the value of a build variable at one step.
type Var struct {
	Value string
	// Known is false when the value comes from outside (an ARG without
	// default) or from something that could not be expanded.
	Known bool
	// Arg is true for ARG: --build-arg may give another value than the default.
	Arg bool
	// Set is false when nothing in the file and the base image sets it.
	Set bool
	// At is the instruction that set it; nil for the base image's.
	At *source.Instruction
}

// binding is one ENV or ARG of a stage, in force after position pos.
type binding struct {
	pos int
	v   Var
}

// baseEnv is what the official python images set, of what matters here
// (docker-library/python, Dockerfile-linux.template: ENV PATH, LANG).
var baseEnv = map[string]string{
	"PATH": "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LANG": "C.UTF-8",
}

// lambdaEnv is what AWS's images of Lambda runtimes set, which also have a
// WORKDIR there and no USER (github.com/aws/aws-lambda-base-images).
var lambdaEnv = map[string]string{
	"PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG": "en_US.UTF-8", "TZ": ":/etc/localtime",
	"LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime",
	"LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
}

// globalArgs are the ARGs above the first FROM.
func globalArgs(doc *source.Document) map[string]Var {
	out := map[string]Var{}
	for _, in := range doc.Instructions {
		if in.Stage != nil {
			break
		}
		if in.Name != "ARG" {
			continue
		}
		for _, p := range in.Pairs {
			v := Var{Arg: true, Set: true, At: in}
			if p.HasValue {
				val, unset, err := source.Expand(p.Value.Raw, doc.Escape, func(n string) (string, bool) {
					if g, ok := out[n]; ok {
						return g.Value, g.Known
					}
					value, ok := platformArgs[n]
					return value, ok
				})
				v.Value, v.Known = val, err == nil && allDefaulted(p.Value.Raw, unset, out)
			}
			out[p.Key] = v
		}
	}
	return out
}

// allDefaulted says whether a word gives a default to each variable that
// nothing sets ("${X:-1}"). Above the first FROM nothing else can set them,
// but for build arguments that are declared.
func allDefaulted(raw string, unset []string, declared map[string]Var) bool {
	for _, name := range unset {
		if _, ok := declared[name]; ok {
			return false
		}
		uses := strings.Count(raw, "$"+name) + strings.Count(raw, "${"+name)
		if uses != strings.Count(raw, "${"+name+":-")+strings.Count(raw, "${"+name+"-") {
			return false
		}
	}
	return true
}

// platformArgs are given by BuildKit to every FROM line (reference, "Automatic
// platform ARGs in the global scope").
var platformArgs = map[string]string{
	"TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETARCH": "amd64", "TARGETVARIANT": "",
	"BUILDPLATFORM": "linux/amd64", "BUILDOS": "linux", "BUILDARCH": "amd64", "BUILDVARIANT": "",
}

// expandGlobal expands a word of a FROM line, which sees only global ARGs.
func (f *Facts) expandGlobal(raw string) (string, []string) {
	val, unset, err := source.Expand(raw, f.Doc.Escape, func(n string) (string, bool) {
		if g, ok := f.globals[n]; ok && g.Known {
			return g.Value, true
		}
		v, ok := platformArgs[n]
		return v, ok
	})
	if err != nil {
		return raw, []string{raw}
	}
	return val, unset
}

// bind records one pair of ENV or ARG.
func (st *Stage) bind(s *Step, p source.Pair) {
	v := Var{Arg: s.Name == "ARG", Set: true, At: s.Instruction}
	if p.HasValue {
		var unset []string
		v.Value, unset = s.Expand(p.Value.Raw)
		v.Known = len(unset) == 0
	} else if g, ok := st.facts.globals[p.Key]; ok {
		v.Value, v.Known = g.Value, g.Known
	} else if cur := s.Var(p.Key); cur.Set {
		return // an ARG without a value leaves the one that is there
	}
	if v.Arg {
		if cur := s.Var(p.Key); cur.Set && !cur.Arg {
			return // ENV beats ARG of the same name (reference, "Using ARG variables")
		}
	}
	st.vars[p.Key] = append(st.vars[p.Key], binding{s.Pos, v})
}

// Var is the value of a variable before this step: ENV and ARG of the stage,
// of the stages it starts from, and what an official image sets.
func (s *Step) Var(name string) Var { return s.Stage.varAt(name, s.Pos) }

func (st *Stage) varAt(name string, pos int) Var {
	bs := st.vars[name]
	if i := sort.Search(len(bs), func(i int) bool { return bs[i].pos >= pos }); i > 0 {
		return bs[i-1].v
	}
	if st.Parent != nil {
		return st.Parent.varAt(name, len(st.Parent.Steps)+1)
	}
	if st.Image.Family == python.OfficialPython {
		if v, ok := baseEnv[name]; ok {
			return Var{Value: v, Known: true, Set: true}
		}
	}
	if st.Image.Lambda {
		if v, ok := lambdaEnv[name]; ok {
			return Var{Value: v, Known: true, Set: true}
		}
	}
	return Var{}
}

// Expand expands a builder word (quotes removed) with the variables in force
// at the step, and names the variables that have no known value. Variables of
// the base image that nobody knows count as unset.
func (s *Step) Expand(raw string) (string, []string) {
	if !strings.ContainsAny(raw, "$\"'\\`") {
		return raw, nil
	}
	val, unset, err := source.Expand(raw, s.Stage.facts.Doc.Escape, func(n string) (string, bool) {
		v := s.Var(n)
		return v.Value, v.Set && v.Known
	})
	if err != nil {
		return raw, []string{raw}
	}
	return val, unset
}

// ShellVar is the value that a command of this step sees for a variable:
// its own prefix and exports first, then Var.
func (s *Step) shellVar(name string, extra map[string]string) (string, bool) {
	if v, ok := extra[name]; ok && !strings.Contains(v, "$") {
		return v, true
	}
	v := s.Var(name)
	if v.Set && v.Known {
		return v.Value, true
	}
	if name == "HOME" && !v.Set {
		return s.Home()
	}
	return "", false
}

// ShellValue expands $NAME, ${NAME} and ${NAME:-default} in a shell word's
// value with what the command sees; ok is false when a variable has no known
// value or the word has another kind of expansion.
func (s *Step) ShellValue(value string, extra map[string]string) (string, bool) {
	if !strings.ContainsAny(value, "$`") {
		return value, true
	}
	if strings.Contains(value, "$(") || strings.Contains(value, "`") {
		return value, false
	}
	out, unset, err := source.Expand(value, '\\', func(n string) (string, bool) { return s.shellVar(n, extra) })
	return out, err == nil && len(unset) == 0
}

// Home is the home folder of the user in force, where that is known: /root for
// root, /home/NAME by the convention of useradd -m and adduser for a name that
// the file itself creates so.
func (s *Step) Home() (string, bool) {
	if v := s.Var("HOME"); v.Set && v.Known {
		return v.Value, true
	}
	if s.baseHome() {
		return "", false
	}
	user, _, _ := strings.Cut(s.User, ":")
	if user == "root" || user == "0" || user == "" && s.rootBase() {
		return "/root", true
	}
	if h, ok := s.Stage.facts.homes()[user]; ok {
		return h, true
	}
	return "", false
}

// baseHome says whether the base image, which is not known, sets HOME: an
// instruction of this file expands it, and nothing here has set it. It is
// found out once a stage.
func (s *Step) baseHome() bool {
	st := s.Stage
	if !st.baseHomeKnown {
		st.baseHome = st.Chain()[0].Image.Family == python.Other && st.expandsHome()
		st.baseHomeKnown = true
	}
	return st.baseHome
}

// expandsHome says whether an instruction of a stage, or of those it starts
// from, expands a HOME that nothing sets.
func (st *Stage) expandsHome() bool {
	for _, st := range st.Chain() {
		for _, o := range st.Steps {
			if o.Name == "RUN" || o.Name == "CMD" || o.Name == "ENTRYPOINT" {
				continue // the shell expands it there
			}
			words := slices.Clone(o.Words)
			for _, p := range o.Pairs {
				words = append(words, p.Value)
			}
			for _, w := range words {
				if _, unset := o.Expand(w.Raw); slices.Contains(unset, "HOME") && !o.Var("HOME").Set {
					return true
				}
			}
		}
	}
	return false
}
