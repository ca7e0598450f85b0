// Package ruledoc writes what a rule's author has said of it, and its executed
// example, as the pages and tables that users read.
package ruledoc

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"golang.org/x/tools/txtar"

	"restage/analysis"
	"restage/testdata"
)

// Example is the first example of a rule. One without Diff has nothing to show
// for a mend.
type Example struct {
	// Path is where it stands in the repository.
	Path string
	// Diff is the mend as a unified diff without the two header lines.
	Diff string
	// Text is the Dockerfile, Found what restage finds in it, one a line.
	Text, Found string
	// Written are the other files that the fix changes, each below its name.
	Written string
	// Refused is what restage says where it does not mend.
	Refused string
}

// FirstExample reads the lexically first example of a rule; it is empty when
// the rule has none.
func FirstExample(rule string) (Example, error) {
	files, err := fs.Glob(testdata.Rules, "rules/"+rule+"/*.txtar")
	if err != nil || len(files) == 0 {
		return Example{}, err
	}
	data, err := fs.ReadFile(testdata.Rules, files[0])
	if err != nil {
		return Example{}, fmt.Errorf("read the example of %s: %w", rule, err)
	}
	archive := txtar.Parse(data)
	section := map[string]string{}
	for _, f := range archive.Files {
		section[f.Name] = string(f.Data)
	}
	e := Example{Path: path.Join("testdata", files[0]), Text: section[dockerfile(archive)], Found: section["findings"], Written: section["written"], Refused: section["refused"]}
	if after, ok := section["fixed"]; ok {
		e.Diff = diff(section[dockerfile(archive)], after)
	}
	return e, nil
}

// dockerfile is the section that holds the Dockerfile: the line "dockerfile:"
// at the top of an archive names it where it is not called so.
func dockerfile(a *txtar.Archive) string {
	for line := range strings.Lines(string(a.Comment)) {
		if name, ok := strings.CutPrefix(strings.TrimLeft(line, "# "), "dockerfile: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return "Dockerfile"
}

// diff shows the whole file, so that a reader sees where the changed lines stand.
func diff(before, after string) string {
	text, err := udiff.ToUnified("before", "after", before, udiff.Lines(before, after), strings.Count(before, "\n")+1)
	if err != nil {
		panic(err) // the edits were made from these texts
	}
	// The two names and the one hunk's line numbers say nothing here.
	for range 3 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// AllowHow says where the comment of Allow goes.
const AllowHow = "Put this comment on a line above the instruction, or above the first instruction for the whole file"

// Allow is the comment that makes restage silent about a rule in one place.
func Allow(rule string) string { return "# restage: allow " + rule }

// Page is the documentation page of a rule, in Markdown.
func Page(r *analysis.Rule) (string, error) {
	e, err := FirstExample(r.Name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Written by internal/gen; change the rule or its example instead. -->\n")
	fmt.Fprintf(&b, "# %s\n\n%s.\n\nSeverity: %s\n", r.Name, r.Title, level(r))
	fmt.Fprintf(&b, "\n## Why\n\n%s\n", strings.TrimSpace(r.Why))
	if e.Diff != "" {
		fmt.Fprintf(&b, "\n## Example\n\n%s\nThe example is executed: [%s](../../%s).\n", Fence("diff", e.Diff), path.Base(e.Path), e.Path)
	}
	if e.Diff == "" && e.Found != "" {
		fmt.Fprintf(&b, "\n## Example\n\n%s\nrestage says (line and column first):\n\n%s\nThe example is executed: [%s](../../%s).\n",
			Fence("dockerfile", e.Text), Fence("text", e.Found), path.Base(e.Path), e.Path)
	}
	if e.Written != "" {
		fmt.Fprintf(&b, "\nThe fix writes\n\n%s", Fence("text", e.Written))
	}
	if e.Refused != "" {
		fmt.Fprintf(&b, "\n## Where it is not mended\n\n%s", Fence("text", e.Refused))
	}
	if len(r.Options) > 0 {
		b.WriteString("\n## Options\n\n" + Options(r))
	}
	if len(r.Aliases) > 0 {
		fmt.Fprintf(&b, "\nOther tools report the same as %s; a comment that allows it there (`# hadolint ignore=…`, `# check=skip=…`) is heard here.\n", strings.Join(r.Aliases, ", "))
	}
	fmt.Fprintf(&b, "\n## How to allow it\n\n%s:\n\n%s", AllowHow, Fence("dockerfile", Allow(r.Name)))
	return b.String(), nil
}

// Options are the options of a rule in Markdown: what each is, and how a
// restage.toml sets it.
func Options(r *analysis.Rule) string {
	var b strings.Builder
	settings := "[rules." + r.Name + "]\n"
	for _, o := range r.Options {
		fmt.Fprintf(&b, "- `%s` (%s): %s", o.Name, o.Kind, o.Doc)
		if o.Else != "" {
			fmt.Fprintf(&b, " It is %s.", o.Else)
		}
		b.WriteString("\n")
		settings += o.Name + " = " + o.Default + "\n"
	}
	return b.String() + "\n" + Fence("toml", "# restage.toml\n"+settings)
}

// Fence is a fenced block of Markdown; the fence is longer than any in the text.
func Fence(language, text string) string {
	mark := "```"
	for strings.Contains(text, mark) {
		mark += "`"
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return mark + language + "\n" + text + mark + "\n"
}

// Table is the README's table of the rules, one for each family.
func Table(rules []*analysis.Rule) string {
	var b strings.Builder
	for family := analysis.Ladder; family <= analysis.BuildKit; family++ {
		rows, links := "", []string{}
		for _, r := range rules {
			if r.Family == family {
				links = append(links, fmt.Sprintf("[`%s`](docs/rules/%s.md)", r.Name, r.Name))
				rows += fmt.Sprintf("| [`%s`](docs/rules/%s.md) | %s | %s |\n", r.Name, r.Name, strings.ReplaceAll(r.Title, "|", `\|`), level(r))
			}
		}
		if rows == "" {
			continue
		}
		if family > analysis.Ladder {
			b.WriteByte('\n')
		}
		if family == analysis.BuildKit { // many, and each says what Docker's documentation says
			fmt.Fprintf(&b, "**%s** are off unless [the settings](docs/configuration.md) name them: %s.\n", family, strings.Join(links, ", "))
			continue
		}
		fmt.Fprintf(&b, "**%s**\n\n| rule | what is wrong | severity |\n|---|---|---|\n%s", family, rows)
	}
	return b.String()
}

// level is a rule's severity for a reader.
func level(r *analysis.Rule) string {
	if r.Off {
		return r.Severity.String() + ", off unless asked for"
	}
	return r.Severity.String()
}

// Replace puts a text between the lines "<!-- name:begin -->" and
// "<!-- name:end -->" of a page.
func Replace(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->\n"
	head, rest, ok := strings.Cut(page, begin)
	if !ok {
		return "", fmt.Errorf("there is no line %q", strings.TrimSpace(begin))
	}
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("there is no line %q", strings.TrimSpace(end))
	}
	return head + begin + text + end + tail, nil
}
