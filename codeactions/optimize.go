package codeactions

import (
	"slices"
	"strconv"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// Options choose what Optimize does.
type Options struct {
	// Level is the highest level of actions taken.
	Level Level
	// Only names the rules to mend; empty means all but those whose refactoring
	// has to be asked for.
	Only []string
}

// mends says whether a run may mend a rule: one that is named, else one that
// need not be.
func (o Options) mends(rule string) bool {
	r, ok := refactorings()[rule]
	if len(o.Only) > 0 {
		return ok && slices.Contains(o.Only, rule)
	}
	return ok && !r.asked
}

// Outcome is what Optimize arrived at.
type Outcome struct {
	// Text is the new text; equal to the old one when nothing was done.
	Text string
	// Edits is a small list of edits that turns the old text into Text.
	Edits []Edit
	// By says for each of Edits which of Applied it is the work of, by index;
	// none where that cannot be told.
	By [][]int
	// Files are changes of other files, each of a file of its own.
	Files []FileChange
	// Applied are the actions taken, in order.
	Applied []Action
	// Refused are the findings left that an action was refused for, with their
	// place in the original text as far as it can be told.
	Refused []Refused
}

// Refused is a finding that could not be mended.
type Refused struct {
	Rule   *analysis.Rule
	Span   source.Span
	Line   int // 0-based, in the original text
	Reason string
}

// order is the order in which rules are mended: a cache mount makes removing
// the cache needless, and stages are converted when everything else about the
// install is settled.
var order = []string{
	"missing-readme", "unpinned-installer", "removed-option", "unknown-group", "ignored-manifest", "dev-dependencies", "venv-in-cache", "copy-before-install", "unsplit-install", "installer-env", "unordered-manifests",
	"single-stage", "installer-at-runtime", "missing-cache-mount", "defeated-cache", "cache-in-layer",
	"dead-base", "python-mismatch", "libc-mismatch", "moved-environment",
	"host-environment-copied", "secret-in-build", "root-user", "missing-runtime-library", "buffered-output", "no-bytecode", "unused-stage", "unused-suppression",
}

// maxRounds bounds the rounds; each round mends all findings of one rule that
// do not touch, so that a file needs about as many rounds as rules.
const maxRounds = 30

// Optimize takes what the rules found in a document and runs the refactorings
// round after round, each on a freshly parsed document, until nothing is left to
// do. A step whose result BuildKit could not parse is never taken.
func Optimize(res *analysis.Result, opt Options) Outcome {
	doc, current := res.Doc, res.Doc
	out := Outcome{Text: doc.Text}
	seen := map[string]bool{doc.Text: true}
	var passes []pass
	rounds := 0
	for ; rounds < maxRounds; rounds++ {
		text, applied := round(res, opt)
		if len(applied) == 0 || seen[text] {
			break
		}
		next := source.Parse(text)
		if len(next.Problems) > 0 || len(next.Check()) > 0 {
			break
		}
		seen[text] = true
		passes = append(passes, newPass(current.Text, text, applied, len(out.Applied)))
		back := mapBack(doc.Text, minimal(doc.Text, current.Text))
		for i := range applied { // the user sees the lines of the file there is
			applied[i].Note = linesBack(applied[i].Note, current, doc, back)
			applied[i].Why = linesBack(applied[i].Why, current, doc, back)
		}
		out.Text, current, res = text, next, res.Again(next)
		out.Applied = append(out.Applied, applied...)
	}
	if rounds == maxRounds {
		// A refactoring that never ends has no result to trust.
		return Outcome{Text: doc.Text, Refused: []Refused{{Rule: out.Applied[len(out.Applied)-1].Rule,
			Reason: "the refactoring does not come to an end on this file; please report it"}}}
	}
	if out.Text != doc.Text {
		out.Edits = minimal(doc.Text, out.Text)
		out.By = owners(out.Edits, passes)
	}
	out.changeFiles(res, opt)
	out.Refused = refusals(doc, opt, res)
	return out
}

// changeFiles takes the actions that change other files, once the Dockerfile is
// settled. Of several for one file the first is taken.
func (out *Outcome) changeFiles(res *analysis.Result, opt Options) {
	for _, f := range res.Findings {
		if !opt.mends(f.Rule.Name) {
			continue
		}
		a := For(res, f)
		fresh := !slices.ContainsFunc(a.Files, func(c FileChange) bool {
			return slices.ContainsFunc(out.Files, func(o FileChange) bool { return o.Path == c.Path })
		})
		if a.Refusal == "" && len(a.Edits) == 0 && len(a.Files) > 0 && a.Level <= opt.Level && fresh {
			out.Files, out.Applied = append(out.Files, a.Files...), append(out.Applied, a)
		}
	}
}

// round mends the findings of the first rule that has something to mend.
func round(res *analysis.Result, opt Options) (string, []Action) {
	for _, name := range order {
		if !opt.mends(name) {
			continue
		}
		var actions []Action
		for _, f := range res.Findings {
			if f.Rule.Name != name {
				continue
			}
			if a := For(res, f); a.Refusal == "" && a.Level <= opt.Level && len(a.Edits) > 0 {
				actions = append(actions, a)
			}
		}
		if len(actions) == 0 {
			continue
		}
		edits, taken := compose(actions)
		var applied []Action
		for _, i := range taken {
			applied = append(applied, actions[i])
		}
		return Apply(res.Doc.Text, edits), applied
	}
	return "", nil
}

// refusals are the findings that are left with a refusal, located in the
// original text by the edits' offsets.
func refusals(doc *source.Document, opt Options, last *analysis.Result) []Refused {
	back := mapBack(doc.Text, minimal(doc.Text, last.Doc.Text))
	var out []Refused
	for _, f := range last.Findings {
		if !opt.mends(f.Rule.Name) {
			continue
		}
		a := For(last, f)
		if a.Refusal == "" {
			continue
		}
		span := source.Span{Start: back(f.Span.Start)}
		span.End = max(span.Start, back(f.Span.End))
		r := Refused{Rule: f.Rule, Span: span, Reason: linesBack(a.Refusal, last.Doc, doc, back),
			Line: doc.Mapper.Position(span.Start, source.UTF8).Line}
		if !slices.ContainsFunc(out, func(o Refused) bool { return o.Rule == r.Rule && o.Line == r.Line && o.Reason == r.Reason }) {
			out = append(out, r)
		}
	}
	return out
}

// lineOf finds the lines of the Dockerfile that a reason names: those of other
// files stand behind a file's name.
var lineOf = lazyregexp.New(`(^|\(|: |\b(?:in|before|behind|of|what|which|that|and|how|where|than) )line (\d+)`)

// linesBack writes the lines of the original text into a reason that names
// lines of the new one.
func linesBack(reason string, now, old *source.Document, back func(int) int) string {
	return lineOf.ReplaceAllStringFunc(reason, func(s string) string {
		m := lineOf.FindStringSubmatch(s)
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return s
		}
		at := now.Mapper.Offset(source.Position{Line: n - 1}, source.UTF8)
		return m[1] + "line " + strconv.Itoa(old.Mapper.Position(back(at), source.UTF8).Line+1)
	})
}

