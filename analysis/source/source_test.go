package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstructions(t *testing.T) {
	text := "# syntax=docker/dockerfile:1\n# note\nARG V=1\n\nFROM --platform=linux/amd64 python:$V AS Base\n" +
		"# about ENV\nENV A=b \\\n    # inside\n    C=\"d e\"\nRUN --mount=type=cache,target=\"/r x\" \\\n  a && \\\n  b\nCMD [\"a\", \"b\\n\"]\n" +
		"HEALTHCHECK --interval=1s CMD [\"x\"]\nONBUILD COPY --from=0 <<EOF /b\nbody\nEOF\n"
	doc := holds(t, text)
	if len(doc.Problems) > 0 || len(doc.Check()) > 0 {
		t.Fatal(doc.Problems, doc.Check())
	}
	var got []string
	var show func(in *Instruction, indent string)
	show = func(in *Instruction, indent string) {
		line := indent + in.Name
		for _, f := range in.Flags {
			line += fmt.Sprintf(" --%s=%s(%s)", f.Name, f.Value, doc.Slice(f.ValueSpan))
		}
		for _, w := range in.Words {
			line += fmt.Sprintf(" %s(%s)", w.Value, doc.Slice(w.Span))
		}
		for _, p := range in.Pairs {
			line += fmt.Sprintf(" %s:%s(%s)", p.Key, p.Value.Value, doc.Slice(p.Value.Span))
		}
		for _, w := range in.JSON {
			line += fmt.Sprintf(" %q(%s)", w.Value, doc.Slice(w.Span))
		}
		for _, h := range in.Heredocs {
			line += fmt.Sprintf(" %s:%q:%s:%s", h.Name, doc.Slice(h.Body), doc.Slice(h.Word), doc.Slice(h.End))
		}
		for _, c := range in.Comments {
			line += " " + doc.Slice(c)
		}
		got = append(got, line)
		if in.Sub != nil {
			show(in.Sub, indent+"  ")
		}
	}
	for _, in := range doc.Instructions {
		show(in, "")
	}
	want := []string{
		"ARG V=1(V=1) V:1(1)",
		"FROM --platform=linux/amd64(linux/amd64) python:$V(python:$V) AS(AS) Base(Base)",
		`ENV A=b(A=b) C=d e(C="d e") A:b(b) C:d e("d e") # inside`,
		`RUN --mount=type=cache,target=/r x(type=cache,target="/r x")`,
		`CMD "a"("a") "b\n"("b\n")`,
		"HEALTHCHECK --interval=1s(1s) CMD(CMD)",
		`  CMD "x"("x")`,
		`ONBUILD EOF:"body\n":<<EOF:EOF`,
		`  COPY --from=0(0) <<EOF(<<EOF) /b(/b) EOF:"body\n":<<EOF:EOF`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	st := doc.Stages[0]
	if st.Name != "Base" || doc.Slice(st.NameSpan) != "Base" || st.Base.Value != "python:$V" || len(st.Instructions) != 6 {
		t.Errorf("%+v", st)
	}
	env := doc.Instructions[2]
	if got := doc.Slice(doc.LeadingComments(env)); got != "# about ENV\n" {
		t.Errorf("%q", got)
	}
	if got := doc.Slice(doc.LeadingComments(doc.Instructions[0])); got != "# note\n" {
		t.Errorf("%q", got)
	}
	if got := doc.LeadingComments(st.From); !got.Empty() || got.Start != st.From.Span.Start {
		t.Errorf("%v", got)
	}
	if got := doc.Slice(doc.LineSpan(env)); !strings.HasPrefix(got, "ENV") || !strings.HasSuffix(got, "\"d e\"\n") {
		t.Errorf("%q", got)
	}
	if got := doc.Slice(doc.Instructions[3].Args); got != "a && \\\n  b" {
		t.Errorf("%q", got)
	}
	for _, in := range doc.Instructions {
		if doc.InstructionAt(in.Span.Start) != in || doc.InstructionAt(in.Span.End) != in {
			t.Errorf("%s is not at its place", in.Name)
		}
	}
	if doc.InstructionAt(0) != nil {
		t.Error("there is no instruction at 0")
	}
	if doc.StageByName("base") != st || doc.StageByName("0") != st || doc.StageBefore("base", 0) != nil || doc.StageByName("x") != nil {
		t.Error("stages by name")
	}
}

func TestPairs(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"ENV A=b C= D='x y'", "A:b:true C::true D:x y:true"},
		{`ENV A=a\ b B="x\"y" C=$D"e"`, `A:a b:true B:x"y:true C:$De:true`},
		{"ENV A b c  d", "A:b c  d:true"},
		{"ENV A \"b c\"", "A:b c:true"},
		{"ENV A", "A::false"},
		{"LABEL \"a b\"=c", "a b:c:true"},
		{"ARG A B=1 C=", "A::false B:1:true C::true"},
		{"ENV A=\\\n  1 B=2", "A::true 1::false B:2:true"},
		{"ENV A=1\\\n2", "A:12:true"},
	} {
		var got []string
		for _, p := range Parse(test.text).Instructions[0].Pairs {
			got = append(got, fmt.Sprintf("%s:%s:%v", p.Key, p.Value.Value, p.HasValue))
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%q: %q, want %q", test.text, s, test.want)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "This file has no instructions."},
		{"# only\n\n# comments\n", "This file has no instructions."},
		{"ARG A\n", "This file has no FROM instruction, so there is nothing to build."},
		{"RUN a\nFROM x\n", "RUN stands before the first FROM; only ARG may."},
		{"FROM x\nRUNN a\n", `"RUNN" is not a Dockerfile instruction.`},
		{"FROM x\nRUN <<EOF\na\n", `The here-document is never closed: no line says just "EOF".`},
		{"FROM x\nRUN \xff\n", "The file is not valid UTF-8 here."},
		{"FROM x\nRUN \x00\n", "The file has a NUL byte here; it does not look like a text file."},
		{"# escape=x\nFROM x\n", "The escape character must be \\ or `, not \"x\"."},
		{"# escape=`\n# escape=`\nFROM x\n", `The parser directive "escape" is given twice; it can be used only once.`},
		{"FROM x\nrun a\n", ""},
	} {
		doc := holds(t, test.text)
		got := ""
		if len(doc.Problems) > 0 {
			got = doc.Problems[0].Message
		}
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct{ text, place, message string }{
		{"FROM x\nRUN a\n", "", ""},
		{"FROM x\n  COPY a\n", "COPY a", "COPY requires at least two arguments"},
		{"FROM x\nRUN --mont=type=cache \\\n a\nUSER b\n", "RUN --mont=type=cache \\\n a", "unknown flag: --mont"},
		{"FROM x\nENV A\n", "ENV A", "ENV must have two arguments"},
		{"# escape=x\nFROM x\n", "# escape=x", "invalid escape token"},
		{"FROM x\nRUN [1]\n", "RUN [1]", "arrays must be comprised of strings only"},
		{"FROM x\nHEALTHCHECK x\n", "HEALTHCHECK x", "HEALTHCHECK"},
	} {
		doc := Parse(test.text)
		problems := doc.Check()
		if test.message == "" {
			if len(problems) > 0 {
				t.Errorf("%q: %v", test.text, problems)
			}
			continue
		}
		if len(problems) != 1 || !strings.Contains(problems[0].Message, test.message) || doc.Slice(problems[0].Span) != test.place {
			t.Errorf("%q: %+v", test.text, problems)
		}
	}
}

func TestDirectives(t *testing.T) {
	for _, test := range []struct {
		text, want string
		escape     byte
	}{
		{"# syntax=a/b:1\n#escape = `\nFROM x", "syntax=a/b:1 escape=`", '`'},
		{"\uFEFF# Escape=`\r\nFROM x", "escape=`", '`'},
		{"# comment\n# escape=`\nFROM x", "", '\\'},
		{"\n# escape=`\nFROM x", "", '\\'},
		{"# unknown=x\n# escape=`\nFROM x", "", '\\'},
		{"# check=skip=all\nFROM x\n# escape=`\n", "check=skip=all", '\\'},
	} {
		doc := holds(t, test.text)
		var got []string
		for _, d := range doc.Directives {
			got = append(got, d.Name+"="+d.Value)
		}
		if s := strings.Join(got, " "); s != test.want || doc.Escape != test.escape {
			t.Errorf("%q: %q %c", test.text, s, doc.Escape)
		}
	}
}

func TestHeredocs(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"RUN <<EOF\na\nEOF\n", "EOF true false a\n"},
		{"RUN <<-'E F' cat\n\ta\n\tE F\n", "E F false true \ta\n"},
		{"RUN <<A <<\"B\"\nA\nb\nB\n", "A true false |B false false b\n"},
		{"RUN 3<<A\nA\n", "A true false "},
		{"COPY <<a.txt /x\nhello\r\na.txt\r\n", "a.txt true false hello\r\n"},
		{"RUN echo '<<A'\n", ""},
		{"RUN cat <<<A\n", ""},
		{"RUN echo $((1<<2))\n", ""},
		{"RUN [\"cat\", \"<<A\"]\n", ""},
		{"ENV A=<<B\n", ""},
		{"CMD cat <<A\n", ""},
		{"onbuild run <<A\nx\nA\n", "A true false x\n"},
		{"RUN a \\\n <<A \\\n # c\n && b\nx\nA\n", "A true false x\n"},
	} {
		doc := holds(t, test.text)
		var got []string
		for _, h := range doc.Instructions[0].Heredocs {
			got = append(got, fmt.Sprintf("%s %v %v %s", h.Name, h.Expand, h.Chomp, doc.Slice(h.Body)))
		}
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%q: %q, want %q", test.text, s, test.want)
		}
	}
}

