package codeactions

import (
	"strings"

	"restage/analysis/lazyregexp"
)

// A comment is prose, so its words are all there is to go by.
var (
	namesPoetry  = lazyregexp.New(`(?i)\bpoetry\b`)
	alsoPoetry   = lazyregexp.New(`(?i),?[ \t]+(?:and|&|\+)[ \t]+poetry\b|\bpoetry[ \t]+(?:and|&|\+)[ \t]+`)
	aboutInstall = lazyregexp.New(`(?i)\binstall\w*\b.*\b(?:dependenc|requirements|packages|libraries)|\b(?:dependenc|requirements)`)
)

// fitComments makes the comments above the runtime stage's copies of steps say
// what is left of these: nothing of Poetry, which is not there, and nothing of
// an installation above steps that install nothing.
func (c *conversion) fitComments() string {
	for i := range c.places {
		p := &c.places[i]
		if p.builder == "" || p.runtime == "" {
			continue // the step stands in one stage only, as it was
		}
		above, comment, body := takeComment(p.runtime)
		if !namesPoetry.MatchString(body) {
			comment = alsoPoetry.ReplaceAllString(comment, "")
			if namesPoetry.MatchString(comment) {
				comment = ""
			}
		}
		if p.step.Name != "RUN" && aboutInstall.MatchString(comment) {
			comment = ""
		}
		p.runtime = above + comment + body
	}
	return ""
}

// takeComment parts a step's chunk: what stands above, the comment lines
// directly above the instruction, and the instruction.
func takeComment(chunk string) (above, comment, body string) {
	start, at := 0, 0 // of the comment, and of the line looked at
	for at < len(chunk) {
		line, _, _ := strings.Cut(chunk[at:], "\n")
		switch text := strings.TrimSpace(line); {
		case text == "":
			start = min(at+len(line)+1, len(chunk))
		case text[0] != '#':
			return chunk[:start], chunk[start:at], chunk[at:]
		}
		at += len(line) + 1
	}
	return "", "", chunk
}
