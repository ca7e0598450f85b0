package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// copyNear writes the name of the file that was meant.
func copyNear(r *request) Action {
	a := r.finding.Subject.(*analysis.AbsentSource)
	span := a.Source.Word.Span
	text, base := r.Doc.Slice(span), path.Base(a.Source.Path)
	switch {
	case a.Ignore != "" && a.Line >= 0:
		return refuse("line %d of %s keeps the file out: remove it there, or let the file in by a later line (!%s)", a.Line+1, a.Ignore, base)
	case a.Ignore != "":
		return refuse("%s keeps the file out: let it in there (!%s)", a.Ignore, base)
	case a.Near == "":
		return refuse("no file of the build context has a name like %s", base)
	case strings.Count(text, base) != 1:
		return refuse("line %d takes a part of the name from a variable", r.line(span.Start))
	}
	if other := strings.Index(r.Doc.Text[span.End:], base); other >= 0 {
		return refuse("line %d goes on with the name %s: change it in both lines to %s", r.line(span.End+other), base, path.Base(a.Near))
	}
	at := span.Start + strings.Index(text, base)
	return Action{Title: "Copy " + path.Base(a.Near), Level: Review, Edits: []Edit{{source.Span{Start: at, End: at + len(base)}, path.Base(a.Near)}},
		Note: a.Near + " is the only file of the folder with a name like " + base + ": check that it is meant."}
}
