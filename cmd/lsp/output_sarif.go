package main

import (
	"encoding/json"
	"net/url"
	"path/filepath"

	"restage/analysis"
	"restage/analysis/rules"
)

// sarifPrinter gathers a SARIF 2.1.0 log, which lists rules and results in one
// object and can be written only as a whole.
type sarifPrinter struct {
	out     *output
	index   map[string]int
	results []sarifResult
}

type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifText    `json:"shortDescription"`
		Help             sarifMessage `json:"help"`
		Configuration    struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex *int            `json:"ruleIndex,omitempty"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region sarifRegion `json:"region"`
		} `json:"physicalLocation"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

func newSarif(out *output) *sarifPrinter {
	p := &sarifPrinter{out: out, index: map[string]int{}, results: []sarifResult{}}
	for i, r := range rules.All() {
		p.index[r.Name] = i
	}
	return p
}

func (p *sarifPrinter) finding(f finding) {
	r := sarifResult{RuleID: f.Rule, Level: sarifLevel(f.severity), Message: sarifText{f.Message}}
	if i, ok := p.index[f.Rule]; ok {
		r.RuleIndex = &i
	}
	var at sarifLocation
	at.Physical.Artifact.URI = fileURI(f.File)
	at.Physical.Region = sarifRegion{f.line, f.column, f.endLine, f.endColumn}
	r.Locations = []sarifLocation{at}
	p.results = append(p.results, r)
}

func (p *sarifPrinter) close() error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: p.results}
	run.Tool.Driver = sarifDriver{Name: "restage", Version: version(), Rules: []sarifRule{}}
	for _, r := range rules.All() {
		s := sarifRule{ID: r.Name, ShortDescription: sarifText{r.Title + "."}, Help: sarifMessage{r.Why, r.Why}}
		s.Configuration.Level = sarifLevel(r.Severity)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, s)
	}
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}); err != nil {
		return err
	}
	return p.out.close()
}

func sarifLevel(s analysis.Severity) string {
	switch s {
	case analysis.Error:
		return "error"
	case analysis.Warning:
		return "warning"
	}
	return "note"
}

// fileURI gives a relative reference for a relative name and a file URI for an
// absolute one.
func fileURI(name string) string {
	u := url.URL{Path: filepath.ToSlash(name)}
	if filepath.IsAbs(name) {
		u.Scheme = "file"
		if u.Path[0] != '/' {
			u.Path = "/" + u.Path // "C:/…"
		}
	}
	return u.String()
}
