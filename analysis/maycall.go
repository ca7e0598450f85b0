package analysis

import "strings"

// mayCall says whether a RUN can hold the call of a package manager or an
// installer of Poetry. It only looks for their names in the text, so that the
// shell programs of most RUNs are not read before a refactoring asks for them;
// whether there is a call is decided on the program. Where the text could hide
// a name (variables, escapes, here-documents) the answer is yes.
func (s *Step) mayCall() bool {
	if s.JSON != nil || len(s.Heredocs) > 0 {
		return true
	}
	text := s.withoutComments()
	if strings.ContainsAny(text, "$`") || strings.Contains(text, "\\ ") || strings.Contains(text, "\\\t") {
		return true
	}
	if strings.ContainsAny(text, `'"\`) {
		// "p'i'p" is pip, too.
		text = strings.Map(func(r rune) rune {
			if strings.ContainsRune("'\"\\\n\r", r) {
				return -1
			}
			return r
		}, text)
	}
	for _, name := range managerNames {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// withoutComments is the text of the arguments without the comment lines in it.
func (s *Step) withoutComments() string {
	doc := s.Stage.facts.Doc
	if len(s.Comments) == 0 {
		return doc.Slice(s.Args)
	}
	var text strings.Builder
	at := s.Args.Start
	for _, c := range s.Comments {
		if c.Start >= at && c.End <= s.Args.End {
			text.WriteString(strings.TrimRight(doc.Text[at:c.Start], " \t"))
			at = c.End
		}
	}
	text.WriteString(doc.Text[at:s.Args.End])
	return text.String()
}

// managerNames are in the name of every tool that callOf knows, in that of
// Python, which runs some of them, and in the packages that are Poetry.
var managerNames = []string{"poetry", "pip", "uv", "pdm", "python"}
