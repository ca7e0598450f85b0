package main

import (
	"encoding/json"
	"net/url"
	"path/filepath"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
)

// sarifPrinter gathers a SARIF 2.1.0 log, which lists rules and results in one
// object and can be written only as a whole.
type sarifPrinter struct {
	out     *output
	index   map[string]int
	seen    map[string]int
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
		Prints    struct {
			Line string `json:"restage/v1"`
		} `json:"partialFingerprints"`
		Fixes []sarifFix `json:"fixes,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted struct {
			Text string `json:"text"`
		} `json:"insertedContent"`
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
	p := &sarifPrinter{out: out, index: map[string]int{}, seen: map[string]int{}, results: []sarifResult{}}
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
	r.Prints.Line = f.fingerprint(p.seen)
	if len(f.edits) > 0 {
		r.Fixes = []sarifFix{f.sarifFix()}
	}
	p.results = append(p.results, r)
}

// placedEdit is an edit with its place as people count.
type placedEdit struct {
	region sarifRegion
	text   string
}

// placed gives edits of a document their places.
func placed(doc *source.Document, edits []codeactions.Edit) []placedEdit {
	var out []placedEdit
	for _, e := range edits {
		var r sarifRegion
		r.StartLine, r.StartColumn = person(doc.Text, doc.Mapper, doc.Mapper.Position(e.Start, source.UTF16), e.Start)
		r.EndLine, r.EndColumn = person(doc.Text, doc.Mapper, doc.Mapper.Position(e.End, source.UTF16), e.End)
		out = append(out, placedEdit{r, e.New})
	}
	return out
}

// sarifFix is what the first action changes.
func (f finding) sarifFix() sarifFix {
	fix := sarifFix{Description: sarifText{f.Actions[0].Title}}
	var change sarifChange
	change.Artifact.URI = fileURI(f.File)
	for _, e := range f.edits {
		r := sarifReplacement{Deleted: e.region}
		r.Inserted.Text = e.text
		change.Replacements = append(change.Replacements, r)
	}
	fix.Changes = []sarifChange{change}
	return fix
}

func (p *sarifPrinter) actions() bool { return true }

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
