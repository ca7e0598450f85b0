package codeactions

import (
	"fmt"
	"slices"
	"strconv"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// removeStage takes out a stage that nothing uses, with those that nothing but
// it uses. Stages behind them that are named by their number get a lower one.
func removeStage(r *request) Action {
	u := r.finding.Subject.(analysis.UnusedStage)
	gone := append(slices.Clone(u.Only), u.Stage)
	var edits []Edit
	for _, st := range r.Stages[gone[0].Index+1:] {
		if n := strconv.Itoa(st.Index); r.NamesTarget(n) {
			return refuse("the stage number %s is built by its number, which would be another one", n)
		}
	}
	for _, st := range r.Stages {
		if slices.Contains(gone, st) {
			edits = append(edits, remove(r.wholeStage(st)))
			continue
		}
		for _, s := range st.Steps {
			for _, in := range []*source.Instruction{s.Instruction, s.Sub} {
				if in == nil {
					continue
				}
				more, reason := r.renumbered(in, gone)
				if reason != "" {
					return refuse("%s", reason)
				}
				edits = append(edits, more...)
			}
		}
	}
	if line := r.becomesDirective(gone); line > 0 {
		return refuse("the comment in line %d would become a parser directive at the top of the file", line)
	}
	note := "A plain build skips this stage, and the image stays as it is"
	if len(u.Only) > 0 {
		note = fmt.Sprintf("A plain build skips this stage and %d more that only it needs, and the image stays as it is", len(u.Only))
	}
	if u.Name != "" {
		note += fmt.Sprintf("; check that nobody builds it with --target %s from somewhere else", u.Name)
	}
	return Action{Level: Review, Edits: edits, Note: note + "."}
}

// becomesDirective is the line of a comment that reads as a directive (BuildKit:
// frontend/dockerfile/parser/directives.go), and that nothing but stages which go
// keeps from the top of the file; 0 if there is none.
func (r *request) becomesDirective(gone []*analysis.Stage) int {
	if r.Doc.Instructions[0] != r.Stages[0].From || !slices.Contains(gone, r.Stages[0]) {
		return 0
	}
	for _, st := range r.Stages {
		if slices.Contains(gone, st) {
			continue
		}
		comments := r.Doc.LeadingComments(st.From)
		if directive.MatchString(r.Doc.Slice(comments)) {
			return r.line(comments.Start)
		}
		return 0
	}
	return 0
}

// directive is a comment that BuildKit reads as a directive at the top.
var directive = lazyregexp.New(`(?mi)^#[ \t]*(escape|syntax|check)[ \t]*=`)

// wholeStage are the lines of a stage, the comments above it included. The last
// stage is none that could go.
func (r *request) wholeStage(st *analysis.Stage) source.Span {
	start := block(r.Doc, st.From).Start
	if r.Doc.Instructions[0] == st.From {
		start = r.Doc.LineSpan(st.From).Start // comments at the top speak of the whole file
	}
	return source.Span{Start: start, End: block(r.Doc, r.Stages[st.Index+1].From).Start}
}

// renumbered are the edits of one instruction whose flags name stages by number,
// once some stages are not there.
func (r *request) renumbered(in *source.Instruction, gone []*analysis.Stage) (edits []Edit, reason string) {
	for _, fl := range in.Flags {
		from, inMount := fl.Value, fl.Name == "mount"
		switch {
		case inMount:
			from = analysis.ParseMount(fl.Value)["from"]
		case fl.Name != "from":
			continue
		}
		n, err := strconv.Atoi(from)
		less := 0
		for _, st := range gone {
			if st.Index < n {
				less++
			}
		}
		switch {
		case err != nil || less == 0:
		case inMount || r.Doc.Slice(fl.ValueSpan) != from:
			return nil, fmt.Sprintf("line %d mounts the stage number %d, which would be another one", r.line(in.Span.Start), n)
		default:
			edits = append(edits, Edit{fl.ValueSpan, strconv.Itoa(n - less)})
		}
	}
	return edits, ""
}
