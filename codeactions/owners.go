package codeactions

import (
	"slices"

	"restage/analysis/source"
)

// pass is one round of a run: what its actions changed, on the text that the
// round began with.
type pass struct {
	edits []Edit
	by    []int // for each edit the action, as index in Outcome.Applied
}

// newPass notes a round. The edits of an action that is alone are the smallest
// that make its text: it may have rewritten the whole file.
func newPass(before, after string, applied []Action, first int) pass {
	var p pass
	if len(applied) == 1 {
		p.edits = minimal(before, after)
		p.by = slices.Repeat([]int{first}, len(p.edits))
		return p
	}
	for i, a := range applied {
		for _, e := range a.Edits {
			if !slices.Contains(p.edits, e) { // two actions may want the same
				p.edits, p.by = append(p.edits, e), append(p.by, first+i)
			}
		}
	}
	order := make([]int, len(p.edits))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return p.edits[a].Start - p.edits[b].Start })
	sorted := pass{}
	for _, i := range order {
		sorted.edits, sorted.by = append(sorted.edits, p.edits[i]), append(sorted.by, p.by[i])
	}
	return sorted
}

// back takes a span of the text after the round to the text before it, and
// gives the actions that changed something in it. What is empty, as the place
// of a deletion, is in a span that it touches.
func (p pass) back(s source.Span) (source.Span, []int) {
	var by []int
	before := source.Span{Start: -1}
	shift := 0
	for i, e := range p.edits {
		wrote := source.Span{Start: e.Start + shift, End: e.Start + shift + len(e.New)}
		if wrote.Overlaps(s) {
			by = append(by, p.by[i])
			if before.Start < 0 {
				before.Start = min(s.Start-shift, e.Start)
			}
			before.End = max(e.End, s.End-shift-len(e.New)+e.Len())
		} else if wrote.Start >= s.End {
			break
		}
		shift += len(e.New) - e.Len()
	}
	if before.Start < 0 {
		return source.Span{Start: s.Start - shift, End: s.End - shift}, nil
	}
	return before, by
}

// owners says for each edit of a whole run which actions it is the work of, as
// indexes in Outcome.Applied: what the edit wrote is followed back through the
// rounds.
func owners(edits []Edit, passes []pass) [][]int {
	list := make([][]int, len(edits))
	shift := 0
	for i, e := range edits {
		at := source.Span{Start: e.Start + shift, End: e.Start + shift + len(e.New)}
		shift += len(e.New) - e.Len()
		for _, p := range slices.Backward(passes) {
			var by []int
			at, by = p.back(at)
			list[i] = append(list[i], by...)
		}
		if len(list[i]) == 0 && len(passes) > 0 {
			list[i] = passes[0].nearest(at)
		}
		slices.Sort(list[i])
		list[i] = slices.Compact(list[i])
	}
	return list
}

// nearest is the action whose edit lies nearest to a span of the text before
// the round: where equal lines follow one another, the difference of two texts
// can name others of them than those that an action took out.
func (p pass) nearest(s source.Span) []int {
	best, distance := -1, 0
	for i, e := range p.edits {
		if d := max(e.Start-s.End, s.Start-e.End, 0); best < 0 || d < distance {
			best, distance = i, d
		}
	}
	if best < 0 {
		return nil
	}
	return []int{p.by[best]}
}
