package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packed runs pack over stand-ins for binaries and gives the packages' folder.
func packed(t *testing.T, version string) string {
	t.Helper()
	t.Chdir("../..")
	bin, out := t.TempDir(), t.TempDir()
	for _, at := range platforms {
		dir := filepath.Join(bin, at.goos+"-"+at.goarch)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, at.exe), []byte("program for "+at.npm), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := pack(version, bin, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWheels asks for what pip asks: a record of every file with its sum, the
// program with the mode of one, the tags of the file's name.
func TestWheels(t *testing.T) {
	out := packed(t, "1.2.3-rc.4")
	wheels, err := filepath.Glob(filepath.Join(out, "restage-1.2.3rc4-py3-none-*.whl"))
	if err != nil || len(wheels) != len(platforms) {
		t.Fatalf("%v: %v", wheels, err)
	}
	for _, name := range wheels {
		z, err := zip.OpenReader(name)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		content, programs := map[string]string{}, 0
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			content[f.Name] = string(data)
			if strings.Contains(f.Name, ".data/scripts/restage") && f.Mode().Perm() == 0o755 {
				programs++
			}
		}
		if programs != 1 {
			t.Errorf("%s: %d programs", name, programs)
		}
		const info = "restage-1.2.3rc4.dist-info/"
		var want []string
		for file, data := range content {
			sum := sha256.Sum256([]byte(data))
			line := fmt.Sprintf("%s,sha256=%s,%d", file, base64.RawURLEncoding.EncodeToString(sum[:]), len(data))
			if file == info+"RECORD" {
				line = file + ",,"
			}
			want = append(want, line)
		}
		got := strings.Split(strings.TrimSpace(content[info+"RECORD"]), "\n")
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the record has\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		_, tags, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".whl"), "py3-none-")
		for tag := range strings.SplitSeq(tags, ".") {
			if !strings.Contains(content[info+"WHEEL"], "Tag: py3-none-"+tag+"\n") {
				t.Errorf("%s: no tag %s", name, tag)
			}
		}
	}
}

// TestNpm asks that the launcher's package wants exactly the packages there are,
// each for its platform.
func TestNpm(t *testing.T) {
	out := packed(t, "1.2.3")
	read := func(name string) (m manifest, files map[string]int64) {
		f, err := os.Open(filepath.Join(out, name+"-1.2.3.tgz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		files = map[string]int64{}
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			files[h.Name] = h.Mode
			if h.Name == "package/package.json" {
				if err := json.NewDecoder(r).Decode(&m); err != nil {
					t.Fatal(err)
				}
			}
		}
		return m, files
	}
	launcher, files := read("restage")
	if files["package/bin/restage.js"] != 0o755 || launcher.Bin["restage"] != "bin/restage.js" || len(launcher.Optional) != len(platforms) {
		t.Errorf("%+v %v", launcher, files)
	}
	for _, at := range platforms {
		m, files := read("restage-" + at.npm)
		if files["package/bin/"+at.exe] != 0o755 || launcher.Optional[m.Name] != "1.2.3" || m.OS[0]+"-"+m.CPU[0] != at.npm {
			t.Errorf("%s: %+v %v", at.npm, m, files)
		}
	}
}

// TestVersions refuses what pip and npm would read differently.
func TestVersions(t *testing.T) {
	for _, v := range []string{"", "1.2", "v1.2.3", "1.2.3-beta", "1.2.3+x"} {
		if err := pack(v, t.TempDir(), t.TempDir()); err == nil {
			t.Errorf("%q was taken", v)
		}
	}
}
