// Package editortest runs the configurations of docs/editors.md, word for word,
// in the editors they are for, with the binary that users get.
package editortest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

const top = "../.."

// bin is a folder with the binary as users get it, static, so that it runs on
// other Debians, too.
var bin string

func TestMain(m *testing.M) {
	os.Exit(withBinary(m.Run))
}

func withBinary(run func() int) int {
	var err error
	if bin, err = os.MkdirTemp("", "restage-bin-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(bin)
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "restage"), "./cmd/lsp")
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		panic("go build: " + err.Error() + "\n" + string(out))
	}
	return run()
}

// A desk is what a user has in front of him: a folder with a home, the binary
// on the path, and the ladder's project in it.
//
// A test drives an editor along the same path everywhere: it opens
// project/Dockerfile and waits for findings, takes the quick fix that pins
// Poetry, saves and copies the file to the desk under the name "pinned", takes
// "optimize", saves, and leaves.
type desk struct {
	work string
	file string // the Dockerfile
}

func newDesk(t *testing.T) desk {
	t.Helper()
	// Not t.TempDir: its long name would wrap in the terminal.
	work, err := os.MkdirTemp("", "restage-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(work) })
	project := filepath.Join(work, "project")
	if err := os.CopyFS(project, os.DirFS(filepath.Join(top, "testdata", "projects", "annapurna"))); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{filepath.Join(project, ".git"), filepath.Join(work, "home")} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(work, "bin"), os.DirFS(bin)); err != nil {
		t.Fatal(err)
	}
	return desk{work, filepath.Join(project, "Dockerfile")}
}

// put writes a file of the desk.
func (d desk) put(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(d.work, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fixed is what the command line makes of a Dockerfile of the project.
func (d desk) fixed(t *testing.T, text string, flags ...string) string {
	t.Helper()
	d.put(t, "project/Dockerfile", text)
	cmd := exec.Command(filepath.Join(d.work, "bin", "restage"), append([]string{"fix", "--stdout", d.file}, flags...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("restage fix: %v", err)
	}
	if string(out) == text {
		t.Fatalf("restage fix %s changes nothing", strings.Join(flags, " "))
	}
	return string(out)
}

// check compares what an editor wrote on the way with what the command line prints.
func (d desk) check(t *testing.T) {
	t.Helper()
	optimized, pinned := read(t, d.file), read(t, filepath.Join(d.work, "pinned"))
	original := read(t, filepath.Join(top, "testdata", "projects", "annapurna", "Dockerfile"))
	same(t, "the quick fix", d.fixed(t, original, "--only", "unpinned-installer"), pinned)
	same(t, "optimize", d.fixed(t, pinned, "--all"), optimized)
}

func same(t *testing.T, what, want, got string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: the editor's file is not what the command line prints:\n%s", what, udiff.Unified("command line", "editor", want, got))
	}
}

// block gives the code block of docs/editors.md that stands under a comment
// with its name.
func block(t *testing.T, name string) string {
	t.Helper()
	doc := read(t, filepath.Join(top, "docs", "editors.md"))
	m := regexp.MustCompile("(?s)<!-- " + regexp.QuoteMeta(name) + " -->\n+```[a-z]*\n(.*?)```\n").FindStringSubmatch(doc)
	if m == nil {
		t.Fatalf("docs/editors.md has no block %s", name)
	}
	return m[1]
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
