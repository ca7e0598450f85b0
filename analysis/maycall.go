package analysis

import "strings"

// MayRun says whether a RUN can hold a word with one of the names in it. It only
// looks at the text, so that the shell programs of most RUNs need not be read;
// what there is says the program. Where the text could hide a name (variables,
// escapes, here-documents) the answer is yes.
func (s *Step) MayRun(names ...string) bool {
	if s.JSON != nil || len(s.Heredocs) > 0 {
		return true
	}
	text := s.withoutComments()
	if containsOne(text, names) || strings.ContainsAny(text, "$`") || strings.Contains(text, "\\ ") || strings.Contains(text, "\\\t") {
		return true
	}
	if !strings.ContainsAny(text, `'"\`) {
		return false
	}
	// "p'i'p" is pip, too.
	bare := make([]byte, 0, len(text))
	for _, c := range []byte(text) {
		if c != '\'' && c != '"' && c != '\\' && c != '\n' && c != '\r' {
			bare = append(bare, c)
		}
	}
	return containsOne(string(bare), names)
}

func containsOne(text string, names []string) bool {
	for _, name := range names {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// mayCall says whether a RUN can hold the call of a package manager or an
// installer of Poetry.
func (s *Step) mayCall() bool { return s.MayRun(managerNames...) }

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
