package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// A final stage that starts from another stage is converted as if its chain
// were one list of steps. The stages that it started from stay as they are, for
// the other targets that start from them; what the container needs of their
// steps is repeated in the new final stage, without their comments.

// root is the first stage of the chain, whose FROM names an image.
func (c *conversion) root() *analysis.Stage { return c.final.Chain()[0] }

// chainSteps are the steps of the chain in order, its FROMs left out.
func chainSteps(final *analysis.Stage) []*analysis.Step {
	var out []*analysis.Step
	for _, st := range final.Chain() {
		out = append(out, st.Steps[1:]...)
	}
	return out
}

// inherited says whether a step belongs to a stage that the final one starts
// from.
func (c *conversion) inherited(s *analysis.Step) bool { return s.Stage != c.final }

// upTo are the steps of the chain up to one of them; behind are the others.
func (c *conversion) upTo(s *analysis.Step) []*analysis.Step {
	return c.steps[:slices.Index(c.steps, s)+1]
}

func (c *conversion) behind(s *analysis.Step) []*analysis.Step {
	return c.steps[slices.Index(c.steps, s)+1:]
}

// builds says whether the final stage installs itself, so that a builder stage
// is needed; else the environment comes from the stage that installs last.
func (c *conversion) builds() bool { return !c.brought && !c.inherited(c.last) }

// installedIn is the name of the stage that the environment is copied from.
func (c *conversion) installedIn() string {
	if c.builds() {
		return c.builderName()
	}
	return c.last.Stage.Name
}

// checkReferences: a step that is repeated in the final stage must find the
// same stages behind its --from there.
func (c *conversion) checkReferences() string {
	for _, p := range c.places {
		if !c.inherited(p.step) || p.runtime == "" {
			continue
		}
		for _, ref := range p.step.StageRefs() {
			for _, st := range c.Stages[p.step.Stage.Index:c.final.Index] {
				if strings.EqualFold(st.Name, ref) {
					return "line " + itoa(c.line(p.step.Span.Start)) + " copies from " + ref + ", which is another stage there than in the final stage"
				}
			}
		}
	}
	return ""
}

// repeated is a chunk without its comments, which stay where the instruction
// is repeated from; a heredoc is left as it is.
func (c *conversion) repeated(s *analysis.Step, chunk string) string {
	var out strings.Builder
	gap := ""
	for line := range strings.Lines(chunk) {
		text := strings.TrimSpace(line)
		switch {
		case len(s.Heredocs) > 0 && out.Len() > 0:
			out.WriteString(line)
		case text == "" && out.Len() == 0:
			gap = c.Doc.Newline
		case text != "" && text != string(c.Doc.Escape) && !strings.HasPrefix(text, "#"):
			out.WriteString(line)
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return gap + out.String()
}

// entryInForce says whether an instruction of an ancestor still has effect in
// the final image: the last of its kind has, but an ENTRYPOINT of a later
// stage resets the CMD that it inherits.
func (c *conversion) entryInForce(s *analysis.Step) bool {
	for _, o := range c.behind(s) {
		if o.Name == s.Name || s.Name == "CMD" && o.Name == "ENTRYPOINT" && o.Stage != s.Stage {
			return false
		}
	}
	return true
}

// ancestorWithoutPoetry is the last stage of the chain before the final one
// that neither brings nor calls Poetry, nor starts from one that does; nil if
// there is none. The final stage may start from it.
func (c *conversion) ancestorWithoutPoetry() *analysis.Stage {
	var free *analysis.Stage
	for _, st := range c.final.Chain() {
		if st == c.final || slices.ContainsFunc(c.Installers, func(i *analysis.Installer) bool { return i.Step.Stage == st }) ||
			slices.ContainsFunc(c.Calls(st), func(call *analysis.Call) bool { return call.Tool == "poetry" }) ||
			len(c.Indirect(st)) > 0 {
			break
		}
		free = st
	}
	return free
}

// allRepeated says whether a conversion repeats everything of an ancestor on
// the same image, so that the final stage had better start from it.
func (c *conversion) allRepeated(st *analysis.Stage) bool {
	if c.full || len(c.needs) > 0 {
		return false
	}
	for _, p := range c.places {
		switch p.step.Name {
		case "RUN", "COPY", "ADD", "ENV":
			if st.Includes(p.step.Stage) && p.runtime != c.repeated(p.step, c.chunk(p.step)) {
				return false
			}
		}
	}
	return true
}

// convertFrom is the conversion whose final stage starts from an ancestor.
func (c *conversion) convertFrom(st *analysis.Stage) (*conversion, string) {
	s := c.anew()
	s.trunk = st
	s.shared = slices.IndexFunc(c.steps, func(o *analysis.Step) bool { return !st.Includes(o.Stage) })
	text, reason := s.convert()
	if reason != "" {
		return nil, ""
	}
	return s, text
}

// placeInherited gives the text that a step of the stage which the final one
// starts from needs in the final one: a command that called Poetry.
func (c *conversion) placeInherited(s *analysis.Step, chunk string) (runtime, reason string) {
	entry := func(name string) bool { return name == "CMD" || name == "ENTRYPOINT" }
	if s.Name != "HEALTHCHECK" && !entry(s.Name) || !c.entryInForce(s) {
		return "", ""
	}
	changed := len(c.direct[s]) > 0
	for _, o := range c.steps[:c.shared] {
		// A new ENTRYPOINT would reset the CMD of the stage that it starts from.
		changed = changed || entry(s.Name) && entry(o.Name) && len(c.direct[o]) > 0 && c.entryInForce(o)
	}
	if !changed {
		return "", ""
	}
	runtime = c.repeated(s, c.edited(s, chunk, c.direct[s]))
	if runtime == "" {
		return "", "line " + itoa(c.line(s.Span.Start)) + " would be inherited by the final stage"
	}
	return runtime, ""
}

// chainNote says in the change annotation where things come from.
func (c *conversion) chainNote() []string {
	if c.final.Parent == nil {
		return nil
	}
	note := "The stages above stay as they are for other targets"
	if !c.builds() && !c.brought {
		note += ", and the environment is copied from the stage " + c.last.Stage.Name
	}
	return []string{note + "."}
}

// sameImage compares what else than environment, user and folder the final
// image is configured with, along both chains.
func (c *conversion) sameImage(final *analysis.Stage, doc *source.Document) string {
	settings := func(st *analysis.Stage, doc *source.Document) map[string]bool {
		out := map[string]bool{}
		for _, s := range chainSteps(st) {
			switch s.Name {
			case "EXPOSE", "VOLUME", "LABEL", "STOPSIGNAL", "MAINTAINER", "SHELL":
				out[s.Name+" "+strings.Join(strings.Fields(doc.Slice(s.Args)), " ")] = true
			}
		}
		return out
	}
	old, now := settings(c.final, c.Doc), settings(final, doc)
	for _, s := range c.steps {
		if key := s.Name + " " + strings.Join(strings.Fields(c.Doc.Slice(s.Args)), " "); old[key] && !now[key] {
			return "line " + itoa(c.line(s.Span.Start)) + " (" + s.Name + ") would get lost"
		}
	}
	return ""
}
