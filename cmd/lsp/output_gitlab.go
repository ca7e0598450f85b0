package main

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strconv"

	"restage/analysis"
)

// gitlabPrinter prints a report for GitLab's code quality widget
// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
type gitlabPrinter struct {
	list jsonPrinter
	seen map[string]int // fingerprints so far, which have to be unique
}

type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	}
)

func (p *gitlabPrinter) finding(f finding) {
	issue := gitlabIssue{Description: f.Message, CheckName: f.Rule, Fingerprint: f.fingerprint(p.seen),
		Severity: map[analysis.Severity]string{analysis.Error: "critical", analysis.Warning: "major", analysis.Info: "minor", analysis.Hint: "info"}[f.severity]}
	issue.Location.Path = filepath.ToSlash(filepath.Clean(f.File))
	issue.Location.Lines.Begin = f.line
	p.list.element(issue)
}

func (p *gitlabPrinter) actions() bool { return false }

func (p *gitlabPrinter) close() error { return p.list.close() }

// fingerprint names a finding for programs that compare two reports: by file,
// rule and the text of its line, so that lines added above it make no new one.
// seen counts those that are alike.
func (f finding) fingerprint(seen map[string]int) string {
	sum := func(n int) string {
		h := sha256.New()
		for _, part := range []string{filepath.ToSlash(filepath.Clean(f.File)), f.Rule, f.text, strconv.Itoa(n)} {
			fmt.Fprintf(h, "%d:%s", len(part), part)
		}
		return fmt.Sprintf("%x", h.Sum(nil)[:16])
	}
	first := sum(0)
	seen[first]++
	return sum(seen[first] - 1)
}
