package python

import (
	"iter"
	"slices"
	"strings"
	"testing"
)

func fields(s string) iter.Seq[string] { return strings.FieldsSeq(s) }

func version(t *testing.T, s string) Version {
	t.Helper()
	if s == "" {
		return Version{}
	}
	v, ok := ParseVersion(s)
	if !ok {
		t.Fatalf("%q is no version", s)
	}
	return v
}

func TestPoetryReleases(t *testing.T) {
	// pypi.org/project/poetry: final releases from 1.0.0 on.
	const want = "1.0.0 1.0.1 1.0.2 1.0.3 1.0.4 1.0.5 1.0.6 1.0.7 1.0.8 1.0.9 1.0.10 " +
		"1.1.0 1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.15 " +
		"1.2.0 1.2.1 1.2.2 1.3.0 1.3.1 1.3.2 1.4.0 1.4.1 1.4.2 1.5.0 1.5.1 1.6.0 1.6.1 1.7.0 1.7.1 " +
		"1.8.0 1.8.1 1.8.2 1.8.3 1.8.4 1.8.5 2.0.0 2.0.1 2.1.0 2.1.1 2.1.2 2.1.3 2.1.4 2.2.0 2.2.1 " +
		"2.3.0 2.3.1 2.3.2 2.3.3 2.3.4 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1"
	var got []string
	for _, v := range poetryReleases() {
		got = append(got, v.String())
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("releases are %s", s)
	}
}

func TestNewestPoetry(t *testing.T) {
	for py, want := range map[string]string{
		"2.7": "1.1.15", "3.4": "1.0.10", "3.5": "1.1.15", "3.6": "1.1.15", "3.7": "1.5.1", "3.8": "1.8.5", "3.9": "2.2.1",
		"3.10": "2.5.1", "3.11.4": "2.5.1", "3.14": "2.5.1", "3": "2.5.1", "": "2.5.1", "3.3": "", "2.6": "",
	} {
		v, ok := NewestPoetry(version(t, py))
		if v.String() != want || ok != (want != "") {
			t.Errorf("newest Poetry for %q is %q, want %q", py, v, want)
		}
	}
	for _, tt := range []struct {
		poetry, py string
		want       bool
	}{
		{"1.6.1", "3.12", false}, {"1.7.0", "3.12", true}, {"1.8.3", "3.13", false}, {"1.8.4", "3.13", true},
		{"2.1.4", "3.14", false}, {"2.2.0", "3.14", true}, {"1.1.15", "3.10", true}, {"1.4.2", "3.11", true},
		{"2.3.0", "3.9", false}, {"1.6.0", "3.7", false}, {"1.8.5", "3.15", false}, {"9.0.0", "3.11", true},
	} {
		if got := PoetryForPython(version(t, tt.poetry), version(t, tt.py)); got != tt.want {
			t.Errorf("Poetry %s supports Python %s: %t", tt.poetry, tt.py, got)
		}
	}
}

func TestCanReadLock(t *testing.T) {
	for _, tt := range []struct {
		poetry, lock string
		ok, warn     bool
	}{
		{"1.0.5", "", true, false}, {"1.8.5", "", true, false}, {"2.0.0", "", false, false},
		{"1.0.10", "1.0", true, false}, {"1.0.10", "1.1", true, true}, {"1.1.15", "1.1", true, false},
		{"1.2.1", "2.0", false, false}, {"1.2.2", "2.0", true, true}, {"1.3.0", "2.0", true, false},
		{"1.8.5", "2.1", true, true}, {"2.0.0", "2.1", true, false}, {"2.4.1", "1.1", true, false},
		{"2.4.1", "3.0", false, false}, {"2.4.1", "odd", false, false},
	} {
		ok, warn := CanReadLock(version(t, tt.poetry), tt.lock, tt.lock != "")
		if ok != tt.ok || warn != tt.warn {
			t.Errorf("Poetry %s, lock %q: %t, warns %t", tt.poetry, tt.lock, ok, warn)
		}
	}
}