// mapBack turns an offset of the new text into one of the old text. Lines that
// the edits have made stand for the old lines that they are most like.
func mapBack(before string, edits []Edit) func(int) int {
	return func(at int) int {
		shift := 0
		for _, e := range edits {
			start := e.Start + shift
			if at < start {
				break
			}
			if at < start+len(e.New) {
				return mostLike(lineAt(e.New, at-start), before, e.Start)
			}
			shift += len(e.New) - (e.End - e.Start)
		}
		return at - shift
	}
}

// mostLike is the start of the line of a text that shares the most words with
// another line, of several the one nearest to a place; the place itself where
// none has much in common with it.
func mostLike(line, text string, place int) int {
	const little = 0.4 // of the words of both
	best, found, at := little, place, 0
	away := func(at int) int { return max(at-place, place-at) }
	for old := range strings.Lines(text) {
		share := sharedWords(line, old)
		if share > best || share == best && best > little && away(at) < away(found) {
			best, found = share, at
		}
		at += len(old)
	}
	return found
}

// sharedWords says how large a part of the words of two lines both have.
func sharedWords(a, b string) float64 {
	words, others := strings.Fields(a), strings.Fields(b)
	shared := 0
	for _, w := range words {
		if i := slices.Index(others, w); i >= 0 {
			others = slices.Delete(others, i, i+1)
			shared++
		}
	}
	return float64(2*shared) / float64(max(1, len(words)+len(others)+shared))
}

// lineAt is the line of a text that an offset lies in.
func lineAt(text string, at int) string {
	line, _, _ := strings.Cut(text[strings.LastIndexByte(text[:at], '\n')+1:], "\n")
	return line
}
