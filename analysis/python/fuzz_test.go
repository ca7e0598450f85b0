package python

import (
	"strings"
	"testing"
)

// A slim twin is a reference with the same variables in it, and its own twin.
func FuzzSlimTwinOf(f *testing.F) {
	for _, seed := range [][2]string{
		{"python:${V}-bookworm", "python:3.11-bookworm"}, {"python:3.11-$D", "python:3.11-bookworm"},
		{"${R:-a/b}/python:3", "a.b/b/python:3"}, {"python:${V", "python:3"}, {"$", "python"}, {"python:$", "python:3.11"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, expanded string) {
		twin, reason := SlimTwinOf(raw, expanded)
		if (twin == "") == (reason == "") {
			t.Fatalf("%q (%q): twin %q, reason %q", raw, expanded, twin, reason)
		}
		if strings.Contains(raw, "$") && twin != "" && strings.Count(twin, "$") != strings.Count(raw, "$") && !strings.HasPrefix(twin, "python:") {
			t.Fatalf("%q lost a variable: %q", raw, twin)
		}
		if !strings.Contains(raw, "$") && twin != "" {
			if again, _ := SlimTwinOf(twin, twin); again != twin {
				t.Fatalf("%q: twin %q has the twin %q", raw, twin, again)
			}
		}
	})
}

// Any text is either a constraint that answers, or an error.
func FuzzConstraint(f *testing.F) {
	for _, seed := range []string{"^3.11", ">=3.9,<4.0", "3.11.*", "^2.7 || ^3.5", "!=3.9.*", "~=3.9.1", "*,*"} {
		f.Add(seed, "3.11.4")
	}
	f.Fuzz(func(t *testing.T, text, version string) {
		c, err := ParseConstraint(text)
		v, ok := ParseVersion(version)
		if err != nil || !ok {
			return
		}
		if c.Allows(v) && !c.AllowsAny(v.Series()) && v.Pre == "" {
			t.Fatalf("%q allows %s, but nothing of %s", text, v, v.Series())
		}
	})
}
