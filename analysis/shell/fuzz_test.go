package shell

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"restage/analysis/source"
)

// programs generates RUN instructions that the shell can read.
func programs() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"a", "poetry", "install", "--no-root", "-x", "'q r'", `"s $T"`, "$V", "${W:-x}", "ü", "*.py", `e\ f`, "k=v", "{}", "http://h/#x"})
	simple := rapid.Custom(func(t *rapid.T) string {
		words := rapid.SliceOfN(word, 1, 4).Draw(t, "words")
		text := rapid.SampledFrom([]string{"cmd ", "A=1 cmd ", "sudo cmd ", "time cmd ", "export Z=", "sh -c 'i && j' "}).Draw(t, "name")
		return text + strings.Join(words, " ") + rapid.SampledFrom([]string{"", "", " >f", " 2>&1", " <g"}).Draw(t, "redirect")
	})
	gap := rapid.SampledFrom([]string{" ", "\t", " \\\n  ", " \\\n\n   ", " \\\n # note\n  "})
	operator := rapid.SampledFrom([]string{"&&", "&&", "&&", ";", "||", "|", "&"})
	var list func(depth int) *rapid.Generator[string]
	list = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			var text strings.Builder
			for i, n := 0, rapid.IntRange(1, 4).Draw(t, "length"); i < n; i++ {
				if i > 0 {
					text.WriteString(gap.Draw(t, "gap") + operator.Draw(t, "operator") + gap.Draw(t, "gap"))
				}
				kind := 0
				if depth < 2 {
					kind = rapid.IntRange(0, 9).Draw(t, "kind")
				}
				inner := ""
				if kind > 4 {
					inner = list(depth+1).Draw(t, "inner")
				}
				switch kind {
				case 5:
					text.WriteString("( " + inner + ")")
				case 6:
					text.WriteString("{ " + inner + "; }")
				case 7:
					text.WriteString("if " + inner + "; then " + inner + "; fi")
				case 8:
					text.WriteString("echo $(" + inner + ")")
				case 9:
					text.WriteString("for x in a b; do " + inner + "; done")
				default:
					text.WriteString(simple.Draw(t, "simple"))
				}
			}
			return text.String()
		})
	}
	return rapid.Custom(func(t *rapid.T) string {
		body := list(0).Draw(t, "program")
		switch rapid.IntRange(0, 4).Draw(t, "form") {
		case 0:
			return "RUN " + strings.ReplaceAll(body, "\n", "\r\n") + "\r\n"
		case 1:
			return "# escape=`\nRUN " + strings.ReplaceAll(body, "\\\n", "`\n") + "\n"
		case 2:
			// In a heredoc new lines separate, too, and comments stand anywhere.
			body = strings.ReplaceAll(body, " \\\n # note\n", " \\\n")
			body = strings.ReplaceAll(body, "\\\n\n", "\\\n")
			more := list(1).Draw(t, "second")
			more = strings.ReplaceAll(strings.ReplaceAll(more, " \\\n # note\n", " \\\n"), "\\\n\n", "\\\n")
			return "RUN <<EOF\n" + body + "\n# between\n  " + more + " # behind\nlast\nEOF\n"
		case 3:
			return "RUN " + body
		}
		return "FROM x\nRUN --mount=type=cache,target=/c " + body + "\nUSER x\n"
	})
}

func TestProgramsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { holds(t, programs().Draw(t, "text")) })
}

// holds checks all programs of a Dockerfile.
func holds(t rapid.TB, text string) {
	t.Helper()
	doc := source.Parse(text)
	for _, in := range doc.Instructions {
		p, err := Parse(doc, in, Options{})
		if err != nil {
			continue
		}
		checkProgram(t, doc, p)
		checkEdits(t, doc, in, p)
	}
}

