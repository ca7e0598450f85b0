package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"restage/analysis/source"
)

// list is statements that follow each other, those joined by "&&" one by one.
type list struct {
	program *Program
	members []member
	closed  bool // nothing may be taken out: it is in a branch, a script, …
	bare    bool // a member is no command: "RUN <<EOF && a" without a is a script
}

// member is one element of a list, in offsets of the joined text.
type member struct {
	start, end int
	op         int // the "&&" before it, or -1
	semi       int // behind the ';' or '&' that ends it, or -1
	background bool
	heredoc    bool // a here-document belongs to it
	errexit    bool // "set -e" is in force where it ends
	soft       bool // its whole statement may fail, and the program goes on
}

// full is the member's end with its ';'.
func (m member) full() int { return max(m.end, m.semi) }

// Only says whether the program consists of just this one command.
func (p *Program) Only(cmd *Command) bool {
	if p.JSON {
		return len(p.Commands) > 0 && cmd == p.Commands[0] && !cmd.Place.Nested
	}
	return p.root != nil && len(p.root.members) == 1 && cmd.list == p.root
}

// Statements are the spans of the program's own statements in order, those
// joined by "&&" one by one. An exec form has none.
func (p *Program) Statements() []source.Span {
	if p.root == nil {
		return nil
	}
	var out []source.Span
	for _, m := range p.root.members {
		out = append(out, p.joined.Span(m.start, m.end))
	}
	return out
}

// After gives the offset behind the command's whole statement where
// " && more" runs more right after the command succeeded and before what
// follows. It is false when there is no such place: in a pipeline, beside
// "||", in the background, in a condition or a substitution, behind "!" or
// exec, and inside the script of another command.
func (p *Program) After(cmd *Command) (int, bool) {
	if p.JSON || cmd.Detached || !cmd.follow {
		return 0, false
	}
	if p.openEnded() {
		return 0, false
	}
	at := p.joined.Span(0, cmd.end).End
	if at > p.base && p.byteAt(at-1) == '\r' {
		at-- // before a line end of two bytes, not in it
	}
	return at, true
}

// Removal gives the span to delete so that exactly this command and one
// connector vanish, with a comment that stands between the two. It is false
// if the command is the only one of its list, or no plain member of a list
// joined by "&&", ";" and new lines.
func (p *Program) Removal(cmd *Command) (source.Span, bool) {
	if cmd.Place.Conditional || cmd.Place.Tolerated {
		return source.Span{}, false
	}
	return p.removal(cmd.list, cmd.index)
}

// Statement are the commands that run in one statement with this one: those of
// its pipeline, in order, or the command alone.
func (p *Program) Statement(cmd *Command) []*Command {
	if cmd.outer == nil {
		return []*Command{cmd}
	}
	var out []*Command
	for _, c := range p.Commands {
		if c.outer == cmd.outer && c.place == cmd.place {
			out = append(out, c)
		}
	}
	return out
}

// StatementRemoval is Removal for the whole statement that a command is part
// of, a pipeline for instance.
func (p *Program) StatementRemoval(cmd *Command) (source.Span, bool) {
	if cmd.Place.Conditional {
		return source.Span{}, false
	}
	return p.removal(cmd.outer, cmd.place)
}

// removal is the span of one member of a list and one connector.
func (p *Program) removal(l *list, i int) (source.Span, bool) {
	if l == nil || l.closed || l.bare || len(l.members) < 2 {
		return source.Span{}, false
	}
	m := l.members[i]
	if p.openEnded() || p.escape != 0 && i == 0 && m.start == 0 && isNoStart(p.joined.Text[l.members[1].start:]) {
		return source.Span{}, false
	}
	if m.background || m.heredoc {
		return source.Span{}, false
	}
	next := i+1 < len(l.members)
	var span source.Span
	switch {
	case m.op >= 0:
		// A heredoc's body may stand between the two.
		if l.members[i-1].heredoc && strings.Contains(p.joined.Text[l.members[i-1].end:m.end], "\n") {
			return source.Span{}, false
		}
		span = p.from(l.members[i-1].end, m.end)
	case next && l.members[i+1].op >= 0:
		op := l.members[i+1].op
		span = p.upTo(m.start, op, op+len("&&"), l.members[i+1].start)
	default:
		var ok bool
		if span, ok = p.statement(l, i); !ok {
			return source.Span{}, false
		}
	}
	// "(a && (b))" without a would be the arithmetic of "((b))".
	if p.touches(span, '(') || p.continues(span) {
		return source.Span{}, false
	}
	return span, true
}

// continues says whether the text before the span would change its meaning at
// the end of a line: an escaped blank becomes a continuation for the builder,
// white space that is a letter to the shell (a form feed) is cut off, and a
// lone word may be the end of the here-document.
func (p *Program) continues(span source.Span) bool {
	before := p.file[:span.Start-p.base]
	rest, _, _ := strings.Cut(p.file[span.End-p.base:], "\n")
	if p.delimiter != "" {
		if strings.HasSuffix(before, "\n") {
			return false // whole lines go
		}
		line := before[strings.LastIndexByte(before, '\n')+1:] + rest
		return strings.TrimSpace(line) == p.delimiter
	}
	if p.escape == 0 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, " \t"))
	if last == rune(p.escape) || last == '\\' {
		return true
	}
	return last != '\n' && unicode.IsSpace(last) && strings.TrimSpace(rest) == ""
}

