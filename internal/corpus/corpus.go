// Package corpus gives tests the real Dockerfiles that lie beside the
// repository, each with the project that it builds as a file system. Tests
// skip where the corpus is absent.
package corpus

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// Case is one real Dockerfile and its project.
type Case struct {
	// Name is the case's folder, Folder its path on disk.
	Name, Folder string
	Meta
	// Dockerfile is the text, which FS has at Path.
	Dockerfile string
	// FS is the repository as far as it is known, its root at ".".
	FS fs.FS
}

// Meta is what is known of a case. Paths are slash paths in FS, "" where the
// thing does not exist.
type Meta struct {
	Repo               string   `json:"repo"`
	CommitDate         string   `json:"commit_date"`
	Historic           bool     `json:"historic"`
	Path               string   `json:"path"`
	ContextDir         string   `json:"context_dir"`
	ContextSource      string   `json:"context_source"`
	ContextAmbiguous   bool     `json:"context_ambiguous"`
	Manager            string   `json:"manager"`
	ManagersSeen       []string `json:"managers_seen"`
	PyprojectPath      string   `json:"pyproject_path"`
	HasLock            bool     `json:"has_lock"`
	LockPath           string   `json:"lock_path"`
	LockToolVersion    string   `json:"lock_tool_version"`
	LockVersion        string   `json:"lock_version"`
	LockPackages       int      `json:"lock_packages"`
	DockerignorePath   string   `json:"dockerignore_path"`
	CopySourcesMissing []string `json:"copy_sources_missing"`
	TreeFilesTotal     int      `json:"tree_files_total"`
}

// Cases loads the corpus, sorted by name. It skips the test where there is none.
func Cases(t testing.TB) []Case {
	t.Helper()
	root, ok := folder()
	if !ok {
		t.Skip("the corpus is not here: ../shared/corpus")
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Skipf("the corpus cannot be read: %v", err)
	}
	var cases []Case
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		c, err := load(filepath.Join(root, e.Name()))
		if err != nil {
			t.Fatalf("load corpus case %s: %v", e.Name(), err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Skip("the corpus is empty")
	}
	return cases
}

// Present says whether the corpus lies beside the repository.
func Present() bool {
	_, ok := folder()
	return ok
}

// folder finds the corpus beside the module's root.
func folder() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			root := filepath.Join(dir, "..", "shared", "corpus")
			info, err := os.Stat(root)
			return root, err == nil && info.IsDir()
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

func load(dir string) (Case, error) {
	c := Case{Name: filepath.Base(dir), Folder: dir}
	data, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(data, &c.Meta); err != nil {
		return c, err
	}
	if c.ContextDir == "" {
		c.ContextDir = "."
	}
	text, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
	if err != nil {
		return c, err
	}
	c.Dockerfile = string(text)
	c.FS = build(c)
	return c, nil
}

// build lays out the repository: the names of the context's files first, then
// the files whose text is known.
func build(c Case) fstest.MapFS {
	files := fstest.MapFS{}
	put := func(name, text string, mode fs.FileMode) {
		if name = path.Clean(name); fs.ValidPath(name) && name != "." {
			files[name] = &fstest.MapFile{Data: []byte(text), Mode: mode}
		}
	}
	for _, line := range strings.Split(c.read("tree.txt"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name := path.Join(c.ContextDir, line)
		switch {
		case strings.HasSuffix(line, "/"):
			put(name, "", fs.ModeDir|0o755)
		case strings.HasSuffix(line, ".py"):
			put(name, "# "+line+"\n", 0o644)
		default:
			put(name, "", 0o644)
		}
	}
	put(c.Path, c.Dockerfile, 0o644)
	c.putIf(put, c.PyprojectPath, "pyproject.toml")
	if c.LockPath != "" {
		put(c.LockPath, c.lock(), 0o644)
	}
	for folder, mode := range map[string]fs.FileMode{"manifests": 0o644, "scripts": 0o755} {
		entries, _ := os.ReadDir(filepath.Join(c.Folder, folder))
		for _, e := range entries {
			put(strings.ReplaceAll(e.Name(), "%", "/"), c.read(folder, e.Name()), mode)
		}
	}
	c.putIf(put, c.DockerignorePath, "dockerignore")
	return files
}

// putIf puts a file of the case at a path, if both exist.
func (c Case) putIf(put func(name, text string, mode fs.FileMode), at, name string) {
	if _, err := os.Stat(filepath.Join(c.Folder, name)); err == nil && at != "" {
		put(at, c.read(name), 0o644)
	}
}

// read gives a file of the case's folder, "" if it is absent.
func (c Case) read(name ...string) string {
	data, _ := os.ReadFile(filepath.Join(append([]string{c.Folder}, name...)...))
	return string(data)
}
