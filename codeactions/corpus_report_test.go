package codeactions_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
)

var corpusOut = flag.String("corpus.out", "", "write what the run over the corpus saw to this file, as Markdown")

// Reasons name what decides; the page shows them without names, so that equal
// ones add up and nothing of the corpus is repeated.
var (
	ticked   = regexp.MustCompile("`[^`]*`")
	lineOf   = regexp.MustCompile(`\bline \d+`)
	named    = regexp.MustCompile(`\b(the user|the stage|the base image|runs as|installs|the build script|this project needs) ("[^"]*"|[^ ,;(]*[^ ,;:(])`)
	fileName = regexp.MustCompile(`(^|[ (])"?[\w.{}$@+-]*(/|\.(sh|bash|py|toml|conf|ini|yml|yaml|txt)\b)[^ ,:;)]*`)
	variable = regexp.MustCompile(`\$\w+`)
	numbered = regexp.MustCompile(`\d+(\.\d+)+`)
	brackets = regexp.MustCompile(` \(line N\)`)
)

// ours are commands that may be shown: they are Poetry's, not the corpus's.
var ours = map[string]bool{"`poetry run`": true, "`poetry install`": true, "`poetry lock`": true, "`poetry shell`": true}

// plain are words that are no names, where a name may stand.
var plain = map[string]bool{"in": true, "of": true, "under": true, "through": true, "the": true, "versions": true, "that": true, "as": true}

// generic is a reason without the names in it.
func generic(reason string) string {
	reason = ticked.ReplaceAllStringFunc(reason, func(s string) string {
		if ours[s] || strings.HasPrefix(s, "`poetry config virtualenvs.") {
			return s
		}
		return "`…`"
	})
	reason = named.ReplaceAllStringFunc(reason, func(s string) string {
		at := strings.LastIndex(s, " ")
		if plain[s[at+1:]] {
			return s
		}
		return s[:at] + " …"
	})
	reason = variable.ReplaceAllString(reason, "$$…")
	reason = fileName.ReplaceAllString(reason, "$1…")
	reason = lineOf.ReplaceAllString(reason, "line N")
	reason = brackets.ReplaceAllString(reason, "")
	return numbered.ReplaceAllString(reason, "…")
}

