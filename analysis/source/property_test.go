package source

import (
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"pgregory.net/rapid"
)

// files generates texts made of what Dockerfiles are made of.
func files() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"FROM", "RUN", "run", "ENV", "ARG", "COPY", "ADD", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD", "USER", "EXPOSE", "SHELL", "NONE", "MAINTAINER", "WORKDIR",
		" ", " ", " ", "\t", "\n", "\n", "\n", "\r\n", "\\\n", "\\ \t\n", "\\\r\n", "`\n", "\\", "`", "\\\\\n", "\r", "\v",
		"# c\n", "#", "# escape=`\n", "# syntax=x\n", "# escape=\\\n", "\n\n",
		"a", "b=c", "K=", "K='v w'", `K="v \" w"`, `"`, "'", "$X", "${X:-y}", "=", "ü", "🐍", "\u00a0", "\u0085", "\xff", "\x00",
		"--mount=type=cache", "--x", "--", `--y="q r"`, "--é=à",
		`["a", "b"]`, `["a\"b"]`, "[", "]", `"a"`, "[1]", "[]",
		"<<EOF", "<<-EOF", "<<'EOF'", `<<"EOF"`, "3<<EOF", "<< EOF", "<<<", "<<A", "EOF\n", "\tEOF\n", "A\n", "AS", "as", "\uFEFF",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces"), "")
	})
}

// instructionLines generates texts that BuildKit mostly accepts.
func instructionLines() *rapid.Generator[string] {
	line := rapid.SampledFrom([]string{
		"FROM a AS b\n", "from --platform=x $B\n", "ENV A=b C='d e' F=\\\n  g\n", "ENV a b c\n", "ENV A=\"x\\\"y\" \\\n# c\n B=2\n",
		"LABEL a=b\n", "ARG X Y=1 Z=\"a b\"\n", "COPY --from=b a b c/\n", "COPY [\"a b\", \"c\"]\n", "RUN a && \\\n b\n", "RUN [\"a\"]\n",
		"RUN [ -f x ]\n", "RUN <<EOF\na\n# b\nEOF\n", "RUN <<-A cat <<'B' \\\n > x\n\tz\n\tA\n$y\nB\n", "COPY <<EOF <<X /d/\na\nEOF\nb\nX\n",
		"ONBUILD RUN <<EOF\na\nEOF\n", "ONBUILD COPY a b\n", "HEALTHCHECK --interval=1s CMD a b\n", "HEALTHCHECK cmd [\"a\"]\n", "HEALTHCHECK NONE\n",
		"EXPOSE 80 81/tcp\n", "USER a b\n", "WORKDIR  /a b \n", "VOLUME /a /b\n", "CMD a \\\n\n\n  b\n", "# c\n", "\n", "  # d\n", "RUN \\\n # x\n  a\\\nb\n",
		"SHELL [\"a\", \"b\"]\n", "STOPSIGNAL x\n", "MAINTAINER a <b@c>\n", "RUN --mount=type=bind,source=\"a b\" \\\n  --network=none x\n", "  RUN indented\n",
		"RUN echo \"<<EOF\"\n", "RUN echo $((1<<2))\n", "RUN a <<<b\n", "RUN --\n", "RUN -- a\n", "RUN\n", "RUN a\\\\\n", "\\\nRUN a\n",
	})
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, "lines"), "")
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			text = strings.ReplaceAll(text, "\n", "\r\n")
		case 1:
			text = "# escape=`\n" + strings.ReplaceAll(text, "\\\n", "`\n")
		}
		return text + rapid.SampledFrom([]string{"", "RUN last", "RUN last \\", "RUN last \\\n", "RUN <<EOF\nx"}).Draw(t, "end")
	})
}

func TestFilesAsBuildKit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { holds(t, files().Draw(t, "text")) })
}

func TestInstructionsAsBuildKit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { holds(t, instructionLines().Draw(t, "text")) })
}

// What Join gives is what BuildKit has as the argument.
func TestJoinAsBuildKit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := instructionLines().Draw(t, "text")
		result, err := parser.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		doc := Parse(text)
		for i, in := range doc.Instructions {
			node := result.AST.Children[i]
			if in.JSON != nil || node.Next == nil || in.Name != "RUN" && in.Name != "CMD" {
				continue
			}
			j := doc.Join(in)
			if j.Text != node.Next.Value {
				t.Fatalf("%q, BuildKit says %q", j.Text, node.Next.Value)
			}
			for k := range len(j.Text) {
				if at := j.At(k); doc.Text[at] != j.Text[k] {
					t.Fatalf("byte %d of %q is not at %d", k, j.Text, at)
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "FROM a\n", "\uFEFF# escape=`\nFROM a AS b\nRUN a `\n # c\n b\n", "RUN <<EOF\na\nEOF\n", "ONBUILD COPY <<A /b\nA\n",
		"ENV A=b C='d e'\nENV a b\n", "CMD [\"a\", \"b\\n\"]", "HEALTHCHECK --x=y CMD a", "COPY --a=\"b c\" d e", "RUN a \\", "x\xff\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc := holds(t, text)
		for _, in := range doc.Instructions {
			doc.Join(in)
			doc.LineSpan(in)
			doc.LeadingComments(in)
		}
		doc.Check()
	})
}

func TestMapperRoundTrip(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "\n", "\r\n", "\r", "ü", "🐍", "\xff", "\x80", "ab c", "\uFEFF"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "pieces"), "")
		m := NewMapper(text)
		for _, enc := range []Encoding{UTF16, UTF8} {
			last := Position{}
			for offset := 0; offset <= len(text); offset++ {
				p := m.Position(offset, enc)
				if p.Line < last.Line || p.Line == last.Line && p.Character < last.Character {
					t.Fatalf("%q: %d is at %v, before %v", text, offset, p, last)
				}
				last = p
				back := m.Offset(p, enc)
				if back > offset || m.Position(back, enc) != p {
					t.Fatalf("%q: %d became %v became %d", text, offset, p, back)
				}
				between := offset > 0 && offset < len(text) && text[offset-1:offset+1] == "\r\n"
				if back != offset && !between && runeStart(text, 0, offset) == offset {
					t.Fatalf("%q: %d became %v became %d", text, offset, p, back)
				}
			}
		}
	})
}
