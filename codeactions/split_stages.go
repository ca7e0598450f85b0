package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
)

// checkStages looks at the stages, other than the install's, that bring code
// in front of it: such a stage must be there for the install's stage and other
// stages that start from it, which then get the steps themselves.
func (p *split) checkStages() string {
	for _, c := range p.code() {
		st := c.Step.Stage
		if st == p.step.Stage {
			continue
		}
		copies := p.at(c.Step.Span.Start) + " copies the code in the stage " + stageName(st)
		if own := ownCommand(st); own != nil {
			return copies + ", which is an image of its own: " + p.at(own.Span.Start) + " gives its command"
		}
		for _, service := range p.Project.Services {
			if p.StageNamed(service.Target) == st {
				return copies + ", which " + service.Path + " builds"
			}
		}
		if len(st.Readers) > 0 {
			return copies + ", which " + p.at(st.Readers[0].Span.Start) + " reads"
		}
	}
	return ""
}

// checkHeirs: what works on the code is not repeated in every stage.
func (p *split) checkHeirs() string {
	heirs := p.heirs()
	if len(heirs) == 0 {
		return ""
	}
	for _, m := range p.moved {
		if m.Stage != p.step.Stage && (m.Name == "RUN" || m.Stage != p.step.Stage.Parent) {
			return p.at(m.Span.Start) + " works on the code in the stage " + stageName(m.Stage) + ", which several stages start from"
		}
	}
	return ""
}

// ownCommand is the CMD or ENTRYPOINT of a stage; nil if it has none.
func ownCommand(st *analysis.Stage) *analysis.Step {
	for _, s := range st.Steps {
		if s.Name == "CMD" || s.Name == "ENTRYPOINT" {
			return s
		}
	}
	return nil
}

// heirs are the other stages that start from one that moved steps are taken
// out of.
func (p *split) heirs() []*analysis.Stage {
	var out []*analysis.Stage
	for _, m := range p.moved {
		for _, c := range m.Stage.Children {
			if m.Stage != p.step.Stage && !p.step.Stage.Includes(c) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// heirEdits give the other stages what moves out of the one they start from,
// in front of the first of their instructions that may need it.
func (p *split) heirEdits() {
	for _, st := range p.heirs() {
		at, text := st.Steps[0], ""
		for _, s := range st.Steps[1:] {
			if !settings[s.Name] && !slices.ContainsFunc(p.moved, p.usesVariables) {
				at = s
				break
			}
		}
		for _, m := range p.moved {
			if m.Stage == st.Parent {
				text += p.relocated(m, at)
			}
		}
		if at == st.Steps[0] {
			p.edits = append(p.edits, after(p.Doc, at.Instruction, text))
		} else {
			if blankAbove(p.Doc, at.Instruction) {
				text += p.Doc.Newline
			}
			p.edits = append(p.edits, insert(block(p.Doc, at.Instruction).Start, text))
		}
	}
}

// usesVariables says whether the value of variables decides what a step does.
func (p *split) usesVariables(s *analysis.Step) bool {
	return strings.Contains(p.Doc.Slice(s.Span), "$")
}

// settings are instructions that copied files have nothing to do with.
var settings = set("WORKDIR ENV ARG LABEL USER SHELL EXPOSE STOPSIGNAL")

func stageName(st *analysis.Stage) string {
	if st.Name != "" {
		return st.Name
	}
	return "number " + itoa(st.Index)
}
