package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"restage/analysis"
)

// summary counts what check has found.
type summary struct {
	files     int
	last      string
	withSome  int
	levels    [analysis.Hint + 1]int
	fix, more int // what fix mends, and what fix --all mends beside it
}

func (s *summary) add(f finding) {
	if f.File != s.last {
		s.last = f.File
		s.withSome++
	}
	s.levels[f.severity]++
	for _, a := range f.Actions {
		switch {
		case a.Disabled != "" || a.asked:
		case a.Level == "safe":
			s.fix++
		default:
			s.more++
		}
	}
}

func (s *summary) total() (n int) {
	for _, k := range s.levels {
		n += k
	}
	return n
}

// print writes the last line for a person; nothing where one file was checked
// and nothing was found.
func (s *summary) print(w io.Writer, known *baseline) {
	if s.total() == 0 {
		if s.files > 1 {
			fmt.Fprintf(w, "restage: no findings in %s%s\n", count(s.files, "file"), known.remark())
		}
		return
	}
	var parts []string
	for level := analysis.Error; level <= analysis.Hint; level++ {
		if n := s.levels[level]; n > 0 {
			parts = append(parts, count(n, level.String()))
		}
	}
	fmt.Fprintf(w, "restage: %s in %d of %s: %s%s\n", count(s.total(), "finding"), s.withSome, count(s.files, "file"), strings.Join(parts, ", "), known.remark())
	switch {
	case s.fix > 0 && s.more > 0:
		fmt.Fprintf(w, "restage: `restage fix` mends %d of them, `restage fix --all` %d\n", s.fix, s.fix+s.more)
	case s.fix > 0:
		fmt.Fprintf(w, "restage: `restage fix` mends %d of them\n", s.fix)
	case s.more > 0:
		fmt.Fprintf(w, "restage: `restage fix --all` mends %d of them\n", s.more)
	}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// progress shows a person on a terminal how far a long run is.
type progress struct {
	verb        string
	done, total int
	start, last time.Time
	shown       bool
	off         bool
}

// progressAfter is how long a run takes before it says something of itself.
const progressAfter = time.Second

func newProgress(verb string, total int) *progress {
	info, err := os.Stderr.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	return &progress{verb: verb, total: total, start: time.Now(), off: !terminal || total < 2}
}

// step counts one file.
func (p *progress) step() {
	p.done++
	if p.off {
		return
	}
	now := time.Now()
	if now.Sub(p.start) < progressAfter || now.Sub(p.last) < progressAfter/10 {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(os.Stderr, "\rrestage: %s %d of %d\x1b[K", p.verb, p.done, p.total)
}

// end takes the line away.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
}
