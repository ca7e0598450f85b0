package server

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"slices"

	protocol "github.com/tliron/glsp/protocol_3_16"
	protocol317 "github.com/tliron/glsp/protocol_3_17"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/source"
)

// rulePages is where the page of a rule is found: rulePages + name + ".md".
const rulePages = "https://github.com/restage/restage/blob/main/docs/rules/"

// diagnosticSource is what editors show beside a message.
const diagnosticSource = "restage"

// diagnostic handles the request "textDocument/diagnostic" of clients that
// pull. A report whose diagnostics the client has already is "unchanged".
func (s *snapshot) diagnostic(params *protocol317.DocumentDiagnosticParams) (any, error) {
	report := fullReport{Kind: string(protocol317.DocumentDiagnosticReportKindFull), Items: []protocol.Diagnostic{}}
	if f := s.file(params.TextDocument.URI); f != nil {
		report.Items = s.diagnostics(f)
	}
	report.ResultID = resultID(report.Items)
	if params.PreviousResultId != nil && *params.PreviousResultId == report.ResultID {
		return protocol317.UnchangedDocumentDiagnosticReport{
			Kind: string(protocol317.DocumentDiagnosticReportKindUnchanged), ResultID: report.ResultID,
		}, nil
	}
	return report, nil
}

// resultID names a list of diagnostics by what is in it.
func resultID(items []protocol.Diagnostic) string {
	h := fnv.New64a()
	json.NewEncoder(h).Encode(items) // neither a hash nor these types can fail
	return fmt.Sprintf("%016x", h.Sum64())
}

// diagnostics gives the findings of a file as the editor shows them.
func (s *snapshot) diagnostics(f *file) []protocol.Diagnostic {
	c := s.check(f)
	items := make([]protocol.Diagnostic, 0, len(c.Findings))
	for _, finding := range c.Findings {
		items = append(items, s.toDiagnostic(f, c, finding))
	}
	return items
}

// toDiagnostic converts one finding.
func (s *snapshot) toDiagnostic(f *file, c *checked, finding analysis.Finding) protocol.Diagnostic {
	name := finding.Rule.Name
	d := protocol.Diagnostic{
		Range:    s.client.lspRange(c.Doc.Mapper, finding.Span),
		Severity: ptr(protocol.DiagnosticSeverity(c.levels.Of(finding))),
		Code:     &protocol.IntegerOrString{Value: name},
		Source:   ptr(diagnosticSource),
		Message:  finding.Message,
	}
	if page := s.server.page(finding.Rule); page != "" {
		d.CodeDescription = &protocol.CodeDescription{HRef: page}
	}
	if s.client.related {
		for _, r := range finding.Related {
			d.RelatedInformation = append(d.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: s.related(f, c, r), Message: r.Message,
			})
		}
	}
	return d
}

// documented says whether a rule has a page: those of the list do.
func (s *Server) documented(r *analysis.Rule) bool {
	for _, known := range s.opt.Rules {
		if known.Name == r.Name {
			return true
		}
	}
	return false
}

// related gives the place of another part of a finding.
func (s *snapshot) related(f *file, c *checked, r analysis.Related) protocol.Location {
	if r.Path == "" || f.root == "" {
		return protocol.Location{URI: f.uri, Range: s.client.lspRange(c.Doc.Mapper, r.Span)}
	}
	place := project.Problem{Path: r.Path, Span: r.Span, Line: r.Line}
	uri, _ := s.uriOf(f.root, r.Path)
	return protocol.Location{URI: uri, Range: s.rangeIn(f.root, place)}
}

// uriOf gives the URI of a project file, in the client's own spelling and with
// its version where it is open.
func (s *snapshot) uriOf(root, name string) (string, *file) {
	uri := fileURI(filepath.Join(root, filepath.FromSlash(name)))
	key, _ := parseURI(uri)
	if open := s.files[key]; open != nil {
		return open.uri, open
	}
	return uri, nil
}

// rangeIn gives the range of a place in a project file: its span, or its line
// where no span is known.
func (s *snapshot) rangeIn(root string, p project.Problem) protocol.Range {
	text, err := fs.ReadFile(s.overlay(root), p.Path)
	if err != nil {
		line := uint32(max(0, p.Line))
		return protocol.Range{Start: protocol.Position{Line: line}, End: protocol.Position{Line: line}}
	}
	m := source.NewMapper(string(text))
	span := p.Span
	if span.Start >= span.End {
		span = lineSpan(m, p.Line)
	}
	return s.client.lspRange(m, span)
}

// problems gives the defects of the project files that a Dockerfile builds, by
// the URI they are shown on: files that cannot be read, and what has to be
// mended there for the Dockerfile's sake.
func (s *snapshot) problems(f *file) map[string][]protocol.Diagnostic {
	c := s.check(f)
	if c.project == nil {
		return nil
	}
	found := map[string][]protocol.Diagnostic{}
	broken := func(p project.Problem) {
		if p.Path == "" || p.Path == "." {
			return
		}
		uri, _ := s.uriOf(f.root, p.Path)
		found[uri] = append(found[uri], protocol.Diagnostic{
			Range:    s.rangeIn(f.root, p),
			Severity: ptr(protocol.DiagnosticSeverityError),
			Code:     &protocol.IntegerOrString{Value: analysis.BrokenProject.Name},
			Source:   ptr(diagnosticSource),
			Message:  p.Message,
		})
	}
	for _, p := range c.project.Problems {
		broken(p)
	}
	for _, p := range c.config.Problems {
		broken(p)
	}
	for _, finding := range c.Findings {
		if finding.Cause == nil {
			continue
		}
		d := s.toDiagnostic(f, c, finding)
		place := s.related(f, c, *finding.Cause)
		d.Range, d.Message = place.Range, finding.Cause.Message
		if s.client.related {
			d.RelatedInformation = []protocol.DiagnosticRelatedInformation{{
				Location: protocol.Location{URI: f.uri, Range: s.client.lspRange(c.Doc.Mapper, finding.Span)}, Message: finding.Message,
			}}
		}
		if !slices.ContainsFunc(found[place.URI], func(o protocol.Diagnostic) bool { return o.Range == d.Range && o.Message == d.Message }) {
			found[place.URI] = append(found[place.URI], d)
		}
	}
	return found
}
