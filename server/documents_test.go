package server

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"restage/analysis/source"
)

func edit(l1, c1, l2, c2 int, text string) map[string]any {
	return map[string]any{"range": map[string]any{
		"start": map[string]any{"line": l1, "character": c1},
		"end":   map[string]any{"line": l2, "character": c2},
	}, "text": text}
}

// findings counts what a document's newest version has.
func (e *editor) findings(uri string) []diag {
	e.t.Helper()
	var report struct {
		Kind     string
		ResultID string
		Items    []diag
	}
	e.result("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": uri}}, &report)
	if report.Items == nil {
		e.t.Fatal("items are null")
	}
	return report.Items
}

func TestSync(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, "FROM bad\n")
	if p := e.diagnostics(docURI, 1); len(p.Diagnostics) != 1 {
		t.Errorf("open: %+v", p)
	}
	// Several changes in one notification build on each other.
	e.didChange(docURI, 2, edit(0, 5, 0, 8, "x\nRUN b"), edit(1, 5, 1, 5, "ad"), edit(1, 7, 1, 7, " bad"))
	if p := e.diagnostics(docURI, 2); len(p.Diagnostics) != 2 || p.Diagnostics[1].Range.Start.Character != 8 {
		t.Errorf("changes: %+v", p)
	}
	e.didChange(docURI, 3, map[string]any{"text": ""})
	if p := e.diagnostics(docURI, 3); p.Diagnostics == nil {
		t.Errorf("empty: %+v", p)
	}
	// Ranges from nowhere: past the end, swapped, negative, enormous.
	e.didChange(docURI, 4, edit(900, 900, 901, 0, "FROM x\nRUN bad"))
	e.didChange(docURI, 5, edit(1, 7, 1, 4, "bad bad"))
	if p := e.diagnostics(docURI, 5); len(p.Diagnostics) != 2 {
		t.Errorf("clamped and swapped: %+v", p)
	}
	e.didChange(docURI, 6, edit(-3, -4, 1<<40, 1<<50, "FROM bad"))
	if p := e.diagnostics(docURI, 6); len(p.Diagnostics) != 1 {
		t.Errorf("everything: %+v", p)
	}
	// A document that is not open is not invented.
	e.didChange("untitled:other", 2, map[string]any{"text": "FROM bad\n"})
	e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": "untitled:other"}})
	e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": "untitled:other"}})
	if got := e.findings("untitled:other"); len(got) != 0 {
		t.Errorf("unknown document: %v", got)
	}
	e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": docURI}})
	if p := e.diagnostics(docURI, -1); p.Version != nil || len(p.Diagnostics) != 0 {
		t.Errorf("close: %+v", p)
	}
	e.stop()
}

func TestWhatIsADockerfile(t *testing.T) {
	for _, c := range []struct {
		language, path string
		want           bool
	}{
		{"dockerfile", "/x/anything", true},
		{"docker", "/x/anything", true},
		{"plaintext", "/x/Dockerfile", true},
		{"", "/x/Dockerfile.dev", true},
		{"", "/x/web.Dockerfile", true},
		{"", "/x/web.dockerfile", true},
		{"", "/x/Containerfile", true},
		{"", "/x/Dockerfile.dockerignore", false},
		{"markdown", "/x/Dockerfile.md", false},
		{"toml", "/x/pyproject.toml", false},
		{"", "/x/NotDockerfile", false},
		{"dockercompose", "/x/compose.yaml", false},
	} {
		if got := isDockerfile(c.language, c.path); got != c.want {
			t.Errorf("%q %q: %v", c.language, c.path, got)
		}
	}
}

func TestURIs(t *testing.T) {
	for _, c := range []struct{ uri, path string }{
		{"file:///a/b%20c/D%C3%B6ckerfile", "/a/b c/Döckerfile"},
		{"file:///a/b c/Döckerfile", "/a/b c/Döckerfile"},
		{"file:///a/%23x/../Dockerfile", "/a/Dockerfile"},
		{"untitled:Untitled-1", ""},
		{"vscode-remote://wsl/a/Dockerfile", ""},
		{"", ""},
		{"%", ""},
		{"/a/Dockerfile", ""},
	} {
		if _, path := parseURI(c.uri); path != c.path {
			t.Errorf("%q: %q", c.uri, path)
		}
	}
	for _, odd := range []string{"file:///c%3A/x/Dockerfile", "file:///C:/x/Dockerfile", "file://host/share/Dockerfile", "file:Dockerfile", "file://", "file:///%zz", "file:///a%00b"} {
		parseURI(odd)
		e := start(t)
		e.open(nil, odd, "FROM bad\n")
		if p := e.diagnostics(odd, 1); len(p.Diagnostics) != 1 {
			t.Errorf("%q: %+v", odd, p)
		}
		e.stop()
	}
	a, _ := parseURI("file:///c%3A/x/Dockerfile")
	b, _ := parseURI("file:///C:/x/Dockerfile")
	if a != b {
		t.Errorf("%q and %q are the same document", a, b)
	}
}

// A random walk of incremental edits arrives at the text that a client holds,
// whose positions are computed here by hand.
func TestIncrementalEqualsFull(t *testing.T) {
	atoms := []string{"FROM x", "\n", "\r\n", "\r", "😀", "é", "\t", "bad", "\\\n", "<<EOF\n", "", "\x00"}
	rapid.Check(t, func(t *rapid.T) {
		c := &client{encoding: rapid.SampledFrom([]source.Encoding{source.UTF16, source.UTF8}).Draw(t, "encoding")}
		want, got := "", ""
		for range rapid.IntRange(1, 30).Draw(t, "edits") {
			insert := strings.Join(rapid.SliceOfN(rapid.SampledFrom(atoms), 0, 6).Draw(t, "insert"), "")
			from := boundary(want, rapid.IntRange(0, len(want)).Draw(t, "from"))
			to := boundary(want, rapid.IntRange(from, len(want)).Draw(t, "to"))
			change := contentChange{Range: &looseRange{place(want, from, c.encoding), place(want, to, c.encoding)}, Text: insert}
			if rapid.Bool().Draw(t, "swapped") {
				change.Range.Start, change.Range.End = change.Range.End, change.Range.Start
			}
			want = want[:from] + insert + want[to:]
			got = apply(c, got, change)
			if got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})
}

// boundary moves an offset to a place that an editor can name: not inside a
// character, and not between \r and \n.
func boundary(text string, i int) int {
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	if i > 0 && i < len(text) && text[i-1] == '\r' && text[i] == '\n' {
		i--
	}
	return i
}

// place gives the position of an offset as a client counts it.
func place(text string, offset int, enc source.Encoding) loosePosition {
	before := strings.ReplaceAll(text[:offset], "\r\n", "\n")
	before = strings.ReplaceAll(before, "\r", "\n")
	line := before[strings.LastIndexByte(before, '\n')+1:]
	column := len(line)
	if enc == source.UTF16 {
		column = len(utf16.Encode([]rune(line)))
	}
	return loosePosition{loose(strings.Count(before, "\n")), loose(column)}
}