func FuzzShell(f *testing.F) {
	for _, seed := range []string{
		"RUN a && b; c | d || e &", "RUN <<EOF\na\nb && c\nEOF\n", "# escape=`\nRUN a `\n# c\n && b",
		"RUN if a; then b; fi; case x in y) z;; esac", `CMD ["sh", "-c", "a \"b\" && c"]`, "RUN sh -c \"a \\\"b\\\" && c\"",
		"RUN ! a | b", "RUN cat <<A <<B && c\na\nA\nb\nB\n", "RUN a \\\r\n && b\r\n", "RUN x=$(a `b`) ${c:-$(d)} && e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc := source.Parse(text)
		for _, in := range doc.Instructions {
			p, err := Parse(doc, in, Options{})
			if err != nil {
				continue
			}
			// "$[" is bash's old arithmetic, in which it counts no brackets.
			if strings.Contains(text, "$[") {
				continue
			}
			// White space that only the builder takes for such makes words
			// that grow and shrink at the ends of lines.
			if !strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && r != '\t' && r != '\n' && r != '\r' && unicode.IsSpace(r) }) {
				checkEdits(t, doc, in, p)
			}
			for _, c := range p.Commands {
				if c.Span.Start < 0 || c.Span.Start > c.Span.End || c.Span.End > len(text) {
					t.Fatalf("%v", c.Span)
				}
				for _, w := range c.Words {
					if w.Span.Start < 0 || w.Span.Start > w.Span.End || w.Span.End > len(text) {
						t.Fatalf("%v", w.Span)
					}
				}
				if span, ok := p.Removal(c); ok && (span.Start < in.Span.Start || span.Start >= span.End || span.End > doc.LineSpan(in).End) {
					t.Fatalf("removal %v of %v", span, in.Span)
				}
				if at, ok := p.After(c); ok && !in.Span.Contains(at) {
					t.Fatalf("after %d in %v", at, in.Span)
				}
			}
		}
	})
}

// Hostile sizes must neither hang nor exhaust the stack.
func TestSizes(t *testing.T) {
	for name, text := range map[string]string{
		"chain":     "RUN a" + strings.Repeat(" && \\\n  b c", 50000),
		"pipe":      "RUN a" + strings.Repeat(" | b", 100000),
		"or":        "RUN a" + strings.Repeat(" || b", 50000),
		"list":      "RUN a" + strings.Repeat("; b", 100000),
		"not":       "RUN " + strings.Repeat("! ", 100000) + "a",
		"if":        "RUN " + strings.Repeat("if ", 20000),
		"if else":   "RUN " + strings.Repeat("if a; then ", 50000) + "b" + strings.Repeat("; fi", 50000),
		"time":      "RUN " + strings.Repeat("time ", 200000) + "a",
		"quotes":    "RUN " + strings.Repeat("`", 200000),
		"exports":   "RUN " + strings.Repeat("export A=1; ", 30000),
		"sh":        "RUN " + strings.Repeat("sh -c ", 100000) + "a",
		"eval":      "RUN " + strings.Repeat("eval ", 100000) + "a",
		"words":     "RUN a" + strings.Repeat(" word", 200000),
		"heredocs":  "RUN cat" + strings.Repeat(" <<A", 2000) + "\n" + strings.Repeat("A\n", 2000),
		"functions": "RUN " + strings.Repeat("f() ", 100000) + "{ a; }",
	} {
		start := time.Now()
		doc := source.Parse(text)
		_, err := Parse(doc, doc.Instructions[0], Options{})
		t.Logf("%-10s %8d bytes %v %.60v", name, len(text), time.Since(start), err)
	}
}

func BenchmarkShell(b *testing.B) {
	doc := source.Parse("FROM x\nRUN --mount=type=cache,target=/c set -eux; \\\n    apt-get update && \\\n    apt-get install -y curl git && \\\n    # Poetry\n    curl -sSL https://install.python-poetry.org | POETRY_VERSION=1.8.3 python3 - && \\\n    cd /app && poetry install --no-root\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc, doc.Instructions[1], Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
