package project

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"restage/analysis/source"
)

// workspace makes a file system of a txtar text.
func workspace(text string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return files
}

// find finds the project of the Dockerfile at a path of a txtar workspace.
func find(text, name string) *Project {
	files := workspace(text)
	doc := ""
	if f := files[name]; f != nil {
		doc = string(f.Data)
	}
	return Find(files, name, source.Parse(doc))
}

func TestContext(t *testing.T) {
	for _, test := range []struct {
		name, files, dockerfile     string
		context, from, dir, manager string
	}{
		{"alone", "-- Dockerfile --\nFROM a\n", "Dockerfile", ".", "the Dockerfile's folder", ".", ""},
		{"copies from above", `
-- docker/Dockerfile --
FROM a
COPY pyproject.toml poetry.lock* ./
-- pyproject.toml --
[tool.poetry]
`, "docker/Dockerfile", ".", "the Dockerfile's COPY sources", ".", "poetry"},
		{"the nearest of equals", `
-- a/b/Dockerfile --
FROM a
COPY app /app
-- a/app/x.py --
-- app/x.py --
`, "a/b/Dockerfile", "a", "the Dockerfile's COPY sources", ".", ""},
		{"a slash wants a folder", `
-- a/Dockerfile --
FROM a
COPY app/ /app
-- a/app --
-- app/x.py --
`, "a/Dockerfile", ".", "the Dockerfile's COPY sources", ".", ""},
		{"a whole context", `
-- ci/Dockerfile --
FROM a
COPY . .
-- requirements.txt --
`, "ci/Dockerfile", ".", "the nearest folder with a Python project, since the Dockerfile copies its whole context", ".", "pip"},
		{"compose with a map", `
-- compose.yaml --
services:
  web:
    build:
      context: .
      dockerfile: docker/Dockerfile
-- docker/Dockerfile --
FROM a
COPY . .
`, "docker/Dockerfile", ".", "compose.yaml", ".", ""},
		{"compose with a string", `
-- docker-compose.prod.yml --
services: {web: {build: ./backend}}
-- backend/Dockerfile --
FROM a
`, "backend/Dockerfile", "backend", "docker-compose.prod.yml", ".", ""},
		{"compose with a default", `
-- deploy/compose.yml --
services: {web: {build: {context: "${ROOT:-..}"}}}
-- Dockerfile --
FROM a
`, "Dockerfile", ".", "deploy/compose.yml", ".", ""},
		{"compose in a folder, paths from above", `
-- docker/docker-compose.yml --
services: {web: {build: {context: ., dockerfile: docker/Dockerfile}}}
-- docker/Dockerfile --
FROM a
`, "docker/Dockerfile", ".", "docker/docker-compose.yml", ".", ""},
		{"compose against the sources", `
-- compose.yaml --
services: {web: {build: {context: ., dockerfile: app/Dockerfile}}}
-- app/Dockerfile --
FROM a
COPY main.py .
-- app/main.py --
`, "app/Dockerfile", "app", "the Dockerfile's COPY sources", ".", ""},
		{"bake", `
-- docker-bake.json --
{"target": {"web": {"context": ".", "dockerfile": "d/web.Dockerfile"}}}
-- d/web.Dockerfile --
FROM a
`, "d/web.Dockerfile", ".", "docker-bake.json", ".", ""},
		{"bind mounts and variables", `
-- docker/Dockerfile --
ARG DIR=back
FROM a
ARG DIR
RUN --mount=type=bind,source=$DIR/pyproject.toml,target=pyproject.toml pip list
-- back/pyproject.toml --
[tool.uv]
`, "docker/Dockerfile", ".", "the Dockerfile's COPY sources", "back", "uv"},
		{"a named project below", `
-- Dockerfile --
FROM a
COPY backend/pyproject.toml backend/poetry.lock ./
-- pyproject.toml --
[tool.black]
-- backend/pyproject.toml --
[project]
-- backend/poetry.lock --
`, "Dockerfile", ".", "the Dockerfile's COPY sources", "backend", "poetry"},
		{"a folder with a project", `
-- Dockerfile --
FROM a
COPY backend/ /app
-- pyproject.toml --
[tool.black]
-- backend/pyproject.toml --
[project]
`, "Dockerfile", ".", "the Dockerfile's COPY sources", "backend", "pip"},
		{"the locked one of two", `
-- Dockerfile --
FROM a
COPY one/pyproject.toml /one/
COPY two/pyproject.toml two/poetry.lock /two/
-- one/pyproject.toml --
-- two/pyproject.toml --
-- two/poetry.lock --
`, "Dockerfile", ".", "the Dockerfile's COPY sources", "two", "poetry"},
		{"the lock that is copied", `
-- Dockerfile --
FROM a
COPY pyproject.toml uv.lock ./
-- pyproject.toml --
[tool.poetry]
-- poetry.lock --
-- uv.lock --
`, "Dockerfile", ".", "the Dockerfile's COPY sources", ".", "uv"},
		{"Pipfile below", `
-- Dockerfile --
FROM a
COPY srv/Pipfile srv/Pipfile.lock ./
-- srv/Pipfile --
-- srv/Pipfile.lock --
`, "Dockerfile", ".", "the Dockerfile's COPY sources", "srv", "pipenv"},
		{"a wildcard for two projects", `
-- Dockerfile --
FROM a
COPY packages/*/pyproject.toml ./
-- packages/a/pyproject.toml --
-- packages/b/pyproject.toml --
-- packages/b/poetry.lock --
`, "Dockerfile", ".", "the Dockerfile's COPY sources", "packages/b", "poetry"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := find(test.files, test.dockerfile)
			got := [4]string{p.Context, p.ContextFrom, p.Dir, p.Manager}
			want := [4]string{test.context, test.from, test.dir, test.manager}
			if got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// TestAbsent asks everything of projects that know nothing.
func TestAbsent(t *testing.T) {
	for _, p := range []*Project{nil, {}, Find(nil, "Dockerfile", nil), Find(fstest.MapFS{}, "", nil),
		Find(fstest.MapFS{}, "../x/Dockerfile", nil), Find(fstest.MapFS{}, "/Dockerfile", nil), Find(fstest.MapFS{}, "a/Dockerfile", nil)} {
		_, read := p.ReadContext("x")
		names, _ := p.Files()
		_, set := p.Setting("x")
		if p.Exists("x") || p.IsDir("x") || p.InContext("x") || read || set || len(names) > 0 || len(p.TopEntries()) > 0 ||
			len(p.Glob("*")) > 0 || p.Manifest("pyproject.toml") != "" || p.Procfile() != nil {
			t.Errorf("%+v knows something", p)
		}
		p.Used("x")
	}
	var ignore *Ignore
	if ignore.Ignored("x") || ignore.Path() != "" || ignore.Line("x") != -1 {
		t.Error("a nil Ignore ignores")
	}
}

const contextFiles = `
-- .dockerignore --
# comment
*.md
!README.md
secret
/build/
data
!data/keep
.env*
-- Dockerfile --
FROM a
COPY . .
-- .env.local --
-- README.md --
-- notes.md --
-- secret/key --
-- build/x --
-- data/big --
-- data/keep/y --
-- app/a.py --
-- app/b.py --
-- app/b.txt --
-- Procfile --
# all of it
web: gunicorn app:app -b 0.0.0.0:$PORT
worker: celery
-- node_modules/a/b.js --
-- pyproject.toml --
`

func TestFiles(t *testing.T) {
	p := find(contextFiles, "Dockerfile")
	names, complete := p.Files()
	want := []string{".dockerignore", "Dockerfile", "Procfile", "README.md", "app/a.py", "app/b.py", "app/b.txt", "data/keep/y", "pyproject.toml"}
	if !slices.Equal(names, want) || !complete {
		t.Errorf("Files %q %v", names, complete)
	}
	if got, want := p.TopEntries(), []string{".dockerignore", "Dockerfile", "Procfile", "README.md", "app/", "data/", "node_modules/", "pyproject.toml"}; !slices.Equal(got, want) {
		t.Errorf("TopEntries %q", got)
	}
	for pattern, want := range map[string]string{"app/*.py": "app/a.py app/b.py", "*.md": "README.md", "./app": "app", "/a*/b.*": "app/b.py app/b.txt",
		"nothing*": "", "data": "data", "secret": "", ".": ".", "app/[": ""} {
		if got := strings.Join(p.Glob(pattern), " "); got != want {
			t.Errorf("Glob(%q) = %q, want %q", pattern, got, want)
		}
	}
	for name, want := range map[string]int{"notes.md": 1, "README.md": 2, "secret/key": 3, "build/x": 4, "app/a.py": -1, "data/keep/y": 6} {
		if got := p.Ignore.Line(name); got != want {
			t.Errorf("Line(%q) = %d, want %d", name, got, want)
		}
	}
	if !p.InContext("/app/a.py") || p.InContext("notes.md") || !p.Exists("notes.md") || !p.IsDir("app/") || p.InContext("../Dockerfile/x") {
		t.Error("InContext, Exists or IsDir is wrong")
	}
	if p.Manifest("pyproject.toml") != "pyproject.toml" || p.Manifest("poetry.lock") != "" {
		t.Error("Manifest is wrong")
	}
	lines := p.Procfile()
	if len(lines) != 2 || lines[0] != (ProcLine{"Procfile", "web", "gunicorn app:app -b 0.0.0.0:$PORT", 1}) {
		t.Errorf("Procfile %+v", lines)
	}
}

func TestOwnIgnoreFileWins(t *testing.T) {
	p := find("-- .dockerignore --\na\n-- x.Dockerfile.dockerignore --\nb\n[\n-- x.Dockerfile --\nFROM a\n", "x.Dockerfile")
	if p.Ignore.Path() != "x.Dockerfile.dockerignore" || p.Ignore.Ignored("a") || !p.Ignore.Ignored("b") {
		t.Error("the Dockerfile's own ignore file does not win")
	}
	if len(p.Problems) != 1 || p.Problems[0].Line != 1 {
		t.Errorf("problems %+v", p.Problems)
	}
}

// locked is a file system in which some paths may not be read.
type locked struct {
	fs.FS
	names []string
}

func (l locked) Open(name string) (fs.File, error) {
	if slices.Contains(l.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

// Stat works without the right to read.
func (l locked) Stat(name string) (fs.FileInfo, error) { return fs.Stat(l.FS, name) }

func TestUnreadable(t *testing.T) {
	files := workspace(contextFiles + "-- poetry.lock --\n-- compose.yaml --\n-- poetry.toml --\n")
	names := []string{"pyproject.toml", "poetry.lock", "poetry.toml", "compose.yaml", ".dockerignore", "app"}
	p := Find(locked{files, names}, "Dockerfile", source.Parse("FROM a\n"))
	var got []string
	for _, problem := range p.Problems {
		got = append(got, problem.Message)
	}
	want := []string{"compose.yaml cannot be read: permission denied", "pyproject.toml cannot be read: permission denied",
		"poetry.lock cannot be read: permission denied", "poetry.toml cannot be read: permission denied", ".dockerignore cannot be read: permission denied"}
	if !slices.Equal(got, want) {
		t.Errorf("problems %q", got)
	}
	if _, complete := p.Files(); complete {
		t.Error("Files is complete without a folder")
	}
}

func TestLimits(t *testing.T) {
	files := workspace("-- Dockerfile --\nFROM a\n")
	files["pyproject.toml"] = &fstest.MapFile{Data: make([]byte, maxText+1)}
	files["poetry.lock"] = &fstest.MapFile{Data: make([]byte, maxLock+1)}
	files["pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	p := Find(files, "Dockerfile", source.Parse("FROM a\n"))
	if len(p.Problems) != 2 || p.Problems[1].Message != "poetry.lock cannot be read: it is larger than 8 MB" {
		t.Errorf("problems %+v", p.Problems)
	}
	if _, ok := p.ReadContext("pipe"); ok {
		t.Error("a pipe was read")
	}
}

// TestDisk runs on a real folder, with links that lead in circles.
func TestDisk(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"svc/Dockerfile": "FROM a\n", "svc/pyproject.toml": "[tool.poetry]\nname = 'x'\n", "svc/x/a.py": ""} {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("..", filepath.Join(root, "svc", "up")); err != nil {
		t.Skip("no symbolic links here")
	}
	_ = os.Symlink("self", filepath.Join(root, "svc", "self"))
	p := Find(os.DirFS(root), "svc/Dockerfile", source.Parse("FROM a\nCOPY self up/x /\n"))
	names, complete := p.Files()
	if want := []string{"Dockerfile", "pyproject.toml", "self", "up", "x/a.py"}; !slices.Equal(names, want) || !complete {
		t.Errorf("Files %q %v", names, complete)
	}
	if p.Exists("self") || len(p.Pyproject.Modules) != 1 || p.Pyproject.Modules[0].Path != "x" {
		t.Errorf("%+v", p.Pyproject)
	}
	if !slices.Contains(p.Inputs, path.Join("svc", "poetry.lock")) {
		t.Errorf("inputs %q", p.Inputs)
	}
}