// write logs the page, and writes it where it is asked for.
func (s *study) write(t *testing.T) {
	t.Helper()
	page := s.page()
	t.Log("\n" + page)
	if *corpusOut != "" {
		if err := os.WriteFile(*corpusOut, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *study) page() string {
	var b bytes.Buffer
	n := s.numbers
	b.WriteString("# Real Dockerfiles\n\nWritten by `make corpus`: what restage finds and mends in real Dockerfiles of public repositories, which lie beside this\n" +
		"one and are no part of it. Every finding, every fix and every whole run is held against all properties of\n`internal/fixtest` and against BuildKit; the facts of each file are recorded in `testdata/corpus/facts.jsonl`, and the\n" +
		"counts in `testdata/corpus/counts.txt` must not get worse.\n\n")
	fmt.Fprintf(&b, "%d files, %d of them of Poetry projects; %d of these BuildKit cannot read. Flaws: %d.\n\n## Numbers\n\n| what | of | before | after `fix --all` | aim |\n|---|---:|---:|---:|---|\n", n.files, n.poetry, n.broken, s.flaws)
	row := func(what string, of int, before, after, aim string) {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", what, of, before, after, aim)
	}
	row("Poetry files in which restage finds how Poetry is used", n.poetry-n.broken, fmt.Sprint(n.poetry-n.broken-n.unread), "", "all")
	row("findings of the ladder in files without Poetry, of others in files without Python", n.files-n.poetry, fmt.Sprint(n.strangers), "", "0")
	row("an edit of the code installs the dependencies again", n.installs, fmt.Sprint(n.reinstalls[0]), fmt.Sprint(n.reinstalls[1]), solved(n.reinstalls, 80))
	row("every install of dependencies has a cache mount", n.installs, fmt.Sprint(n.mounted[0]), fmt.Sprintf("%d (%d%%)", n.mounted[1], percent(n.mounted[1], n.installs)), "90%")
	row("the final image holds Poetry, those for development left out", n.poetry-n.broken-n.holdsForDev, fmt.Sprint(n.holds[0]), fmt.Sprint(n.holds[1]), "")
	row("… converted, of those that an expert would convert", n.holds[0]-n.leftAlone, "", fmt.Sprintf("%d (%d%%)", n.holds[0]-n.holds[1], percent(n.holds[0]-n.holds[1], n.holds[0]-n.leftAlone)), "70%")
	row("… of these refused, with the reason", n.holds[1], "", fmt.Sprint(n.refused), "")
	row("… of these with nothing said", n.holds[1], "", fmt.Sprint(n.silent), "0")
	fmt.Fprintf(&b, "\nAn expert would not convert where nothing says what the container runs (whoever starts it may call Poetry),\nwhere a start script has to change first, and where a base image from elsewhere brings Python or Poetry. A further %d are for\ndevelopment by their name. An install counts where an image gets what it installs, and only the first for an environment.\n", n.holdsForDev)
	s.ruleTable(&b)
	s.timeTable(&b)
	return b.String()
}

// solved says how many of those that there were are left no more.
func solved(v [2]int, aim int) string {
	return fmt.Sprintf("%d%% solved, aim %d%%", percent(v[0]-v[1], v[0]), aim)
}

func percent(part, of int) int {
	if of == 0 {
		return 100
	}
	return 100 * part / of
}

func (s *study) ruleTable(b *bytes.Buffer) {
	b.WriteString("\n## Rules\n\nMended and refused is what the action for each finding alone does; left is what a whole run leaves, with findings that\nonly come up on the way. Some rules mend nothing: the mend is in another file, or only the author knows it.\n\n| rule | found | mended | refused | left |\n|---|---:|---:|---:|---:|\n")
	for _, name := range studied() {
		r := s.rules[name]
		if !slices.ContainsFunc(rules.All(), func(o *analysis.Rule) bool { return o.Name == name && codeactions.Mends(o) }) {
			fmt.Fprintf(b, "| `%s` | %d | – | – | – |\n", name, r.found)
			continue
		}
		fmt.Fprintf(b, "| `%s` | %d | %d | %d | %d |\n", name, r.found, r.mended, r.found-r.mended, r.left)
	}
	b.WriteString("\n## Why it refuses\n\nReasons name the file, line and name that decide; here they are left out (…, line N), so that equal ones add up.\n")
	for _, name := range studied() {
		r := s.rules[name]
		if len(r.refused) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n`%s`:\n\n", name)
		reasons := slices.SortedFunc(maps.Keys(r.refused), func(x, y string) int {
			return cmp.Or(cmp.Compare(r.refused[y], r.refused[x]), cmp.Compare(x, y))
		})
		for _, reason := range reasons {
			fmt.Fprintf(b, "- %d: %s\n", r.refused[reason], reason)
		}
	}
}

func (s *study) timeTable(b *bytes.Buffer) {
	b.WriteString("\n## Time\n\nOne processor, wall clock, of one run: reading the project and all rules (`check`), and all refactorings (`fix --all`).\n\n| | all files | median | slowest |\n|---|---:|---:|---:|\n")
	for _, col := range []struct {
		name string
		of   func(timing) time.Duration
	}{{"check", func(x timing) time.Duration { return x.check }}, {"fix --all", func(x timing) time.Duration { return x.fix }}} {
		var all []time.Duration
		var sum time.Duration
		for _, x := range s.times {
			all, sum = append(all, col.of(x)), sum+col.of(x)
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", col.name, ms(sum), ms(all[len(all)/2]), ms(all[len(all)-1]))
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
