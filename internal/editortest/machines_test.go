package editortest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A machine has editors: this one, or a Debian of another release in a folder.
type machine struct {
	name string
	root string // "" for this machine
}

// machines lists this machine and the Debians that scripts/test-editors made.
func machines() []machine {
	all := []machine{{name: "here"}}
	cache, err := os.UserCacheDir()
	if err != nil {
		return all
	}
	roots, _ := filepath.Glob(filepath.Join(cache, "restage-editors", "debian-*"))
	for _, root := range roots {
		if _, err := os.Stat(filepath.Join(root, "complete")); err == nil && os.Getuid() == 0 {
			all = append(all, machine{name: filepath.Base(root), root: root})
		}
	}
	return all
}

// onMachines runs the test on every machine that has the editor, at least on
// one of a version in each of the ranges [from, below).
func onMachines(t *testing.T, program string, ranges [][2]float64, test func(t *testing.T, m machine, version float64)) {
	seen := make([]bool, len(ranges))
	for _, m := range machines() {
		version, ok := m.version(program)
		if !ok {
			continue
		}
		for i, r := range ranges {
			seen[i] = seen[i] || r[0] <= version && version < r[1]
		}
		t.Run(fmt.Sprint(m.name, "-", version), func(t *testing.T) { test(t, m, version) })
	}
	for i, r := range ranges {
		if seen[i] {
			continue
		}
		missing := fmt.Sprintf("%s of a version from %v to below %v is not installed: make test-editors", program, r[0], r[1])
		if os.Getenv("RESTAGE_EDITORS") == "all" {
			t.Error(missing)
		} else {
			t.Log(missing)
		}
	}
}

// version gives an editor's version as a number that orders: 0.07 for 0.7.2,
// 0.11 for 0.11.5, 30.01 for 30.1.
func (m machine) version(program string) (version float64, ok bool) {
	work, err := os.MkdirTemp("", "restage-version-")
	if err != nil {
		return 0, false
	}
	defer os.RemoveAll(work)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := m.command(ctx, work, program, "--version").Output()
	if err != nil {
		return 0, false
	}
	line, _, _ := strings.Cut(string(out), "\n")
	at := strings.IndexAny(line, "0123456789")
	if at < 0 {
		return 0, false
	}
	var major, minor int
	if _, err := fmt.Sscanf(line[at:], "%d.%d", &major, &minor); err != nil {
		return 0, false
	}
	return float64(major) + float64(minor)/100, true
}

// enter runs a command in the folder $0 as if it were the root of the file
// system, with the folder $1 of this machine in its place; mounts end with it.
const enter = `set -e
root=$0 work=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root$work"
mount --bind "$work" "$root$work"
exec chroot "$root" sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"`

// command is a command on the machine, which sees of this one the folder work:
// its home folder is work/home, its programs come from work/bin first.
func (m machine) command(ctx context.Context, work string, argv ...string) *exec.Cmd {
	if m.root != "" {
		argv = append([]string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enter, m.root, work}, argv...)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = work
	cmd.WaitDelay = 5 * time.Second // children of a killed editor may keep its output open
	home := filepath.Join(work, "home")
	cmd.Env = []string{
		"PATH=" + filepath.Join(work, "bin") + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"), "XDG_CACHE_HOME=" + filepath.Join(home, ".cache"),
		"XDG_DATA_HOME=" + filepath.Join(home, ".local/share"), "XDG_STATE_HOME=" + filepath.Join(home, ".local/state"),
		"TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "RESTAGE_WORK=" + work,
	}
	return cmd
}
