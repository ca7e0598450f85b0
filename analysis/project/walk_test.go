package project

import (
	"path"
	"restage/analysis/source"
	"restage/internal/corpus"
	"slices"
	"strings"
	"testing"
)

// TestFilesIn holds what is found below every path against the whole list.
func TestFilesIn(t *testing.T) {
	projects := []*Project{find(contextFiles, "Dockerfile"), find("-- a/.dockerignore --\nb\n!b/c\n-- a/Dockerfile --\nFROM x\nCOPY . .\n-- a/b/c/d.py --\n-- a/b/e.py --\n-- a/b-c.py --\n-- a/b.py --\n-- a/b0 --\n-- f.py --\n", "a/Dockerfile")}
	for _, c := range corpus.Cases(t)[:20] {
		projects = append(projects, Find(c.FS, c.Path, source.Parse(c.Dockerfile)))
	}
	for _, p := range projects {
		var all []string
		if !p.FilesIn(".", func(name string) bool { all = append(all, name); return true }) || !p.files.whole.Load() {
			t.Errorf("the files of %s are not complete", p.Dockerfile)
		}
		if listed, _ := p.Files(); !slices.Equal(all, listed) || !slices.IsSorted(all) {
			t.Errorf("%q and %q in %s", all, listed, p.Dockerfile)
		}
		paths := map[string]bool{".": true, "nothing": true, "secret": true, "secret/key": true, "..": false, "../a": false}
		for _, name := range all {
			for dir := name; dir != "."; dir = path.Dir(dir) {
				paths[dir] = true
			}
		}
		for rel, inside := range paths {
			var got, walked, want []string
			complete := p.FilesIn(rel, func(name string) bool {
				got = append(got, name)
				return true
			})
			if inside && (!p.walkIn(rel, func(name string) bool { walked = append(walked, name); return true }) || !slices.Equal(got, walked)) {
				t.Errorf("FilesIn(%q) in %s: %q of the list, %q of the disk", rel, p.Dockerfile, got, walked)
			}
			for _, name := range all {
				if inside && (rel == "." || name == rel || strings.HasPrefix(name, rel+"/")) {
					want = append(want, name)
				}
			}
			if !slices.Equal(got, want) || !complete {
				t.Errorf("FilesIn(%q) in %s: %q %v, want %q", rel, p.Dockerfile, got, complete, want)
			}
		}
		visited := 0
		if p.FilesIn(".", func(string) bool { visited++; return false }); visited != min(1, len(all)) {
			t.Errorf("%d files visited after the first was refused", visited)
		}
	}
}
