package analysis

import (
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// PossibleOptions are options that the call may get from words that only the
// build knows: "$(test "$ENV" = prod && echo --no-dev)" and
// "${NO_DEV:+--without dev}" may give "--no-dev" and "--without dev". They are
// not among Options.
func (c *Call) PossibleOptions() []string {
	var out []string
	add := func(text string) {
		if text = strings.TrimSpace(text); strings.HasPrefix(text, "-") && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, w := range c.Cmd.Unwrapped().Words {
		if w.Static {
			continue
		}
		for _, m := range alternative.FindAllStringSubmatch(w.Value, -1) {
			add(m[1])
		}
		if !strings.Contains(w.Value, "$(") && !strings.Contains(w.Value, "`") {
			continue
		}
		for _, inner := range c.Step.Commands() {
			if inner.Place.Substitution && inner.Span.Start >= w.Span.Start && inner.Span.End <= w.Span.End {
				add(said(inner))
			}
		}
	}
	return out
}

// alternative matches the text of ${NAME:+text}, ${NAME:-text} and the forms
// without the colon.
var alternative = lazyregexp.New(`\$\{\w+:?[+-]([^${}]*)\}`)

// said is what an echo or printf of plain words prints.
func said(cmd *shell.Command) string {
	if name := cmd.Name(); name != "echo" && name != "printf" {
		return ""
	}
	var words []string
	for _, w := range cmd.Args() {
		if !w.Static {
			return ""
		}
		if w.Value != "-n" && w.Value != "%s" {
			words = append(words, w.Value)
		}
	}
	return strings.Join(words, " ")
}
