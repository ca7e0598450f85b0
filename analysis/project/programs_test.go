package project

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"restage/analysis/source"
)

func TestImports(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                     nil,
		"import":                               nil,
		"import os":                            {"os"},
		"import\tos.path as p\n":               {"os"},
		"import os, sys.x as y,re":             {"os", "sys", "re"},
		"import os # , sys":                    {"os"},
		"importos\nimported os":                nil,
		"from a.b import c, d\r\nimport e\r\n": {"a", "e"},
		"from . import a\nfrom .b import c":    nil,
		"from a import (\n    b,\n)\nimport_ = 1\nx = 1  # import y\n\timport z\n":          {"a"},
		"from importlib import import_module\nfrom important import import_\nimport ünï, k": {"importlib", "important", "ünï", "k"},
	} {
		if got := programTextOf(text).Imports; !slices.Equal(got, want) {
			t.Errorf("%q imports %q, want %q", text, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	for _, m := range marks {
		p := Program{"a.py", programTextOf("x\n" + m.text + "\n")}
		for _, other := range marks {
			if want := other == m; p.Mentions(other.text) != want {
				t.Errorf("what has %q is said to have %q: %v", m.text, other.text, !want)
			}
		}
	}
}

// TestProgramsChange changes a file beneath a Finder, which may not see it, and
// beneath those who look again, who must.
func TestProgramsChange(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.py")
	write := func(text string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	imports := func(p *Project) string {
		t.Helper()
		programs := p.Programs()
		if len(programs) != 1 || programs[0].Path != "a.py" || len(programs[0].Imports) != 1 {
			t.Fatalf("%+v", programs)
		}
		return programs[0].Imports[0]
	}
	known := NewKnown()
	find := func() *Project {
		return known.Finder(os.DirFS(dir)).Find("Dockerfile", source.Parse("FROM a\nCOPY . .\n"))
	}
	now := time.Now()
	write("import a", now)
	first := find()
	if got := imports(first); got != "a" {
		t.Fatal(got)
	}
	write("import b", now.Add(time.Second)) // as long as the other
	if got := imports(find()); got != "b" {
		t.Errorf("a new Finder sees %s", got)
	}
	if got := imports(first); got != "a" {
		t.Errorf("the first Finder sees %s, not what it saw before", got)
	}
	first.ForgetPrograms()
	if got := imports(first); got != "b" {
		t.Errorf("looked at again, the file imports %s", got)
	}
	write("import cc", now.Add(time.Second)) // longer, at the same time
	if got := imports(find()); got != "cc" {
		t.Errorf("a longer file is not read again: %s", got)
	}
	if !first.Used("a.py") || !first.Used("new.py") || first.Used("new.txt") {
		t.Error("Used does not say what may matter")
	}
}
