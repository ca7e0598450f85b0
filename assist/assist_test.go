package assist

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
	"restage/internal/fixtest"
)

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
				if !*fixtest.Update {
					t.Errorf("%s: got\n%s\nwant\n%s", f.Name, got, f.Data)
				}
				archive.Files[i].Data = []byte(got)
			}
			if changed && *fixtest.Update {
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
	"completion":  completions,
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

func completions(res *analysis.Result, at []int) string {
	var b strings.Builder
	for i, offset := range at {
		fmt.Fprintf(&b, "== %d\n", i+1)
		for _, c := range Complete(res, offset) {
			late := ""
			if c.Last {
				late = " (last)"
			}
			fmt.Fprintf(&b, "%q -> %s | %s | %s%s\n", res.Doc.Slice(c.Span), c.New, c.Detail, c.Doc, late)
		}
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

// offered are the only places where something is completed, by the text of the
// line in front of them.
var offered = regexp.MustCompile(`(poetry["']?\s.*(--with|--without|--only|--extras|-E)[\s=]+["']?[\w.,-]*|poetry["']?\s.*\s["']?-[\w-]*|--mount=\S*(target|dst|destination)=[^ ,]*)$`)

// TestNothingElsewhere asks at every place of every example: what is offered
// stands behind the words that it belongs to, and replaces what touches the
// cursor on its own line.
func TestNothingElsewhere(t *testing.T) {
	examples := fixtest.Examples(t, "../testdata/rules")
	if len(examples) == 0 {
		t.Fatal("no examples")
	}
	offers := 0
	for _, ex := range examples {
		in, name := ex.Input(), ex.Name()
		doc := source.Parse(in.Text)
		res := analysis.Analyze(doc, project.Find(in.FS, in.Path, doc), rules.All())
		for offset := -1; offset <= len(res.Doc.Text)+1; offset++ {
			list := Complete(res, offset)
			if len(list) == 0 {
				continue
			}
			offers++
			before := continued.ReplaceAllString(res.Doc.Text[:offset], " ")
			before = before[strings.LastIndexByte(before, '\n')+1:]
			if !offered.MatchString(before) {
				t.Fatalf("%s: %q gets %v", name, before, list)
			}
			for _, c := range list {
				if !c.Span.Contains(offset) || strings.ContainsAny(res.Doc.Slice(c.Span), " \t\n") {
					t.Fatalf("%s: %q would replace %q", name, before, res.Doc.Slice(c.Span))
				}
			}
		}
	}
	if offers == 0 {
		t.Error("nothing was offered at all")
	}
}

// continued is where a line goes on in another one, comments between them left out.
var continued = regexp.MustCompile("[\\\\`][ \t]*\r?\n(\\s*#.*\n|[ \t]*\r?\n)*")

// TestAnyPlace asks for everything at every place of broken and unbroken texts,
// for a pointer beyond the end too.
func TestAnyPlace(t *testing.T) {
	for _, text := range []string{"", "FROM", "FROM a\nRUN --mount=type=cache,target=", "FROM python:3.11\nRUN poetry install --without \"de",
		"RUN poetry install -", "FROM a\nRUN <<EOF\npoetry install -\nEOF", "FROM a\nRUN <<EOF\npoetry install --only ", "FROM a\r\nRUN poetry install \\\r\n  --only=🐍",
		"FROM a\nRUN [\"poetry\", \"install\", \"--only\", \"a\"]\nCOPY --from=a b", "FROM a\nONBUILD RUN poetry install --only a", "FROM a\nRUN --mount=type=cache,target=$A"} {
		res := analysed(fstest.MapFS{"pyproject.toml": {Data: []byte("[tool.poetry.group.a.dependencies]\n")}}, text)
		for offset := -2; offset < len(text)+3; offset++ {
			HoverAt(question(res, offset))
			Definitions(res.Facts, offset)
			Complete(res, offset)
		}
		Links(res.Facts)
	}
}
