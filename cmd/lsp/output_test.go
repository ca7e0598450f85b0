package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// checkAll runs check in one format over the projects of testdata, which have a
// file for every kind of line end, and gives its standard output.
func checkAll(t *testing.T, format string, args ...string) []byte {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "restage") // testscript.Main goes by the name
	if err := os.Symlink(exe, link); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(testdata, "projects"))); err != nil {
		t.Fatal(err)
	}
	odd := "\ufeffFROM python:3.11\r\n# 🐟\r\nRUN pip install \\\r\n  poetry\r\nCOPY . .\r\nRUN echo \"𝒳\u0301<&>\" && poetry install\r\n"
	if err := os.WriteFile(filepath.Join(dir, "odd & <name>.Dockerfile"), []byte(odd), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(link, append([]string{"check", "--format", format}, args...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if e, ok := err.(*exec.ExitError); !ok || e.ExitCode() != exitFindings {
		t.Fatalf("%v: %s", err, e.Stderr)
	}
	return out
}

// TestSarif holds the log against the schema of SARIF 2.1.0, without properties
// that the standard does not have, and its fixes against what fix does.
func TestSarif(t *testing.T) {
	out := checkAll(t, "sarif")
	var log sarif.Report
	dec := json.NewDecoder(bytes.NewReader(out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&log); err != nil {
		t.Fatal(err)
	}
	filled, err := sarif.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	// The library writes empty ones of what is not there.
	filled.Runs[0].Tool.Driver.Language, filled.Runs[0].Language, filled.Runs[0].NewlineSequences = "en-US", "en-US", []string{"\n"}
	if err := filled.Validate(); err != nil {
		t.Error(err)
	}
	fixes, prints := 0, map[string]bool{}
	for _, r := range log.Runs[0].Results {
		fixes += len(r.Fixes)
		for _, p := range r.PartialFingerprints {
			if prints[p] {
				t.Errorf("fingerprint %s is there twice", p)
			}
			prints[p] = true
		}
	}
	if fixes == 0 || len(prints) != len(log.Runs[0].Results) {
		t.Errorf("%d results with %d fixes and %d fingerprints", len(log.Runs[0].Results), fixes, len(prints))
	}
}

// TestGitlab asks for the properties that GitLab wants, all unique.
func TestGitlab(t *testing.T) {
	var list []gitlabIssue
	dec := json.NewDecoder(bytes.NewReader(checkAll(t, "gitlab")))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		t.Fatal(err)
	}
	prints := map[string]bool{}
	for _, i := range list {
		if i.Description == "" || i.CheckName == "" || i.Location.Path == "" || i.Location.Lines.Begin < 1 || prints[i.Fingerprint] {
			t.Errorf("%+v", i)
		}
		if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
			t.Errorf("severity %q", i.Severity)
		}
		prints[i.Fingerprint] = true
	}
	if len(list) == 0 {
		t.Error("nothing found")
	}
}

// TestCheckstyle reads the XML back.
func TestCheckstyle(t *testing.T) {
	var log struct {
		Files []struct {
			Name   string `xml:"name,attr"`
			Errors []struct {
				Line     int    `xml:"line,attr"`
				Severity string `xml:"severity,attr"`
				Message  string `xml:"message,attr"`
				Source   string `xml:"source,attr"`
			} `xml:"error"`
		} `xml:"file"`
	}
	if err := xml.Unmarshal(checkAll(t, "checkstyle"), &log); err != nil {
		t.Fatal(err)
	}
	odd := false
	for _, f := range log.Files {
		odd = odd || f.Name == "odd & <name>.Dockerfile"
		for _, e := range f.Errors {
			if e.Line < 1 || e.Message == "" || !strings.HasPrefix(e.Source, "restage.") {
				t.Errorf("%s: %+v", f.Name, e)
			}
		}
	}
	if !odd {
		t.Errorf("files %+v", log.Files)
	}
}

// TestCarets asks that carets stand below what they mean.
func TestCarets(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		start, end int // columns from 1, in code points
		want       string
	}{
		"plain":     {"RUN poetry install", 5, 19, "  7 | RUN poetry install\n    |     ^^^^^^^^^^^^^^\n"},
		"tab":       {"RUN\tpoetry", 5, 11, "  7 | RUN poetry\n    |     ^^^^^^\n"},
		"wide":      {"RUN 漢字 poetry", 8, 14, "  7 | RUN 漢字 poetry\n    |          ^^^^^^\n"},
		"empty":     {"RUN x", 6, 6, "  7 | RUN x\n    |      ^\n"},
		"control":   {"RUN \x1b[31mx", 5, 6, "  7 | RUN \ufffd[31mx\n    |     ^\n"},
		"no UTF-8":  {"RUN \xffx", 6, 7, "  7 | RUN \ufffdx\n    |      ^\n"},
		"beyond":    {"RUN x", 40, 50, "  7 | RUN x\n    |      ^\n"},
		"blank":     {"   ", 1, 2, ""},
		"long line": {strings.Repeat("a", 200) + "poetry" + strings.Repeat("b", 200), 201, 207, ""},
	} {
		var b bytes.Buffer
		out := &output{Writer: newWriter(&b)}
		textPrinter{out: out}.source(finding{line: 7, endLine: 7, column: c.start, endColumn: c.end, text: c.text})
		out.Flush()
		got := b.String()
		if name == "long line" {
			lines := strings.Split(got, "\n")
			at := strings.Index(lines[0], "poetry")
			if at < 0 || utf8.RuneCountInString(lines[0]) > 200 || utf8.RuneCountInString(lines[0][:at]) != strings.IndexByte(lines[1], '^') || strings.Count(lines[1], "^") != 6 {
				t.Errorf("long line: got\n%s", got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: want\n%sgot\n%s", name, c.want, got)
		}
	}
}
