package lazyregexp

import (
	"regexp"
	"slices"
	"testing"
)

func TestNeeded(t *testing.T) {
	for expr, want := range map[string][]string{
		`abc`:                      {"abc"},
		`\babc\d+de`:               {"abc"},
		`a+bcd?`:                   {"bc"},
		`(?:abc|d(ef|gh))x*`:       {"ef", "gh", "abc"},
		`ab|c`:                     nil, // one letter tells nothing
		`ab|.`:                     nil,
		`(ab)*`:                    nil,
		`(ab){0,2}`:                nil,
		`(ab){2,3}`:                {"ab"},
		`(?i)abc`:                  nil,
		`(?i)abc(?-i)de`:           {"de"},
		`^$`:                       nil,
		``:                         nil,
		`[a-c]x(yy|zzz)?\.(ww|vv)`: {"vv", "ww"},
		`os\.mkdir|mkdir|mkdirs`:   {"mkdir"},
	} {
		if got := neededTexts(expr); !slices.Equal(got, want) {
			t.Errorf("%q needs %q, want %q", expr, got, want)
		}
	}
}

// FuzzNeeded holds expressions against package regexp: what is not tried must
// not match.
func FuzzNeeded(f *testing.F) {
	for _, seed := range [][2]string{
		{`\bopen\(\s*("x"|'y')\s*,`, `f = open("x", 1)`}, {`a(bc|bd)+|ef{2,}`, "xabdbc effff"}, {`(?i)port\s*=`, "PORT ="},
		{`(?m)^ab$`, "x\nab\ny"}, {`ab\x{fffd}`, "ab\xff"}, {`(?:ab)??c{1}d`, "cd"}, {`\Qa.b\E|cd`, "a.b"}, {`ſk|K`, "ſk"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, expr, text string) {
		if len(expr) > 200 {
			return
		}
		plain, err := regexp.Compile(expr)
		if err != nil {
			return
		}
		lazy := New(expr)
		if got, want := lazy.FindAllStringSubmatchIndex(text, -1), plain.FindAllStringSubmatchIndex(text, -1); !slices.EqualFunc(got, want, slices.Equal[[]int]) {
			t.Errorf("%q in %q gives %v, want %v", expr, text, got, want)
		}
	})
}
