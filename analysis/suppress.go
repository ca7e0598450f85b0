package analysis

import (
	"cmp"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// Suppression is a comment that allows what rules forbid. Three programs have
// their own spelling, and each is heard for the rules that find the same thing:
//
//	# restage: allow RULE, RULE reason    (or: # restage: ignore=RULE,RULE reason)
//	# hadolint ignore=DL3042              (or: # hadolint global ignore=DL3042)
//	# check=skip=SecretsUsedInArgOrEnv    BuildKit's parser directive; skip=all is all
//
// restage's own comment holds for the instruction below it; above the first
// instruction, for the whole file. The others hold where their programs say:
// https://github.com/hadolint/hadolint#ignoring-rules and
// https://docs.docker.com/reference/dockerfile/#check.
type Suppression struct {
	// Comment is the whole comment.
	Comment source.Span
	// Names are what it allows: rules of restage if Own, else names of the other program.
	Names []SuppressedName
	// Own says that it is one of restage's.
	Own bool

	scope source.Span
	all   bool // the names are not needed: all of BuildKit's
}

// SuppressedName is one name in a Suppression.
type SuppressedName struct {
	Name string
	Span source.Span
	// Used says that a finding has been dropped for it.
	Used bool
}

var (
	ownMark      = lazyregexp.New(`^#\s*restage:\s*(?:allow(?:\s*[:=]\s*|\s+)|ignore\s*=\s*)`)
	hadolintMark = lazyregexp.New(`^#\s*hadolint\s+(global\s+)?ignore\s*=\s*`)
	skipOption   = lazyregexp.New(`(?i)(?:^|;)\s*skip\s*=\s*([^;]*)`)
	ruleWord     = lazyregexp.New(`[A-Za-z0-9][A-Za-z0-9_-]*`)
)

// suppressions reads the comments of a document.
func suppressions(doc *source.Document, known func(string) bool) []*Suppression {
	var out []*Suppression
	whole := source.Span{Start: 0, End: len(doc.Text)}
	for _, d := range doc.Directives {
		m := skipOption.FindStringSubmatchIndex(d.Value)
		if d.Name != "check" || m == nil {
			continue
		}
		at := d.Span.Start + strings.LastIndex(doc.Slice(d.Span), d.Value)
		s := &Suppression{Comment: d.Span, scope: whole, Names: names(doc.Text, source.Span{Start: at + m[2], End: at + m[3]}, nil)}
		s.all = slices.ContainsFunc(s.Names, func(n SuppressedName) bool { return strings.EqualFold(n.Name, "all") })
		out = append(out, s)
	}
	for _, c := range doc.Comments {
		text := doc.Slice(c)
		next := instructionAfter(doc, c.End)
		if next == nil {
			continue // nothing below that it could be about
		}
		if m := ownMark.FindString(text); m != "" {
			s := &Suppression{Comment: c, Own: true, scope: next.Span, Names: names(doc.Text, source.Span{Start: c.Start + len(m), End: c.End}, known)}
			if next.Index == 0 {
				s.scope = whole
			}
			out = append(out, s)
		} else if m := hadolintMark.FindStringSubmatch(text); m != nil {
			s := &Suppression{Comment: c, scope: next.Span, Names: names(doc.Text, source.Span{Start: c.Start + len(m[0]), End: c.End}, func(string) bool { return false })}
			if m[1] != "" {
				s.scope = whole
			}
			out = append(out, s)
		}
	}
	return out
}

// names reads a list of names. They are separated by commas; a name after a
// mere blank belongs to the list where it is a known one, else the reason
// begins there.
func names(text string, list source.Span, known func(string) bool) []SuppressedName {
	var out []SuppressedName
	comma := true // what comes next is in the list in any case
	for at := list.Start; at < list.End; {
		m := ruleWord.FindStringIndex(text[at:list.End])
		if m == nil {
			break
		}
		between := strings.TrimSpace(text[at : at+m[0]])
		word := source.Span{Start: at + m[0], End: at + m[1]}
		name := text[word.Start:word.End]
		comma = comma && between == "" || between == ","
		if !comma && (between != "" || known == nil || !known(name)) {
			break
		}
		out = append(out, SuppressedName{Name: name, Span: word})
		at, comma = word.End, false
	}
	return out
}

// drops says whether a finding is one that the suppression allows, and marks
// the names that say so.
func (s *Suppression) drops(f Finding) bool {
	if f.Span.Start < s.scope.Start || f.Span.Start >= s.scope.End {
		return false
	}
	found := s.all && f.Rule.Family == BuildKit
	for i := range s.Names {
		n := &s.Names[i]
		if s.Own && n.Name == f.Rule.Name || !s.Own && slices.ContainsFunc(f.Rule.Aliases, func(a string) bool { return strings.EqualFold(a, n.Name) }) {
			n.Used, found = true, true
		}
	}
	return found
}

// unsuppressed drops the findings that a comment allows.
func unsuppressed(findings []Finding, list []*Suppression) []Finding {
	if len(list) == 0 {
		return findings
	}
	var out []Finding
	for _, f := range findings {
		dropped := false
		for _, s := range list { // all of them: each one is of use
			dropped = s.drops(f) || dropped
		}
		if !dropped {
			out = append(out, f)
		}
	}
	return out
}

// instructionAfter is the first instruction that starts behind an offset.
func instructionAfter(doc *source.Document, offset int) *source.Instruction {
	i, _ := slices.BinarySearchFunc(doc.Instructions, offset, func(in *source.Instruction, offset int) int { return cmp.Compare(in.Span.Start, offset) })
	if i == len(doc.Instructions) {
		return nil
	}
	return doc.Instructions[i]
}

// SuppressedBy is one name of a Suppression, by its index: the subject of a
// finding about it.
type SuppressedBy struct {
	*Suppression
	Index int
}
