package editortest

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"
)

// TestNeovim uses the native configuration from 0.11 on, autocommands before.
func TestNeovim(t *testing.T) {
	onMachines(t, "nvim", [][2]float64{{0.07, 0.08}, {0.11, math.Inf(1)}}, func(t *testing.T, m machine, version float64) {
		d := newDesk(t)
		config := block(t, "neovim-old")
		if version >= 0.11 {
			config = block(t, "neovim")
		}
		if version >= 0.08 {
			config += block(t, "neovim-key")
		}
		d.put(t, "home/.config/nvim/init.lua", config)
		d.put(t, "drive.lua", read(t, "testdata/drive.lua"))

		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // only if Neovim waits for a key
		defer cancel()
		out, err := m.command(ctx, d.work, "nvim", "--headless", "-n", "project/Dockerfile", "-c", "luafile drive.lua").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "\ndone") {
			t.Fatalf("nvim: %v\n%s", err, out)
		}
		if !strings.Contains(string(out), "finding 3 unpinned-installer restage") {
			t.Errorf("Neovim shows no finding unpinned-installer in line 3:\n%s", out)
		}
		d.check(t)

		if version < 0.11 {
			return
		}
		d = newDesk(t)
		d.put(t, "home/.config/nvim/init.lua", config+block(t, "neovim-settings"))
		d.put(t, "look.lua", read(t, "testdata/look.lua"))
		out, err = m.command(ctx, d.work, "nvim", "--headless", "-n", "project/Dockerfile", "-c", "luafile look.lua").CombinedOutput()
		if err != nil {
			t.Errorf("the settings have no effect: %v\n%s", err, out)
		}
	})
}
