// Command judge writes the projects and examples of testdata as cases for the
// judge, which builds Dockerfiles with BuildKit and compares their images.
// scripts/judge runs both.
//
//	go run ./internal/judge FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"restage/analysis/project"
	"restage/analysis/source"
	"restage/internal/fixtest"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/judge FOLDER")
		os.Exit(2)
	}
	n, err := write(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
	fmt.Fprintf(os.Stderr, "judge: %d cases\n", n)
}

// write writes all cases below dir and counts them.
func write(dir string) (int, error) {
	n := 0
	for _, pattern := range []string{"testdata/rules/*/*.txtar", "testdata/actions/*/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return n, err
		}
		for _, f := range files {
			ex, err := fixtest.ReadExample(f)
			if err != nil {
				return n, err
			}
			if in := ex.Input(); in.FS != nil && buildable(in.Text) {
				if err := writeCase(filepath.Join(dir, strings.ReplaceAll(ex.Name(), "/", "__")), in); err != nil {
					return n, err
				}
				n++
			}
		}
	}
	projects, err := filepath.Glob("testdata/projects/*")
	if err != nil {
		return n, err
	}
	for _, p := range projects {
		fsys := os.DirFS(p)
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasPrefix(path.Base(name), "Dockerfile") || strings.HasSuffix(name, ".dockerignore") {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			n++
			id := filepath.Base(p) + "__" + strings.NewReplacer("/", "_", ".", "_").Replace(name)
			return writeCase(filepath.Join(dir, id), fixtest.Input{Text: string(text), FS: fsys, Path: name})
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// buildable says that a text starts a stage and ends with a command, and is
// for Linux: the judge has no other images.
func buildable(text string) bool {
	return fixtest.BuildKitParse(text) == nil && !strings.Contains(text, "windows") &&
		(strings.Contains(text, "CMD") || strings.Contains(text, "ENTRYPOINT"))
}

// writeCase writes one case folder as the judge's README describes it. The
// files of the project go to manifests/ and scripts/ with their own text.
func writeCase(dir string, in fixtest.Input) error {
	proj := project.Find(in.FS, in.Path, source.Parse(in.Text))
	var tree []string
	out := map[string]string{"Dockerfile": in.Text}
	meta := map[string]any{"repo": "testdata", "path": in.Path, "context_dir": proj.Context, "manager": "poetry", "has_lock": proj.Lock != nil,
		"commit_date": "2026-01-01", "historic": false, "dockerignore_path": nil, "pyproject_path": nil, "lock_path": nil}
	err := fs.WalkDir(in.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == in.Path {
			return err
		}
		data, err := fs.ReadFile(in.FS, name)
		if err != nil {
			return err
		}
		if rel, ok := strings.CutPrefix(name, strings.TrimPrefix(proj.Context+"/", "./")); ok {
			tree = append(tree, rel)
		}
		flat := strings.ReplaceAll(name, "/", "%")
		switch {
		case strings.HasSuffix(name, ".dockerignore"):
			out["dockerignore"], meta["dockerignore_path"] = string(data), name
		case strings.HasSuffix(name, ".sh") || name == "configure":
			out["scripts/"+flat] = string(data)
		case strings.HasSuffix(name, ".py"): // the judge marks files of code itself
		default:
			out["manifests/"+flat] = string(data)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p := proj.Pyproject; p != nil {
		out["pyproject.toml"], meta["pyproject_path"] = p.Text, p.Path
	}
	if l := proj.Lock; l != nil {
		meta["lock_path"], meta["lock_version"] = l.Path, l.Version
		if l.Generator != "" {
			meta["lock_tool_version"] = "poetry " + l.Generator
		}
		text, err := fs.ReadFile(in.FS, l.Path)
		if err != nil {
			return err
		}
		out["lockhead.txt"], out["lockpkgs.tsv"] = lockHead(string(text)), lockPackages(l)
	}
	meta["tree_files_total"] = len(tree)
	out["tree.txt"] = strings.Join(tree, "\n") + "\n"
	data, err := json.MarshalIndent(meta, "", " ")
	if err != nil {
		return err
	}
	out["meta.json"] = string(data)
	for name, text := range out {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// lockHead is a lock file's first and last lines, as the judge wants them.
func lockHead(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return strings.Join(lines[:min(3, len(lines))], "\n") + "\n# --- last 12 lines ---\n" + strings.Join(lines[max(0, len(lines)-12):], "\n") + "\n"
}

// lockPackages is one line a package: name, version, groups.
func lockPackages(l *project.Lock) string {
	var b strings.Builder
	for _, p := range l.Packages {
		fmt.Fprintf(&b, "%s\t%s\t%s\t\t%s\t\t\n", p.Name, p.Version, strings.Join(p.Groups, ","), p.SourceType)
	}
	return b.String()
}
