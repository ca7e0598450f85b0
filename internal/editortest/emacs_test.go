package editortest

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"
)

// TestEmacs uses Eglot, a package for Emacs 28 and part of Emacs 29.
func TestEmacs(t *testing.T) {
	onMachines(t, "emacs", [][2]float64{{28, 29}, {30, math.Inf(1)}}, func(t *testing.T, m machine, version float64) {
		d := newDesk(t)
		d.put(t, "home/.emacs.d/init.el", block(t, "emacs"))
		d.put(t, "drive.el", read(t, "testdata/drive.el"))

		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		out, err := m.command(ctx, d.work, "emacs", "--batch", "-f", "package-initialize", "-l", "home/.emacs.d/init.el", "-l", "drive.el").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "\ndone") {
			t.Fatalf("emacs: %v\n%s", err, out)
		}
		if !strings.Contains(string(out), "finding 3 ") {
			t.Errorf("Emacs shows no finding in line 3:\n%s", out)
		}
		d.check(t)

		d = newDesk(t)
		d.put(t, "home/.emacs.d/init.el", block(t, "emacs")+block(t, "emacs-settings"))
		d.put(t, "look.el", read(t, "testdata/look.el"))
		out, err = m.command(ctx, d.work, "emacs", "--batch", "-f", "package-initialize", "-l", "home/.emacs.d/init.el", "-l", "look.el").CombinedOutput()
		if err != nil {
			t.Errorf("the settings have no effect: %v\n%s", err, out)
		}
	})
}
