package corpus_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/source"
	"restage/internal/corpus"
)

var update = flag.Bool("update", false, "rewrite testdata/corpus/facts.jsonl")

// golden holds a line a case, sorted: what restage found out about it. The
// lines of the Poetry cases were read against their Dockerfiles.
const golden = "../../testdata/corpus/facts.jsonl"

// TestCorpusFacts holds the facts of every real Dockerfile against those that
// were found right.
func TestCorpusFacts(t *testing.T) {
	cases := corpus.Cases(t)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, c := range cases {
		doc := source.Parse(c.Dockerfile)
		report := analysis.NewFacts(doc, project.Find(c.FS, c.Path, doc)).Report(c.Path)
		if err := enc.Encode(briefOf(c.Name, report)); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := byCase(t, string(data))
	got := byCase(t, out.String())
	for name, fields := range got {
		if want[name] == nil {
			t.Errorf("%s: no facts are recorded; run with -update and read them", name)
			continue
		}
		for key := range fields {
			compare(t, name+": "+key, fields[key], want[name][key])
		}
		for key := range want[name] {
			if _, there := fields[key]; !there {
				t.Errorf("%s: %s is gone, was %s", name, key, want[name][key])
			}
		}
	}
	if len(want) > len(got) && !*update {
		t.Logf("%d cases are recorded that are not in this corpus", len(want)-len(got))
	}
}

// TestRerunsOfInstalls holds the two things that are said of an edit of the
// code against each other: an install with code in front of it runs again.
func TestRerunsOfInstalls(t *testing.T) {
	for _, c := range corpus.Cases(t) {
		doc := source.Parse(c.Dockerfile)
		f := analysis.NewFacts(doc, project.Find(c.FS, c.Path, doc))
		for _, in := range f.Installs {
			if len(f.CodeBefore(in.Step)) > 0 && !f.Rerun(in.Step).Code {
				t.Errorf("%s: line %d installs behind the code, and no edit of it runs it again", c.Name, f.LineOf(in.Cmd.Span.Start))
			}
		}
	}
}

// byCase takes the lines apart into the fields of each case.
func byCase(t *testing.T, text string) map[string]map[string]json.RawMessage {
	t.Helper()
	all := map[string]map[string]json.RawMessage{}
	for line := range strings.Lines(text) {
		fields := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%s: %v", golden, err)
		}
		var name string
		if err := json.Unmarshal(fields["case"], &name); err != nil {
			t.Fatalf("%s: %v", golden, err)
		}
		all[name] = fields
	}
	return all
}

// compare says which of a field's facts differ: of lists of stages, which one.
func compare(t *testing.T, where string, got, want json.RawMessage) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	var g, w []json.RawMessage
	if json.Unmarshal(got, &g) != nil || json.Unmarshal(want, &w) != nil || len(g) != len(w) {
		t.Errorf("%s\n got %s\nwant %s", where, got, want)
		return
	}
	for i := range g {
		if !bytes.Equal(g[i], w[i]) {
			t.Errorf("%s %d\n got %s\nwant %s", where, i, g[i], w[i])
		}
	}
}
