package fixtest

import (
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/source"
	"restage/codeactions"
)

// properties joins the names of what was found wrong.
func properties(list []Flaw) string {
	var names []string
	for _, f := range list {
		names = append(names, f.Property)
	}
	return strings.Join(names, "; ")
}

// TestActionFlaws shows that each property of an action can fail.
func TestActionFlaws(t *testing.T) {
	rule := &analysis.Rule{Name: "some-rule"}
	finding := analysis.Finding{Rule: rule, Message: "Poetry is not pinned: the next release may break the build"}
	good := codeactions.Action{Rule: rule, Title: "Pin Poetry to 1.4.2", Edits: []codeactions.Edit{{New: "x"}}}
	refusal := codeactions.Action{Rule: rule, Title: "Pin Poetry to 1.4.2", Refusal: "docker/start.sh line 4 runs poetry in the final image"}
	for _, act := range []codeactions.Action{good, refusal} {
		fl := &flaws{}
		if fl.actionFlaws(act, finding); len(fl.list) > 0 {
			t.Errorf("a good action: %v", fl.list)
		}
	}
	for want, change := range map[string]func(a *codeactions.Action){
		"action names the finding's rule": func(a *codeactions.Action) { a.Rule = nil },
		"title is a verb phrase":          func(a *codeactions.Action) { a.Title = "Poetry pinned" },
		"either edits or a refusal":       func(a *codeactions.Action) { a.Edits = nil },
		"refusal names a reason":          func(a *codeactions.Action) { a.Edits, a.Refusal = nil, "this file is not supported by the tool" },
		"review actions have a note":      func(a *codeactions.Action) { a.Level = codeactions.Review },
	} {
		act, fl := good, &flaws{}
		change(&act)
		if fl.actionFlaws(act, finding); properties(fl.list) != want {
			t.Errorf("want %q, got %v", want, fl.list)
		}
	}
}

// TestEditFlaws shows that each property of edits can fail.
func TestEditFlaws(t *testing.T) {
	const text = "FROM é\r\nRUN x\r\n"
	edit := func(start, end int, s string) codeactions.Edit {
		return codeactions.Edit{Span: source.Span{Start: start, End: end}, New: s}
	}
	good := []codeactions.Edit{edit(0, 4, "from"), edit(4, 4, "  "), edit(9, 12, "COPY")}
	if fl := (&flaws{}); !fl.editFlaws(text, good) {
		t.Errorf("good edits: %v", fl.list)
	}
	for name, bad := range map[string][]codeactions.Edit{
		"out of bounds":       {edit(0, len(text)+1, "")},
		"turned round":        {edit(4, 2, "")},
		"inside a rune":       {edit(6, 7, "e")},
		"inside a line end":   {edit(8, 9, "")},
		"overlap":             {edit(0, 4, ""), edit(3, 5, "")},
		"unsorted":            {edit(9, 12, ""), edit(0, 4, "")},
		"two at one place":    {edit(4, 4, "a"), edit(4, 4, "b")},
		"changes nothing":     {edit(0, 4, "FROM")},
		"inserts broken text": {edit(0, 4, "\xff")},
	} {
		if fl := (&flaws{}); fl.editFlaws(text, bad) {
			t.Errorf("%s: no flaw found", name)
		}
	}
}

// TestByteFlaws shows that each property of the bytes can fail.
func TestByteFlaws(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          string
	}{
		"fine":          {"A\r\nB\r\n", "A\r\nC\r\nB\r\n", ""},
		"bare LF":       {"A\r\nB\r\n", "A\r\nC\nB\r\n", "line ends stay"},
		"CRLF":          {"A\nB\n", "A\r\nB\n", "line ends stay"},
		"mark lost":     {"\ufeffA\n", "B\n", "byte order mark stays"},
		"mark moved":    {"\ufeffA\n", "B\n\ufeffA\n", "byte order mark stays"},
		"newline added": {"A\nB", "A\nC\n", "final newline stays as it is"},
		"newline lost":  {"A\nB\n", "A\nC", "final newline stays as it is"},
		"blank lines":   {"A\n\nB\n", "A\n\n\nB\n", "no blank lines pile up"},
		"gap repeated":  {"A\n\n\nB\n", "A\n\n\nB\nFROM x\n\n\nB\n", ""},
		"trailing":      {"A\nB\n", "A \nB\n", "no blanks at line ends"},
	} {
		fl := &flaws{}
		fl.byteFlaws(c.before, c.after)
		if fl.tidyFlaws(c.before, c.after); properties(fl.list) != c.want {
			t.Errorf("%s: want %q, got %v", name, c.want, fl.list)
		}
	}
}

// TestClientOffset holds the tests' own reader of positions against known ones.
func TestClientOffset(t *testing.T) {
	const text = "a\r\né🐍x\n"
	for _, c := range []struct {
		p    source.Position
		enc  source.Encoding
		want int
	}{
		{source.Position{}, source.UTF16, 0},
		{source.Position{Line: 1}, source.UTF16, 3},
		{source.Position{Line: 1, Character: 1}, source.UTF16, 5},
		{source.Position{Line: 1, Character: 3}, source.UTF16, 9},
		{source.Position{Line: 1, Character: 6}, source.UTF8, 9},
		{source.Position{Line: 2}, source.UTF8, 11},
	} {
		if got := clientOffset(text, c.p, c.enc); got != c.want {
			t.Errorf("%v in encoding %d: want %d, got %d", c.p, c.enc, c.want, got)
		}
	}
}
