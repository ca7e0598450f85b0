package codeactions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"restage/analysis"
	"restage/analysis/shell"
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

// tidy sorts edits, insertions before replacements at the same place, and joins
// those that touch.
func tidy(edits []Edit) []Edit {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
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
// Equal lines at both ends are no matter for the search.
func minimal(before, after string) []Edit {
	head := commonHead(before, after)
	tail := commonTail(before[head:], after[head:])
	var out []Edit
	for _, e := range udiff.Lines(before[head:len(before)-tail], after[head:len(after)-tail]) {
		out = append(out, Edit{source.Span{Start: head + e.Start, End: head + e.End}, e.New})
	}
	return out
}

// commonHead is the length of the whole lines with which both texts begin,
// commonTail of those with which both end.
func commonHead(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return strings.LastIndexByte(a[:i], '\n') + 1
}

func commonTail(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[len(a)-1-i] == b[len(b)-1-i] {
		i++
	}
	// Lines are whole that begin behind a newline, or where both texts do.
	for ; i > 0; i-- {
		if wholeTail(a, i) && wholeTail(b, i) {
			break
		}
	}
	return i
}

func wholeTail(text string, n int) bool {
	return n == len(text) || text[len(text)-n-1] == '\n'
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

// removeBlock takes an instruction out with its comments, and one of the two
// gaps around it if it stands between blank lines.
func removeBlock(doc *source.Document, in *source.Instruction) Edit {
	return remove(withGap(doc, block(doc, in)))
}

// removeBlocks does the same for several instructions in order; those that
// follow each other directly go as one.
func removeBlocks(doc *source.Document, list []*source.Instruction) []Edit {
	var out []Edit
	for i := 0; i < len(list); i++ {
		s := block(doc, list[i])
		for i+1 < len(list) && block(doc, list[i+1]).Start == s.End {
			i++
			s.End = block(doc, list[i]).End
		}
		out = append(out, remove(withGap(doc, s)))
	}
	return out
}

// withGap adds the blank line below whole lines that have a blank line, or
// nothing, above them.
func withGap(doc *source.Document, s source.Span) source.Span {
	if s.End == len(doc.Text) && !strings.HasSuffix(doc.Text, "\n") {
		// The last line of a file without final newline: the line above gets its place.
		s.Start = len(strings.TrimRight(doc.Text[:s.Start], "\r\n"))
		return s
	}
	if s.Start > 0 && (s.Start < 2 || strings.TrimRight(lineBefore(doc.Text, s.Start), " \t\r") != "") {
		return s
	}
	i := s.End
	for i < len(doc.Text) && (doc.Text[i] == ' ' || doc.Text[i] == '\t' || doc.Text[i] == '\r') {
		i++
	}
	if i < len(doc.Text) && doc.Text[i] == '\n' {
		s.End = i + 1
	}
	return s
}

// lineBefore is the text of the line that ends right before an offset.
func lineBefore(text string, at int) string {
	end := at - 1
	return text[strings.LastIndexByte(text[:end], '\n')+1 : end]
}

// blankAbove says whether a blank line stands above an instruction's block.
func blankAbove(doc *source.Document, in *source.Instruction) bool {
	s := block(doc, in)
	return s.Start >= 2 && strings.TrimRight(lineBefore(doc.Text, s.Start), " \t\r") == ""
}

// withoutCommands takes commands, given by their places in the program, out of
// a text that ends with a RUN, whose shell has some options. It is done one by one from the last to the
// first, each on a fresh reading; a pipeline goes when all its commands do.
// False when one cannot be taken out, or hides a failure.
func withoutCommands(doc *source.Document, text string, opt shell.Options, drop []int) (string, bool) {
	prefix := "FROM scratch" + doc.Newline
	if doc.Escape != '\\' {
		prefix = "# escape=" + string(doc.Escape) + doc.Newline + prefix
	}
	for first := true; len(drop) > 0; first = false {
		d := source.Parse(prefix + text)
		prog, err := shell.Parse(d, d.Instructions[len(d.Instructions)-1], opt)
		last := drop[len(drop)-1]
		if err != nil || last >= len(prog.Commands) || first && hidesFailure(prog, drop) {
			return "", false
		}
		span, ok := prog.Removal(prog.Commands[last])
		drop = drop[:len(drop)-1]
		if !ok {
			if drop, ok = withoutStatement(prog, prog.Commands[last], drop); ok {
				span, ok = prog.StatementRemoval(prog.Commands[last])
			}
		}
		if !ok {
			return "", false
		}
		text = (d.Text[:span.Start] + d.Text[span.End:])[len(prefix):]
	}
	return text, true
}

// hidesFailure says whether commands, given by their places, hide a failure of
// those before them.
func hidesFailure(prog *shell.Program, places []int) bool {
	var cmds []*shell.Command
	for _, i := range places {
		cmds = append(cmds, prog.Commands[i])
	}
	return prog.HidesFailure(cmds...)
}

// withoutStatement takes the other commands of a command's statement off the
// end of the list of those to drop; false if one of them is not on it.
func withoutStatement(prog *shell.Program, cmd *shell.Command, drop []int) ([]int, bool) {
	others := prog.Statement(cmd)
	for _, o := range slices.Backward(others) {
		if o == cmd {
			continue
		}
		if len(drop) == 0 || prog.Commands[drop[len(drop)-1]] != o {
			return drop, false
		}
		drop = drop[:len(drop)-1]
	}
	return drop, len(others) > 1
}

// spelled says whether an option stands in the file as it is, not in a variable.
func (r *request) spelled(o analysis.Option) bool {
	text := r.Doc.Slice(o.Span)
	return len(text) >= len(o.Name) && text[:len(o.Name)] == o.Name
}

// wordGap is what separates the word at an offset of a text from one more word
// behind it: a blank, or a continuation with the same indentation where the
// word begins its line.
func wordGap(doc *source.Document, text string, at int) string {
	indent := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	if strings.TrimSpace(indent) != "" {
		return " "
	}
	return " " + string(doc.Escape) + doc.Newline + indent
}
