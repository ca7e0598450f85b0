package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"restage/analysis"
	"restage/analysis/source"
)

// finding is one finding as it is printed: the JSON of the contract, and the
// 1-based lines and code point columns that people and CI systems count in.
type finding struct {
	File     string   `json:"file"`
	Rule     string   `json:"rule"`
	Severity string   `json:"severity"`
	Message  string   `json:"message"`
	Range    lspRange `json:"range"`
	Actions  []action `json:"actions"`

	line, column, endLine, endColumn int
	severity                         analysis.Severity
	shared                           bool   // of a file that other Dockerfiles read too
	text                             string // the line that it starts in, without line end
	edits                            []placedEdit
}

// lspRange is a range of the Language Server Protocol, in UTF-16.
type lspRange struct {
	Start lspPosition `json:"start"`
	End   lspPosition `json:"end"`
}

type lspPosition struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// action is what can be done about a finding; Disabled says why it cannot.
type action struct {
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Kind     string `json:"kind"`
	Level    string `json:"level"`
	Disabled string `json:"disabled"`

	asked bool // made only when its rule is named
}

func newFinding(file, text string, m *source.Mapper, f analysis.Finding, levels analysis.Levels) finding {
	start, end := m.Position(f.Span.Start, source.UTF16), m.Position(f.Span.End, source.UTF16)
	out := finding{
		File: file, Rule: f.Rule.Name, Severity: levels.Of(f).String(), Message: oneLine(f.Message),
		Range:    lspRange{lspPosition(start), lspPosition(end)},
		Actions:  []action{},
		severity: levels.Of(f),
	}
	out.line, out.column = person(text, m, start, f.Span.Start)
	out.endLine, out.endColumn = person(text, m, end, f.Span.End)
	out.text = lineOf(text, f.Span.Start)
	return out
}

// person turns a position into the line and column a person counts: from 1, in code points.
func person(text string, m *source.Mapper, p source.Position, offset int) (line, column int) {
	start := m.Offset(source.Position{Line: p.Line}, source.UTF16)
	offset = max(start, min(offset, len(text)))
	return p.Line + 1, utf8.RuneCountInString(text[start:offset]) + 1
}

// lineOf is the line that an offset lies in, without its end.
func lineOf(text string, at int) string {
	at = max(0, min(at, len(text)))
	line, _, _ := strings.Cut(text[strings.LastIndexByte(text[:at], '\n')+1:], "\n")
	return strings.TrimPrefix(strings.TrimSuffix(line, "\r"), "\ufeff")
}

// printer prints findings as they come; close ends the result.
type printer interface {
	finding(finding)
	close() error
	// actions says whether what can be done about findings is printed; planning
	// it is a third of the work.
	actions() bool
}

const formatNames = "text, concise, json, sarif, github, gitlab or checkstyle"

func newPrinter(format string, out *output) (printer, error) {
	switch format {
	case "text":
		return textPrinter{out: out, lines: true}, nil
	case "concise":
		return textPrinter{out: out}, nil
	case "json":
		return &jsonPrinter{out: out}, nil
	case "sarif":
		return newSarif(out), nil
	case "github":
		return githubPrinter{out}, nil
	case "gitlab":
		return &gitlabPrinter{list: jsonPrinter{out: out}, seen: map[string]int{}}, nil
	case "checkstyle":
		return newCheckstyle(out), nil
	}
	return nil, fmt.Errorf("unknown format %q: use %s", format, formatNames)
}

// output is buffered standard output that remembers its first error.
type output struct {
	*bufio.Writer
	colour bool
}

func newOutput(f *os.File) *output { return &output{newWriter(f), coloured(f)} }

func newWriter(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, 1<<16) }

func (o *output) close() error {
	if err := o.Flush(); err != nil {
		return cannot("write", "standard output", err)
	}
	return nil
}

// coloured says whether a person reads f and has not asked for plain text.
func coloured(f *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// The SGR codes in use: colours every terminal has.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// paint colours text where the output is coloured.
func (o *output) paint(code, text string) string {
	if !o.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// diff prints a unified diff.
func (o *output) diff(text string) {
	if !o.colour {
		o.WriteString(text)
		return
	}
	for line := range strings.Lines(text) {
		body, end := strings.CutSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
			body = o.paint(bold, body)
		case strings.HasPrefix(line, "@@"):
			body = o.paint(cyan, body)
		case strings.HasPrefix(line, "+"):
			body = o.paint(green, body)
		case strings.HasPrefix(line, "-"):
			body = o.paint(red, body)
		}
		o.WriteString(body)
		if end {
			o.WriteByte('\n')
		}
	}
}

// jsonPrinter prints one array, a line an element, without holding it in memory.
type jsonPrinter struct {
	out *output
	any bool
	err error
}

func (p *jsonPrinter) finding(f finding) { p.element(f) }

// element prints one element of the array.
func (p *jsonPrinter) element(value any) {
	if p.any {
		p.out.WriteString(",\n")
	} else {
		p.out.WriteString("[\n")
	}
	p.any = true
	var line strings.Builder
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // "&&" is to be read
	if err := enc.Encode(value); err != nil {
		p.err = err
		return
	}
	p.out.WriteString(strings.TrimSuffix(line.String(), "\n"))
}

func (p *jsonPrinter) actions() bool { return true }

func (p *jsonPrinter) close() error {
	if p.any {
		p.out.WriteString("\n]\n")
	} else {
		p.out.WriteString("[]\n")
	}
	if p.err != nil {
		return p.err
	}
	return p.out.close()
}
