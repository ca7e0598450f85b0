// Command gen writes what follows from the list of rules: docs/rules/*.md, the
// README's table, the schema of restage.toml, and the settings of the VS Code
// extension. With -check it writes nothing, and fails with the
// difference when something is stale.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/aymanbagabas/go-udiff"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
	"restage/internal/ruledoc"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail when something is stale")
	dir := flag.String("dir", ".", "the repository")
	flag.Parse()
	stale, err := generate(*dir, !*check)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(2)
	}
	if *check && stale != "" {
		fmt.Print(stale)
		fmt.Fprintln(os.Stderr, "gen: stale; run: go run ./internal/gen")
		os.Exit(1)
	}
}

// generate gives what is stale in the repository as a diff, and writes it if
// told to.
func generate(dir string, write bool) (stale string, err error) {
	want, err := files(dir)
	if err != nil {
		return "", err
	}
	old, err := filepath.Glob(filepath.Join(dir, "docs", "rules", "*.md"))
	if err != nil {
		return "", err
	}
	for _, path := range old { // pages of rules that are gone
		if rel, err := filepath.Rel(dir, path); err != nil {
			return "", err
		} else if _, ok := want[filepath.ToSlash(rel)]; !ok {
			want[filepath.ToSlash(rel)] = ""
		}
	}
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		have, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			return "", err
		}
		if string(have) == want[name] {
			continue
		}
		stale += udiff.Unified("a/"+name, "b/"+name, string(have), want[name])
		if !write {
			continue
		}
		if want[name] == "" {
			err = os.Remove(path)
		} else if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
			err = os.WriteFile(path, []byte(want[name]), 0o644)
		}
		if err != nil {
			return "", err
		}
	}
	return stale, nil
}

// files are all generated files with their text, by slash path.
func files(dir string) (map[string]string, error) {
	out := map[string]string{}
	for _, r := range rules.All() {
		page, err := ruledoc.Page(r)
		if err != nil {
			return nil, err
		}
		out["docs/rules/"+r.Name+".md"] = page
	}
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return nil, err
	}
	page, err := ruledoc.Replace(string(readme), "rules", ruledoc.Table(rules.All()))
	if err == nil {
		var text string
		if text, err = example(os.DirFS(dir)); err == nil {
			page, err = ruledoc.Replace(page, "example", text)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("README.md: %w", err)
	}
	out["README.md"] = page
	if out["docs/restage.schema.json"], err = schema(rules.All()); err != nil {
		return nil, err
	}
	const extension = "editors/vscode/package.json"
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(extension)))
	if err != nil {
		return nil, err
	}
	if out[extension], err = manifest(string(text), rules.All()); err != nil {
		return nil, fmt.Errorf("%s: %w", extension, err)
	}
	return out, nil
}

// example is what the README promises: a Dockerfile, and what restage really
// makes of it.
func example(repository fs.FS) (string, error) {
	const file = "testdata/projects/annapurna/Dockerfile"
	before, err := fs.ReadFile(repository, file)
	if err != nil {
		return "", err
	}
	doc := source.Parse(string(before))
	after := codeactions.Optimize(analysis.Analyze(doc, project.Find(repository, file, doc), rules.All()), codeactions.Options{Level: codeactions.Review})
	return "From this:\n\n" + ruledoc.Fence("dockerfile", doc.Text) +
		"\nit makes this, one action at a time or in one go:\n\n" + ruledoc.Fence("dockerfile", after.Text), nil
}
