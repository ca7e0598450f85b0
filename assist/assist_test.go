package assist

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata/assist")

// cursor marks the places of a Dockerfile that are asked about.
const cursor = "‸"

// TestAnswers asks the questions of testdata/assist. An archive holds a
// Dockerfile with cursors and its project; a section named as an ability
// ("hover", "hover plain") has the answer for each cursor in order.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("../testdata/assist/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no questions", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			res, cursors := parse(archive)
			changed := false
			for i, f := range archive.Files {
				answer, ok := abilities[f.Name]
				if !ok {
					continue
				}
				got := answer(res, cursors)
				if got == string(f.Data) {
					continue
				}
				changed = true
				if !*update {
					t.Errorf("%s: got\n%s\nwant\n%s", f.Name, got, f.Data)
				}
				archive.Files[i].Data = []byte(got)
			}
			if changed && *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// abilities answer for all cursors of a file.
var abilities = map[string]func(*analysis.Result, []int) string{
	"hover":       func(res *analysis.Result, at []int) string { return each(res, at, (*Hover).Markdown) },
	"definition":  definitions,
	"links":       links,
	"hover plain": func(res *analysis.Result, at []int) string { return each(res, at, (*Hover).Plain) },
}

// parse analyses the Dockerfile of an archive, with the offsets of its cursors.
func parse(archive *txtar.Archive) (*analysis.Result, []int) {
	tree := fstest.MapFS{}
	text, cursors := "", []int{}
	for _, f := range archive.Files {
		switch _, answer := abilities[f.Name]; {
		case answer:
		case f.Name == "Dockerfile":
			for i, part := range strings.Split(strings.TrimSuffix(string(f.Data), "$\n"), cursor) {
				if i > 0 {
					cursors = append(cursors, len(text))
				}
				text += part
			}
			tree[f.Name] = &fstest.MapFile{Data: []byte(text)}
		default:
			tree[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return analysed(tree, text), cursors
}

func analysed(tree fstest.MapFS, text string) *analysis.Result {
	doc := source.Parse(text)
	return analysis.Analyze(doc, project.Find(tree, "Dockerfile", doc), rules.All())
}

func each(res *analysis.Result, at []int, show func(*Hover) string) string {
	var b strings.Builder
	for i, offset := range at {
		fmt.Fprintf(&b, "== %d\n", i+1)
		h := HoverAt(question(res, offset))
		if h == nil {
			b.WriteString("nothing\n")
			continue
		}
		fmt.Fprintf(&b, "over: %s\n%s\n", strings.Join(strings.Fields(res.Doc.Slice(h.Span)), " "), show(h))
	}
	return b.String()
}

func definitions(res *analysis.Result, at []int) string {
	var b strings.Builder
	for i, offset := range at {
		fmt.Fprintf(&b, "== %d\n%s", i+1, places(res, Definitions(res.Facts, offset)))
	}
	return b.String()
}

func links(res *analysis.Result, _ []int) string { return places(res, Links(res.Facts)) }

// places lists places as "from: path:line what is there".
func places(res *analysis.Result, list []Place) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s: %s", res.Doc.Slice(p.From), p.Path)
		if !p.Span.Empty() {
			text, _ := res.Project.ReadContext(p.Path)
			fmt.Fprintf(&b, ":%s %s", lineIn(text, p.Span.Start), p.Span.Text(text))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func question(res *analysis.Result, offset int) *Question {
	plans := map[int]codeactions.Action{}
	for _, i := range Planned(res, offset) {
		plans[i] = codeactions.For(res, res.Findings[i])
	}
	return &Question{Result: res, Offset: offset, Plans: plans, Page: func(r *analysis.Rule) string { return "PAGE/" + r.Name + ".md" }}
}
