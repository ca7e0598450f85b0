package fixtest

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"restage/analysis"
)

// Update rewrites the expectations of examples instead of checking them.
var Update = flag.Bool("update", false, "rewrite the expectations in testdata")

// Example is one txtar file of testdata; testdata/rules/README.md describes it.
type Example struct {
	// File is the txtar file, Folder the name of the folder it lies in.
	File, Folder string
	Archive      *txtar.Archive
	// Path is the Dockerfile's path in the project ("dockerfile:").
	Path string
	// Only limits the findings listed to one rule ("only:"); All applies the
	// folder's rule to all findings instead of the first one ("all:").
	Only string
	All  bool
	// CRLF, BOM and NoNewline change the Dockerfile before it is used, since a
	// txtar file holds none of them ("crlf:", "bom:", "nonl:").
	CRLF, BOM, NoNewline bool
}

// expectations are the sections that are no files of the project.
var expectations = []string{"findings", "fixed", "written", "safe", "refused"}

// Examples reads all txtar files of a folder's subfolders, in order.
func Examples(t testing.TB, dir string) []*Example {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	var list []*Example
	for _, f := range files {
		ex, err := ReadExample(f)
		if err != nil {
			t.Error(err)
			continue
		}
		list = append(list, ex)
	}
	return list
}

// ReadExample reads one txtar file.
func ReadExample(file string) (*Example, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	ex := &Example{File: file, Folder: filepath.Base(filepath.Dir(file)), Archive: txtar.Parse(data), Path: "Dockerfile"}
	for line := range strings.SplitSeq(string(ex.Archive.Comment), "\n") {
		key, value, ok := strings.Cut(strings.TrimLeft(line, "# "), ": ")
		value = strings.TrimSpace(value)
		if !ok {
			continue
		}
		switch key {
		case "dockerfile":
			ex.Path = value
		case "only":
			ex.Only = value
		case "all":
			ex.All = value == "true"
		case "crlf":
			ex.CRLF = value == "true"
		case "bom":
			ex.BOM = value == "true"
		case "nonl":
			ex.NoNewline = value == "true"
		}
	}
	if ex.section(ex.Path) < 0 {
		return nil, fmt.Errorf("%s: no section %q", file, ex.Path)
	}
	return ex, nil
}

// Name is the example's name for a subtest.
func (ex *Example) Name() string {
	return ex.Folder + "/" + strings.TrimSuffix(filepath.Base(ex.File), ".txtar")
}

// section is the index of a section, -1 when there is none.
func (ex *Example) section(name string) int {
	for i, f := range ex.Archive.Files {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// Want is what a section expects, and whether it is there.
func (ex *Example) Want(name string) (string, bool) {
	if i := ex.section(name); i >= 0 {
		return string(ex.Archive.Files[i].Data), true
	}
	return "", false
}

// Input is the example's Dockerfile as it would lie on disk, with its project.
func (ex *Example) Input() Input {
	in := Input{Path: ex.Path, On: ex.Folder}
	files := fstest.MapFS{}
	for _, f := range ex.Archive.Files {
		if f.Name == ex.Path {
			in.Text = ex.Encode(string(f.Data))
			files[f.Name] = &fstest.MapFile{Data: []byte(in.Text), Mode: 0o644}
			continue
		}
		if !isExpectation(f.Name) {
			mode := fs.FileMode(0o644)
			if strings.HasSuffix(f.Name, ".sh") {
				mode = 0o755
			}
			files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: mode}
		}
	}
	if len(files) > 1 {
		in.FS = files
	}
	return in
}

func isExpectation(name string) bool {
	for _, e := range expectations {
		if e == name {
			return true
		}
	}
	return false
}

// Encode gives a txtar section the line ends and borders the options ask for.
func (ex *Example) Encode(s string) string {
	if ex.NoNewline {
		s = strings.TrimSuffix(s, "\n")
	}
	if ex.CRLF {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	if ex.BOM {
		s = "\ufeff" + s
	}
	return s
}

// Decode turns a text back into what a txtar section can hold.
func (ex *Example) Decode(s string) string {
	if ex.BOM {
		s = strings.TrimPrefix(s, "\ufeff")
	}
	if ex.CRLF {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}

// Expect compares a section with what was got; "" means that there must be no
// such section. With -update it writes the section instead.
func (ex *Example) Expect(t testing.TB, name, got string) {
	t.Helper()
	want, ok := ex.Want(name)
	if want == got && ok == (got != "") {
		return
	}
	if *Update {
		ex.put(name, got)
		if err := os.WriteFile(ex.File, txtar.Format(ex.Archive), 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	t.Errorf("%s: section %q is not what came out.\n--- want\n%s--- got\n%s", ex.File, name, want, got)
}

// put sets a section, keeps the order of expectations, and drops an empty one.
func (ex *Example) put(name, text string) {
	var files []txtar.File
	for _, f := range ex.Archive.Files {
		if !isExpectation(f.Name) {
			files = append(files, f)
		}
	}
	for _, e := range expectations {
		data, ok := ex.Want(e)
		if e == name {
			data, ok = text, text != ""
		}
		if ok {
			files = append(files, txtar.File{Name: e, Data: []byte(data)})
		}
	}
	ex.Archive.Files = files
}

// FormatFindings writes findings as an example lists them: one a line, lines
// and columns from 1, columns in code points.
func FormatFindings(text string, list []analysis.Finding) string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "%s-%s %s %s\n", place(text, f.Span.Start), place(text, f.Span.End), f.Rule.Name, f.Message)
	}
	return b.String()
}

// place writes an offset as line:column.
func place(text string, off int) string {
	off = max(0, min(off, len(text)))
	line := strings.Count(text[:off], "\n")
	start := strings.LastIndexByte(text[:off], '\n') + 1
	return fmt.Sprintf("%d:%d", line+1, utf8.RuneCountInString(text[start:off])+1)
}
