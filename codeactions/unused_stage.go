package codeactions

import (
	"fmt"
	"strconv"

	"restage/analysis"
	"restage/analysis/source"
)

// removeStage takes out a stage that nothing uses. Stages behind it that are
// named by their number get the next lower one.
func removeStage(r *request) Action {
	st := r.finding.Subject.(*analysis.Stage)
	next := r.Stages[st.Index+1] // the last stage is always used
	start := block(r.Doc, st.From).Start
	if r.Doc.Instructions[0] == st.From {
		start = r.Doc.LineSpan(st.From).Start // comments at the top speak of the whole file
	}
	edits := []Edit{remove(source.Span{Start: start, End: block(r.Doc, next.From).Start})}
	for _, o := range r.Stages[st.Index+1:] {
		for _, s := range o.Steps {
			for _, in := range []*source.Instruction{s.Instruction, s.Sub} {
				if in == nil {
					continue
				}
				more, reason := r.renumbered(in, st.Index)
				if reason != "" {
					return refuse("%s", reason)
				}
				edits = append(edits, more...)
			}
		}
	}
	note := "A plain build skips this stage, and the image stays as it is"
	if st.Name != "" {
		note += fmt.Sprintf("; check that nobody builds it with --target %s from somewhere else", st.Name)
	}
	return Action{Level: Review, Edits: edits, Note: note + "."}
}

// renumbered are the edits of one instruction whose flags name stages by number,
// once the stage with the number gone is not there.
func (r *request) renumbered(in *source.Instruction, gone int) (edits []Edit, reason string) {
	for _, fl := range in.Flags {
		from, inMount := fl.Value, fl.Name == "mount"
		switch {
		case inMount:
			from = analysis.ParseMount(fl.Value)["from"]
		case fl.Name != "from":
			continue
		}
		n, err := strconv.Atoi(from)
		switch {
		case err != nil || n <= gone:
		case inMount || r.Doc.Slice(fl.ValueSpan) != from:
			return nil, fmt.Sprintf("line %d mounts the stage number %d, which would be another one", r.line(in.Span.Start), n)
		default:
			edits = append(edits, Edit{fl.ValueSpan, strconv.Itoa(n - 1)})
		}
	}
	return edits, ""
}