func TestPoetryPin(t *testing.T) {
	for _, tt := range []struct {
		name  string
		q     PinQuery
		want  string
		exact bool
		why   string
	}{
		{"header", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.4.2", Python: V(3, 11)}, "1.4.2", true, "written by Poetry 1.4.2"},
		{"header and requires", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.1.1", RequiresPoetry: ">=2.0"}, "2.1.1", true, ""},
		{"header against requires", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.0.1", RequiresPoetry: ">=2.1,<2.3"}, "2.2.1", false, "2.0.1 wrote the lock file, but requires-poetry"},
		{"header against PEP 621", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.8.3", PEP621Only: true, Python: V(3, 9)}, "2.2.1", false, "needs Poetry >=2.0.0"},
		{"header against Python", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.4.2", Python: V(3, 12)}, "1.8.5", false, "older than Python 3.12"},
		{"header that does not install", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.3.0", Python: V(3, 9)}, "2.2.1", false, "does not install on Python 3.9"},
		{"header of a development version", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.9.0.dev0", Python: V(3, 11)}, "1.8.5", false, "not a released version"},
		{"header newer than known", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.9.0", Python: V(3, 13)}, "2.9.0", true, ""},
		{"header of a later patch", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.5.7", Python: V(3, 13)}, "2.5.7", true, ""},
		{"the author's range", PinQuery{HasLock: true, LockVersion: "1.1", Python: V(3, 9), Needs: []Need{{"line 4", Between(V(1, 1, 5), V(1, 2, 0))}}}, "1.1.15", false, "urllib3<2"},
		{"a removed option, no lock", PinQuery{Python: V(3, 11), Needs: []Need{{"--no-dev", Between(Version{}, V(2, 0, 0))}}}, "1.8.5", false, "--no-dev"},
		{"a removed option, lock 2.1", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.4.1", Python: V(3, 11), Needs: []Need{{"--no-dev", Between(Version{}, V(2, 0, 0))}}}, "1.8.5", false, "--no-dev needs Poetry <2.0.0"},
		{"a removed option, [project] locked by 2", PinQuery{HasLock: true, LockVersion: "2.1", LockGenerator: "2.4.1", PEP621: true, Needs: []Need{{"--no-dev", Between(Version{}, V(2, 0, 0))}}}, "", false, "no Poetry release fits all of --no-dev"},
		{"[project] locked by 1", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.8.3", PEP621: true}, "1.8.3", true, ""},
		{"one version required", PinQuery{RequiresPoetry: "==2.1.3"}, "2.1.3", true, "requires-poetry"},
		{"range required", PinQuery{RequiresPoetry: "^2.0", Python: V(3, 9)}, "2.2.1", false, "requires-poetry"},
		{"lock 1.0", PinQuery{HasLock: true, LockVersion: "1.0", Python: V(3, 8)}, "1.2.2", false, "reliably"},
		{"lock 1.1", PinQuery{HasLock: true, LockVersion: "1.1", Python: V(3, 8)}, "1.2.2", false, "1.1.0 to 1.2.2"},
		{"lock 1.1 on 3.6", PinQuery{HasLock: true, LockVersion: "1.1", Python: V(3, 6)}, "1.1.15", false, "urllib3<2"},
		{"lock 1.1 on 3.12", PinQuery{HasLock: true, LockVersion: "1.1", Python: V(3, 12)}, "1.8.5", false, "none of which fits"},
		{"lock without version", PinQuery{HasLock: true, Python: V(3, 9)}, "1.2.2", false, "without lock-version"},
		{"lock 2.0 of 1.3", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerated: true, Python: V(3, 11)}, "1.3.2", false, "1.3.0 to 1.3.2"},
		{"lock 2.0", PinQuery{HasLock: true, LockVersion: "2.0", Python: V(3, 7)}, "1.5.1", false, "for Python 3.7"},
		{"lock 2.1", PinQuery{HasLock: true, LockVersion: "2.1", Python: V(3, 9)}, "2.2.1", false, ""},
		{"lock 2.1 on 3.8", PinQuery{HasLock: true, LockVersion: "2.1", Python: V(3, 8)}, "1.8.5", false, ""},
		{"no lock", PinQuery{Python: V(3, 8)}, "1.8.5", false, "the newest Poetry for Python 3.8"},
		{"nothing known", PinQuery{}, "2.5.1", false, "the newest Poetry"},
		{"package mode", PinQuery{HasLock: true, LockVersion: "2.0", LockGenerator: "1.7.1", PackageModeFalse: true, Python: V(3, 11)}, "1.8.5", false, "package-mode"},
		{"PEP 735 on 3.9", PinQuery{PEP735: true, Python: V(3, 9)}, "2.2.1", false, ""},
		{"nothing fits", PinQuery{PEP621Only: true, Python: V(3, 8)}, "", false, "no Poetry release fits all of Python 3.8, [project]"},
		{"unreadable", PinQuery{RequiresPoetry: "soon"}, "", false, "cannot be read"},
	} {
		pin, ok := PoetryPin(tt.q)
		if pin.Version.String() != tt.want || pin.Exact != tt.exact || ok != (tt.want != "") || !strings.Contains(pin.Why, tt.why) {
			t.Errorf("%s: %s, exact %t: %s", tt.name, pin.Version, pin.Exact, pin.Why)
		}
	}
}

func TestPoetryHas(t *testing.T) {
	for _, tt := range []struct {
		option  string
		yes, no string
	}{
		{"--no-root", "1.0.0 2.5.1", ""},
		{"--no-dev", "1.0.0 1.8.5", "2.0.0 2.4.1"},
		{"install --without", "1.2.0 2.4.1", "1.1.15"},
		{"--without=dev", "1.2.0", "1.1.15"},
		{"--only-root", "1.2.0", "1.1.15"},
		{"--remove-untracked", "1.1.0 1.8.5", "1.0.10 2.0.0"},
		{"--sync", "1.2.0 2.4.1", "1.1.15"},
		{"--compile", "1.4.0", "1.3.2"},
		{"--no-directory", "1.5.0", "1.4.2"},
		{"--all-groups", "2.0.0", "1.8.5"},
		{"--no-cache", "1.2.0", "1.1.15"},
		{"-C", "1.3.0", "1.2.2"},
		{"--project", "2.0.0", "1.8.5"},
		{"poetry sync", "2.0.0", "1.8.5"},
		{"export", "1.0.0 1.8.5", "2.0.0"},
		{"shell", "1.8.5", "2.0.0"},
		{"lock --no-update", "1.1.0 1.8.5", "1.0.0 2.0.0"},
		{"lock --check", "1.2.0 1.8.5", "1.1.15 2.0.0"},
		{"--nonsense", "", "1.0.0 2.0.0"},
	} {
		for v := range fields(tt.yes) {
			if !PoetryHas(tt.option, version(t, v)) {
				t.Errorf("Poetry %s lacks %s", v, tt.option)
			}
		}
		for v := range fields(tt.no) {
			if PoetryHas(tt.option, version(t, v)) {
				t.Errorf("Poetry %s has %s", v, tt.option)
			}
		}
	}
	if since, deprecated, removed := PoetryOption("--no-dev"); since != V(1, 0, 0) || deprecated != V(1, 2, 0) || removed != V(2, 0, 0) {
		t.Errorf("--no-dev lived %v, %v, %v", since, deprecated, removed)
	}
	if !PoetryTakesValue("--without") || PoetryTakesValue("--no-root") || PoetryTakesValue("--only=main") {
		t.Error("options take the wrong values")
	}
}

func TestPoetryBehaviour(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fails   func(Version) bool
		yes, no string
	}{
		{"readme", MissingReadmeFails, "1.0.0 1.6.1 2.0.0", "1.7.0 1.8.5"},
		{"package", MissingPackageFails, "2.0.0", "1.6.1 1.7.0 1.8.5"},
		{"group", UnknownGroupFails, "1.5.0 2.4.1", "1.2.0 1.4.2"},
		{"stale lock", StaleLockFails, "1.8.0", "1.7.1"},
		{"urllib3", BrokenByURLLib3, "1.1.15", "1.2.0"},
	} {
		for v := range fields(tt.yes) {
			if !tt.fails(version(t, v)) {
				t.Errorf("%s does not fail with Poetry %s", tt.name, v)
			}
		}
		for v := range fields(tt.no) {
			if tt.fails(version(t, v)) {
				t.Errorf("%s fails with Poetry %s", tt.name, v)
			}
		}
	}
}

func TestPoetryConfig(t *testing.T) {
	if got := ConfigEnv("virtualenvs.in-project"); got != "POETRY_VIRTUALENVS_IN_PROJECT" {
		t.Errorf("virtualenvs.in-project is %s", got)
	}
	if since, removed := ConfigKey("installer.modern-installation"); since != V(1, 4, 0) || removed != V(2, 0, 0) {
		t.Errorf("installer.modern-installation lived %v to %v", since, removed)
	}
	for _, tt := range []struct {
		value, poetry string
		want          bool
	}{
		{"true", "1.0.0", true}, {"1", "1.0.0", true}, {"True", "2.0.1", false}, {"True", "2.1.0", true},
		{"yes", "2.4.1", false}, {"False", "1.8.5", false}, {"0", "2.4.1", false}, {"TRUE", "", false},
	} {
		if got := BoolSetting(tt.value, version(t, tt.poetry)); got != tt.want {
			t.Errorf("%q is %t to Poetry %s", tt.value, got, tt.poetry)
		}
	}
	if !BoolSettingVaries("True") || BoolSettingVaries("true") || BoolSettingVaries("False") {
		t.Error("only True and TRUE change their meaning")
	}
}

func TestVirtualenvName(t *testing.T) {
	for dir, hash := range map[string]string{"/app": "9TtSrW0h", "/code": "MATOk_fk", "/usr/src/app": "VA82Wl8V", "/": "il7asoJj"} {
		if got := VirtualenvName("annapurna", dir); got != "annapurna-"+hash {
			t.Errorf("the environment in %s is %s", dir, got)
		}
	}
	if got := VirtualenvName("My Project$", "/app"); got != "my_project_-9TtSrW0h" {
		t.Errorf("the cleaned name is %s", got)
	}
	if got := VirtualenvName(strings.Repeat("x", 60), "/app"); len(got) != 42+9 {
		t.Errorf("a long name is %s", got)
	}
}

// The releases that fit are those that objection has nothing to say of.
func TestFits(t *testing.T) {
	for _, py := range []Version{{}, V(2, 7), V(3), V(3, 4), V(3, 6), V(3, 8, 1), V(3, 11), V(3, 12), V(3, 14), V(4, 0)} {
		for _, lock := range []string{"", "1.0", "1.1", "2.0", "2.1", "9.9", "x"} {
			for _, requires := range []string{"", ">=1.5,<2.0", "^2.1", "==1.8.3"} {
				for bits := range 32 {
					q := PinQuery{Python: py, LockVersion: lock, HasLock: bits&1 != 0, PEP735: bits&2 != 0, PEP621Only: bits&4 != 0, PackageModeFalse: bits&8 != 0, PEP621: bits&16 != 0}
					c, _ := ParseConstraint(requires)
					want := slices.DeleteFunc(poetryReleases(), func(v Version) bool { return q.objection(v, c) != "" })
					if got := q.fits(c); !slices.Equal(got, want) {
						t.Fatalf("%+v: %v, want %v", q, got, want)
					}
				}
			}
		}
	}
}

// poetryReleases gives every final release of Poetry from 1.0.0 on, oldest
// first (pypi.org/project/poetry).
func poetryReleases() []Version {
	all := make([]Version, 0, 64)
	for _, s := range poetrySeries {
		for patch := range s.last + 1 {
			all = append(all, V(s.line.Major, s.line.Minor, patch))
		}
	}
	return all
}
