package analysis

import (
	"slices"
	"strings"

	"restage/analysis/shell"
)

// Packages is one call of apt-get, apt or apk in a RUN.
type Packages struct {
	Step *Step
	Cmd  *shell.Command
	// Apk says that it is Alpine's manager, not Debian's.
	Apk bool
	// Verb is "install", "update", "add" …, "" when there is none.
	Verb string
	// Words are the packages that it names; several of them have the same place
	// where a variable holds them all.
	Words []shell.Word
	// Known is false where some of the packages cannot be told from the file.
	Known bool
}

// packageValues are the options of apt-get and apk that take the next word.
var packageValues = []string{"-t", "--target-release", "-o", "--option", "-c", "--config-file", "--virtual", "--repository", "-X", "-a", "--host-architecture"}

// PackageCalls are the calls of the system's package manager in a step, in order.
func (s *Step) PackageCalls() []*Packages {
	if s.Name != "RUN" || !s.MayRun("apt", "apk") {
		return nil
	}
	var out []*Packages
	for _, cmd := range s.Commands() {
		run := cmd.Unwrapped()
		if len(run.Words) == 0 {
			continue
		}
		name := s.wordName(run, run.Words[0])
		if name != "apt-get" && name != "apt" && name != "apk" {
			continue
		}
		p := &Packages{Step: s, Cmd: cmd, Apk: name == "apk", Known: true}
		p.read(run)
		out = append(out, p)
	}
	return out
}

// read takes the words of a call apart.
func (p *Packages) read(run *shell.Command) {
	args := run.Args()
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case slices.Contains(packageValues, w.Value):
			i++
		case strings.HasPrefix(w.Value, "-"):
		case p.Verb == "":
			p.Verb = w.Value
		case w.Static:
			p.Words = append(p.Words, w)
		default:
			v, ok := p.Step.ShellValue(w.Value, run.Exports)
			for _, name := range w.Vars {
				ok = ok && !p.Step.Var(name).Arg
			}
			p.Known = p.Known && ok
			for name := range strings.FieldsSeq(v) {
				if ok {
					p.Words = append(p.Words, shell.Word{Span: w.Span, Raw: w.Raw, Value: name})
				}
			}
		}
	}
}

// Installs says whether the call installs packages.
func (p *Packages) Installs() bool { return p.Verb == "install" || p.Verb == "add" }

// Must says whether the build stops where the call fails.
func (p *Packages) Must() bool {
	at := p.Cmd.Place
	return !at.Conditional && !at.Tolerated && !at.Unchecked && !at.Background
}
