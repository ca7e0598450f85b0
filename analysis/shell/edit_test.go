package shell

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"restage/analysis/source"
)

// checkProgram holds what must be true of every program: words are where they
// say they are, and a command's text read alone gives the same words.
func checkProgram(t rapid.TB, doc *source.Document, p *Program) {
	t.Helper()
	for _, c := range p.Commands {
		if c.Detached || p.JSON {
			continue
		}
		if c.Span.Start > c.Span.End || c.Span.End > len(doc.Text) {
			t.Fatalf("command %v outside of %q", c.Span, doc.Text)
		}
		text := doc.Slice(c.Span)
		for _, w := range c.Words {
			if !c.Span.Covers(w.Span) {
				t.Fatalf("word %q outside of %q", w.Raw, text)
			}
			if s := doc.Slice(w.Span); !strings.Contains(s, "\n") && s != w.Raw && !c.Place.Nested && !c.Place.Substitution {
				t.Fatalf("word %q has the span of %q", w.Raw, s)
			}
		}
		if c.Place.Nested || c.Place.Substitution || strings.Contains(text, "<<") || strings.Contains(p.Text(), "\n") {
			continue
		}
		// A colon before it, as "[ x ]" alone can be an exec form.
		alone := source.Parse("# escape=" + string(doc.Escape) + "\nRUN : && " + text)
		again, err := Parse(alone, alone.Instructions[0], Options{})
		if err != nil || len(again.Commands) < 2 {
			t.Fatalf("%q alone: %v", text, err)
		}
		if got, want := words(again)[1], words(&Program{Commands: []*Command{c}})[0]; got != want {
			t.Fatalf("%q alone is %q, was %q", text, got, want)
		}
	}
}

// checkEdits takes out each command that can be, and runs one more after each
// that allows it, and compares the commands of the result.
func checkEdits(t rapid.TB, doc *source.Document, in *source.Instruction, p *Program) {
	t.Helper()
	before := words(p)
	for i, c := range p.Commands {
		if span, ok := p.Removal(c); ok {
			text := doc.Text[:span.Start] + doc.Text[span.End:]
			// Commands inside the removed one go with it.
			var want []string
			for j, other := range p.Commands {
				if j != i && !c.Span.Covers(other.Span) {
					want = append(want, before[j])
				}
			}
			checkEdit(t, doc, in, "removal of "+before[i], text, want)
		}
		if at, ok := p.After(c); ok {
			text := doc.Text[:at] + " && more" + doc.Text[at:]
			want := append([]string(nil), before...)
			// More stands behind whatever is inside the command.
			j := i + 1
			for j < len(p.Commands) && c.Span.Covers(p.Commands[j].Span) {
				j++
			}
			checkEdit(t, doc, in, "more after "+before[i], text, slices.Insert(want, j, "more"))
		}
	}
}

func checkEdit(t rapid.TB, doc *source.Document, in *source.Instruction, what, text string, want []string) {
	t.Helper()
	after := source.Parse(text)
	if len(after.Instructions) != len(doc.Instructions) {
		t.Fatalf("%s: %d instructions became %d:\n%q\n%q", what, len(doc.Instructions), len(after.Instructions), doc.Text, text)
	}
	if got, want := len(after.Comments), len(doc.Comments); got != want {
		t.Fatalf("%s: %d comments became %d", what, want, got)
	}
	p, err := Parse(after, after.Instructions[in.Index], Options{})
	if err != nil {
		t.Fatalf("%s: %v\n%q\n%q", what, err, doc.Text, text)
	}
	if got := words(p); !slices.Equal(got, want) {
		t.Fatalf("%s: %q, want %q\n%q\n%q", what, got, want, doc.Text, text)
	}
}

