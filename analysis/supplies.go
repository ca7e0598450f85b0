package analysis

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// SupplyKind is what sort of command brings packages where no "poetry install"
// does.
type SupplyKind string

// The kinds of supplies.
const (
	SupplyExport       SupplyKind = "poetry export"   // writes requirements out of the lock file
	SupplyExported     SupplyKind = "pip: exported"   // installs what an export wrote
	SupplyRequirements SupplyKind = "pip: file"       // installs a requirements file
	SupplyProject      SupplyKind = "pip: project"    // installs a folder: "pip install ."
	SupplyBundle       SupplyKind = "poetry bundle"   // makes an environment to be copied (plugin)
	SupplyWheel        SupplyKind = "pip: wheel"      // installs wheels by their file
	SupplyPackages     SupplyKind = "pip: packages"   // installs packages by name
	SupplyBuild        SupplyKind = "build wheel"     // poetry build, pip wheel, python -m build, uv build
	SupplyManager      SupplyKind = "manager"         // uv sync, pdm install, pipenv install
	SupplyPoetryOther  SupplyKind = "poetry add"      // poetry add, update, self add
	SupplyLock         SupplyKind = "write lock file" // poetry lock, uv lock
	SupplyNone         SupplyKind = ""                // nothing of it
)

// Supply is one command, other than "poetry install", that installs packages
// or prepares it. Refactorings do not change it.
type Supply struct {
	*Call
	Kind SupplyKind
	// File is the absolute path that an export writes, "" for standard output;
	// for what installs from an export, the path it reads. Context paths are
	// resolved with the working folder.
	File string
	// Of is the export whose requirements this installs.
	Of *Supply
}

// Supplies are the supplies of a stage's own steps, in order.
func (f *Facts) Supplies(st *Stage) []*Supply {
	var out []*Supply
	for _, step := range st.Steps {
		if step.Name != "RUN" {
			continue
		}
		for _, cmd := range step.Commands() {
			c := callOf(step, cmd)
			if c == nil {
				c = toolCall(step, cmd)
			}
			if c == nil {
				continue
			}
			if s := f.supplyOf(c.ran()); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// toolCall reads "uvx TOOL", "uv tool run TOOL" and "pipx run TOOL", which
// fetch the tool for this one call ("uvx --with PLUGIN poetry@2.1 export");
// nil for another command.
func toolCall(s *Step, cmd *shell.Command) *Call {
	words := cmd.Unwrapped().Words
	if len(words) == 0 {
		return nil
	}
	switch name := s.wordName(cmd, words[0]); {
	case name == "uvx":
		words = words[1:]
	case name == "pipx" && len(words) > 1 && words[1].Value == "run":
		words = words[2:]
	default:
		return nil
	}
	for len(words) > 0 && strings.HasPrefix(words[0].Value, "-") {
		if !strings.Contains(words[0].Value, "=") && (uvValues[words[0].Value] || words[0].Value == "--spec") && len(words) > 1 {
			words = words[1:]
		}
		words = words[1:]
	}
	if len(words) == 0 {
		return nil
	}
	tool, _, _ := strings.Cut(words[0].Value, "@")
	tool, _, _ = strings.Cut(tool, "=")
	inside := *cmd
	inside.Inner, inside.Words = nil, slices.Clone(words)
	inside.Words[0].Value, inside.Words[0].Static = tool, true
	c := callOf(s, &inside)
	if c != nil {
		c.Cmd = cmd
	}
	return c
}

// ran is the call that "poetry run" and its like start ("poetry run pip
// install x"), else the call itself.
func (c *Call) ran() *Call {
	if c.Verb != "run" || c.Tool == "pip" {
		return c
	}
	words := c.Cmd.Unwrapped().Words
	for i, w := range words {
		if w.Span == c.VerbSpan && w.Value == "run" {
			inside := *c.Cmd
			inside.Words, inside.Inner = words[i+1:], nil
			if inner := callOf(c.Step, &inside); inner != nil {
				inner.Cmd = c.Cmd
				return inner
			}
		}
	}
	return c
}

// supplyOf reads a call as a supply; nil when it is none.
func (f *Facts) supplyOf(c *Call) *Supply {
	s := &Supply{Call: c, Kind: kindOf(c)}
	switch s.Kind {
	case SupplyNone:
		return nil
	case SupplyExport:
		s.File = c.exportFile()
	case SupplyRequirements:
		f.traceExport(s)
	}
	return s
}

func kindOf(c *Call) SupplyKind {
	if c.Has("--help", "-h", "--dry-run", "--version") {
		return SupplyNone
	}
	verb := c.Verb
	if c.Tool == "uv" && verb == "pip" && len(c.Args) > 0 {
		verb = c.Args[0].Value
	}
	switch c.Tool + " " + verb {
	case "poetry export":
		return SupplyExport
	case "poetry bundle":
		return SupplyBundle
	case "poetry build", "pip wheel", "uv build", "pdm build":
		return SupplyBuild
	case "poetry add", "poetry update":
		return SupplyPoetryOther
	case "poetry lock", "uv lock", "pdm lock", "pipenv lock":
		return SupplyLock
	case "uv sync", "uv export", "pdm install", "pdm sync", "pdm export", "pipenv install", "pipenv sync", "pipenv requirements":
		return SupplyManager
	case "pip install", "uv install":
		return pipKind(c)
	}
	return SupplyNone
}

// pipKind says what a "pip install" installs: the most telling of its words decides.
func pipKind(c *Call) SupplyKind {
	args := c.Args
	if c.Tool == "uv" && len(args) > 0 {
		args = args[1:]
	}
	if c.Has("--no-index") {
		return SupplyWheel
	}
	if c.Has("-r", "--requirement") {
		return SupplyRequirements
	}
	words := []string{}
	for _, w := range args {
		words = append(words, w.Value)
	}
	for _, o := range c.Options {
		if o.Name == "-e" || o.Name == "--editable" {
			words = append(words, o.Value)
		}
	}
	kind := SupplyNone
	for _, v := range words {
		_, poetry := poetryRequirement(v)
		switch {
		case baseTools[strings.TrimRight(versioned.ReplaceAllString(v, ""), " ")]:
		case strings.Contains(v, ".whl") || strings.Contains(v, "/") && wheelFolder.MatchString(v):
			return SupplyWheel
		case strings.HasPrefix(v, ".") || strings.HasPrefix(v, "/"):
			kind = SupplyProject
		case kind == SupplyNone && !poetry:
			kind = SupplyPackages
		}
	}
	return kind
}

var wheelFolder = lazyregexp.New(`(^|/)(dist|wheels?|wheelhouse)(/|$)`)

var versioned = lazyregexp.New(`[=<>!~].*$`)

// baseTools are packages whose installation is part of every other one.
var baseTools = map[string]bool{"pip": true, "setuptools": true, "wheel": true, "virtualenv": true, "pipx": true, "uv": true, "pdm": true, "pipenv": true}
