package config_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"restage/analysis"
	"restage/analysis/config"
	"restage/analysis/project"
	"restage/analysis/source"
)

var options = []analysis.RuleOption{
	{Name: "user", Kind: "string", Default: `"app"`},
	{Name: "uid", Kind: "integer", Default: "10001", Valid: func(e project.Entry) bool { return e.Text != "0" }, Else: "a number above 0"},
	{Name: "groups", Kind: "array of strings", Default: `["dev"]`},
}

var known = []*analysis.Rule{{Name: "single-stage"}, {Name: "root-user", Options: options}, {Name: "unpinned-installer"}, {Name: "JSONArgs", Off: true}}

// of gives the settings of a Dockerfile among files.
func of(dockerfile string, files map[string]string) *config.Config {
	tree := fstest.MapFS{dockerfile: {Data: []byte("FROM scratch\n")}}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.Of(project.Find(tree, dockerfile, source.Parse("FROM scratch\n")), known)
}

// describe is a configuration in one line, its problems below.
func describe(c *config.Config) string {
	var b strings.Builder
	b.WriteString(c.Path)
	for _, name := range slices.Sorted(maps.Keys(c.Levels)) {
		fmt.Fprintf(&b, " %s=%d", name, c.Levels[name])
	}
	for _, rule := range slices.Sorted(maps.Keys(c.Choices)) {
		for _, name := range slices.Sorted(maps.Keys(c.Choices[rule])) {
			fmt.Fprintf(&b, " %s.%s=%s%s", rule, name, c.Choices[rule][name].Text, strings.Join(c.Choices[rule][name].Items, ","))
		}
	}
	if c.Excluded {
		b.WriteString(" excluded")
	}
	if c.FailOn != 0 {
		fmt.Fprintf(&b, " fail-on=%v", c.FailOn)
	}
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "\n%s:%d %s", p.Path, p.Line+1, p.Message)
	}
	return b.String()
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		name, dockerfile string
		files            map[string]string
		want             string
	}{
		{"none", "Dockerfile", nil, ""},
		{"levels", "Dockerfile", map[string]string{"restage.toml": "fail-on = 'warning'\n[rules]\nroot-user = \"off\"\nsingle-stage = 'error'\n"},
			"restage.toml root-user=0 single-stage=1 fail-on=warning"},
		{"dotted and inline", "Dockerfile", map[string]string{"restage.toml": "rules.root-user = \"off\"\n"}, "restage.toml root-user=0"},
		{"inline", "Dockerfile", map[string]string{"restage.toml": "rules = { root-user = \"hint\" }\n"}, "restage.toml root-user=4"},
		{"options", "Dockerfile", map[string]string{"restage.toml": "[rules.root-user]\nlevel = 'hint'\nuid = 1000\nuser = 'web'\n"},
			"restage.toml root-user=4 root-user.uid=1000 root-user.user=web"},
		{"options without a level, and overridden", "Dockerfile", map[string]string{"restage.toml": "rules.root-user = { uid = 1000, groups = ['a', 'b'] }\n[[overrides]]\npaths = ['Dockerfile']\nrules.root-user.uid = 2000\n[[overrides]]\npaths = ['other']\nrules.root-user.uid = 3000\n"},
			"restage.toml root-user.groups=a,b root-user.uid=2000"},
		{"wrong options", "Dockerfile", map[string]string{"restage.toml": "[rules.root-user]\nuid = 0\nuser = 1\nusr = 'x'\ngroups.a = 1\nlevel = 1\n[rules.single-stage]\nlevel = 'off'\n"},
			"restage.toml\nrestage.toml:2 \"uid\" of root-user is a number above 0\nrestage.toml:3 \"user\" of root-user is a value of the kind string: user = \"app\"\n" +
				"restage.toml:4 there is no option of root-user \"usr\"; did you mean \"user\"?\nrestage.toml:5 \"groups\" of root-user is a value of the kind array of strings: groups = [\"dev\"]\n" +
				"restage.toml:6 the level of \"root-user\" is one of [\"off\" \"hint\" \"info\" \"warning\" \"error\"]\n" +
				"restage.toml:7 \"single-stage\" has a level and nothing below it: single-stage = \"warning\"\nrestage.toml:8 \"single-stage\" has a level and nothing below it: single-stage = \"warning\""},
		{"pyproject", "a/b/Dockerfile", map[string]string{"a/pyproject.toml": "[tool.restage.rules]\nroot-user = \"off\"\n[[tool.restage.overrides]]\npaths = ['b/*']\nrules.single-stage = 'off'\n"},
			"a/pyproject.toml root-user=0 single-stage=0"},
		{"the nearest", "a/b/Dockerfile", map[string]string{"restage.toml": "rules.root-user = 'off'", "a/b/restage.toml": "rules.root-user = 'error'", "a/pyproject.toml": "[tool.restage]\n"},
			"a/b/restage.toml root-user=1"},
		{"restage.toml goes first", "Dockerfile", map[string]string{"restage.toml": "rules.root-user = 'off'", "pyproject.toml": "[tool.restage]\nfail-on='error'\n"}, "restage.toml root-user=0"},
		{"a pyproject without the table", "a/Dockerfile", map[string]string{"restage.toml": "rules.root-user = 'off'", "a/pyproject.toml": "[project]\nname='x'\n"}, "restage.toml root-user=0"},
		{"overrides in order", "docker/dev.Dockerfile", map[string]string{"restage.toml": `
[[overrides]]
paths = ["docker/**"]
rules = { single-stage = "error", root-user = "off" }
[[overrides]]
paths = ["dev.*"]
[overrides.rules]
single-stage = "off"
[[overrides]]
paths = ["*.prod"]
rules.single-stage = "hint"
`}, "restage.toml root-user=0 single-stage=0"},
		{"excluded", "vendor/x/Dockerfile", map[string]string{"restage.toml": "exclude = ['vendor']\n"}, "restage.toml excluded"},
		{"not excluded", "src/vendored/Dockerfile", map[string]string{"restage.toml": "exclude = ['vendor', '*.dev']\n"}, "restage.toml"},
		{"mistakes", "Dockerfile", map[string]string{"restage.toml": `fail_on = "error"
exclude = 3
[rules]
root-usr = "off"
nonsense-at-all = "off"
single-stage = "loud"
root-user = true
unpinned-installer.level = "off"
[[overrides]]
rules.root-user = "off"
path = ["x"]
`}, `restage.toml
restage.toml:1 there is no setting "fail_on"; did you mean "fail-on"?
restage.toml:2 "exclude" is a list of patterns: ["docker/dev.*", "vendor/**"]
restage.toml:4 there is no rule "root-usr"; did you mean "root-user"?
restage.toml:5 there is no rule "nonsense-at-all"; ` + "`restage rules` lists them" + `
restage.toml:6 the level of "single-stage" is one of ["off" "hint" "info" "warning" "error"]
restage.toml:7 the level of "root-user" is one of ["off" "hint" "info" "warning" "error"]
restage.toml:8 "unpinned-installer" has a level and nothing below it: unpinned-installer = "warning"
restage.toml:11 there is no setting "path"; did you mean "paths"?
restage.toml:9 this table of [[overrides]] says for no file: it needs paths = ["…"]`},
		{"broken", "Dockerfile", map[string]string{"restage.toml": "[rules\n"}, "restage.toml\nrestage.toml:1 restage.toml is not valid TOML: expected ']' to close table name"},
		{"byte order mark", "Dockerfile", map[string]string{"restage.toml": "\ufeffrules.root-user = 'off'\r\nx = 1\r\n"}, "restage.toml root-user=0\nrestage.toml:2 there is no setting \"x\"; the settings here are rules, exclude, fail-on, overrides"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := describe(of(c.dockerfile, c.files)); got != c.want {
				t.Errorf("want\n%s\ngot\n%s", c.want, got)
			}
		})
	}
}

