package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"pgregory.net/rapid"
)

// differs compares a document with BuildKit's tree of the same text; it gives
// an empty string when they agree.
func differs(doc *Document, tree *parser.Node) string {
	if len(doc.Instructions) != len(tree.Children) {
		return fmt.Sprintf("%d instructions, BuildKit has %d", len(doc.Instructions), len(tree.Children))
	}
	line, pos := 1, 0
	lineOf := func(offset int) int {
		line += strings.Count(doc.Text[pos:offset], "\n")
		pos = offset
		return line
	}
	for i, in := range doc.Instructions {
		node := tree.Children[i]
		if first := lineOf(in.Span.Start); first != node.StartLine {
			return fmt.Sprintf("instruction %d starts on line %d, BuildKit says %d", i, first, node.StartLine)
		}
		if last := lineOf(in.Span.End); last != node.EndLine {
			return fmt.Sprintf("instruction %d ends on line %d, BuildKit says %d", i, last, node.EndLine)
		}
		if diff := nodeDiffers(in, node); diff != "" {
			return fmt.Sprintf("instruction %d (line %d): %s", i, node.StartLine, diff)
		}
		if diff := heredocsDiffer(doc, in, node); diff != "" {
			return fmt.Sprintf("instruction %d (line %d): %s", i, node.StartLine, diff)
		}
	}
	return ""
}

func nodeDiffers(in *Instruction, node *parser.Node) string {
	if in.Name != upperKeyword(node.Value) {
		return fmt.Sprintf("name %q, BuildKit says %q", in.Name, node.Value)
	}
	if len(in.Flags) != len(node.Flags) {
		return fmt.Sprintf("flags %v, BuildKit says %q", in.Flags, node.Flags)
	}
	for i, f := range in.Flags {
		got := "--" + f.Name
		if strings.Contains(node.Flags[i], "=") {
			got += "=" + f.Value
		}
		if asLatin(got) != node.Flags[i] {
			return fmt.Sprintf("flag %q, BuildKit says %q", got, node.Flags[i])
		}
	}
	if in.Name == "ONBUILD" && node.Next != nil && len(node.Next.Children) > 0 {
		if in.Sub == nil {
			return "nothing behind ONBUILD"
		}
		return nodeDiffers(in.Sub, node.Next.Children[0])
	}
	json := in.JSON != nil
	if in.Name == "HEALTHCHECK" && in.Sub != nil {
		json = in.Sub.JSON != nil
	}
	if json != node.Attributes["json"] {
		// BuildKit reads an array behind any HEALTHCHECK type, even NONE.
		if in.Name != "HEALTHCHECK" || in.Sub != nil {
			return fmt.Sprintf("JSON %v, BuildKit says %v", json, node.Attributes["json"])
		}
	}
	if got, want := argumentsOf(in), values(in, node); got != nil && fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		return fmt.Sprintf("arguments %q, BuildKit says %q", got, want)
	}
	return ""
}

func asLatin(s string) string {
	var out []rune
	for _, c := range []byte(s) {
		out = append(out, rune(c))
	}
	return string(out)
}

// argumentsOf flattens an instruction as BuildKit's list of nodes is; nil if
// the two cannot be compared.
func argumentsOf(in *Instruction) []string {
	out := []string{}
	switch {
	case in.JSON != nil:
		for _, w := range in.JSON {
			out = append(out, w.Value)
		}
	case in.Name == "ENV" || in.Name == "LABEL":
		for _, p := range in.Pairs {
			out = append(out, p.Value.Raw)
		}
	case in.Name == "ONBUILD" || in.Name == "HEALTHCHECK" || in.Words == nil:
		return nil
	default:
		for _, w := range in.Words {
			out = append(out, w.Raw)
		}
	}
	for i := range out {
		out[i] = string([]rune(out[i]))
	}
	return out
}

func values(in *Instruction, node *parser.Node) []string {
	out := []string{}
	for n, i := node.Next, 0; n != nil; n, i = n.Next, i+1 {
		if (in.Name == "ENV" || in.Name == "LABEL") && i%3 != 1 {
			continue
		}
		out = append(out, string([]rune(n.Value)))
	}
	return out
}

func heredocsDiffer(doc *Document, in *Instruction, node *parser.Node) string {
	if len(in.Heredocs) != len(node.Heredocs) {
		return fmt.Sprintf("%d heredocs, BuildKit has %d", len(in.Heredocs), len(node.Heredocs))
	}
	for i, h := range in.Heredocs {
		want := node.Heredocs[i]
		if h.Name != want.Name || h.Expand != want.Expand || h.Chomp != want.Chomp {
			return fmt.Sprintf("heredoc %+v, BuildKit says %+v", h, want)
		}
		if body := doc.Slice(h.Body); body != want.Content {
			return fmt.Sprintf("heredoc body %q, BuildKit says %q", body, want.Content)
		}
		if word := doc.Slice(h.Word); !strings.Contains(word, "<<") {
			return fmt.Sprintf("heredoc word %q", word)
		}
	}
	return ""
}

