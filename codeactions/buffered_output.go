package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// unbuffer adds PYTHONUNBUFFERED to the last stage: to an ENV that is there,
// else in a line of its own above what starts the program.
func unbuffer(r *request) Action {
	st := r.finding.Subject.(*analysis.Stage)
	const pair = "PYTHONUNBUFFERED=1"
	a := Action{Level: Review, Note: "What the program prints is written at once; a program that prints very much gets slower by it."}
	var env, entry *source.Instruction
	for _, s := range st.Steps {
		switch s.Name {
		case "ENV":
			if plainEnv(r.Doc, s.Instruction) {
				env = s.Instruction
			}
		case "CMD", "ENTRYPOINT":
			if entry == nil {
				entry = s.Instruction
			}
		}
	}
	switch {
	case env != nil:
		last := env.Pairs[len(env.Pairs)-1].Span
		text := " " + pair
		if strings.Contains(r.Doc.Text[env.Keyword.End:last.Start], "\n") {
			text = " " + string(r.Doc.Escape) + r.Doc.Newline + r.Doc.LineIndent(last.Start) + pair
		}
		a.Edits = []Edit{insert(last.End, text)}
	case entry != nil:
		a.Edits = []Edit{before(r.Doc, entry, "ENV "+pair)}
	default:
		a.Edits = []Edit{after(r.Doc, st.From, "ENV "+pair)}
	}
	return a
}

// plainEnv says whether an ENV is written with equals signs, so that it can
// take one more pair.
func plainEnv(doc *source.Document, in *source.Instruction) bool {
	if len(in.Pairs) == 0 {
		return false
	}
	p := in.Pairs[0]
	return strings.HasPrefix(doc.Slice(p.Span), p.Key+"=")
}
