package project

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"restage/analysis/source"
)

func mustParse(t *testing.T, text string) *Pyproject {
	t.Helper()
	p, problem := parsePyproject("pyproject.toml", text)
	if problem != nil {
		t.Fatalf("%+v", problem)
	}
	return p
}

const poetryProject = `[tool.poetry]
name = "My.Pro-ject"
readme = ["README.md", "docs/x.md"]
packages = [{include = "pkg", from = "lib"}, {include = "one.py"}]
package-mode = false
requires-poetry = ">=2.0"
build = "build.py"

[tool.poetry.requires-plugins]
poetry-plugin-export = ">=1.8"

[tool.poetry.dependencies]
python = "^3.11"
Flask_Login = {version = "^1", extras = ["a"], optional = true, source = "internal"}
local = {path = "../local", develop = true}
wheel-file = {file = "w.whl"}
vcs = {git = "https://x/y.git", tag = "1"}
several = [{version = "1", markers = "python_version < '3.9'"}, {url = "https://x/z.whl"}]

[tool.poetry.group.test]
optional = true

[tool.poetry.group.test.dependencies]
pytest = "*"

[tool.poetry.dev-dependencies]
black = "*"

[tool.poetry.group."in.docs".dependencies]
sphinx = "*"

[tool.poetry.scripts]
zed = "pkg.z:main"
alpha = {reference = "pkg.a:main", type = "console"}
data = {reference = "d.sh", type = "file"}

[tool.poetry.plugins."x.y"]
a = "b:c"

[tool.poetry.extras]
more = ["flask-login"]

[[tool.poetry.source]]
name = "internal"
url = "https://x"

[tool.poetry-dynamic-versioning]
enable = true

[build-system]
requires = ["poetry-core>=1.0"]
build-backend = "poetry.core.masonry.api"
`

func TestPoetryProject(t *testing.T) {
	p := mustParse(t, poetryProject)
	if p.Name != "My.Pro-ject" || p.PackageMode || !p.Poetry || p.PEP621 || !p.MainKey || p.RequiresPython != "^3.11" ||
		p.RequiresPoetry != ">=2.0" || p.BuildScript != "build.py" || !p.Dynamic || !p.EntryPoints || p.BuildSystem != "poetry.core.masonry.api" {
		t.Errorf("%+v", p)
	}
	for _, check := range []struct{ got, want any }{
		{p.Readmes, []string{"README.md", "docs/x.md"}},
		{p.RequiresPlugins, []string{"poetry-plugin-export"}},
		{p.Extras, []string{"more"}},
		{p.Sources, []string{"internal"}},
		{p.Tools, []string{"poetry", "poetry-dynamic-versioning"}},
		{p.Scripts, []Script{{"zed", "pkg.z:main", false}, {"alpha", "pkg.a:main", false}}},
		{p.Packages, []Package{{"pkg", "lib", ""}, {"one.py", "", ""}}},
	} {
		if !reflect.DeepEqual(check.got, check.want) {
			t.Errorf("got %+v, want %+v", check.got, check.want)
		}
	}
	var groups []string
	for _, g := range p.Groups {
		groups = append(groups, fmt.Sprintf("%s %v %v %q", g.Name, g.Optional, g.Legacy, p.Text[g.Span.Start:g.Span.End]))
	}
	if got, want := strings.Join(groups, "\n"), `test true false "tool.poetry.group.test"
dev false true "tool.poetry.dev-dependencies"
in.docs false false "tool.poetry.group.\"in.docs\".dependencies"`; got != want {
		t.Errorf("groups\n%s", got)
	}
	if got, want := describe(p), `main flask-login ^1 optional [a] source=internal
main local path=../local develop
main wheel-file path=w.whl
main vcs git=https://x/y.git
main several 1 markers=python_version < '3.9'
main several url=https://x/z.whl
test pytest *
in.docs sphinx *
dev black *`; got != want {
		t.Errorf("dependencies\n%s", got)
	}
}

