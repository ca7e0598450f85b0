package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// replaceUnknown writes the name that was meant, or takes one out that leaves
// nothing out.
func replaceUnknown(r *request) Action {
	u := r.finding.Subject.(*analysis.UnknownName)
	line := r.line(u.Option.Span.Start)
	text := r.Doc.Slice(u.Option.Span)
	at, ok := nameIn(text, u.Name)
	kind := map[bool]string{true: "extra", false: "group"}[u.Extra]
	switch {
	case !ok:
		return refuse("line %d takes `%s` from a variable, or names it twice", line, u.Name)
	case u.Newer:
		return refuse("[dependency-groups] needs Poetry 2.2: take a newer one")
	case u.Commas:
		return r.spacedExtras(u, text, at)
	case u.Near != "":
		name := source.Span{Start: u.Option.Span.Start + at, End: u.Option.Span.Start + at + len(u.Name)}
		return Action{Title: "Use the " + kind + " `" + u.Near + "`", Level: Review, Edits: []Edit{{name, u.Near}},
			Note: "`" + u.Near + "` is the only " + kind + " that `" + u.Name + "` may mean: check that it does."}
	case u.Option.Name != "--without" || u.Name == "main":
		return refuse("only the author can tell which %s line %d means by `%s`", kind, line, u.Name)
	}
	a := Action{Title: "Remove `" + u.Name + "` from `--without`", Level: Review,
		Note: "The project has no group `" + u.Name + "`: there is nothing to leave out."}
	rest := slices.DeleteFunc(strings.Split(u.Option.Value, ","), func(g string) bool { return strings.TrimSpace(g) == u.Name })
	if len(rest) == 0 {
		a.Edits = []Edit{r.dropOption(u.Call, u.Option)}
		return a
	}
	if !strings.Contains(text, u.Option.Value) {
		return refuse("line %d puts the list of groups together during the build", line)
	}
	a.Edits = []Edit{{u.Option.Span, optionText(r, u.Option, strings.Join(rest, ","))}}
	return a
}

// spacedExtras writes extras with blanks between them, in quotes.
func (r *request) spacedExtras(u *analysis.UnknownName, text string, at int) Action {
	a := Action{Title: "Put blanks between the extras"}
	start := u.Option.Span.Start + at
	list := strings.ReplaceAll(u.Name, ",", " ")
	quoted := at > 0 && (text[at-1] == '"' || text[at-1] == '\'')
	if !quoted && !r.exec(u.Call) {
		if u.Cmd.Place.Nested || at > 0 && text[at-1] != ' ' && text[at-1] != '=' {
			return refuse("line %d names the extras in a form that no blanks go into", r.line(start))
		}
		list = `"` + list + `"`
	}
	a.Edits = []Edit{{source.Span{Start: start, End: start + len(u.Name)}, list}}
	return a
}

// nameIn finds a name in the text of an option as a whole word, if it is there
// once.
func nameIn(text, name string) (at int, ok bool) {
	at = -1
	for i := 0; i+len(name) <= len(text); i++ {
		if text[i:i+len(name)] != name || i > 0 && inName(text[i-1]) && !strings.HasPrefix(text[:i], "-E") || i+len(name) < len(text) && inName(text[i+len(name)]) {
			continue
		}
		if at >= 0 {
			return 0, false
		}
		at = i
	}
	return at, at >= 0
}

// inName says whether a byte may be part of a group's name.
func inName(c byte) bool {
	return c == '-' || c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