func TestRemoval(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"first", "RUN x && b", "RUN b"},
		{"middle", "RUN a && x && b", "RUN a && b"},
		{"last", "RUN a && x", "RUN a"},
		{"only", "RUN x", ""},
		{"semicolon first", "RUN x; b", "RUN b"},
		{"semicolon middle", "RUN a; x; b", "RUN a; b"},
		{"semicolon last", "RUN a; x", "RUN a"},
		{"semicolon at the end", "RUN a; x;", "RUN a;"},
		{"mixed", "RUN set -e; x && b; c", "RUN set -e; b; c"},
		{"mixed last", "RUN a && x; c", "RUN a; c"},
		{"trailing operators", "RUN a && \\\n    x && \\\n    b\n", "RUN a && \\\n    b\n"},
		{"trailing operators last", "RUN a && \\\n    x\n", "RUN a\n"},
		{"leading operators", "RUN a \\\n && x \\\n && b\n", "RUN a \\\n && b\n"},
		{"leading operators first", "RUN x \\\n && b\n", "RUN b\n"},
		{"own line first", "RUN \\\n  x && \\\n  b\n", "RUN \\\n  b\n"},
		{"comment goes with its command", "RUN a && \\\n # about x\n x && \\\n # about b\n b\n", "RUN a && \\\n # about b\n b\n"},
		{"comment of the next stays", "RUN x && \\\n # about b\n b\n", "RUN \\\n # about b\n b\n"},
		{"comment of the next stays, own line", "RUN \\\n x && \\\n # about b\n b\n", "RUN \\\n # about b\n b\n"},
		{"windows lines", "RUN a && \\\r\n    x && \\\r\n    b\r\n", "RUN a && \\\r\n    b\r\n"},
		{"backtick", "# escape=`\nRUN a `\n && x `\n && b\n", "# escape=`\nRUN a `\n && b\n"},
		{"set", "RUN set -ex; \\\n  x; \\\n  b\n", "RUN set -ex; \\\n  b\n"},
		{"heredoc", "RUN <<EOF\na\n  x # why\nb\nEOF\n", "RUN <<EOF\na\nb\nEOF\n"},
		{"heredoc first", "RUN <<EOF\nx\nb\nEOF\n", "RUN <<EOF\nb\nEOF\n"},
		{"heredoc last", "RUN <<EOF\na\nx\nEOF\n", "RUN <<EOF\na\nEOF\n"},
		{"heredoc chomped", "RUN <<-EOF\n\ta\n\tx\n\tEOF\n", "RUN <<-EOF\n\ta\n\tEOF\n"},
		{"heredoc chain", "RUN <<EOF\na && \\\n  x\nb\nEOF\n", "RUN <<EOF\na\nb\nEOF\n"},
		{"heredoc, one line", "RUN <<EOF\na; x\nb\nEOF\n", "RUN <<EOF\na\nb\nEOF\n"},
		{"heredoc, one line first", "RUN <<EOF\na\nx; b\nEOF\n", "RUN <<EOF\na\nb\nEOF\n"},
		{"subshell", "RUN (a && x) && b", "RUN (a) && b"},
		{"block", "RUN { a; x; } && b", "RUN { a; } && b"},
		{"block only", "RUN { x; } && b", ""},
		{"before or", "RUN a && x || true", ""},
		{"behind or", "RUN a || x", ""},
		{"in an if", "RUN if a; then x; b; fi", ""},
		{"piped", "RUN x | b && c", ""},
		{"background", "RUN x & b", ""},
		{"beside or", "RUN (a || b) && x", "RUN (a || b)"},
		{"redirected", "RUN a && x >log 2>&1 && b", "RUN a && b"},
		{"assigned", "RUN a && A=1 x && b", "RUN a && b"},
		{"timed", "RUN a && time x && b", "RUN a && b"},
		{"behind a background command", "RUN a & x", "RUN a &"},
		{"an exec form would be left", `RUN x && [ "a" ]`, ""},
		{"nested", "RUN sh -c 'a && x'", ""},
		{"empty lines", "RUN a && \\\n\n    x && \\\n\n    b\n", "RUN a && \\\n\n    b\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, p := programOf(t, test.text)
			got := ""
			for _, c := range p.Commands {
				if c.Name() == "x" {
					if span, ok := p.Removal(c); ok {
						got = doc.Text[:span.Start] + doc.Text[span.End:]
					}
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			checkEdits(t, doc, doc.Instructions[len(doc.Instructions)-1], p)
		})
	}
}

func TestAfter(t *testing.T) {
	for text, want := range map[string]string{
		"RUN x":                           "RUN x+",
		"RUN x >a 2>&1 && b":              "RUN x >a 2>&1+ && b",
		"RUN x; b":                        "RUN x+; b",
		"RUN a && \\\n  x \\\n  && b":     "RUN a && \\\n  x+ \\\n  && b",
		"RUN x \\\n  y \\\n  # c\n  && b": "RUN x \\\n  y+ \\\n  # c\n  && b",
		"RUN x | b":                       "",
		"RUN x || b":                      "",
		"RUN a || x":                      "",
		"RUN a && x || b":                 "",
		"RUN x &":                         "",
		"RUN if x; then b; fi":            "",
		"RUN if a; then x; fi":            "RUN if a; then x+; fi",
		"RUN while x; do b; done":         "",
		"RUN ! x":                         "",
		"RUN $(x)":                        "",
		"RUN (x)":                         "RUN (x+)",
		"RUN <<EOF\nx\nb\nEOF\n":          "RUN <<EOF\nx+\nb\nEOF\n",
		"RUN x <<EOF\nb\nEOF\n":           "RUN x <<EOF+\nb\nEOF\n",
		"RUN time x":                      "RUN time x+",
		`CMD ["x"]`:                       "",
		"RUN sh -c x":                     "",
		"RUN x\\\n\n":                     "RUN x+\\\n\n",
	} {
		doc, p := programOf(t, text)
		got := ""
		for _, c := range p.Commands {
			if c.Name() == "x" {
				if at, ok := p.After(c); ok {
					got = doc.Text[:at] + "+" + doc.Text[at:]
				}
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestOptionsOf(t *testing.T) {
	for words, want := range map[string]Options{
		"":                          {},
		"-c":                        {},
		"-ec":                       {Errexit: true},
		"-euo pipefail -c":          {Errexit: true, Pipefail: true},
		"-o pipefail -o errexit -c": {Errexit: true, Pipefail: true},
		"-e +e -c":                  {},
		"-x -- -e":                  {},
	} {
		if got := OptionsOf(strings.Fields(words)); got != want {
			t.Errorf("%q: %+v", words, got)
		}
	}
}
