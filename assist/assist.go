// Package assist says what an editor shows and offers at a place of a
// Dockerfile: hovers, definitions, links and completions; one file an ability.
// It works on a document that has been analysed, in byte offsets, and knows
// nothing of any protocol. What it says comes from the facts of package
// analysis and the tables of analysis/python.
package assist

import (
	"strconv"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/source"
)

// Place is something in a file of the project.
type Place struct {
	// From is what points there, in bytes of the Dockerfile.
	From source.Span
	// Path is the file, from the root of the project's file system, and Span
	// the place in its text; an empty Span at 0 means the whole file.
	Path string
	Span source.Span
}

// callAt is the manager call whose words an offset touches; nil if there is none.
func callAt(f *analysis.Facts, offset int) *analysis.Call {
	s := f.StepAt(offset)
	if s == nil {
		return nil
	}
	for _, c := range f.CallsIn(s) {
		if c.Cmd.Span.Contains(offset) && c.Name.Start <= offset {
			return c
		}
	}
	return nil
}

// installOf is the install that a call is; nil for other calls.
func installOf(f *analysis.Facts, c *analysis.Call) *analysis.Install {
	for _, in := range f.Installs {
		if in.Call == c {
			return in
		}
	}
	return nil
}

// groupOptions and extraOptions are the options of Poetry whose values are
// names of groups and of extras.
var (
	groupOptions = map[string]bool{"--only": true, "--with": true, "--without": true}
	extraOptions = map[string]bool{"--extras": true, "-E": true}
)

// name is a group or extra that a call of Poetry names.
type name struct {
	call   *analysis.Call
	option string
	text   string
	span   source.Span
}

// nameAt is the group's or extra's name that an offset touches.
func nameAt(f *analysis.Facts, offset int) (name, bool) {
	c := callAt(f, offset)
	if c == nil || c.Tool != "poetry" {
		return name{}, false
	}
	for _, o := range c.Options {
		if !o.Span.Contains(offset) || !groupOptions[o.Name] && !extraOptions[o.Name] {
			continue
		}
		first := o.Span.Start + len(o.Name)
		if first > offset || !strings.HasPrefix(f.Doc.Slice(o.Span), o.Name) {
			continue
		}
		span := source.Span{Start: nameStart(f.Doc.Text, first, offset), End: nameEnd(f.Doc.Text, offset, o.Span.End)}
		text := f.Doc.Slice(span)
		for _, value := range c.Values(o.Name) {
			if value == text {
				return name{c, o.Name, text, span}, true
			}
		}
	}
	return name{}, false
}

// nameStart and nameEnd are the ends of the name around an offset.
func nameStart(text string, first, at int) int {
	for at > first && isNameByte(text[at-1]) {
		at--
	}
	return at
}

func nameEnd(text string, at, last int) int {
	for at < last && isNameByte(text[at]) {
		at++
	}
	return at
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// pyprojectOf is the manifest that a call of Poetry reads; nil where another
// project is installed, or none is known.
func pyprojectOf(f *analysis.Facts, c *analysis.Call) *project.Pyproject {
	if in := installOf(f, c); in != nil && in.Foreign() {
		return nil
	}
	return f.Project.Pyproject
}

// sameName says whether a name on the command line means a declared one: from
// 2.2.0 on Poetry compares group names normalised (PCL 2.2.0).
func sameName(f *analysis.Facts, c *analysis.Call, asked, declared string) bool {
	if asked == declared {
		return true
	}
	v, _ := f.PoetryAt(c.Step)
	return v.AtLeast(2, 2) && project.Normalise(asked) == project.Normalise(declared)
}

// group finds the declaration of a group.
func (n name) group(f *analysis.Facts, p *project.Pyproject) *project.Group {
	for i, g := range p.Groups {
		if sameName(f, n.call, n.text, g.Name) {
			return &p.Groups[i]
		}
	}
	return nil
}

// extra finds the declaration of an extra, whose names are compared normalised
// (PEP 685).
func (n name) extra(p *project.Pyproject) *project.Extra {
	for i, e := range p.ExtraTables {
		if project.Normalise(e.Name) == project.Normalise(n.text) {
			return &p.ExtraTables[i]
		}
	}
	return nil
}

// lineIn is the 1-based line of an offset of a text.
func lineIn(text string, offset int) string {
	return strconv.Itoa(source.NewMapper(text).Position(offset, source.UTF8).Line + 1)
}

// inOffset brings an offset into the text, for positions that are out of date.
func inOffset(doc *source.Document, offset int) int { return max(0, min(offset, len(doc.Text))) }
