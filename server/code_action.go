package server

import (
	"encoding/json"
	"strings"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/analysis/source"
	"restage/codeactions"
)

// The titles of the actions on the whole file.
const (
	titleOptimize = "Optimize this Dockerfile"
	titleFixAll   = "Apply all safe fixes to this Dockerfile"
)

// codeAction handles the request "textDocument/codeAction". Actions come from
// the narrowest to the widest: quick fixes, refactorings of single findings,
// and the two that take the whole file.
func (s *snapshot) codeAction(params *codeActionParams) (any, error) {
	actions := []codeAction{}
	f := s.file(params.TextDocument.URI)
	if f == nil {
		return actions, nil
	}
	c := s.check(f)
	r := &actionRequest{snapshot: s, file: f, checked: c, params: params, at: s.client.span(c.Doc.Mapper, params.Range)}
	r.quickFixes()
	r.rewrites()
	r.optimizations()
	return append(actions, r.actions...), nil
}

// actionRequest collects the answer to one codeAction request.
type actionRequest struct {
	*snapshot
	file    *file
	checked *checked
	params  *codeActionParams
	at      source.Span
	actions []codeAction
}

// wants says whether a kind was asked for. Kinds are a hierarchy by dotted
// prefix. Without "only" (an empty list says no more than none) a cursor that
// just moved gets quick fixes, so that no lightbulb burns on every line.
func (r *actionRequest) wants(kind string) bool {
	only := r.params.Context.Only
	if len(only) == 0 {
		return r.params.Context.TriggerKind != automatically || kind == protocol.CodeActionKindQuickFix
	}
	for _, asked := range only {
		if asked == "" || kind == asked || strings.HasPrefix(kind, asked+".") {
			return true
		}
	}
	return false
}

// wantsExplicitly says whether a kind was asked for by a word that is
// restage's own, not by a general "refactor".
func (r *actionRequest) wantsExplicitly(kind string) bool {
	for _, asked := range r.params.Context.Only {
		if (kind == asked || strings.HasPrefix(kind, asked+".")) && strings.Contains(asked, diagnosticSource) {
			return true
		}
	}
	return false
}

// quickFixes offers the mending of the findings that the range touches or that
// the client says it is about.
func (r *actionRequest) quickFixes() {
	if !r.wants(protocol.CodeActionKindQuickFix) {
		return
	}
	preferable := []int{}
	for i, finding := range r.checked.Findings {
		shown := r.shown(i)
		if shown == nil && !touches(r.at, finding.Span) {
			continue
		}
		if shown == nil {
			shown = r.toDiagnostic(r.file, r.checked, finding)
		}
		plan := r.plan(r.checked, i)
		if !r.add(i, plan, protocol.CodeActionKindQuickFix, shown) {
			continue
		}
		if plan.Refusal == "" && plan.Level == codeactions.Safe {
			preferable = append(preferable, len(r.actions)-1)
		}
	}
	// Editors apply the preferred fix at one keystroke: there must be no doubt
	// which one that is, nor that it is safe.
	if len(preferable) == 1 {
		r.actions[preferable[0]].IsPreferred = true
	}
}

// rewrites offers the same plans as refactorings: for the finding under the
// cursor, or for all of the file where restage's own kind is asked for. In a
// menu that has the quick fix already it is not shown a second time.
func (r *actionRequest) rewrites() {
	if len(r.params.Context.Only) == 0 {
		return
	}
	for i, finding := range r.checked.Findings {
		kind := kindRewrite + "." + finding.Rule.Name
		if r.wants(kind) && (r.wantsExplicitly(kind) || touches(r.at, finding.Span)) {
			r.add(i, r.plan(r.checked, i), kind, nil)
		}
	}
}

// add appends the action for finding i, unless there is none or the client
// cannot show why there is none. It says whether it did.
func (r *actionRequest) add(i int, plan codeactions.Action, kind string, shown any) bool {
	finding := r.checked.Findings[i]
	if !r.server.opt.mends(finding.Rule) {
		return false
	}
	if plan.Refusal == "" && plan.DoesNothing() || plan.Refusal != "" && !r.client.disabled {
		return false
	}
	a := codeAction{Title: plan.Title, Kind: kind}
	if shown != nil {
		a.Diagnostics = []any{shown}
	}
	switch {
	case plan.Refusal != "":
		a.Disabled = &disabled{plan.Refusal}
	case r.client.resolve:
		a.Data = &actionData{URI: r.file.uri, Version: r.file.version, Rule: finding.Rule.Name, Start: finding.Span.Start, End: finding.Span.End}
	default:
		a.Edit = r.planEdit(r.file, r.checked, plan)
	}
	r.actions = append(r.actions, a)
	return true
}

// optimizations offers the two actions on the whole file.
func (r *actionRequest) optimizations() {
	if r.wants(kindOptimize) {
		r.whole(kindOptimize, titleOptimize, codeactions.Review)
	}
	if r.wants(kindFixAll) {
		r.whole(kindFixAll, titleFixAll, codeactions.Safe)
	}
}

// whole offers one action on the whole file if it would do something. Asked
// for by name it is also shown with the reason why it would do nothing.
func (r *actionRequest) whole(kind, title string, level codeactions.Level) {
	possible, refusal := false, ""
	for i, finding := range r.checked.Findings {
		if codeactions.Asked(finding.Rule) {
			continue // a run that names no rule leaves it
		}
		plan := r.checked.action(r.server, i)
		switch {
		case plan.Refusal != "":
			if refusal == "" {
				refusal = plan.Refusal
			}
		case len(plan.Edits) > 0 && plan.Level <= level:
			possible = true
		}
	}
	a := codeAction{Title: title, Kind: kind}
	switch {
	case possible && r.client.resolve:
		a.Data = &actionData{URI: r.file.uri, Version: r.file.version, Level: level.String()}
	case possible:
		a.Edit = r.wholeEdit(r.file, r.checked, level)
		if a.Edit == nil {
			return
		}
	case refusal != "" && r.client.disabled && r.wantsExplicitly(kind):
		a.Disabled = &disabled{refusal}
	default:
		return
	}
	r.actions = append(r.actions, a)
}

// shown gives the client's own diagnostic of finding i if it sent one: given
// back unchanged, the client knows which of its marks the action is for.
func (r *actionRequest) shown(i int) any {
	finding := r.checked.Findings[i]
	for _, raw := range r.params.Context.Diagnostics {
		var d struct {
			Range looseRange `json:"range"`
			Code  any        `json:"code"`
		}
		if json.Unmarshal(raw, &d) == nil && d.Code == finding.Rule.Name &&
			r.client.span(r.checked.Doc.Mapper, d.Range) == finding.Span {
			return raw
		}
	}
	return nil
}

// touches says whether two spans share a place, ends included.
func touches(a, b source.Span) bool { return a.Start <= b.End && b.Start <= a.End }
