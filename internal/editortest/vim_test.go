package editortest

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestVim types into Vim with ALE, which Debian keeps beside Vim's own folders.
func TestVim(t *testing.T) {
	needTerminal(t)
	onMachines(t, "vim", [][2]float64{{9, math.Inf(1)}}, func(t *testing.T, m machine, version float64) {
		if _, err := os.Stat(filepath.Join(m.root, "/usr/share/vim-ale")); err != nil {
			t.Skip("ALE is not installed: make test-editors")
		}
		d := newDesk(t)
		d.put(t, "home/.vimrc", "set nocompatible noswapfile runtimepath+=/usr/share/vim-ale\nfiletype plugin on\n"+block(t, "vim-ale"))

		s := open(t, d, m, "vim", "project/Dockerfile")
		s.wait("FROM python:3.11-buster")
		s.wait("Poetry is installed without a version") // behind its line
		s.keys(":call cursor(3, 17)", "Enter")
		vimMenu(s, "Pin Poetry")
		s.wait("pip install poetry==")
		s.save()
		d.put(t, "pinned", read(t, d.file))
		s.keys("gg")
		vimMenu(s, "Optimize this Dockerfile")
		s.wait(" AS builder")
		s.save()
		s.keys(":q", "Enter")
		s.waitEnd()
		d.check(t)
	})
}

// vimMenu chooses from ALE's numbered list of code actions.
func vimMenu(s screen, beginning string) {
	s.t.Helper()
	s.keys(":ALECodeAction", "Enter")
	s.wait(beginning)
	number := regexp.MustCompile(`(\d+)\W+` + beginning).FindStringSubmatch(s.show())
	if number == nil {
		s.t.Fatalf("%s has no number:\n%s", beginning, s.show())
	}
	s.keys(number[1], "Enter")
}