// describe writes the dependencies one a line.
func describe(p *Pyproject) string {
	var lines []string
	for _, d := range p.Dependencies {
		line := d.Group + " " + d.Name
		if d.Constraint != "" {
			line += " " + d.Constraint
		}
		if d.Optional {
			line += " optional"
		}
		if d.Extras != nil {
			line += fmt.Sprint(" ", d.Extras)
		}
		for _, named := range []struct{ name, value string }{{"path", d.Path}, {"git", d.Git}, {"url", d.URL}, {"source", d.Source}, {"markers", d.Markers}} {
			if named.value != "" {
				line += " " + named.name + "=" + named.value
			}
		}
		if d.Develop {
			line += " develop"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestStandardProject(t *testing.T) {
	p := mustParse(t, "\ufeff"+strings.ReplaceAll(`[project]
name = "p"
readme = {file = "R.rst", content-type = "text/x-rst"}
requires-python = ">=3.12"
dependencies = [
  "Requests[socks] >=2 ; python_version > '3'",
  "vcs @ git+https://x/y.git@main",
  "here @ file:///${PROJECT_ROOT}/libs/here ; sys_platform == 'linux'",
  "abs @ file:///opt/abs",
  "wheel @ https://x/w.whl",
  "work",
  "not a requirement ((",
]
[project.optional-dependencies]
pg = ["psycopg (>=3)"]
[project.scripts]
p = "p:main"
[tool.poetry.dependencies]
python = ">=3.12,<4"
work = {path = "work", develop = true}
[dependency-groups]
Test_Unit = ["pytest>=8", {include-group = "lint"}]
lint = ["ruff", {include-group = "test-unit"}]
[tool.poetry.group.lint]
optional = true
[tool.uv.sources]
requests = {workspace = true}
psycopg = [{path = "../psycopg", editable = true}]
[build-system]
requires = ["setuptools_scm[toml]>=8"]
`, "\n", "\r\n"))
	if !p.PEP621 || !p.PEP735 || !p.MainKey || !p.PackageMode || p.RequiresPython != ">=3.12" || !p.Dynamic || !p.Scripts[0].PEP621 || p.Readmes[0] != "R.rst" {
		t.Errorf("%+v", p)
	}
	if got, want := describe(p), `main requests >=2 [socks] markers=python_version > '3' develop
main vcs git=git+https://x/y.git@main
main here path=./libs/here markers=sys_platform == 'linux'
main abs path=/opt/abs
main wheel url=https://x/w.whl
main work path=work develop
main not a requirement ((
main psycopg >=3 optional path=../psycopg develop
Test_Unit pytest >=8
Test_Unit ruff
lint ruff
lint pytest >=8`; got != want {
		t.Errorf("dependencies\n%s", got)
	}
	if len(p.Groups) != 2 || p.Groups[0].Name != "Test_Unit" || !p.Groups[1].PEP735 || !p.Groups[1].Optional ||
		p.Text[p.Groups[1].Span.Start:p.Groups[1].Span.End] != "lint" {
		t.Errorf("groups %+v", p.Groups)
	}
	if d := p.Dependencies[0]; !strings.HasPrefix(p.Text[d.Span.Start:d.Span.End], "Requests[socks]") {
		t.Errorf("span %+v", d.Span)
	}
}

func TestMainKey(t *testing.T) {
	for text, want := range map[string]bool{
		"[project]\nname='x'":                                   false,
		"[project]\nname='x'\ndependencies=[]":                  true,
		"[project]\n[tool.poetry.dependencies]\npython='*'":     true,
		"[project]\n[project.optional-dependencies]\na=['b']":   true,
		"[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\n": true,
	} {
		if p := mustParse(t, text); p.MainKey != want {
			t.Errorf("%q: MainKey %v", text, p.MainKey)
		}
	}
}

func TestBrokenPyproject(t *testing.T) {
	for _, test := range []struct {
		text, message string
		line          int
	}{
		{"a = 1\nb = \n", "pyproject.toml is not valid TOML: ", 1},
		{"a = 1\r\n[x\r\n", "pyproject.toml is not valid TOML: ", 1},
		{"\ufeffa = 1\na = 2\n", "pyproject.toml is not valid TOML: ", 1},
		{"a = 1\n<<<<<<< HEAD\nb = 1\n=======\n", "pyproject.toml has unresolved merge conflicts", 1},
		{"a = 'x'\nb = '\xff'\n", "pyproject.toml is not UTF-8 text", 1},
	} {
		p, problem := parsePyproject("d/pyproject.toml", test.text)
		if p != nil || problem == nil || problem.Line != test.line || !strings.HasPrefix(problem.Message, test.message) {
			t.Errorf("%q: %+v", test.text, problem)
			continue
		}
		if start := strings.Count(test.text[:problem.Span.Start], "\n"); start != test.line || problem.Span.End > len(test.text) {
			t.Errorf("%q: span %+v", test.text, problem.Span)
		}
	}
	p := find("-- Dockerfile --\nFROM a\n-- pyproject.toml --\n[tool.poetry]\nname =\n", "Dockerfile")
	if p.Pyproject != nil || p.Manager != "poetry" || len(p.Problems) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestModules(t *testing.T) {
	for _, test := range []struct{ project, files, want string }{
		{"name = 'My-Pkg'", "my_pkg/a.txt", "[{my_pkg my_pkg false}]"},
		{"name = 'my.pkg'", "my_pkg.py", "[{my_pkg my_pkg.py false}]"},
		{"name = 'my_pkg'", "src/my_pkg/__init__.py", "[{my_pkg src/my_pkg true}]"},
		{"name = 'my_pkg'", "src/my_pkg.py", "[{my_pkg src/my_pkg.py true}]"},
		{"name = 'other'", "my_pkg/__init__.py", "[]"},
		{"name = 'x'\npackages = [{include = 'a'}, {include = 'b', from = 'lib'}, {include = 'gone'}]", "a/x.py lib/b/x.py", "[{a a false} {b lib/b true}]"},
		{"name = 'x'\npackages = [{include = '*', from = 'src'}]", "src/a/x.py src/b.py src/doc/x.md", "[{a src/a true} {b src/b.py true}]"},
		{"name = 'x'\npackages = [{include = 'a/**/*.py'}]", "a/b/x.py", "[{a a false}]"},
		{"name = 'x'\npackages = [{include = 'ns/pkg'}]", "ns/pkg/x.py", "[{ns ns/pkg false}]"},
		{"name = 'x'\npackages = [{include = 'a', to = 'top/sub'}]", "a/x.py", "[{top a false}]"},
		{"name = 'x'\npackages = [{include = '../up'}]", "up/x.py", "[{up up false}]"},
	} {
		files := fstest.MapFS{"pyproject.toml": {Data: []byte("[tool.poetry]\n" + test.project)}}
		for _, name := range strings.Fields(test.files) {
			files[name] = &fstest.MapFile{}
		}
		p := Find(files, "Dockerfile", source.Parse("FROM a\n"))
		if got := fmt.Sprint(p.Pyproject.Modules); got != test.want {
			t.Errorf("%s with %s: %s, want %s", test.project, test.files, got, test.want)
		}
	}
}

func TestPoetryToml(t *testing.T) {
	p := find("-- Dockerfile --\nFROM a\n-- poetry.toml --\n[virtualenvs]\nin-project = true\n[virtualenvs.options]\nno-pip=false\n[installer]\nmax-workers = 4\n", "Dockerfile")
	want := map[string]string{"virtualenvs.in-project": "true", "virtualenvs.options.no-pip": "false", "installer.max-workers": "4"}
	if !reflect.DeepEqual(p.PoetryToml, want) {
		t.Errorf("%v", p.PoetryToml)
	}
	if value, ok := p.Setting("virtualenvs.in-project"); !ok || value != "true" {
		t.Error(value, ok)
	}
}

func FuzzPyproject(f *testing.F) {
	f.Add(poetryProject)
	f.Add("[project]\ndependencies = ['a @ file:x', '-e ./y#egg=y']\n[dependency-groups]\na = [{include-group = 'a'}]")
	f.Add("tool.poetry.group.dev = {dependencies = {a = '1'}}")
	f.Fuzz(func(t *testing.T, text string) {
		p, problem := parsePyproject("pyproject.toml", text)
		if (p == nil) == (problem == nil) {
			t.Fatal("neither a project nor a problem, or both")
		}
		var spans []source.Span
		if problem != nil {
			spans = append(spans, problem.Span)
		} else {
			for _, g := range p.Groups {
				spans = append(spans, g.Span)
			}
			for _, d := range p.Dependencies {
				spans = append(spans, d.Span)
			}
			modules(newReader(newStore(fstest.MapFS{}, NewKnown())), ".", p.Name, p.Packages)
		}
		for _, s := range spans {
			if s.Start < 0 || s.End < s.Start || s.End > len(text) {
				t.Fatalf("span %+v out of %d bytes", s, len(text))
			}
		}
	})
}