func TestExpand(t *testing.T) {
	lookup := func(name string) (string, bool) {
		value, ok := map[string]string{"A": "a", "E": "", "P": "x/y.z"}[name]
		return value, ok
	}
	for _, test := range []struct {
		word   string
		escape byte
		want   string
		unset  string
		fails  bool
	}{
		{word: "plain", want: "plain"},
		{word: "$A-${A}", want: "a-a"},
		{word: "$N", want: "", unset: "N"},
		{word: "${N:-d}${M-e}", want: "de", unset: "M N"},
		{word: "${E:-d}${E-e}", want: "d"},
		{word: "${A:+x}${N:+y}", want: "x", unset: "N"},
		{word: `"$A b" 'c$A'`, want: "a b c$A"},
		{word: `\$A \"x`, want: `$A "x`},
		{word: "`$A", escape: '`', want: "$A"},
		{word: `C:\$A`, escape: '`', want: `C:\a`},
		{word: "${P#*/}", want: "y.z"},
		{word: "${P%.*}", want: "x/y"},
		{word: "${P/x/q}", want: "q/y.z"},
		{word: "${N?no}", fails: true},
		{word: "${A", fails: true},
		{word: "'a", fails: true},
		{word: "a\x00$A", fails: true},
	} {
		escape := test.escape
		if escape == 0 {
			escape = '\\'
		}
		got, unset, err := Expand(test.word, escape, lookup)
		if (err != nil) != test.fails || err == nil && got != test.want || strings.Join(unset, " ") != test.unset {
			t.Errorf("%s: %q %v %v", test.word, got, unset, err)
		}
	}
}

