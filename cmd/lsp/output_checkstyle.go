package main

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"

	"restage/analysis"
)

// checkstylePrinter prints Checkstyle's XML, which many CI servers read
// (https://checkstyle.org; the severities are error, warning and info).
type checkstylePrinter struct {
	out  *output
	file string // the one whose element is open
}

func newCheckstyle(out *output) *checkstylePrinter {
	out.WriteString(xml.Header + "<checkstyle version=\"4.3\">\n")
	return &checkstylePrinter{out: out}
}

func (p *checkstylePrinter) finding(f finding) {
	if f.File != p.file {
		p.endFile()
		p.file = f.File
		fmt.Fprintf(p.out, "  <file name=%s>\n", attribute(filepath.ToSlash(f.File)))
	}
	severity := "info"
	switch f.severity {
	case analysis.Error, analysis.Warning:
		severity = f.severity.String()
	}
	fmt.Fprintf(p.out, "    <error line=\"%d\" column=\"%d\" severity=%q message=%s source=%s/>\n",
		f.line, f.column, severity, attribute(f.Message), attribute("restage."+f.Rule))
}

func (p *checkstylePrinter) endFile() {
	if p.file != "" {
		p.out.WriteString("  </file>\n")
	}
}

// attribute quotes the value of an XML attribute.
func attribute(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	xml.EscapeText(&b, []byte(text)) // into memory: it cannot fail
	b.WriteByte('"')
	return b.String()
}

func (p *checkstylePrinter) actions() bool { return false }

func (p *checkstylePrinter) close() error {
	p.endFile()
	p.out.WriteString("</checkstyle>\n")
	return p.out.close()
}
