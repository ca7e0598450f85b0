package editortest

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// TestHelix types into Helix in a terminal, for it has no other way.
func TestHelix(t *testing.T) {
	needTerminal(t)
	onMachines(t, "hx", [][2]float64{{25, math.Inf(1)}}, func(t *testing.T, m machine, version float64) {
		d := newDesk(t)
		d.put(t, "home/.config/helix/languages.toml", block(t, "helix"))
		health, err := m.command(t.Context(), d.work, "hx", "--health", "dockerfile").CombinedOutput()
		if err != nil || !strings.Contains(string(health), filepath.Join(d.work, "bin", "restage")) {
			t.Fatalf("hx --health: %v\n%s", err, health)
		}

		s := open(t, d, m, "hx", "project/Dockerfile")
		s.wait("FROM python:3.11-buster")
		s.wait("●")      // a finding in the gutter
		s.keys("]", "d") // from the finding in line 1 to the next one
		helixMenu(s, "Pin Poetry")
		s.wait("pip install poetry==")
		s.save()
		d.put(t, "pinned", read(t, d.file))
		s.keys("g", "g")
		helixMenu(s, "Optimize this Dockerfile")
		s.wait(" AS builder")
		s.save()
		s.keys(":q", "Enter")
		s.waitEnd()
		d.check(t)

		d = newDesk(t)
		d.put(t, "home/.config/helix/languages.toml", block(t, "helix")+block(t, "helix-settings"))
		d.put(t, "home/.config/helix/config.toml", block(t, "helix-hints"))
		s = open(t, d, m, "hx", "project/Dockerfile")
		s.wait("↻ any file of the context")
		s.wait("●   3") // a finding in line 3
		s.until("single-stage is off", func() bool { return strings.Contains(s.show(), "    1  FROM") })
	})
}

// helixMenu chooses from the menu of code actions, which opens in the line below the
// cursor with its first line chosen, the title with this beginning.
func helixMenu(s screen, beginning string) {
	s.t.Helper()
	s.keys("Space", "a")
	s.wait(beginning)
	for _, line := range strings.Split(s.show(), "\n")[s.cursor()+1:] {
		if strings.Contains(line, beginning) {
			s.keys("Enter")
			return
		}
		s.keys("Down")
	}
	s.t.Fatalf("%s is not below the cursor:\n%s", beginning, s.show())
}
