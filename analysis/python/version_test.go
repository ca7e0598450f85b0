package python

import (
	"strconv"
	"testing"
)

func TestParseVersion(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Version
	}{
		{"3.11", Version{Major: 3, Minor: 11, Parts: 2}},
		{"v1.8.2", Version{Major: 1, Minor: 8, Patch: 2, Parts: 3}},
		{"2.0.0b1", Version{Major: 2, Parts: 3, Pre: "b1"}},
		{"3.15-rc", Version{Major: 3, Minor: 15, Parts: 2, Pre: "rc0"}},
		{"3.14.0alpha7", Version{Major: 3, Minor: 14, Parts: 3, Pre: "a7"}},
		{"1.9.0.dev0", Version{Major: 1, Minor: 9, Parts: 3, Pre: "dev0"}},
		{" 3 ", Version{Major: 3, Parts: 1}},
	} {
		if got, ok := ParseVersion(tt.text); !ok || got != tt.want {
			t.Errorf("%q is %+v, want %+v", tt.text, got, tt.want)
		}
	}
	for _, bad := range []string{"", "latest", "3.", "1.2.3.4", "3.11-slim", "1.0.post1", "9999999999"} {
		if got, ok := ParseVersion(bad); ok {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}

func TestVersionOrder(t *testing.T) {
	texts := []string{"1.0.10", "1.1", "1.2.0.dev0", "1.2.0a2", "1.2.0b1", "1.2.0b10", "1.2.0rc1", "1.2.0", "1.10.0", "2"}
	for i := range texts {
		for j := range texts {
			a, _ := ParseVersion(texts[i])
			b, _ := ParseVersion(texts[j])
			if a.Less(b) != (i < j) {
				t.Errorf("%s < %s is %t", a, b, a.Less(b))
			}
		}
	}
	if v := V(3, 11, 4); v.String() != "3.11.4" || !v.AtLeast(3, 11) || v.AtLeast(3, 11, 5) || v.Series() != V(3, 11) {
		t.Errorf("3.11.4 is %v in %v", v, v.Series())
	}
	if (Version{}).AtLeast(0, 0) || (Version{}).String() != "" {
		t.Error("the unknown version is at least something")
	}
}

func TestConstraint(t *testing.T) {
	for _, tt := range []struct {
		constraint string
		yes, no    string // blank-separated versions
	}{
		{"^3.11", "3.11 3.11.4 3.12 3.99", "3.10.9 4.0 4.0.0"},
		{"^0.3", "0.3.0 0.3.9", "0.4.0 1.0"},
		{"^0.0.3", "0.0.3", "0.0.4"},
		{"^1", "1.0 1.9.9", "2.0"},
		{"~3.11", "3.11.0 3.11.9", "3.12.0"},
		{"~3", "3.0 3.99", "4.0"},
		{"~3.11.2", "3.11.2 3.11.9", "3.11.1 3.12.0"},
		{">=3.9,<4.0", "3.9.0 3.13", "3.8.9 4.0"},
		{">=3.9 <4.0", "3.9.0 3.13", "3.8.9 4.0"},
		{" >= 3.9 , < 3.13 ", "3.9 3.12.9", "3.13"},
		{"3.11.*", "3.11.0 3.11.9", "3.12 3.10"},
		{"==3.*", "3.0 3.99.1", "2.7 4.0"},
		{"*", "0.0 3.11 99.0", ""},
		{"", "3.11", ""},
		{"^2.7 || ^3.5", "2.7.18 3.5 3.11", "3.4.9 2.6"},
		{"~2.7|^3.5", "2.7.18 3.6", "2.8 3.4"},
		{"==1.8.2", "1.8.2", "1.8.3"},
		{"=1.8.2", "1.8.2", "1.8.3"},
		{"1.8.2", "1.8.2", "1.8.3"},
		{"!=3.9.0,>=3.8", "3.8 3.9.1", "3.9 3.7"},
		{">=3.7,!=3.8.*", "3.7 3.9", "3.8.1"},
		{"~=3.9", "3.9 3.99", "4.0 3.8"},
		{"~=3.9.1", "3.9.1 3.9.9", "3.10 3.9.0"},
		{">3.11", "3.11.1 3.12", "3.11.0"},
		{"<2.0", "1.9.9", "2.0.0 2.0.0b1"},
		{">=2.0.0b1", "2.0.0b1 2.0", "2.0.0a1"},
	} {
		c, err := ParseConstraint(tt.constraint)
		if err != nil {
			t.Error(err)
			continue
		}
		check := func(texts string, want bool) {
			for text := range fields(texts) {
				v, _ := ParseVersion(text)
				if c.Allows(v) != want {
					t.Errorf("%q allows %s: %t", tt.constraint, text, !want)
				}
			}
		}
		check(tt.yes, true)
		check(tt.no, false)
	}
	for _, bad := range []string{"nonsense", "^", "^3.11 ||", "~=3", "3.9 - 3.11", ">=a"} {
		if c, err := ParseConstraint(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, c)
		}
	}
}

func TestAllowsAny(t *testing.T) {
	for _, tt := range []struct {
		constraint, version string
		want                bool
	}{
		{"^3.11.4", "3.11", true},
		{"^3.11.4", "3.10", false},
		{">3.11", "3.11", true},
		{"3.11", "3.11", true},
		{"<3.11", "3.11", false},
		{">=3.9,<3.9.5", "3.9", true},
		{"!=3.9.*", "3.9", false},
		{"^2.7 || ^3.5", "3", true},
		{"^3.5", "2", false},
		{"<3.11.1,>3.11.0", "3.11", false},
		{">=3.10,<3.12", "3", true},
		{"==3.11.4", "3.11.5", false},
	} {
		c, err := ParseConstraint(tt.constraint)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := ParseVersion(tt.version)
		if got := c.AllowsAny(v); got != tt.want {
			t.Errorf("%q allows some %s: %t", tt.constraint, tt.version, got)
		}
	}
	var zero Constraint
	if !zero.IsAny() || !zero.AllowsAny(V(3)) || !zero.Allows(V(1)) {
		t.Error("the zero constraint does not allow everything")
	}
}

// The short way reads versions as the expression does.
func TestPlainVersion(t *testing.T) {
	for _, s := range []string{"3", "3.11", "3.11.4", "0.0.0", "000001.2", "1.1234567", "1234567", "1..2", ".1", "1.", "1.2.3.4", "", "3.11rc1", "v3", " 3.1", "999999.999999.999999"} {
		v, ok := plainVersion(s)
		m := versionPattern.FindStringSubmatch(s)
		if plain := m != nil && s[0] != 'v' && m[4] == ""; plain != ok {
			t.Errorf("%q: %v, want %v", s, ok, plain)
		}
		if ok && (m[1] != "" && v.Major != number(m[1]) || v.Minor != number(m[2]) || v.Patch != number(m[3])) {
			t.Errorf("%q is %v", s, v)
		}
	}
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }
