package codeactions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"restage/analysis/source"
)

// Apply gives the text with disjoint, sorted edits made.
func Apply(text string, edits []Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// tidy sorts edits and joins those that touch, in the order they were given.
func tidy(edits []Edit) []Edit {
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	var out []Edit
	for _, e := range edits {
		if n := len(out); n > 0 && e.Start <= out[n-1].End && e.Start >= out[n-1].Start {
			last := &out[n-1]
			last.New += e.New
			last.End = max(last.End, e.End)
			continue
		}
		out = append(out, e)
	}
	return out
}

// compose takes the edits of several actions on one text: the first taken
// wins, identical ones coalesce, one that touches a taken one waits for the
// next round. It gives the indexes of the actions taken.
func compose(actions []Action) (edits []Edit, taken []int) {
	for i, a := range actions {
		var fresh []Edit
		ok := true
		for _, e := range a.Edits {
			if slices.Contains(edits, e) {
				continue
			}
			if slices.ContainsFunc(edits, func(o Edit) bool { return e.Start <= o.End && o.Start <= e.End }) {
				ok = false
				break
			}
			fresh = append(fresh, e)
		}
		if ok {
			edits = append(edits, fresh...)
			taken = append(taken, i)
		}
	}
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	return edits, taken
}

// minimal is a small list of line-wise edits that turns one text into another.
func minimal(before, after string) []Edit {
	var out []Edit
	for _, e := range udiff.Lines(before, after) {
		out = append(out, Edit{source.Span{Start: e.Start, End: e.End}, e.New})
	}
	return out
}

// insert makes an insertion.
func insert(at int, text string) Edit { return Edit{source.Span{Start: at, End: at}, text} }

// remove makes a deletion.
func remove(s source.Span) Edit { return Edit{s, ""} }

// block is an instruction with the comment lines directly above it, whole
// lines with their newlines.
func block(doc *source.Document, in *source.Instruction) source.Span {
	s := doc.LineSpan(in)
	if c := doc.LeadingComments(in); !c.Empty() {
		s.Start = c.Start
	}
	return s
}

// blockText is the text of a block, always ended by a newline.
func blockText(doc *source.Document, in *source.Instruction) string {
	return ended(doc, doc.Slice(block(doc, in)))
}

// ended adds the document's newline to a text that has none at its end.
func ended(doc *source.Document, text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		return text + doc.Newline
	}
	return text
}

// before is an insertion of whole lines above an instruction and its comments.
// Lines are given without newlines.
func before(doc *source.Document, in *source.Instruction, lines ...string) Edit {
	return insert(block(doc, in).Start, strings.Join(lines, doc.Newline)+doc.Newline)
}

// after is an insertion of text made of whole lines below an instruction.
func after(doc *source.Document, in *source.Instruction, text string) Edit {
	end := doc.LineSpan(in).End
	if end > 0 && doc.Text[end-1] != '\n' { // the file has no final newline
		return insert(end, doc.Newline+strings.TrimSuffix(text, doc.Newline))
	}
	return insert(end, ended(doc, text))
}
