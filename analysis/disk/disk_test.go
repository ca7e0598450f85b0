package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// lay writes files, links ("-> target") and folders (names ending in a slash).
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	top := t.TempDir()
	for name, text := range files {
		full := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		target, link := strings.CutPrefix(text, "-> ")
		var err error
		switch {
		case link:
			if err = os.Symlink(target, full); err != nil {
				t.Skip("no symbolic links here")
			}
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(full, 0o755)
		default:
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return top
}

// both gives a folder as Open does, and as the standard library reads it.
func both(t *testing.T, top string) map[string]fs.FS {
	t.Helper()
	folder, err := Open(top)
	if err != nil {
		t.Fatal(err)
	}
	root, shut, err := openRoot(top)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = folder.Close()
		_ = shut()
	})
	return map[string]fs.FS{"disk": folder, "os.Root": root}
}

func TestFileSystem(t *testing.T) {
	top := lay(t, map[string]string{"a.txt": "one", "sub/b.txt": "two", "sub/deep/c": "", "empty/": ""})
	for name, fsys := range both(t, top) {
		if err := fstest.TestFS(fsys, "a.txt", "sub/b.txt", "sub/deep/c", "empty"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNothingLeadsOut holds both ways of reading to the same answers.
func TestNothingLeadsOut(t *testing.T) {
	outer := lay(t, map[string]string{"secret": "s", "in/a": "a", "in/sub/b": "b", "in/inner": "-> sub/b", "in/up": "-> ../secret", "in/abs": "-> /etc/hostname",
		"in/dir": "-> ..", "in/back": "-> sub/../a", "in/self": "-> self", "in/sub/top": "-> ../a"})
	reads := map[string]string{"a": "a", "inner": "b", "sub/b": "b", "back": "a", "sub/top": "a",
		"up": "", "abs": "", "dir/secret": "", "dir": "", "self": "", "../secret": "", "/etc/hostname": "", "nothing": "", "a/b": "", "sub": ""}
	for kind, fsys := range both(t, filepath.Join(outer, "in")) {
		for name, want := range reads {
			got, err := fs.ReadFile(fsys, name)
			if string(got) != want || (err == nil) != (want != "") {
				t.Errorf("%s: %s gives %q and %v, want %q", kind, name, got, err, want)
			}
			info, err := fs.Stat(fsys, name)
			if (err == nil) != (want != "" || name == "sub") || err == nil && info.Name() != filepath.Base(name) {
				t.Errorf("%s: the state of %s is %v, %v", kind, name, info, err)
			}
		}
		if _, err := fs.Stat(fsys, "nothing"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v is not told as a file that is absent", kind, err)
		}
	}
}

func TestOpen(t *testing.T) {
	top := lay(t, map[string]string{"file": ""})
	for _, name := range []string{filepath.Join(top, "nothing"), filepath.Join(top, "file")} {
		if _, err := Open(name); err == nil {
			t.Errorf("%s was opened as a folder", name)
		}
	}
	f, err := Open(top)
	if err != nil || f.Name() != top {
		t.Fatalf("%v %v", f, err)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	if _, err := f.Stat("file"); err == nil {
		t.Error("a closed folder is still read")
	}
}
