package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"restage/analysis"
)

// workspace writes the files of a txtar archive into a folder of their own.
func workspace(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// withProjectRule adds a rule that says what the project is called.
func withProjectRule(o *Options) {
	o.Rules = append(o.Rules, &analysis.Rule{Name: "project-name", Severity: analysis.Hint, Run: func(p *analysis.Pass) {
		name := "no project"
		if p.Project != nil && p.Project.Pyproject != nil {
			name = "project " + p.Project.Pyproject.Name
		}
		p.Report(analysis.Finding{Message: name})
	}})
}

func message1(p publication) string {
	all := []string{}
	for _, d := range p.Diagnostics {
		all = append(all, d.Message)
	}
	return strings.Join(all, "|")
}

const poetryProject = `
-- Dockerfile --
FROM python:3.11
COPY . .
-- pyproject.toml --
[tool.poetry]
name = "disk"
`

func watchingClient() map[string]any {
	c := fullClient()
	c["workspace"].(map[string]any)["didChangeWatchedFiles"] = map[string]any{"dynamicRegistration": true}
	return c
}

func TestProjectFollowsDiskAndBuffers(t *testing.T) {
	dir := workspace(t, poetryProject)
	dockerfile, pyproject := fileURI(filepath.Join(dir, "Dockerfile")), fileURI(filepath.Join(dir, "pyproject.toml"))
	e := start(t, withProjectRule)
	e.initialize(map[string]any{"capabilities": watchingClient(), "workspaceFolders": []any{map[string]any{"uri": fileURI(dir), "name": "w"}}})
	reg := e.next("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
	if !strings.Contains(string(reg.Params), "**/pyproject.toml") {
		t.Errorf("%s", reg.Params)
	}
	e.send(map[string]any{"id": reg.ID, "result": nil})

	text := "FROM python:3.11\nCOPY . .\n"
	e.didOpen(dockerfile, "dockerfile", 1, text)
	expect := func(version int, want string) {
		t.Helper()
		if got := message1(e.diagnostics(dockerfile, version)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	expect(1, "project disk")

	e.didOpen(pyproject, "toml", 1, "[tool.poetry]\nname = \"buffer\"\n")
	expect(1, "project buffer")
	e.didChange(pyproject, 2, edit(1, 8, 1, 14, "typed"))
	expect(1, "project typed")
	e.didChange(dockerfile, 2, edit(0, 0, 0, 0, "# x\n"))
	expect(2, "project typed")
	e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": pyproject}})
	expect(2, "project disk")

	write(t, filepath.Join(dir, "pyproject.toml"), "[tool.poetry]\nname = \"new\"\n")
	changed := func() {
		e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": pyproject, "type": 2}}})
	}
	changed()
	expect(2, "project new")
	if err := os.Remove(filepath.Join(dir, "pyproject.toml")); err != nil {
		t.Fatal(err)
	}
	changed()
	expect(2, "no project")
	e.stop()
}

// A client that cannot watch files still sees a project change at the next
// keystroke or save.
func TestProjectWithoutWatching(t *testing.T) {
	dir := workspace(t, poetryProject)
	dockerfile := fileURI(filepath.Join(dir, "Dockerfile"))
	e := start(t, withProjectRule)
	e.initialize(map[string]any{"rootUri": fileURI(dir)})
	e.didOpen(dockerfile, "dockerfile", 1, "FROM x\nCOPY . .\n")
	e.diagnostics(dockerfile, 1)
	write(t, filepath.Join(dir, "pyproject.toml"), "[tool.poetry]\nname = \"other\"\n")
	e.didChange(dockerfile, 2, edit(0, 0, 0, 0, "# x\n"))
	if got := message1(e.diagnostics(dockerfile, 2)); got != "project other" {
		t.Errorf("%q", got)
	}
	write(t, filepath.Join(dir, "pyproject.toml"), "[tool.poetry]\nname = \"saved!\"\n")
	e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": dockerfile}})
	if got := message1(e.diagnostics(dockerfile, 2)); got != "project saved!" {
		t.Errorf("%q", got)
	}
	e.stop()
}

func TestBrokenProjectFiles(t *testing.T) {
	dir := workspace(t, poetryProject)
	dockerfile, pyproject := fileURI(filepath.Join(dir, "Dockerfile")), fileURI(filepath.Join(dir, "pyproject.toml"))
	e := start(t)
	e.initialize(map[string]any{"rootUri": fileURI(dir)})
	e.didOpen(dockerfile, "dockerfile", 1, "FROM x\nCOPY . .\n")
	e.diagnostics(dockerfile, 1)
	e.didOpen(pyproject, "toml", 1, "[tool.poetry]\nname = \"x\"\nbroken = = 1\n")
	p := e.diagnostics(pyproject, 1)
	if len(p.Diagnostics) != 1 || p.Diagnostics[0].Range.Start.Line != 2 || p.Diagnostics[0].Severity != 1 {
		t.Fatalf("%+v", p)
	}
	e.didChange(pyproject, 2, map[string]any{"text": "[tool.poetry]\nname = \"x\"\n"})
	if p := e.diagnostics(pyproject, 2); len(p.Diagnostics) != 0 {
		t.Errorf("not taken back: %+v", p)
	}
	e.didChange(pyproject, 3, map[string]any{"text": "["})
	if p := e.diagnostics(pyproject, 3); len(p.Diagnostics) != 1 {
		t.Errorf("%+v", p)
	}
	e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": dockerfile}})
	if p := e.diagnostics(pyproject, 3); len(p.Diagnostics) != 0 {
		t.Errorf("not taken back after close: %+v", p)
	}
	e.stop()
}

func TestRoots(t *testing.T) {
	dir := workspace(t, `
-- a/pyproject.toml --
[tool.poetry]
name = "a"
-- a/sub/pyproject.toml --
[tool.poetry]
name = "sub"
-- b/pyproject.toml --
[tool.poetry]
name = "b"
-- c/.git/HEAD --
-- c/pyproject.toml --
[tool.poetry]
name = "c"
-- d/Dockerfile --
`)
	e := start(t, withProjectRule)
	folder := func(name string) any {
		return map[string]any{"uri": fileURI(filepath.Join(dir, name)), "name": name}
	}
	e.initialize(map[string]any{"workspaceFolders": []any{folder("a"), folder("b"), folder("a/sub")}})
	for _, c := range []struct{ file, want string }{
		{"a/Dockerfile", "project a"},
		{"a/sub/Dockerfile", "project sub"},
		{"b/Dockerfile", "project b"},
		{"c/Dockerfile", "project c"},
		{"d/Dockerfile", "no project"},
	} {
		uri := fileURI(filepath.Join(dir, c.file))
		e.didOpen(uri, "dockerfile", 1, "FROM x\nCOPY . .\n")
		if got := message1(e.diagnostics(uri, 1)); got != c.want {
			t.Errorf("%s: %q, want %q", c.file, got, c.want)
		}
	}
	e.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": []any{folder("d")}, "removed": []any{folder("b")}}})
	b := fileURI(filepath.Join(dir, "b/Dockerfile"))
	if got := message1(e.diagnostics(b, 1)); got != "project b" { // its own folder now
		t.Errorf("%q", got)
	}
	e.stop()
}

func TestNothingOutsideIsRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need rights")
	}
	dir := workspace(t, "-- secret/pyproject.toml --\n[tool.poetry]\nname = \"secret\"\n-- w/x --\n")
	for link, target := range map[string]string{
		"w/pyproject.toml": "../secret/pyproject.toml",
		"w/out":            "../secret",
		"w/abs":            filepath.Join(dir, "secret"),
		"w/loop":           "loop",
		"w/dir":            ".",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	fsys := folder(filepath.Join(dir, "w"))
	for _, name := range []string{"pyproject.toml", "out/pyproject.toml", "abs/pyproject.toml", "loop", "../secret/pyproject.toml"} {
		if _, err := fs.ReadFile(fsys, name); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := fs.ReadFile(fsys, "dir/x"); err != nil {
		t.Errorf("inside: %v", err)
	}
	e := start(t, withProjectRule)
	e.initialize(map[string]any{"rootUri": fileURI(filepath.Join(dir, "w"))})
	uri := fileURI(filepath.Join(dir, "w/Dockerfile"))
	e.didOpen(uri, "dockerfile", 1, "FROM x\nCOPY . .\n")
	if got := message1(e.diagnostics(uri, 1)); !strings.HasSuffix(got, "no project") {
		t.Errorf("%q", got)
	}
	e.stop()
}

func TestOverlayIsAFileSystem(t *testing.T) {
	dir := workspace(t, "-- a/x --\ndisk\n-- a/y --\ny\n")
	o := overlay{folder(dir), map[string]string{"a/x": "buffer", "a/new": "new", "a/empty": ""}}
	if err := fstest.TestFS(o, "a/x", "a/y", "a/new", "a/empty"); err != nil {
		t.Error(err)
	}
	if text, _ := fs.ReadFile(o, "a/x"); string(text) != "buffer" {
		t.Errorf("%q", text)
	}
}

// A project whose folder is deleted while its Dockerfile is open is no project
// any more, and the session goes on.
func TestProjectFolderDeleted(t *testing.T) {
	dir := workspace(t, poetryProject)
	dockerfile := fileURI(filepath.Join(dir, "Dockerfile"))
	e := start(t, withProjectRule)
	e.initialize(map[string]any{"capabilities": fullClient(), "rootUri": fileURI(dir)})
	e.didOpen(dockerfile, "dockerfile", 1, "FROM x\nCOPY . .\n")
	if got := message1(e.diagnostics(dockerfile, 1)); got != "project disk" {
		t.Errorf("%q", got)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	e.didChange(dockerfile, 2, edit(0, 0, 0, 0, "# x\n"))
	if got := message1(e.diagnostics(dockerfile, 2)); got != "no project" {
		t.Errorf("%q", got)
	}
	e.stop()
}

// Two sessions know nothing of each other.
func TestTwoClients(t *testing.T) {
	one, other := workspace(t, poetryProject), workspace(t, strings.Replace(poetryProject, "disk", "other", 1))
	for _, run := range []struct{ dir, want string }{{one, "project disk"}, {other, "project other"}} {
		e := start(t, withProjectRule)
		e.initialize(map[string]any{"rootUri": fileURI(run.dir)})
		t.Cleanup(e.stop)
		dockerfile := fileURI(filepath.Join(run.dir, "Dockerfile"))
		e.didOpen(dockerfile, "dockerfile", 1, "FROM x\nCOPY . .\n")
		if got := message1(e.diagnostics(dockerfile, 1)); got != run.want {
			t.Errorf("%q", got)
		}
	}
}

// Work that takes longer than a moment is told to the client, with its end.
func TestProgress(t *testing.T) {
	release := make(chan struct{})
	slow := &analysis.Rule{Name: "slow", Severity: analysis.Hint, Run: func(*analysis.Pass) { <-release }}
	e := start(t, func(o *Options) { o.Rules, o.busy = []*analysis.Rule{slow}, time.Nanosecond })
	c := fullClient()
	c["window"] = map[string]any{"workDoneProgress": true}
	e.initialize(map[string]any{"capabilities": c})
	e.didOpen("untitled:Dockerfile", "dockerfile", 1, "FROM x\n")
	create := e.next("a request for progress", func(m message) bool { return m.Method == "window/workDoneProgress/create" })
	e.send(map[string]any{"id": create.ID, "result": nil})
	e.next("its begin", func(m message) bool { return m.Method == "$/progress" && strings.Contains(string(m.Params), `"begin"`) })
	close(release)
	e.next("its end", func(m message) bool { return m.Method == "$/progress" && strings.Contains(string(m.Params), `"end"`) })
	e.stop()
}
