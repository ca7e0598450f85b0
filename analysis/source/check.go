package source

import (
	"errors"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"restage/analysis/lazyregexp"
)

// Check asks BuildKit itself: its parser and the reading of each instruction.
// It gives BuildKit's first complaint with the lines it is about, and nothing
// when BuildKit accepts the text. The answer is computed once, and without
// BuildKit where it is evident.
func (d *Document) Check() []Problem {
	d.check.Do(func() {
		if d.evident() {
			return
		}
		if err := buildkitError(d.Text); err != nil {
			d.checked = []Problem{{Span: d.errorSpan(err), Message: errorMessage(err)}}
		}
	})
	return d.checked
}

// buildkitError gives BuildKit's complaint about a text. A panic of BuildKit
// is one too, as the build would end in it.
func buildkitError(text string) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("its parser fails on this file")
		}
	}()
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	_, _, err = instructions.Parse(result.AST, nil)
	return err
}

// The line number is in the span already.
var errorPrefix = lazyregexp.New(`^dockerfile parse error on line \d+: `)

func errorMessage(err error) string {
	message := errorPrefix.ReplaceAllString(err.Error(), "")
	return "BuildKit does not accept this: " + strings.TrimRight(message, ".\n") + "."
}

// errorSpan gives the lines that an error of BuildKit is about, without the
// last newline; the start of the file if it names none.
func (d *Document) errorSpan(err error) Span {
	var located *parser.LocationError
	if !errors.As(err, &located) || len(located.Locations) == 0 || len(located.Locations[0]) == 0 {
		return Span{}
	}
	ranges := located.Locations[0]
	first, last := max(1, ranges[0].Start.Line), max(1, ranges[len(ranges)-1].End.Line)
	return d.lineRange(first, last)
}

// lineRange gives the span of the lines first to last as BuildKit counts them:
// from 1, ended by \n only.
func (d *Document) lineRange(first, last int) Span {
	span := Span{}
	pos := 0
	for n := 1; n <= last && pos < len(d.Text); n++ {
		end, next := len(d.Text), len(d.Text)
		if i := strings.IndexByte(d.Text[pos:], '\n'); i >= 0 {
			end, next = pos+i, pos+i+1
		}
		if n == first {
			span.Start = skipSpace(d.Text, pos, end)
		}
		if n >= first {
			span.End = max(span.Start, pos+len(strings.TrimRight(d.Text[pos:end], "\r")))
		}
		pos = next
	}
	return span
}
