package codeactions_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"restage/analysis"
	"restage/codeactions"
	"restage/internal/fixtest"
)

// numbers are the counts that the corpus is measured by.
type numbers struct {
	files, poetry int
	// broken are Poetry files that BuildKit cannot read.
	broken int
	// unread are Poetry files without any install or other use of Poetry found.
	unread int
	// strangers are findings in files that they cannot be about: the ladder's in
	// files that never call Poetry and install none, the others' in files
	// without Python.
	strangers int
	// installs are Poetry files with an install that counts; of them, before and
	// after: where an edit of code installs the dependencies again, and where
	// every such install keeps its downloads in a cache mount.
	installs        int
	reinstalls      [2]int
	mounted         [2]int
	holds           [2]int // files whose final image has Poetry in it, those for development left out
	holdsForDev     int
	refused, silent int // of those that still hold it: with a reason given, without
	leftAlone       int // of those refused: an expert would leave them alone, too
}

// add takes one file in, before and after a whole run.
func (n *numbers) add(poetry bool, res *analysis.Result, after *analysis.Facts, out codeactions.Outcome) {
	n.files++
	f := res.Facts
	for _, found := range res.Findings {
		known := f.Python()
		if found.Rule.Family == analysis.Ladder {
			known = usesPoetry(f)
		}
		n.strangers += one(!known && found.Rule != analysis.Syntax && found.Rule != analysis.BrokenProject)
	}
	n.poetry += one(poetry)
	n.broken += one(poetry && len(f.Stages) == 0)
	if !poetry || len(f.Stages) == 0 {
		return
	}
	if !usesPoetry(f) {
		n.unread++
	}
	if len(counted(f)) > 0 {
		n.installs++
	}
	for i, f := range []*analysis.Facts{f, after} {
		installs := counted(f)
		reinstalls, mounted := false, len(installs) > 0
		for _, in := range installs {
			reinstalls = reinstalls || f.Rerun(in.Step).Code
			mounted = mounted && f.CacheMount(in) != nil
		}
		n.reinstalls[i] += one(reinstalls)
		n.mounted[i] += one(mounted)
	}
	if !holdsPoetry(f) {
		return
	}
	if f.ForDevelopment(f.Final()) {
		n.holdsForDev++
		return
	}
	n.holds[0]++
	if !holdsPoetry(after) {
		return
	}
	n.holds[1]++
	for _, r := range out.Refused {
		if r.Rule.Name == "single-stage" || r.Rule.Name == "installer-at-runtime" {
			n.refused++
			n.leftAlone += one(expertRefuses.MatchString(r.Reason))
			return
		}
	}
	n.silent++
}

// expertRefuses are the reasons for which an expert with these files alone would
// not convert either: nobody knows what the container runs, another file has to
// change first, or what a base image from elsewhere brings is not known.
var expertRefuses = regexp.MustCompile("says what the container runs|nothing but a shell|there in its place, then ask again|calls Poetry, in a script" +
	"|may bring Python packages of its own|does not show how Poetry gets into the image|environment whose path is not known|runs `poetry (add|export)`")

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// counted are the installs of dependencies that some image gets: the first for
// each environment, in stages that end in an image or feed the final one.
func counted(f *analysis.Facts) []*analysis.Install {
	var out []*analysis.Install
	for _, in := range f.Installs {
		st := in.Step.Stage
		if in.Deps && !f.PrecededByDeps(in) && (f.InFinalImage(st) || f.Feeds(st, f.Final())) {
			out = append(out, in)
		}
	}
	return out
}

// holdsPoetry says whether the final image has Poetry in it, as far as the
// file shows.
func holdsPoetry(f *analysis.Facts) bool {
	if f.Final() == nil {
		return false
	}
	holds := f.InstallerOf(f.Final().End()) != nil
	for _, st := range f.Final().Chain() {
		for _, c := range f.Calls(st) {
			holds = holds || c.Tool == "poetry"
			for _, w := range c.Args {
				if c.Tool == "pip" && c.Verb == "uninstall" && w.Value == "poetry" {
					holds = false
				}
			}
		}
	}
	return holds
}

// usesPoetry says whether anything of the file, or that it starts, is Poetry.
func usesPoetry(f *analysis.Facts) bool {
	for _, st := range f.Stages {
		for _, s := range f.Supplies(st) {
			if s.Tool == "poetry" {
				return true
			}
		}
		for _, x := range f.Indirect(st) {
			if x.Tool == "poetry" {
				return true
			}
		}
		for _, c := range f.Calls(st) {
			if c.Tool == "poetry" {
				return true
			}
		}
	}
	return len(f.Installers) > 0 || len(f.Uses()) > 0
}

// counts is the recorded table: what must not get worse.
const counts = "../testdata/corpus/counts.txt"

// tallied is one recorded count; less is better for those marked so.
type tallied struct {
	name  string
	value int
	less  bool
}

func (s *study) measures() []tallied {
	n := s.numbers
	out := []tallied{
		{"files", n.files, false}, {"poetry-files", n.poetry, false}, {"poetry-files-not-understood", n.unread, true},
		{"findings-without-poetry", n.strangers, true}, {"reinstalls-after-an-edit", n.reinstalls[1], true},
		{"cache-mounted", n.mounted[1], false}, {"poetry-in-the-final-image", n.holds[1], true}, {"kept-without-a-reason", n.silent, true},
	}
	for _, name := range studied() {
		out = append(out, tallied{name + "-found", s.rules[name].found, false}, tallied{name + "-mended", s.rules[name].mended, false})
	}
	return out
}

// compare holds the counts against the recorded ones. -update records them anew.
func (s *study) compare(t *testing.T) {
	t.Helper()
	if *fixtest.Update {
		var b bytes.Buffer
		for _, m := range s.measures() {
			fmt.Fprintf(&b, "%s %d\n", m.name, m.value)
		}
		if err := os.WriteFile(counts, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(counts)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if want[name], err = strconv.Atoi(value); err != nil {
			t.Fatalf("%s: %v", counts, err)
		}
	}
	if want["files"] != s.numbers.files {
		t.Logf("another corpus than the recorded one: %d files, recorded %d; counts are not compared", s.numbers.files, want["files"])
		return
	}
	for _, m := range s.measures() {
		old, known := want[m.name]
		switch {
		case !known:
			t.Errorf("%s is not recorded; run with -update", m.name)
		case m.less && m.value > old, !m.less && m.value < old:
			t.Errorf("%s is %d, recorded %d; if that is right, run with -update and say why", m.name, m.value, old)
		case m.value != old:
			t.Logf("%s is %d now, recorded %d: record it with -update", m.name, m.value, old)
		}
	}
}
