package source

import (
	"slices"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"pgregory.net/rapid"
)

// TestExpandPlain holds the short way against BuildKit's lexer.
func TestExpandPlain(t *testing.T) {
	values := map[string]string{"A": "a", "PATH": "/bin:/usr/bin", "E": "", "Q": `a "b" $A \`, "A1": "é  x"}
	lookup := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	part := rapid.SampledFrom([]string{"$A", "${A}", "$PATH", "${PATH}", "$E", "$Q", "${Q}", "$A1", "${NO}", "$NO", "$_x", "/", "a", ":", ".", "~", "=",
		"-", "+", "@", "%", "7", "é", " ", `"`, "'", `\`, "$", "{", "}", "$1", "${1}", "${A:-b}", "$(", "${", "$$", "#"})
	plain := 0
	rapid.Check(t, func(t *rapid.T) {
		word := ""
		for _, p := range rapid.SliceOfN(part, 0, 5).Draw(t, "parts") {
			word += p
		}
		if rapid.Bool().Draw(t, "quoted") {
			word = `"` + word + `"`
		}
		value, unset, ok := expandPlain(word, lookup)
		if !ok {
			return
		}
		plain++
		for _, escape := range []rune{'\\', '`'} {
			want, missing, err := shell.NewLex(escape).ProcessWord(word, &variables{lookup: lookup})
			var names []string
			for name := range missing {
				names = append(names, name)
			}
			slices.Sort(names)
			if err != nil || value != want || !slices.Equal(unset, names) {
				t.Fatalf("%s is %q without %v; BuildKit says %q without %v, %v", word, value, unset, want, names, err)
			}
		}
	})
	if plain == 0 {
		t.Error("no word was plain")
	}
}