// isNoStart says whether a program that began like this would be something
// else to the builder: a flag, or maybe an exec form.
func isNoStart(text string) bool {
	return strings.HasPrefix(text, "--") || strings.HasPrefix(text, "[")
}

// openEnded says whether the program ends in a backslash, which would escape
// whatever came next.
func (p *Program) openEnded() bool { return strings.HasSuffix(p.joined.Text, "\\") }

// touches says whether the same byte stands right before and behind a span of
// the file.
func (p *Program) touches(span source.Span, c byte) bool {
	return span.Start > p.base && p.byteAt(span.Start-1) == c && p.byteAt(span.End) == c
}

// statement is Removal for a whole statement.
func (p *Program) statement(l *list, i int) (source.Span, bool) {
	m := l.members[i]
	text := p.joined.Text
	lineStart := strings.LastIndexByte(text[:m.start], '\n') + 1
	rest, _, more := strings.Cut(text[m.full():], "\n")
	rest = strings.TrimSpace(rest)
	alone := strings.TrimSpace(text[lineStart:m.start]) == "" && (rest == "" || rest[0] == '#')
	if alone && p.escape == 0 {
		return p.wholeLines(m.start, m.full(), more), true
	}
	sameLine := func(from, to int) bool { return !strings.Contains(text[from:to], "\n") }
	if i > 0 {
		prev := l.members[i-1]
		if prev.heredoc {
			return source.Span{}, false
		}
		if sameLine(prev.end, m.start) {
			if m.semi >= 0 || prev.background {
				return p.from(prev.full(), m.full()), true
			}
			return p.from(prev.end, m.end), true
		}
	}
	if i+1 < len(l.members) {
		next := l.members[i+1]
		if m.semi >= 0 && sameLine(m.end, next.start) {
			return p.upTo(m.start, m.semi-1, m.semi, next.start), true
		}
		if m.semi < 0 {
			return p.upTo(m.start, m.end, m.end, next.start), true
		}
	}
	if i == 0 {
		return source.Span{}, false
	}
	prev := l.members[i-1]
	if prev.semi < 0 && m.semi >= 0 {
		return p.from(prev.end, m.end), true
	}
	return p.from(prev.full(), m.full()), true
}

// from is the file's span behind the byte before start up to the byte before end.
func (p *Program) from(start, end int) source.Span {
	return source.Span{Start: p.joined.Span(0, start).End, End: p.joined.Span(0, end).End}
}

// upTo is the file's span from a member's start to the next one's. A comment
// between them is about the next one and stays.
func (p *Program) upTo(start, op, opEnd, next int) source.Span {
	span := source.Span{Start: p.joined.At(start), End: p.joined.At(next)}
	behind := p.joined.Span(0, max(opEnd, 1)).End
	if behind > span.End || !strings.Contains(p.slice(behind, span.End), "#") {
		return span
	}
	span.End = behind
	for span.End < p.base+len(p.file) && isBlank(p.byteAt(span.End)) {
		span.End++
	}
	if p.escape == 0 || p.byteAt(span.End) != p.escape {
		return span
	}
	// Only the continuation is left of the line: the line goes too, unless the
	// instruction's keyword stands on it.
	lineStart := strings.LastIndexByte(p.file[:span.Start-p.base], '\n') + 1 + p.base
	if strings.TrimSpace(p.slice(lineStart, span.Start)) != "" {
		return span
	}
	if i := strings.IndexByte(p.file[span.End-p.base:], '\n'); i >= 0 {
		return source.Span{Start: lineStart, End: span.End + i + 1}
	}
	return span
}

// wholeLines is the file's span of the lines of a statement that has them for
// itself, with the newline behind it or, at the end of the text, before it.
func (p *Program) wholeLines(start, end int, more bool) source.Span {
	span := source.Span{Start: p.joined.At(start), End: p.joined.Span(0, end).End}
	for span.Start > p.base && isBlank(p.byteAt(span.Start-1)) {
		span.Start--
	}
	if i := strings.IndexByte(p.file[span.End-p.base:], '\n'); i >= 0 && more {
		span.End += i + 1
		return span
	}
	span.End = p.base + len(p.file)
	if i := strings.LastIndexByte(p.file[:span.Start-p.base], '\n'); i >= 0 {
		span.Start = p.base + i
		if i > 0 && p.file[i-1] == '\r' {
			span.Start--
		}
	}
	return span
}

func (p *Program) slice(start, end int) string { return p.file[start-p.base : end-p.base] }

func (p *Program) byteAt(offset int) byte {
	if offset-p.base < len(p.file) {
		return p.file[offset-p.base]
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