func TestUnquoteAsExpand(t *testing.T) {
	for _, word := range []string{"a", `"a b"`, `a\ b`, `'a\b'`, `"a\b\"c\\"`, `a"b"'c'`, `\'`, `a\`, ``} {
		want, _, err := Expand(word, '\\', func(string) (string, bool) { return "", false })
		if got := Unquote(word, '\\'); err != nil || got != want {
			t.Errorf("%s: %q, the builder says %q", word, got, want)
		}
	}
}

func TestMapper(t *testing.T) {
	m := NewMapper("aü🐍b\r\nc\rd\n")
	for _, test := range []struct {
		offset      int
		utf16, utf8 Position
	}{
		{0, Position{0, 0}, Position{0, 0}},
		{2, Position{0, 1}, Position{0, 1}}, // inside ü
		{3, Position{0, 2}, Position{0, 3}},
		{5, Position{0, 2}, Position{0, 3}}, // inside the snake
		{7, Position{0, 4}, Position{0, 7}},
		{8, Position{0, 5}, Position{0, 8}},
		{9, Position{0, 5}, Position{0, 8}}, // between \r and \n
		{10, Position{1, 0}, Position{1, 0}},
		{12, Position{2, 0}, Position{2, 0}},
		{99, Position{3, 0}, Position{3, 0}},
		{-1, Position{0, 0}, Position{0, 0}},
	} {
		if got := m.Position(test.offset, UTF16); got != test.utf16 {
			t.Errorf("%d: %v", test.offset, got)
		}
		if got := m.Position(test.offset, UTF8); got != test.utf8 {
			t.Errorf("%d: %v", test.offset, got)
		}
	}
	for p, want := range map[Position]int{{0, 3}: 3, {0, 99}: 8, {1, 99}: 11, {9, 0}: 14, {-1, 5}: 0, {0, -1}: 0} {
		if got := m.Offset(p, UTF16); got != want {
			t.Errorf("%v: %d, want %d", p, got, want)
		}
	}
	if m.Lines() != 4 {
		t.Error(m.Lines())
	}
}

// Every broken text must still give all its bytes and no panic.
func TestHostile(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("ONBUILD ", 10000), strings.Repeat("\\\n", 10000), "RUN " + strings.Repeat("[", 100000), strings.Repeat("<<A ", 1000),
		"RUN" + strings.Repeat(" <<A", 2000) + "\n" + strings.Repeat("x\n", 100), "ENV " + strings.Repeat("a=\\\n", 10000), strings.Repeat("#", 100000),
		"RUN a \\", "RUN a \\\n# c", "\uFEFF", "\uFEFF\uFEFFFROM x", "\r\r\n\r", "HEALTHCHECK", "HEALTHCHECK CMD", "ONBUILD", "FROM", "FROM AS AS AS", "ONBUILD HEALTHCHECK CMD <<A\nA",
		"COPY \"", "ENV \"a", "LABEL a='", "RUN --", "RUN --x=\"", "CMD [\"a\", \"b]", "WOR\u212ADIR x",
	} {
		holds(t, text).Check()
	}
}
