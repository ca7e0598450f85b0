package server

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"restage/analysis"
)

// The values of the setting restage.inlayHints.
const (
	hintsOff    = ""
	hintsOn     = "on"
	hintsCostly = "costly"
)

// inlayHint handles the request "textDocument/inlayHint": at the end of each
// instruction of a Python stage, what makes it run again. Instructions that
// run nothing have no hint.
func (s *snapshot) inlayHint(params *inlayHintParams) (any, error) {
	hints := []inlayHint{}
	f := s.file(params.TextDocument.URI)
	if f == nil || s.settings.hints == hintsOff {
		return hints, nil
	}
	c := s.check(f)
	wanted := s.client.span(c.Doc.Mapper, params.Range)
	for _, r := range c.reruns() {
		at := r.Step.Span.Start + len(strings.TrimRight(c.Doc.Slice(r.Step.Span), " \t\r\n"))
		if at < wanted.Start || at > wanted.End || s.settings.hints == hintsCostly && !r.Costly {
			continue
		}
		hints = append(hints, inlayHint{
			Position:    s.client.position(c.Doc.Mapper, at),
			Label:       "↻ " + short(r.Label(), 100),
			Tooltip:     &markup{Kind: "markdown", Value: rerunReason(c.Facts, r)},
			PaddingLeft: true,
		})
	}
	return hints, nil
}

// reruns are the instructions of Python stages that run something, in file order.
func (c *checked) reruns() []*analysis.Rerun {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.rerunsKnown {
		c.rerunsKnown = true
		for _, st := range c.Facts.Stages {
			if c.Facts.PythonStage(st) {
				c.rerunList = append(c.rerunList, c.Facts.Reruns(st)...)
			}
		}
	}
	return c.rerunList
}

// rerunReason is the text of a hint's tooltip.
func rerunReason(f *analysis.Facts, r *analysis.Rerun) string {
	var b strings.Builder
	if len(r.Causes) == 0 {
		b.WriteString("Runs again only when its own line or one above it changes.")
	} else {
		b.WriteString("Runs again when its own line or one above it changes, and with a change of:\n")
	}
	for _, c := range r.Causes {
		b.WriteString("\n- " + codeSpan(c.Words()) + ": " + f.Reason(c))
	}
	if r.More {
		b.WriteString("\n- more of the kind")
	}
	if r.Costly {
		b.WriteString("\n\nCostly: every edit of the code installs here again what does not depend on the code.")
	}
	return b.String()
}

// codeSpan quotes text for Markdown, whatever is in it.
func codeSpan(text string) string {
	text = short(text, 200)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// short is text in one line of at most n characters.
func short(text string, n int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
