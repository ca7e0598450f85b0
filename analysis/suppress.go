package analysis

import (
	"strings"

	"restage/analysis/source"
)

// allowMark starts a comment that allows what a rule forbids:
// "# restage: allow RULE[, RULE]" above an instruction allows it there; above
// the first instruction of the file, in the whole file.
const allowMark = "restage: allow"

// unsuppressed drops the findings that a comment allows.
func unsuppressed(doc *source.Document, findings []Finding) []Finding {
	allowed := allowances(doc)
	if len(allowed) == 0 {
		return findings
	}
	var out []Finding
	for _, f := range findings {
		ok := true
		for _, a := range allowed {
			if a.rules[f.Rule.Name] && (a.scope.Start <= f.Span.Start && f.Span.Start < a.scope.End) {
				ok = false
			}
		}
		if ok {
			out = append(out, f)
		}
	}
	return out
}

type allowance struct {
	rules map[string]bool
	scope source.Span
}

func allowances(doc *source.Document) []allowance {
	var out []allowance
	for _, c := range doc.Comments {
		text := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(doc.Slice(c)), "#"))
		rest, ok := strings.CutPrefix(text, allowMark)
		if !ok {
			continue
		}
		next := instructionAfter(doc, c.End)
		if next == nil {
			continue // nothing below that it could be about
		}
		a := allowance{rules: map[string]bool{}, scope: source.Span{Start: 0, End: len(doc.Text)}}
		for _, r := range strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == ':' }) {
			a.rules[r] = true
		}
		if next.Index > 0 {
			a.scope = next.Span
		}
		out = append(out, a)
	}
	return out
}

// instructionAfter is the first instruction that starts behind an offset.
func instructionAfter(doc *source.Document, offset int) *source.Instruction {
	for _, in := range doc.Instructions {
		if in.Span.Start >= offset {
			return in
		}
	}
	return nil
}
