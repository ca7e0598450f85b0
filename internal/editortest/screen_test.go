package editortest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// needTerminal skips the test where there is no tmux.
func needTerminal(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil && os.Getenv("RESTAGE_EDITORS") != "all" {
		t.Skip("tmux is not installed: make test-editors")
	}
}

// A screen is an editor in a terminal of tmux.
type screen struct {
	t      *testing.T
	socket string
	file   string
}

func open(t *testing.T, d desk, m machine, argv ...string) screen {
	t.Helper()
	s := screen{t, filepath.Join(d.work, "tmux"), d.file}
	cmd := m.command(context.Background(), d.work, argv...)
	args := append([]string{"-S", s.socket, "-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40"}, cmd.Args...)
	tmux := exec.Command("tmux", args...)
	tmux.Dir, tmux.Env = cmd.Dir, cmd.Env
	if out, err := tmux.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	t.Cleanup(func() { exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	return s
}

func (s screen) show() string {
	out, _ := exec.Command("tmux", "-S", s.socket, "capture-pane", "-p").Output()
	return string(out)
}

// cursor is the cursor's row, from 0.
func (s screen) cursor() int {
	s.t.Helper()
	out, err := exec.Command("tmux", "-S", s.socket, "display-message", "-p", "#{cursor_y}").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	row, _ := strconv.Atoi(strings.TrimSpace(string(out)))
	return row
}

// until waits for a condition, and shows the screen when it waits in vain.
func (s screen) until(what string, condition func() bool) {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("waited in vain: %s\n%s", what, s.show())
		}
	}
}

func (s screen) wait(text string) {
	s.t.Helper()
	s.until(text, func() bool { return strings.Contains(s.show(), text) })
}

func (s screen) waitEnd() {
	s.t.Helper()
	s.until("the end", func() bool { return exec.Command("tmux", "-S", s.socket, "has-session").Run() != nil })
}

func (s screen) keys(keys ...string) {
	s.t.Helper()
	if out, err := exec.Command("tmux", append([]string{"-S", s.socket, "send-keys"}, keys...)...).CombinedOutput(); err != nil {
		s.t.Fatalf("tmux send-keys: %v\n%s", err, out)
	}
}

// save writes the file, and waits until the disk has what the editor has.
func (s screen) save() {
	s.t.Helper()
	before, _ := os.ReadFile(s.file)
	s.keys(":w", "Enter")
	s.until("saved", func() bool {
		after, _ := os.ReadFile(s.file)
		return len(after) > 0 && !bytes.Equal(before, after)
	})
}
