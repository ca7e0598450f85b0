package bench

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"restage/internal/corpus"
)

var peerRounds = flag.Int("peers", 0, "how many rounds TestPeers runs; 0 skips it")

// TestPeers checks all real Dockerfiles with restage and with every command
// given behind -args, each in one process, one after the other in rounds, and
// logs the medians of time and memory:
//
//	go test ./internal/bench -run Peers -v -peers 7 -args hadolint dockerfile-doctor dockerfilelint
//
// The files lie in folders of their own with what is known of their projects,
// which restage reads, too.
func TestPeers(t *testing.T) {
	if *peerRounds == 0 {
		t.Skip("timings are not tests: -peers 7 measures")
	}
	dir := t.TempDir()
	var files []string
	for _, c := range corpus.Cases(t) {
		top := filepath.Join(dir, c.Name)
		lay(t, top, c.FS)
		files = append(files, filepath.Join(top, filepath.FromSlash(c.Path)))
	}
	// The default format says what mends each finding, and so works out all fixes.
	restage := build(t)
	commands := [][]string{{restage, "check", "--format", "concise"}, {restage, "check"}}
	for _, name := range flag.Args() {
		commands = append(commands, strings.Fields(name))
	}
	took, memory := make([][]time.Duration, len(commands)), make([][]int64, len(commands))
	for range *peerRounds {
		for i, command := range commands {
			start := time.Now()
			cmd := exec.Command(command[0], slices.Concat(command[1:], files)...)
			var exit *exec.ExitError
			if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
				t.Fatal(err) // findings make an exit status, which is fine
			}
			took[i] = append(took[i], time.Since(start))
			memory[i] = append(memory[i], cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
		}
	}
	var b strings.Builder
	for i, command := range commands {
		slices.Sort(took[i])
		slices.Sort(memory[i])
		fmt.Fprintf(&b, "\n%-32s %8.2f s  %6d MB", strings.Join(append([]string{filepath.Base(command[0])}, command[1:]...), " "), took[i][len(took[i])/2].Seconds(), memory[i][len(memory[i])/2]>>10)
	}
	t.Logf("%d files, medians of %d rounds:%s", len(files), *peerRounds, b.String())
}

// lay writes a tree to the disk.
func lay(t *testing.T, top string, tree fs.FS) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(top, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
	if err == nil {
		err = os.MkdirAll(filepath.Join(top, ".git"), 0o755) // a repository of its own
	}
	if err != nil {
		t.Fatal(err)
	}
}
