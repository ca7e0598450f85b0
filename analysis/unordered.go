package analysis

import (
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// Unordered is an install that hardly ever changes, behind something that
// changes all the time: it runs again for nothing.
type Unordered struct {
	Step *Step
	// Cmd is the command that installs.
	Cmd *shell.Command
	// Before is what changes: the copy that brings code, or the ARG.
	Before *Step
	// Arg is the ARG's name; "" for a copy.
	Arg string
}

// UnorderedInstalls are such installs of a stage: packages of the system or the
// installer behind a copy of the code, and the first of whatever is installed
// behind an ARG for the commit or the date of the build, which each RUN gets
// into its environment
// (https://docs.docker.com/reference/dockerfile/#impact-on-build-caching).
func (f *Facts) UnorderedInstalls(st *Stage) []Unordered {
	var out []Unordered
	for _, s := range st.Steps {
		cmd := f.plainInstall(s)
		if cmd == nil {
			continue
		}
		if code := f.ownCode(s); code != nil && f.Rerun(s) != nil && f.Rerun(s).Code {
			out = append(out, Unordered{Step: s, Cmd: cmd, Before: code})
		}
	}
	heavy := f.heavySteps(st)
	for _, arg := range st.Steps {
		for _, p := range arg.Pairs {
			if arg.Name != "ARG" || !namesCommit(p.Key, p.Value.Value) {
				continue
			}
			if s := firstUnusing(st, arg, p.Key, heavy); s != nil {
				out = append(out, Unordered{Step: s, Cmd: s.Commands()[0], Before: arg, Arg: p.Key})
			}
		}
	}
	return out
}

// ownCode is the stage's own copy that brings code before a step; nil without one.
func (f *Facts) ownCode(s *Step) *Step {
	for _, c := range f.CodeBefore(s) {
		if c.Step.Stage == s.Stage && c.FromContext() {
			return c.Step
		}
	}
	return nil
}

// plainInstall is the command of a RUN that installs packages of the system by
// name, or Poetry; nil where there is none, where the RUN calls managers for
// the project's own dependencies, or where it takes something out of files.
func (f *Facts) plainInstall(s *Step) *shell.Command {
	if s.Name != "RUN" {
		return nil
	}
	var found *shell.Command
	for _, c := range f.CallsIn(s) {
		if !f.bringsPoetry(c) {
			return nil
		}
	}
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		verb := map[string]string{"apt-get": "install", "apt": "install", "apk": "add", "yum": "install", "dnf": "install", "microdnf": "install"}[u.Name()]
		if cmd.Place.Conditional || verb == "" {
			continue
		}
		for c := cmd; c != u; c = c.Inner {
			if c.Name() == "xargs" {
				return nil
			}
		}
		verbs, packages := 0, 0
		for _, w := range u.Args() {
			switch {
			case strings.ContainsAny(w.Value, "$`/") && !strings.HasPrefix(w.Value, "-"), PackageFile(w.Value):
				return nil
			case w.Value == verb:
				verbs++
			case !strings.HasPrefix(w.Value, "-") && python.AptName(w.Value) != "":
				packages++
			}
		}
		if verbs == 1 && packages > 0 && found == nil {
			found = cmd
		}
	}
	for _, i := range f.Installers {
		if i.Step == s && found == nil && i.How != "requirements" && i.How != "copy" {
			found = i.Cmd
		}
	}
	return found
}

// PackageFile says whether a word has the ending of a package in a file, which
// the managers install out of the working folder where there is one of that name.
func PackageFile(word string) bool {
	return packageFile.MatchString(word) && !strings.Contains(word, "://")
}

var packageFile = lazyregexp.New(`(?i)\.(apk|rpm|deb|whl|zip|tgz|t?[bgx]z2?|tar)$`)

// commitName are names of arguments that are given another value for each
// commit or build. The names of other projects' commits are none of them.
var commitName = lazyregexp.New(`(?i)^((GIT|VCS|CI|APP|BUILD|SOURCE|DOCKER|IMAGE|GITHUB|HEAD|CURRENT|RELEASE)_?)?(COMMIT(_?(SHA|SHA1|HASH|ID|REF|DATE|TIME))?|SHORT_SHA)$|` +
	`^(GIT|VCS|SOURCE|GITHUB|CI)_?(SHA|SHA1|REF|HASH|REV|REVISION|DESCRIBE)$|^BUILD_?(DATE|TIME|TIMESTAMP|NUMBER|NUM|ID|SHA|REF|HASH|REV)$`)

// namesCommit says whether an ARG is for the commit or the build: a default
// with digits is a value of its own, which somebody has pinned.
func namesCommit(name, value string) bool {
	return commitName.MatchString(name) && !strings.ContainsAny(value, "0123456789$")
}

// firstUnusing is the first heavy step behind an ARG that it makes run again
// for nothing: no instruction from the ARG to there uses it, but for those that
// only describe the image. nil without one.
func firstUnusing(st *Stage, arg *Step, name string, heavy map[*Step]bool) *Step {
	for _, s := range st.Steps[arg.Pos+1:] {
		text := st.facts.Doc.Slice(s.Span)
		switch {
		case s.Name == "LABEL":
		case s.Name == "ENV":
			for _, p := range s.Pairs {
				if p.Key != name && strings.Contains(p.Value.Raw, name) {
					return nil // who uses the new name is not followed
				}
			}
		case strings.Contains(text, name):
			return nil
		case heavy[s] && len(s.Commands()) > 0:
			return s
		}
	}
	return nil
}