// broken says what is wrong with the places in a document; empty if nothing.
func broken(doc *Document) string {
	pos := 0
	inside := func(what string, s, outer Span) string {
		if s.Start > s.End || !outer.Covers(s) {
			return fmt.Sprintf("%s %v is not in %v", what, s, outer)
		}
		return ""
	}
	whole := Span{0, len(doc.Text)}
	for _, in := range doc.Instructions {
		if in.Span.Start < pos {
			return fmt.Sprintf("instruction at %d overlaps the one before it", in.Span.Start)
		}
		if between := strings.TrimPrefix(doc.Text[pos:in.Span.Start], "\uFEFF"); !onlyComments(between) {
			return fmt.Sprintf("text %q belongs to no instruction", between)
		}
		pos = in.Span.End
		parts := []string{inside("span", in.Span, whole)}
		check := func(in *Instruction) {
			parts = append(parts, inside("keyword", in.Keyword, in.Span), inside("args", in.Args, in.Span))
			for _, f := range in.Flags {
				parts = append(parts, inside("flag", f.Span, in.Span), inside("flag value", f.ValueSpan, f.Span))
			}
			for _, list := range [][]Word{in.Words, in.JSON} {
				for _, w := range list {
					parts = append(parts, inside("word", w.Span, in.Args))
					if !strings.Contains(doc.Slice(w.Span), "\n") && !strings.HasPrefix(doc.Slice(w.Span), w.Raw) {
						parts = append(parts, fmt.Sprintf("word %q has the span of %q", w.Raw, doc.Slice(w.Span)))
					}
				}
			}
			for _, p := range in.Pairs {
				parts = append(parts, inside("pair", p.Span, in.Args), inside("pair value", p.Value.Span, p.Span))
				if !strings.Contains(doc.Slice(p.Value.Span), "\n") && !strings.HasPrefix(doc.Slice(p.Value.Span), p.Value.Raw) {
					parts = append(parts, fmt.Sprintf("value %q has the span of %q", p.Value.Raw, doc.Slice(p.Value.Span)))
				}
			}
			for _, h := range in.Heredocs {
				parts = append(parts, inside("heredoc", h.Word, in.Span), inside("body", h.Body, whole), inside("end", h.End, whole))
			}
		}
		check(in)
		if in.Sub != nil {
			check(in.Sub)
		}
		for _, p := range parts {
			if p != "" {
				return fmt.Sprintf("%s at %d: %s", in.Name, in.Span.Start, p)
			}
		}
	}
	if !onlyComments(strings.TrimPrefix(doc.Text[pos:], "\uFEFF")) {
		return fmt.Sprintf("text %q belongs to no instruction", doc.Text[pos:])
	}
	for _, p := range doc.Problems {
		if s := inside("problem", p.Span, whole); s != "" {
			return s
		}
	}
	return ""
}

func onlyComments(text string) bool {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// holds checks one text: no place is broken, and BuildKit agrees if it accepts it.
func holds(t rapid.TB, text string) *Document {
	t.Helper()
	doc := Parse(text)
	if fault := broken(doc); fault != "" {
		t.Fatalf("%s\n%q", fault, text)
	}
	if result, err := parser.Parse(strings.NewReader(text)); err == nil {
		if diff := differs(doc, result.AST); diff != "" {
			t.Fatalf("%s\n%q", diff, text)
		}
	}
	if doc.evident() {
		if err := buildkitError(text); err != nil {
			t.Fatalf("not evident at all: %v\n%q", err, text)
		}
	}
	return doc
}

func TestCorpusAsBuildKit(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/*/Dockerfile")
	if len(files) == 0 {
		t.Skip("the corpus of real Dockerfiles is not here")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			doc := holds(t, string(text))
			if problems := doc.Check(); len(problems) > 0 && len(doc.Problems) == 0 {
				t.Logf("BuildKit alone complains: %v", problems)
			}
			for _, variant := range []string{
				strings.ReplaceAll(string(text), "\n", "\r\n"),
				"\uFEFF" + string(text),
				"# escape=`\n" + strings.ReplaceAll(string(text), "\\\n", "`\n"),
			} {
				holds(t, variant)
			}
		})
	}
}
