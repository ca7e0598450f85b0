package source

import (
	"sort"
	"strconv"
	"strings"
)

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Empty says whether the span has no bytes; it still has a place.
func (s Span) Empty() bool { return s.End <= s.Start }

// Text is the part of a text that the span covers.
func (s Span) Text(text string) string { return text[s.Start:s.End] }

// Contains says whether the offset is in the span or at its end, where a
// cursor would still touch it.
func (s Span) Contains(offset int) bool { return s.Start <= offset && offset <= s.End }

// Covers says whether the other span lies within this one.
func (s Span) Covers(other Span) bool { return s.Start <= other.Start && other.End <= s.End }

// Overlaps says whether the spans share a byte, or touch if one is empty.
func (s Span) Overlaps(other Span) bool {
	if s.Empty() || other.Empty() {
		return s.Start <= other.End && other.Start <= s.End
	}
	return s.Start < other.End && other.Start < s.End
}

// Slice is the part of the document's text that the span covers.
func (d *Document) Slice(s Span) string { return d.Text[s.Start:s.End] }

// InstructionAt gives the instruction whose lines the offset is in, its
// heredocs included; nil between instructions.
func (d *Document) InstructionAt(offset int) *Instruction {
	i := sort.Search(len(d.Instructions), func(i int) bool { return d.LineSpan(d.Instructions[i]).Start > offset }) - 1
	if i < 0 || offset > d.Instructions[i].Span.End {
		return nil
	}
	return d.Instructions[i]
}

// LineSpan gives the whole lines of an instruction, from the start of its
// first line to behind the newline of its last.
func (d *Document) LineSpan(in *Instruction) Span {
	return Span{d.lineStart(in.Span.Start), d.nextLine(in.Span.End)}
}

// LeadingComments gives the lines of the comment block directly above an
// instruction, no blank line between and parser directives excluded; an empty
// span at the start of the instruction's line if there is none.
func (d *Document) LeadingComments(in *Instruction) Span {
	start := d.lineStart(in.Span.Start)
	block := Span{start, start}
	i := sort.Search(len(d.Comments), func(i int) bool { return d.Comments[i].Start >= start })
	for i--; i >= 0; i-- {
		comment := d.Comments[i]
		if d.nextLine(comment.End) != block.Start {
			break
		}
		block.Start = d.lineStart(comment.Start)
	}
	return block
}

// lineStart gives the start of the line that the offset is in, behind a byte
// order mark.
func (d *Document) lineStart(offset int) int {
	start := strings.LastIndexByte(d.Text[:offset], '\n') + 1
	if start == 0 && strings.HasPrefix(d.Text, "\uFEFF") {
		return min(offset, len("\uFEFF"))
	}
	return start
}

// nextLine gives the start of the line behind the one the offset is in.
func (d *Document) nextLine(offset int) int {
	if i := strings.IndexByte(d.Text[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(d.Text)
}

// LineIndent gives the blanks at the start of the line that the offset is in.
func (d *Document) LineIndent(offset int) string {
	start := d.lineStart(offset)
	end := start
	for end < len(d.Text) && (d.Text[end] == ' ' || d.Text[end] == '\t') {
		end++
	}
	return d.Text[start:end]
}

// IndentOf gives the blanks before an instruction's keyword.
func (d *Document) IndentOf(in *Instruction) string { return d.LineIndent(in.Span.Start) }

// Flag gives the last flag of that name, which is the one that counts where
// only one may be given.
func (in *Instruction) Flag(name string) (Flag, bool) {
	for i := len(in.Flags) - 1; i >= 0; i-- {
		if in.Flags[i].Name == name {
			return in.Flags[i], true
		}
	}
	return Flag{}, false
}

// FlagsNamed gives all flags of that name, in order.
func (in *Instruction) FlagsNamed(name string) []Flag {
	var found []Flag
	for _, f := range in.Flags {
		if f.Name == name {
			found = append(found, f)
		}
	}
	return found
}

// StageByName gives the stage that "COPY --from=ref" means at the end of the
// file: the last of that name in any case, else the one of that number; nil if
// there is none.
func (d *Document) StageByName(ref string) *Stage { return d.StageBefore(ref, len(d.Stages)) }

// StageBefore is StageByName among the stages before the given number, which
// are those that the stage of that number can refer to.
func (d *Document) StageBefore(ref string, index int) *Stage {
	index = min(index, len(d.Stages))
	for i := index - 1; i >= 0; i-- {
		if st := d.Stages[i]; st.Name != "" && strings.EqualFold(st.Name, ref) {
			return st
		}
	}
	if n, err := strconv.Atoi(ref); err == nil && 0 <= n && n < index {
		return d.Stages[n]
	}
	return nil
}

// BaseStage gives the earlier stage that a stage is built on; nil if its base
// is an image. FROM knows stages by name only, and the name must need no
// variable.
func (d *Document) BaseStage(st *Stage) *Stage {
	for i := st.Index - 1; i >= 0; i-- {
		if name := d.Stages[i].Name; name != "" && strings.EqualFold(name, st.Base.Value) {
			return d.Stages[i]
		}
	}
	return nil
}
