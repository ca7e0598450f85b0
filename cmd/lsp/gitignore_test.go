package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGitignore holds what is ignored against git's own answer, path by path.
func TestGitignore(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not there to compare with")
	}
	top := t.TempDir()
	if out, err := exec.Command(git, "-C", top, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	write := func(name, text string) {
		name = filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(".gitignore", "# a comment\n\nbuild/\n/dist\n*.bak\n!keep.bak\ndocs/**/draft\nsrc/*/gen\n\\#odd\ntrail  \n**/cache\nx[ab]c\n{brace}\nlogs/**\r\n[broken\n")
	write("sub/.gitignore", "!x.bak\n/only-here\ninner/\n")
	write(".git/info/exclude", "private\n")
	paths := []string{
		"build/Dockerfile", "a/build/Dockerfile", "build2/Dockerfile", "dist/Dockerfile", "a/dist/Dockerfile", "x.bak/Dockerfile", "Dockerfile.bak", "keep.bak",
		"docs/draft/Dockerfile", "docs/a/b/draft/Dockerfile", "docs/drafts/Dockerfile", "src/a/gen/Dockerfile", "src/a/b/gen/Dockerfile", "#odd/Dockerfile",
		"trail/Dockerfile", "a/b/cache/Dockerfile", "xac/Dockerfile", "xcc/Dockerfile", "{brace}/Dockerfile", "brace/Dockerfile", "logs/a/Dockerfile", "[broken/Dockerfile",
		"sub/x.bak/Dockerfile", "sub/only-here/Dockerfile", "sub/a/only-here/Dockerfile", "sub/a/inner/Dockerfile", "inner/Dockerfile", "private/Dockerfile", "a/private/Dockerfile",
		"Dockerfile", "sub/Dockerfile",
	}
	for _, p := range paths {
		write(p+"", "FROM scratch\n")
	}
	found := map[string]bool{}
	d := &discovery{seen: map[string]bool{}, problem: func(err error) { t.Error(err) }}
	d.path(top)
	for _, in := range d.found {
		rel, _ := filepath.Rel(top, in.file)
		found[filepath.ToSlash(rel)] = true
	}
	for _, p := range paths {
		if !isDockerfile(filepath.Base(p)) {
			continue
		}
		err := exec.Command(git, "-C", top, "check-ignore", "-q", "--", p).Run()
		if ignored := err == nil; ignored == found[p] {
			t.Errorf("%s: git ignores it: %v, found: %v", p, ignored, found[p])
		}
	}
	// From inside, what stands above holds too.
	d = &discovery{seen: map[string]bool{}, problem: func(err error) { t.Error(err) }}
	d.path(filepath.Join(top, "sub"))
	var names []string
	for _, in := range d.found {
		rel, _ := filepath.Rel(top, in.file)
		names = append(names, filepath.ToSlash(rel))
	}
	if got, want := strings.Join(names, " "), "sub/Dockerfile sub/a/only-here/Dockerfile sub/x.bak/Dockerfile"; got != want {
		t.Errorf("in sub: want %s, got %s", want, got)
	}
}
