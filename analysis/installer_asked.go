package analysis

import (
	"strings"

	"restage/analysis/lazyregexp"
)

// Asked is the range of versions that the author wrote, "" for none. An
// unquoted "poetry>=2.0" is a redirection to the shell, which pip never saw,
// and says all the same what was meant.
func (i *Installer) Asked() string {
	if i.Call == nil || i.Requirement.Raw == "" {
		return ""
	}
	v, known := i.Step.ShellValue(i.Requirement.Value, i.Cmd.Exports)
	spec, ok := poetryRequirement(v)
	if !known || !ok {
		return ""
	}
	return spec + i.Redirected()
}

// Redirected is the text behind the requirement that the shell takes for a
// redirection, "" for none.
func (i *Installer) Redirected() string {
	return strayRedirection.FindString(i.Step.Stage.facts.Doc.Text[i.Requirement.Span.End:])
}

var strayRedirection = lazyregexp.New(`^[<>]=?[0-9][0-9A-Za-z.*]*`)

// TakesPlugin says whether a plugin written behind the requirement comes into
// the same environment.
func (i *Installer) TakesPlugin() bool {
	return i.How == "pip" || i.How == "uv" && i.Call.Verb == "pip"
}

// Moving says that the script is downloaded from a branch, not from a release.
func (i *Installer) Moving() bool {
	return strings.Contains(i.How, "get-poetry") && branchScript.MatchString(i.Step.Stage.facts.Doc.Slice(i.Step.Span))
}

// branchScript is the address of get-poetry.py on a branch of its repository.
var branchScript = lazyregexp.New(`/(master|main|develop|HEAD)/get-poetry\.py`)
