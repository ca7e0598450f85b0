package analysis

import (
	"path"
	"strings"

	"restage/analysis/lazyregexp"
)

var redirected = lazyregexp.New(`>>?\s*("[^"]*"|'[^']*'|[^\s;&|<>]+)\s*$`)

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
			for _, e := range f.exports(s.Step.Stage) {
				if e.Step == s.Step {
					s.Kind, s.Of = SupplyExported, e
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
		for _, s := range f.exports(st) {
			if (st != at.Stage || s.Step.Pos <= at.Pos) && s.File == abs {
				return s
			}
		}
	}
	if e := f.mountedExport(at, abs); e != nil {
		return e
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

// mountedExport is exportAt for files of another stage that a step mounts.
func (f *Facts) mountedExport(at *Step, abs string) *Supply {
	if at.Instruction == nil {
		return nil
	}
	for _, fl := range at.Flags {
		m := ParseMount(fl.Value)
		from := f.stageBefore(m["from"], at.Stage.Index)
		target := join(at.Workdir, m["target"])
		if fl.Name != "mount" || m["type"] != "bind" || from == nil || !Below(abs, target) {
			continue
		}
		inside := strings.TrimPrefix(abs, strings.TrimSuffix(target, "/"))
		if e := f.exportAt(from.End(), path.Join("/", m["source"], inside)); e != nil {
			return e
		}
	}
	return nil
}

// exports are the "poetry export" calls of a stage's own steps.
func (f *Facts) exports(st *Stage) []*Supply {
	if known, ok := f.exported[st]; ok {
		return known
	}
	var out []*Supply
	for _, step := range st.Steps {
		if step.Name != "RUN" || !strings.Contains(f.Doc.Slice(step.Span), "export") {
			continue
		}
		for _, cmd := range step.Commands() {
			c := callOf(step, cmd)
			if c == nil {
				c = toolCall(step, cmd)
			}
			if c != nil && kindOf(c) == SupplyExport {
				out = append(out, f.supplyOf(c))
			}
		}
	}
	f.exported[st] = out
	return out
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
