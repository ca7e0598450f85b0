package assist

import (
	"fmt"
	"slices"

	"restage/analysis"
	"restage/analysis/python"
)

// baseAt is the stage whose FROM, but for the stage's name, an offset is on.
func baseAt(f *analysis.Facts, offset int) *analysis.Stage {
	for _, st := range f.Stages {
		if covers(st.From.Span, offset) && offset < st.Base.Span.End {
			return st
		}
	}
	return nil
}

// base tells what is known of a base image: its Python and Debian, its slim
// twin, and what becomes of it in a conversion to two stages.
func (q *Question) base() *section {
	st := baseAt(q.Facts, q.Offset)
	if st == nil || st.Parent != nil {
		return nil
	}
	s := &section{span: st.Base.Span, title: st.Base.Raw}
	if !st.BaseKnown {
		s.say("The image comes from outside of this file, so nothing is known of its Python or a slim twin.")
		return s
	}
	if st.BaseRef != st.Base.Raw {
		s.say("As the file stands, this is " + code(st.BaseRef) + ".")
	}
	img := st.Image
	if about := aboutImage(img); about != "" {
		s.say(about)
	}
	if day := python.EndOfLife(img.Python); day != "" && (img.Family == python.OfficialPython || img.Family == python.UVPython) {
		s.say(fmt.Sprintf("Python %s has reached its end of life: its official images have not been built anew since %s.", img.Python.Series(), day))
	}
	if python.DeadMirrors(img.Codename) {
		s.say(fmt.Sprintf("Debian %s has left the live mirrors: `apt-get update` fails in this image.", img.Codename))
	}
	s.say(twin(st))
	if text := q.conversion(st); text != "" {
		s.say(text)
	}
	return s
}

// aboutImage says what the name of an image tells.
func aboutImage(img python.Image) string {
	if img.Family != python.OfficialPython && img.Family != python.UVPython {
		return ""
	}
	text := "Python"
	if img.Python.Parts > 0 {
		text += " " + img.Python.String()
	}
	switch {
	case img.Windows:
		return text + " on Windows."
	case img.Alpine:
		return text + " on Alpine Linux, whose C library is musl: wheels for Debian do not run on it."
	case img.Codename == "":
	case img.CodenameWritten:
		text += " on Debian " + img.Codename
	case img.Python.Parts < 3 && python.EndOfLife(img.Python) == "":
		text += " on Debian " + img.Codename + " today: the tag names no release, so that it moves on"
	default:
		text += " on Debian " + img.Codename + ", which the tag does not name"
	}
	return text + "."
}

// twin says which slim image there is, or why there is none.
func twin(st *analysis.Stage) string {
	ref, reason := python.SlimTwinOf(st.Base.Raw, st.BaseRef)
	switch {
	case reason != "":
		return "No slim twin: " + reason + "."
	case ref == st.Base.Raw && st.Image.Full():
		return "No slim twin is known."
	case ref == st.Base.Raw:
		return "It has no compilers of its own to leave behind: it is its own slim twin."
	}
	return "Slim twin: " + code(ref) + ", the same Python without compilers, headers, git and curl."
}

// conversion says what the split into a builder and a runtime stage would do
// with the image, unless the finding itself is shown at the place.
func (q *Question) conversion(st *analysis.Stage) string {
	if final := q.Facts.Final(); final == nil || final.Chain()[0] != st {
		return ""
	}
	i := slices.IndexFunc(q.Findings, func(f analysis.Finding) bool { return f.Rule.Name == "single-stage" })
	if i < 0 || covers(q.Findings[i].Span, q.Offset) {
		return ""
	}
	switch plan, ok := q.Plans[i]; {
	case !ok:
		return ""
	case plan.Refusal != "":
		return "It is not converted to two stages: " + plan.Refusal + "."
	default:
		return "In two stages: " + plan.Note
	}
}
