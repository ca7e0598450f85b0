package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restage/analysis/source"
)

// programOf parses the last instruction of a Dockerfile.
func programOf(t rapid.TB, text string) (*source.Document, *Program) {
	t.Helper()
	doc := source.Parse(text)
	p, err := Parse(doc, doc.Instructions[len(doc.Instructions)-1], Options{})
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return doc, p
}

// words lists the commands of a program, one a line, in a short form.
func words(p *Program) []string {
	out := []string{}
	for _, c := range p.Commands {
		var parts []string
		for _, a := range c.Assigns {
			parts = append(parts, a.Name+"="+a.Value)
		}
		for _, w := range c.Words {
			parts = append(parts, w.Value)
		}
		out = append(out, strings.Join(parts, "|"))
	}
	return out
}

func TestCommands(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"plain", "RUN poetry install --no-root", []string{"poetry|install|--no-root"}},
		{"flags", "RUN --mount=type=cache,target=/x a b", []string{"a|b"}},
		{"chain", "RUN a && b ; c", []string{"a", "b", "c"}},
		{"lines", "RUN a \\\n  # about b\n\n && b 'x y' \\\n", []string{"a", "b|x y"}},
		{"windows lines", "RUN a \\\r\n  # about b\r\n && b \\\r\n   c\r\n", []string{"a", "b|c"}},
		{"backtick", "# escape=`\nRUN a `\n && b C:\\x", []string{"a", "b|C:x"}},
		{"tabs", "RUN\ta\tb\t\\\n\t\t&&\tc", []string{"a|b", "c"}},
		{"words over lines", "RUN a b\\\nc 'd \\\ne'", []string{"a|bc|d e"}},
		{"not ASCII", "RUN échö \"grüße 🐍\" && b", []string{"échö|grüße 🐍", "b"}},
		{"set", "RUN set -eux; a; b", []string{"set|-eux", "a", "b"}},
		{"assigns", `RUN X="a b" Y=$Z cmd "$Q/${R}x"`, []string{"X=a b|Y=$Z|cmd|$Q/${R}x"}},
		{"only assigns", "RUN X=1; Y=2 Z=3", []string{"X=1", "Y=2|Z=3"}},
		{"export", `RUN export A="b c" D && e`, []string{"export|A=b c|D", "e"}},
		{"if", "RUN if [ -f x ]; then a; else b; fi", []string{"[|-f|x|]", "a", "b"}},
		{"case", "RUN case $X in a) b;; *) c;; esac", []string{"b", "c"}},
		{"for", "RUN for x in $(ls); do echo $x; done", []string{"ls", "echo|$x"}},
		{"while", "RUN while read x; do a $x; done < f", []string{"read|x", "a|$x"}},
		{"function", "RUN f() { a; }; f", []string{"a", "f"}},
		{"subshell", "RUN (cd x && a) && { b; }", []string{"cd|x", "a", "b"}},
		{"pipe", "RUN curl -sSL x | POETRY_VERSION=1.2 python3 -", []string{"curl|-sSL|x", "POETRY_VERSION=1.2|python3|-"}},
		{"substitution", "RUN a $(b) `c`", []string{"a|$(b)|`c`", "b", "c"}},
		{"time", "RUN time a b && c", []string{"a|b", "c"}},
		{"shell comment", "RUN a # && b", []string{"a"}},
		{"heredoc body", "RUN <<EOF\na\n# no\nb c\nEOF\n", []string{"a", "b|c"}},
		{"heredoc chomped", "RUN <<-EOF\n\ta\n\tb\n\tEOF\n", []string{"a", "b"}},
		{"heredoc with shell", "RUN bash -e <<EOF\na && b\nEOF\n", []string{"bash|-e", "a", "b"}},
		{"heredoc with program", "RUN cat <<EOF > f\na && b\nEOF\n", []string{"cat"}},
		{"heredoc shebang", "RUN <<EOF\n#!/usr/bin/env bash\na\nEOF\n", []string{"a"}},
		{"two heredocs", "RUN cat <<A <<B && c\na\nA\nb\nB\n", []string{"cat", "c"}},
		{"sh -c", `RUN sh -c "a && b 'c d'"`, []string{"sh|-c|a && b 'c d'", "a", "b|c d"}},
		{"bash -lc", `RUN bash -o pipefail -lc 'a; b $X'`, []string{"bash|-o|pipefail|-lc|a; b $X", "a", "b|$X"}},
		{"escaped quotes", `RUN bash -c "a \"b c\" && d"`, []string{`bash|-c|a "b c" && d`, "a|b c", "d"}},
		{"su", `RUN su - app -c "poetry install"`, []string{"su|-|app|-c|poetry install", "poetry|install"}},
		{"eval", `RUN eval "a b"`, []string{"eval|a b", "a|b"}},
		{"exec form", `CMD ["poetry", "run", "x y"]`, []string{"poetry|run|x y"}},
		{"exec form with shell", `CMD ["/bin/sh", "-c", "a && b"]`, []string{"/bin/sh|-c|a && b", "a", "b"}},
		{"exec form with escapes", `CMD ["sh", "-c", "a \"b c\" && d"]`, []string{`sh|-c|a "b c" && d`, "a|b c", "d"}},
		{"shell form CMD", "CMD poetry run x", []string{"poetry|run|x"}},
		{"health check", "HEALTHCHECK --interval=1s CMD curl -f x || exit 1", []string{"curl|-f|x", "exit|1"}},
		{"on build", "ONBUILD RUN a && b", []string{"a", "b"}},
		{"no program", "RUN", []string{}},
		{"empty exec form", "CMD []", []string{}},
		{"quoted newline", "RUN printf 'a\\n' > x && b", []string{`printf|a\n`, "b"}},
		{"brackets", "RUN pip install uvicorn[standard]", []string{"pip|install|uvicorn[standard]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, p := programOf(t, test.text)
			if diff := cmp.Diff(test.want, words(p)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpans(t *testing.T) {
	text := "RUN set -ex; \\\n # note\n A=ä foo 'b \\\nc' >log 2>&1 \\\n && sh -c 'x \"y z\"'\n"
	doc, p := programOf(t, text)
	var got []string
	for _, c := range p.Commands {
		got = append(got, doc.Slice(c.Span))
		for _, w := range c.Words {
			got = append(got, "  "+doc.Slice(w.Span))
		}
	}
	want := []string{
		"set -ex", "  set", "  -ex",
		"A=ä foo 'b \\\nc' >log 2>&1", "  foo", "  'b \\\nc'",
		"sh -c 'x \"y z\"'", "  sh", "  -c", "  'x \"y z\"'",
		"x \"y z\"", "  x", "  \"y z\"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct {
		raw, value string
		static     bool
		vars       string
	}{
		{"abc", "abc", true, ""},
		{`a\ b`, "a b", true, ""},
		{`"a\b\"c"`, `a\b"c`, true, ""},
		{`'a\b'`, `a\b`, true, ""},
		{"$A", "$A", false, "A"},
		{`"${A}/b"`, "${A}/b", false, "A"},
		{"${A:-$B}", "${A:-$B}", false, "A B"},
		{"*.py", "*.py", false, ""},
		{`"*.py"`, "*.py", true, ""},
		{"~/x", "~/x", false, ""},
		{"a{b,c}", "a{b,c}", false, ""},
		{"{}", "{}", true, ""},
		{"$(x)", "$(x)", false, ""},
		{"x[y]", "x[y]", false, ""},
		{"--a=b==c", "--a=b==c", true, ""},
	} {
		_, p := programOf(t, "RUN cmd "+test.raw)
		w := p.Commands[0].Words[1]
		if w.Value != test.value || w.Static != test.static || strings.Join(w.Vars, " ") != test.vars || w.Raw != test.raw {
			t.Errorf("%s: %+v", test.raw, w)
		}
	}
}

func TestPlace(t *testing.T) {
	show := func(p Place) string {
		var out []string
		for _, flag := range []struct {
			name string
			set  bool
		}{
			{"conditional", p.Conditional}, {"tolerated", p.Tolerated}, {"unchecked", p.Unchecked}, {"background", p.Background},
			{"piped", p.Piped}, {"first", p.PipeFirst}, {"substitution", p.Substitution}, {"subshell", p.Subshell}, {"nested", p.Nested},
		} {
			if flag.set {
				out = append(out, flag.name)
			}
		}
		return strings.Join(out, " ")
	}
	for text, want := range map[string]string{
		"x":                              "",
		"a && x && b":                    "",
		"x; a":                           "unchecked",
		"set -e; x; a":                   "",
		"x || true":                      "conditional tolerated",
		"x || exit 1":                    "conditional",
		"a && x || true":                 "conditional tolerated",
		"a || x":                         "conditional",
		"a && (x || b)":                  "conditional tolerated subshell",
		"x | a":                          "tolerated piped first",
		"set -o pipefail && x | a":       "piped first",
		"a | x":                          "piped",
		"x & a":                          "tolerated unchecked background",
		"! x":                            "tolerated",
		"if x; then a; fi":               "conditional tolerated",
		"if a; then x; fi":               "conditional",
		"for i in 1; do x; done":         "conditional",
		"f() { x; }; f":                  "conditional unchecked",
		"(x)":                            "subshell",
		"{ x; }":                         "",
		"echo $(x)":                      "tolerated substitution",
		"A=$(x)":                         "substitution",
		"sh -c 'x'":                      "nested",
		"set -e; [ -f y ] && x; b":       "conditional",
		"set -e; b; [ -f y ] && x":       "",
		"case a in a) x;; esac":          "conditional",
		"while a; do b; done; x":         "",
		"set -e; if a; then b; fi; x; b": "",
	} {
		_, p := programOf(t, "RUN "+text)
		found := false
		for _, c := range p.Commands {
			if c.Name() == "x" {
				found = true
				if got := show(c.Place); got != want {
					t.Errorf("%s: %q, want %q", text, got, want)
				}
			}
		}
		if !found {
			t.Errorf("%s: no x", text)
		}
	}
}

func TestState(t *testing.T) {
	for text, want := range map[string]string{
		"x":                                 " true",
		"cd a && x":                         "a true",
		"cd /a; cd b/../c; x":               "/a/c true",
		"(cd a && b); x":                    " true",
		"(cd a && x)":                       "a true",
		"cd $A && x":                        " false",
		"cd $A && cd /b && x":               "/b true",
		"cd - && x":                         " false",
		"cd a && cd .. && x":                " true",
		"if b; then cd a; fi; x":            " false",
		"cd a || exit 1; x":                 "a true",
		"cd a || true; x":                   " false",
		"pushd a && popd && x":              " true",
		"pushd a && x":                      "a true",
		"cd a | b; x":                       " true",
		"export A=1 B=$C && x":              " true A=1 B=$C",
		"A=1; x":                            " true A=1",
		"A=1 b; x":                          " true",
		"export A=1; unset A; x":            " true",
		"export A=1; if b; then A=2; fi; x": " true",
		"A=1; (A=2); x":                     " true A=1",
		"cd a && sh -c 'x'":                 "a true",
	} {
		_, p := programOf(t, "RUN "+text)
		for _, c := range p.Commands {
			if c.Name() != "x" {
				continue
			}
			got := fmt.Sprintf("%s %v", c.Dir, c.DirKnown)
			for _, name := range []string{"A", "B"} {
				if value, ok := c.Exports[name]; ok {
					got += " " + name + "=" + value
				}
			}
			if got != want {
				t.Errorf("%s: %q, want %q", text, got, want)
			}
		}
	}
}

func TestWrappers(t *testing.T) {
	for text, want := range map[string]string{
		"env A=1 -u B poetry install":         "A=1|poetry|install",
		"env -i A=1 poetry":                   "A=1|poetry",
		"exec poetry run x":                   "poetry|run|x",
		"sudo -E -u app A=1 poetry install":   "A=1|poetry|install",
		"sudo -uapp -- poetry install":        "poetry|install",
		"command -v poetry":                   "command|-v|poetry",
		"command poetry":                      "poetry",
		"nohup nice -n 5 poetry x":            "poetry|x",
		"timeout -k 5 60 poetry x":            "poetry|x",
		"xargs -n 1 poetry add":               "poetry|add",
		"tini -g -- poetry run":               "poetry|run",
		"gosu app:app poetry run":             "poetry|run",
		"/usr/local/bin/dumb-init poetry run": "poetry|run",
		"env":                                 "env",
	} {
		_, p := programOf(t, "RUN "+text)
		run := p.Commands[0].Unwrapped()
		if got := words(&Program{Commands: []*Command{run}})[0]; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	_, p := programOf(t, `ENTRYPOINT ["tini", "--", "sh", "-c", "exec poetry run x"]`)
	if diff := cmp.Diff([]string{"tini|--|sh|-c|exec poetry run x", "exec|poetry|run|x"}, words(p)); diff != "" {
		t.Error(diff)
	}
	if got := p.Commands[1].Unwrapped().Name(); got != "poetry" {
		t.Error(got)
	}
}

func TestNames(t *testing.T) {
	_, p := programOf(t, `RUN "$POETRY_HOME/bin/poetry" install && A=1`)
	if got := p.Commands[0].Name(); got != "poetry" {
		t.Error(got)
	}
	if got := len(p.Commands[0].Args()); got != 1 {
		t.Error(got)
	}
	if got := p.Commands[1].Name(); got != "" || p.Commands[1].Args() != nil {
		t.Error(got)
	}
	if p.Only(p.Commands[0]) {
		t.Error("not the only command")
	}
}

func TestOpaque(t *testing.T) {
	for text, want := range map[string]bool{
		`sh -c "$X"`: false, `sh -c "$(curl x)"`: true, "eval a b": true, "sh -c 'a'": false, "bash x.sh": false, `sh -c 'if'`: true,
	} {
		_, p := programOf(t, "RUN "+text)
		if p.Commands[0].Opaque != want {
			t.Errorf("%s: %v", text, p.Commands[0].Opaque)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"RUN if": "the shell cannot read this: ",
		"RUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF": "the script is written for python3, not for a shell",
		"RUN echo 'a":                        "the shell cannot read this: ",
		"RUN " + strings.Repeat("(", 100000): "the shell cannot read this: it is nested too deeply",
	} {
		doc := source.Parse(text)
		_, err := Parse(doc, doc.Instructions[0], Options{})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.50q: %v", text, err)
		}
	}
}

func TestParseText(t *testing.T) {
	text := "#!/bin/sh -e\ncd app\nexec poetry run x \"$@\"\n"
	p, err := ParseText(text, 100)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Commands[1]
	if c.Dir != "app" || c.Place.Unchecked || c.Unwrapped().Name() != "poetry" {
		t.Errorf("%+v", c)
	}
	if at := c.Span.Start - 100; !strings.HasPrefix(text[at:], "exec") {
		t.Errorf("%q", text[at:])
	}
}

func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/*/Dockerfile")
	if len(files) == 0 {
		t.Skip("the corpus of real Dockerfiles is not here")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc := source.Parse(string(text))
		for _, in := range doc.Instructions {
			switch in.Name {
			case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK":
			default:
				continue
			}
			p, err := Parse(doc, in, Options{})
			if err != nil {
				t.Logf("%s: %v", file, err)
				continue
			}
			checkProgram(t, doc, p)
			checkEdits(t, doc, in, p)
		}
	}
}
