// Package archtest holds the house to its plan: which package may import
// which, and that every rule has all of its parts.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
)

const top = "../.." // the repository

// floors are the packages from the bottom up. A package imports only packages
// of lower floors.
var floors = [][]string{
	{"analysis/disk", "analysis/lazyregexp"},
	{"analysis/source"},
	{"analysis/shell", "analysis/python", "analysis/project"},
	{"analysis"},
	{"analysis/rules", "analysis/config"},
	{"codeactions"},
	{"assist"},
	{"server"},
	{"cmd/lsp"},
}

// owners are the modules that only one package imports.
var owners = map[string]string{
	"github.com/tliron/glsp":          "server",
	"github.com/sourcegraph/jsonrpc2": "server",
	"github.com/moby/buildkit":        "analysis/source",
	"github.com/pelletier/go-toml":    "analysis/project",
}

func TestImportsGoOneWay(t *testing.T) {
	floor := map[string]int{}
	for i, packages := range floors {
		for _, p := range packages {
			floor[p] = i
		}
	}
	for _, imp := range imports(t) {
		for module, owner := range owners {
			// internal/ is for tests and for making the documentation, none of it is in the binary's engine.
			if below(imp.path, module) && imp.from != owner && !below(imp.from, owner) && !below(imp.from, "internal") {
				t.Errorf("%s imports %s, which only %s may", imp.file, imp.path, owner)
			}
		}
		to, ours := strings.CutPrefix(imp.path, "restage/")
		if !ours {
			continue
		}
		from, known := floor[imp.from]
		if !known {
			if !below(imp.from, "internal") && imp.from != "testdata" {
				t.Errorf("%s: package %s has no floor in this test", imp.file, imp.from)
			}
			continue
		}
		if at, known := floor[to]; known && at >= from {
			t.Errorf("%s: %s may not import %s", imp.file, imp.from, to)
		}
	}
}

// imported is one import of one file that goes into a binary.
type imported struct{ file, from, path string }

func imports(t *testing.T) (out []imported) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(top), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, filepath.FromSlash(name)), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			out = append(out, imported{name, path.Dir(name), p})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatal("no imports were found")
	}
	return out
}

// below says whether a slash path is dir or lies in it.
func below(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func TestEveryRuleHasItsParts(t *testing.T) {
	names := map[string]bool{}
	for _, r := range rules.All() {
		names[r.Name] = true
		file := strings.ReplaceAll(r.Name, "-", "_") + ".go"
		if r.Family == analysis.BuildKit {
			file = "buildkit.go"
		}
		parts := []string{
			"analysis/rules/" + file,
			"testdata/rules/" + r.Name + "/*.txtar",
			"docs/rules/" + r.Name + ".md",
		}
		if codeactions.Mends(r) {
			parts = append(parts, "codeactions/"+file)
		}
		for _, want := range parts {
			if found, err := filepath.Glob(filepath.Join(top, want)); err != nil || len(found) == 0 {
				t.Errorf("rule %s has no %s", r.Name, want)
			}
		}
	}
	for _, left := range []struct{ pattern, ext string }{{"docs/rules/*.md", ".md"}, {"testdata/rules/*", ""}} {
		found, err := filepath.Glob(filepath.Join(top, left.pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			name := strings.TrimSuffix(filepath.Base(f), left.ext)
			if info, err := os.Stat(f); err == nil && info.IsDir() == (left.ext == "") && !names[name] {
				t.Errorf("%s belongs to no rule", f)
			}
		}
	}
}
