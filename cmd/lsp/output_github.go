package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"restage/analysis"
)

// githubPrinter prints GitHub's workflow commands: annotations of the lines
// that a pull request changes.
type githubPrinter struct{ out *output }

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func (p githubPrinter) finding(f finding) {
	command := "notice" // GitHub has nothing below it
	switch f.severity {
	case analysis.Error:
		command = "error"
	case analysis.Warning:
		command = "warning"
	}
	place := fmt.Sprintf("line=%d,endLine=%d", f.line, f.endLine)
	if f.line == f.endLine { // columns are refused across lines
		place = fmt.Sprintf("line=%d,endLine=%d,col=%d,endColumn=%d", f.line, f.endLine, f.column, f.endColumn)
	}
	fmt.Fprintf(p.out, "::%s file=%s,%s,title=%s::%s\n", command,
		githubProperty.Replace(filepath.ToSlash(f.File)), place,
		githubProperty.Replace("restage "+f.Rule), githubData.Replace(f.Message))
}

func (p githubPrinter) actions() bool { return false }

func (p githubPrinter) close() error { return p.out.close() }
