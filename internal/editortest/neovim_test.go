// Package editortest runs the configurations in editors/ in the editors they
// are for, with the binary that users get.
package editortest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aymanbagabas/go-udiff"
)

const top = "../.."

// TestNeovimOptimizes climbs the whole ladder in Neovim, and compares the file
// it writes with what the command line prints.
func TestNeovimOptimizes(t *testing.T) {
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("Neovim is not installed: apt-get install neovim")
	}
	bin := build(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(top, "testdata", "projects", "annapurna"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err) // the workspace ends here
	}
	file := filepath.Join(dir, "Dockerfile")
	before := read(t, file)
	want, err := exec.Command(bin, "fix", "--all", "--stdout", file).Output()
	if err != nil {
		t.Fatalf("restage fix: %v", err)
	}
	if string(want) == before {
		t.Fatal("restage fix --all changes nothing")
	}

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // only if Neovim waits for a key
	defer cancel()
	cmd := exec.CommandContext(ctx, nvim, "--headless", "--clean", "-n", "-c", "luafile "+abs(t, "testdata/optimize.lua"))
	cmd.Dir = dir
	home := t.TempDir()
	cmd.Env = append(os.Environ(),
		"RESTAGE_BIN="+bin, "RESTAGE_FILE="+file, "RESTAGE_CONFIG="+abs(t, filepath.Join(top, "editors", "neovim", "restage.lua")),
		"HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CACHE_HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "\ndone") {
		t.Fatalf("nvim: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "unpinned-installer") {
		t.Errorf("Neovim shows no finding unpinned-installer:\n%s", out)
	}
	if strings.Contains(string(out), "\nleft ") {
		t.Errorf("findings are left in the optimized file:\n%s", out)
	}
	if got := read(t, file); got != string(want) {
		t.Errorf("the editor's file is not what the command line prints:\n%s", udiff.Unified("command line", "editor", string(want), got))
	}
}

// build makes the binary as users do.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "restage")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin, "./cmd/lsp")
	cmd.Dir = top
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

func abs(t *testing.T, path string) string {
	t.Helper()
	p, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
