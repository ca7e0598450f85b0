package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"restage/analysis"
)

// textPrinter prints a line a finding, as compilers do; below it the line of
// the file with the place marked, and what restage can do.
type textPrinter struct {
	out *output
	// lines says that there is more than the one line.
	lines bool
}

// severityCodes are the colours of findings.
var severityCodes = map[analysis.Severity]string{analysis.Error: red, analysis.Warning: yellow, analysis.Info: cyan, analysis.Hint: dim}

func (p textPrinter) finding(f finding) {
	fmt.Fprintf(p.out, "%s:%d:%d: %s %s: %s\n", p.out.paint(bold, printable(f.File)), f.line, f.column,
		p.out.paint(severityCodes[f.severity], f.Severity), f.Rule, f.Message)
	if !p.lines {
		return
	}
	p.source(f)
	for _, a := range f.Actions {
		switch {
		case a.Disabled != "":
			fmt.Fprintf(p.out, "  refused: %s\n", a.Disabled)
		case a.asked:
			fmt.Fprintf(p.out, "  fix --all --only %s: %s\n", a.Rule, a.Title)
		case a.Level == "review":
			fmt.Fprintf(p.out, "  fix --all: %s\n", a.Title)
		default:
			fmt.Fprintf(p.out, "  fix: %s\n", a.Title)
		}
	}
}

// maxSource is how much of a line is shown, in columns of a terminal.
const maxSource = 160

// source prints the first line of a finding with carets below it. A line that
// is too long is cut around the place.
func (p textPrinter) source(f finding) {
	if strings.TrimSpace(f.text) == "" {
		return
	}
	start := clamp(f.text, f.column-1)
	end := len(f.text)
	if f.endLine == f.line {
		end = max(start, clamp(f.text, f.endColumn-1))
	}
	before, marked, after := shown(f.text[:start]), shown(f.text[start:end]), shown(f.text[end:])
	if columns(before) > maxSource/2 {
		before = "…" + tail(before, maxSource/3)
	}
	marked, cut := head(marked, maxSource-columns(before))
	after, _ = head(after, max(0, maxSource-columns(before)-columns(marked)))
	if cut {
		after = ""
	}
	number := strconv.Itoa(f.line)
	fmt.Fprintf(p.out, "%s %s%s%s\n", p.out.paint(dim, "  "+number+" |"), before, marked, after)
	carets := strings.Repeat("^", max(1, columns(marked)))
	fmt.Fprintf(p.out, "%s %s%s\n", p.out.paint(dim, "  "+strings.Repeat(" ", len(number))+" |"),
		strings.Repeat(" ", columns(before)), p.out.paint(severityCodes[f.severity], carets))
}

// clamp is the offset of the n-th code point of a line.
func clamp(line string, n int) int {
	at := 0
	for ; n > 0 && at < len(line); n-- {
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return at
}

// shown is a part of a line as it can be printed: tabs are blanks, so that the
// carets stand below the right place, and nothing can command the terminal.
func shown(part string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError:
			return '\ufffd'
		}
		return r
	}, part)
}

// columns is the width of a text on a terminal.
func columns(text string) (n int) {
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// head is the part of a text that fits into n columns; cut says that it is not all.
func head(text string, n int) (string, bool) {
	for at, r := range text {
		if n -= runeColumns(r); n < 0 {
			return text[:at] + "…", true
		}
	}
	return text, false
}

// tail is the end of a text that fits into n columns.
func tail(text string, n int) string {
	for columns(text) > n {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	return text
}

func (p textPrinter) actions() bool { return p.lines }

func (p textPrinter) close() error { return p.out.close() }
