package analysis

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"restage/analysis/source"
)

// Where mayCall says no, there is nothing to be found.
func TestMayCall(t *testing.T) {
	piece := rapid.SampledFrom([]string{"pip", "p", "ip", "poe", "try", "poetry", "uv", "install", " ", " ", " && ", "; ", "| ", "'", "\"", "\\", "\\\n", "\\ \n", "\\\n\n", "\\\n# c\n", "\\\n \t# c\n",
		"$X", "${X}", "$(", ")", "`", "sh -c ", "env ", "python3 ", "-m ", "apt-get install ", "apk add ", "curl ", "install-poetry.py", "echo ", "X=pip", "(", "exec ", "\t", "\r\n", "<<E\n", "\nE\n", "[\"", "\"]", "\\u0070"})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, "pieces"), "")
		f := NewFacts(source.Parse("FROM python:3.11\nENV X=pip Y=uv\nRUN "+body+"\n"), nil)
		if len(f.Stages) == 0 {
			return
		}
		for _, s := range f.Stages[0].Steps {
			if s.Name != "RUN" || s.mayCall() {
				continue
			}
			calls := callsOf(s)
			for _, c := range calls {
				if c != nil {
					t.Fatalf("a call of %s in %q", c.Tool, body)
				}
			}
			if len(runInstallers(s, calls)) > 0 {
				t.Fatalf("an installer in %q", body)
			}
		}
	})
}

// Most RUNs are not read as programs.
func TestMayNotCall(t *testing.T) {
	f := NewFacts(source.Parse("FROM a\nRUN apt-get update && apt-get install -y curl \\\n  && rm -rf /var/lib/apt/lists/*\nRUN echo 'a b'\n"), nil)
	for _, s := range f.Stages[0].Steps {
		if s.progDone {
			t.Errorf("%s was read", s.Name)
		}
	}
}
