package python

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"restage/analysis/lazyregexp"
)

// Version is a released version as Python tools write it: "3.11", "1.8.2",
// "2.0.0b1". Parts says how many numbers were given, so that "3.11" (any
// patch) and "3.11.0" (that patch) can be told apart. Pre is the pre-release
// in its short form ("a1", "b1", "rc1", "dev0") or empty. The zero Version
// means unknown.
type Version struct {
	Major, Minor, Patch int
	Parts               int
	Pre                 string
}

var versionPattern = lazyregexp.New(`^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:[-_.]?(alpha|beta|preview|pre|dev|rc|a|b|c)[-_.]?(\d{0,6}))?$`)

// ParseVersion reads a version of one to three numbers with an optional
// pre-release, spelled as PEP 440 allows and with an optional leading v. The
// moving tags of python images ("3.15-rc") are read too.
func ParseVersion(s string) (Version, bool) {
	if v, ok := plainVersion(s); ok {
		return v, true
	}
	m := versionPattern.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return Version{}, false
	}
	v := Version{Parts: 1}
	v.Major, _ = strconv.Atoi(m[1])
	if m[2] != "" {
		v.Minor, _ = strconv.Atoi(m[2])
		v.Parts = 2
	}
	if m[3] != "" {
		v.Patch, _ = strconv.Atoi(m[3])
		v.Parts = 3
	}
	if m[4] != "" {
		n, _ := strconv.Atoi(m[5])
		v.Pre = preNames[m[4]] + strconv.Itoa(n)
	}
	return v, true
}

// plainVersion reads what nearly all versions are, one to three short numbers,
// without the expression.
func plainVersion(s string) (v Version, ok bool) {
	digits := 0
	numbers := [3]*int{&v.Major, &v.Minor, &v.Patch}
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9' && digits < 6:
			*numbers[v.Parts] = *numbers[v.Parts]*10 + int(c-'0')
			digits++
		case c == '.' && digits > 0 && v.Parts < 2:
			v.Parts++
			digits = 0
		default:
			return Version{}, false
		}
	}
	if digits == 0 {
		return Version{}, false
	}
	v.Parts++
	return v, true
}

var preNames = map[string]string{
	"alpha": "a", "a": "a", "beta": "b", "b": "b", "dev": "dev",
	"preview": "rc", "pre": "rc", "c": "rc", "rc": "rc",
}

// V makes a Version of one to three numbers.
func V(major int, rest ...int) Version {
	v := Version{Major: major, Parts: 1}
	if len(rest) > 0 {
		v.Minor, v.Parts = rest[0], 2
	}
	if len(rest) > 1 {
		v.Patch, v.Parts = rest[1], 3
	}
	return v
}

// String writes the version with as many numbers as were given, and nothing
// for the unknown version.
func (v Version) String() string {
	switch v.Parts {
	case 0:
		return ""
	case 1:
		return strconv.Itoa(v.Major) + v.Pre
	case 2:
		return fmt.Sprintf("%d.%d%s", v.Major, v.Minor, v.Pre)
	}
	return fmt.Sprintf("%d.%d.%d%s", v.Major, v.Minor, v.Patch, v.Pre)
}

// IsZero says that the version is unknown.
func (v Version) IsZero() bool { return v.Parts == 0 }

// Compare orders versions as PEP 440 does: missing numbers are zero, and a
// pre-release comes before its final release.
func (v Version) Compare(w Version) int {
	return cmp.Or(
		cmp.Compare(v.Major, w.Major),
		cmp.Compare(v.Minor, w.Minor),
		cmp.Compare(v.Patch, w.Patch),
		comparePre(v.Pre, w.Pre),
	)
}

// Less says that v comes before w.
func (v Version) Less(w Version) bool { return v.Compare(w) < 0 }

// AtLeast says that v is the given version or a later one. An unknown version
// is at least nothing.
func (v Version) AtLeast(major, minor int, patch ...int) bool {
	if v.IsZero() {
		return false
	}
	w := V(major, minor)
	if len(patch) > 0 {
		w = V(major, minor, patch[0])
	}
	return v.Compare(w) >= 0
}

// SameMinor says that both versions are of one X.Y line.
func (v Version) SameMinor(w Version) bool {
	return v.Parts >= 2 && w.Parts >= 2 && v.Major == w.Major && v.Minor == w.Minor
}

// Series is the X.Y of the version.
func (v Version) Series() Version {
	return Version{Major: v.Major, Minor: v.Minor, Parts: min(v.Parts, 2)}
}

func comparePre(a, b string) int {
	if a == b {
		return 0
	}
	ra, na := splitPre(a)
	rb, nb := splitPre(b)
	return cmp.Or(cmp.Compare(ra, rb), cmp.Compare(na, nb))
}

// splitPre gives a pre-release's place among its kind (dev, a, b, rc, final)
// and its number.
func splitPre(pre string) (rank, n int) {
	for i, kind := range []string{"dev", "a", "b", "rc"} {
		if rest, ok := strings.CutPrefix(pre, kind); ok {
			n, _ = strconv.Atoi(rest)
			return i, n
		}
	}
	return 4, 0
}