// TestPlaces asks where exactly a mistake is.
func TestPlaces(t *testing.T) {
	const text = "[rules]\nroot-user = 'loud'\n\n[[overrides]]\npaths = ['[']\n"
	var got []string
	for _, p := range of("Dockerfile", map[string]string{"restage.toml": text}).Problems {
		got = append(got, text[p.Span.Start:p.Span.End])
	}
	if want := []string{"loud", "["}; !slices.Equal(got, want) {
		t.Errorf("want %q, got %q", want, got)
	}
}

// TestOffRules are looked for when they are switched on.
func TestOffRules(t *testing.T) {
	names := func(l analysis.Levels) string {
		var out []string
		for _, r := range l.Rules(known) {
			if !r.Off {
				out = append(out, r.Name)
			}
		}
		return strings.Join(out, " ")
	}
	if got := names(nil); got != "single-stage root-user unpinned-installer" {
		t.Error(got)
	}
	if got := names(analysis.Levels{"JSONArgs": analysis.Hint, "root-user": 0}); got != "single-stage unpinned-installer JSONArgs" {
		t.Error(got)
	}
}

// FuzzConfig reads any text without a panic, and keeps the places in it.
func FuzzConfig(f *testing.F) {
	f.Add("[rules]\nroot-user = 'off'\n[[overrides]]\npaths = ['x']\nrules = {a.b = 1}\n")
	f.Add("[[a]]\n[[a.b]]\n[a.b.c]\nx = [1, 'y', {z = ''}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range of("Dockerfile", map[string]string{"restage.toml": text}).Problems {
			if p.Span.Start < 0 || p.Span.End < p.Span.Start || p.Span.End > len(text) {
				t.Errorf("%v in %d bytes: %s", p.Span, len(text), p.Message)
			}
		}
	})
}
