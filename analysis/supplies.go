package analysis

import (
	"path"
	"regexp"
	"strings"
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
	for _, c := range f.calls[st] {
		if s := f.supplyOf(c.ran()); s != nil {
			out = append(out, s)
		}
	}
	return out
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
		case baseTools[v]:
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

var wheelFolder = regexp.MustCompile(`(^|/)(dist|wheels?|wheelhouse)(/|$)`)

// baseTools are packages whose installation is part of every other one.
var baseTools = map[string]bool{"pip": true, "setuptools": true, "wheel": true, "virtualenv": true, "pipx": true, "uv": true, "pdm": true, "pipenv": true}

var redirected = regexp.MustCompile(`>>?\s*("[^"]*"|'[^']*'|[^\s;&|<>]+)\s*$`)

// exportFile is the absolute path that "poetry export" writes.
func (c *Call) exportFile() string {
	name := ""
	if o, ok := c.Option("-o", "--output"); ok {
		name = o.Value
	} else if m := redirected.FindStringSubmatch(c.Step.Stage.facts.Doc.Slice(c.Cmd.Span)); m != nil {
		name = strings.Trim(m[1], `"'`)
	}
	v, ok := c.Step.ShellValue(name, c.Cmd.Exports)
	if name == "" || !ok {
		return ""
	}
	return c.abs(v)
}

// abs is the absolute path of a file that the call names.
func (c *Call) abs(name string) string {
	return join(join(c.Step.Workdir, c.Cmd.Dir), name)
}

// traceExport finds the export that wrote what a "pip install -r" reads: in the
// same pipeline or substitution, as a file of this stage, or of one that it
// copies from.
func (f *Facts) traceExport(s *Supply) {
	for _, o := range s.Options {
		if o.Name != "-r" && o.Name != "--requirement" {
			continue
		}
		v, known := s.Step.ShellValue(o.Value, s.Cmd.Exports)
		if v == "/dev/stdin" || v == "-" || strings.HasPrefix(o.Value, "<(") || !known {
			for _, c := range f.calls[s.Step.Stage] {
				if c.Step == s.Step && kindOf(c) == SupplyExport && c != s.Call {
					s.Kind, s.Of = SupplyExported, f.supplyOf(c)
				}
			}
			continue
		}
		abs := s.abs(v)
		if s.File == "" {
			s.File = abs
		}
		if e := f.exportAt(s.Step, abs); e != nil {
			s.Kind, s.File, s.Of = SupplyExported, abs, e
		}
	}
}

// exportAt is the export whose file lies at an absolute path before a step.
func (f *Facts) exportAt(at *Step, abs string) *Supply {
	for _, st := range at.Stage.Chain() {
		for _, c := range f.calls[st] {
			if kindOf(c) == SupplyExport && (st != at.Stage || c.Step.Pos <= at.Pos) && c.exportFile() == abs {
				return f.supplyOf(c)
			}
		}
	}
	copies := f.CopiesBefore(at)
	for i := len(copies) - 1; i >= 0; i-- {
		c := copies[i]
		if c.FromStage == nil || !c.DestKnown {
			continue
		}
		for _, src := range c.Sources {
			for _, rel := range append(c.candidates(src, abs), c.wildcard(src, abs)...) {
				if e := f.exportAt(c.FromStage.End(), path.Join("/", rel)); e != nil {
					return e
				}
			}
		}
	}
	return nil
}

// wildcard is what a source with wildcards, taken out of another stage, may
// have been called there.
func (c *Copy) wildcard(src CopySource, abs string) []string {
	if !src.Glob || !Below(abs, c.Dest) {
		return nil
	}
	name := path.Join(path.Dir(src.Path), path.Base(abs))
	if ok, err := path.Match(src.Path, name); err != nil || !ok {
		return nil
	}
	return []string{name}
}
