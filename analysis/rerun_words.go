package analysis

import (
	"fmt"
	"strings"

	"restage/analysis/source"
)

// shownCauses is how many names a label has room for.
const shownCauses = 3

// Label says in a few words what makes the instruction run again:
// "poetry.lock, pyproject.toml", "any file of the context", "nothing". Images
// are named only where nothing else is: their tags move for every line alike.
func (r *Rerun) Label() string {
	var sure, perhaps, images []string
	for _, c := range r.Causes {
		switch {
		case c.Kind == CauseImage:
			if !c.Perhaps {
				images = append(images, c.Words())
			}
		case c.Perhaps:
			perhaps = append(perhaps, c.Words())
		default:
			sure = append(sure, c.Words())
		}
	}
	switch {
	case len(sure)+len(perhaps) == 0 && len(images) == 0:
		return "nothing"
	case len(sure)+len(perhaps) == 0:
		return few(images, false)
	case len(perhaps) == 0:
		return few(sure, r.More)
	case len(sure) == 0:
		return "perhaps " + few(perhaps, r.More)
	}
	return few(sure, r.More) + "; perhaps " + few(perhaps, false)
}

// few joins the first names of a list and counts the others.
func few(names []string, more bool) string {
	if len(names) <= shownCauses && !more {
		return strings.Join(names, ", ")
	}
	if len(names) <= shownCauses {
		return strings.Join(names, ", ") + ", …"
	}
	rest := fmt.Sprintf(" and %d more", len(names)-shownCauses)
	if more {
		rest = " and many more"
	}
	return strings.Join(names[:shownCauses], ", ") + rest
}

// Words name what has to change.
func (c Cause) Words() string {
	switch c.Kind {
	case CauseContext:
		if len(c.Except) > 0 {
			return "any file of the context but " + strings.Join(c.Except, " and ")
		}
		return "any file of the context"
	case CauseFile:
		if len(c.Except) > 0 {
			return c.Name + " but " + strings.Join(c.Except, " and ")
		}
		return c.Name
	case CauseArg:
		return "ARG " + c.Name
	case CauseImage:
		return "image " + c.Name
	}
	return c.Name
}

// Reason says how a cause gets to the instruction, as the end of a sentence
// that begins with its words: "brought by COPY in line 3".
func (f *Facts) Reason(c Cause) string {
	where := fmt.Sprintf("%s in line %d", keyword(c.At), f.LineOf(c.At.Span.Start))
	text := ""
	switch c.Kind {
	case CauseContext, CauseFile:
		text = "brought by " + where
	case CauseRemote:
		text = "fetched anew by " + where + " when it has changed"
	case CauseArg:
		text = "its value, declared in " + fmt.Sprintf("line %d", f.LineOf(c.At.Span.Start))
	case CauseImage:
		text = "when the tag moves, named by " + where
	}
	if c.Perhaps {
		text += "; only if a RUN of another stage then writes other files"
	}
	return text
}

func keyword(in *source.Instruction) string {
	if in.Name == "RUN" {
		return "a mount of the RUN"
	}
	return in.Name
}
