package codeactions

import (
	"slices"
	"strings"

	"restage/analysis/shell"
	"restage/analysis/source"
)

// needsInPlace adds the packages that the slim image lacks to the first RUN of
// the runtime stage that fetches the package lists and installs, if there is
// one, so that no second RUN does the same.
func (c *conversion) needsInPlace() bool {
	for i := range c.places {
		p := &c.places[i]
		if p.step.Name != "RUN" || p.runtime == "" {
			continue
		}
		if text, ok := c.withPackages(p.runtime); ok {
			p.runtime = text
			return true
		}
	}
	return false
}

// withPackages is the text of a RUN that installs the missing packages, too.
func (c *conversion) withPackages(chunk string) (string, bool) {
	head := "FROM scratch" + c.Doc.Newline
	doc := source.Parse(head + chunk)
	if len(doc.Instructions) != 2 {
		return "", false
	}
	prog, err := shell.Parse(doc, doc.Instructions[1], shell.Options{})
	if err != nil || !hasUpdate(prog) {
		return "", false
	}
	at := slices.IndexFunc(prog.Commands, func(cmd *shell.Command) bool { return isPackageInstall(cmd) && !cmd.Place.Conditional })
	if at < 0 {
		return "", false
	}
	words := prog.Commands[at].Unwrapped().Words
	last := words[len(words)-1]
	if strings.HasPrefix(last.Value, "-") || last.Value == "install" {
		return "", false
	}
	gap := wordGap(c.Doc, doc.Text, last.Span.Start)
	end := last.Span.End - len(head)
	return chunk[:end] + gap + strings.Join(c.needs, gap) + chunk[end:], true
}
