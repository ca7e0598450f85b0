package analysis

import "strings"

// mayCall says whether a RUN can hold the call of a package manager or an
// installer of Poetry. It only looks for their names in the text, so that the
// shell programs of most RUNs are not read before a refactoring asks for them;
// whether there is a call is decided on the program. Where the text could hide
// a name (variables, escapes, here-documents) the answer is yes.
func (s *Step) mayCall() bool {
	if s.JSON != nil || len(s.Heredocs) > 0 || len(s.Comments) > 0 {
		return true
	}
	text := s.Stage.facts.Doc.Slice(s.Args)
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

// managerNames are in the name of every tool that callOf knows, in that of
// Python, which runs some of them, and in the packages that are Poetry.
var managerNames = []string{"poetry", "pip", "uv", "pdm", "python"}
