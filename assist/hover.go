package assist

import (
	"strings"

	"restage/analysis"
	"restage/analysis/source"
	"restage/codeactions"
)

// Question is where a hover is asked for, and what is known of the findings.
type Question struct {
	*analysis.Result
	// Offset is the byte that the pointer is on.
	Offset int
	// Plans are the actions for the findings by their index; those of findings
	// at the offset and of the rule single-stage are looked at.
	Plans map[int]codeactions.Action
	// Page gives the address of a rule's page, "" for one that has none.
	Page func(*analysis.Rule) string
}

// Planned are the findings whose plans a hover at an offset needs.
func Planned(res *analysis.Result, offset int) []int {
	var out []int
	base := baseAt(res.Facts, offset) != nil
	for i, finding := range res.Findings {
		if covers(finding.Span, offset) || base && finding.Rule.Name == "single-stage" {
			out = append(out, i)
		}
	}
	return out
}

// HoverAt is what is shown at a place, findings first; nil where nothing is to
// be said.
func HoverAt(q *Question) *Hover {
	q.Offset = inOffset(q.Doc, q.Offset)
	h := &Hover{}
	var found []int
	for i, finding := range q.Findings {
		if covers(finding.Span, q.Offset) {
			found = append(found, i)
		}
	}
	for _, i := range found {
		h.add(q.finding(i, len(found) == 1))
	}
	for _, ask := range []func() *section{q.base, q.installer, q.named, q.mount} {
		if s := ask(); s != nil {
			h.add(s)
		}
	}
	if len(h.sections) == 0 {
		return nil
	}
	return h
}

func (h *Hover) add(s *section) {
	if len(h.sections) == 0 || s.span.Len() < h.Span.Len() {
		h.Span = s.span
	}
	h.sections = append(h.sections, *s)
}

// covers says whether the pointer on a byte is on a span.
func covers(span source.Span, offset int) bool {
	return span.Start <= offset && (offset < span.End || span.Empty() && offset == span.End)
}

// finding tells a finding's cause, its cost and its mending. The rule's own
// words on the cost are left out where several findings are at the place.
func (q *Question) finding(i int, alone bool) *section {
	finding := q.Findings[i]
	s := &section{span: finding.Span, title: finding.Rule.Title, link: q.Page(finding.Rule)}
	s.say(Sentence(finding.Message))
	if alone {
		cost, _, _ := strings.Cut(strings.TrimSpace(finding.Rule.Why), "\n\n")
		s.quote(cost)
	}
	plan, planned := q.Plans[i]
	switch {
	case !planned || !codeactions.Mends(finding.Rule):
	case plan.Refusal != "":
		s.say("Not mended here: " + plan.Refusal + ".")
	case !plan.DoesNothing():
		s.say(strings.TrimSpace("Fix (" + plan.Level.String() + "): " + plan.Title + ". " + plan.Note))
	}
	return s
}
