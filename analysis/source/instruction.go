package source

import (
	"strings"
	"unicode"
)

// instruction takes the instruction that starts at from, with its continuation
// lines and heredocs, and puts it into the document.
func (s *scanner) instruction(from, end int) {
	l := &s.line
	comments := l.read(s, from, end)
	lo, hi := l.trim(0, len(l.Text))
	in := s.node(l, lo, hi, 0)
	in.Comments = comments
	in.Index = len(s.doc.Instructions)
	s.doc.Instructions = append(s.doc.Instructions, in)

	last := l.end
	if target := in.heredocOwner(); target != nil {
		last = s.heredocs(in)
		target.Heredocs = in.Heredocs
	}
	in.Span = Span{from, last}
	s.enter(in)
	if in.Sub != nil {
		in.Sub.Index, in.Sub.Stage = in.Index, in.Stage
		in.Sub.Span = Span{in.Sub.Keyword.Start, last}
	}
	s.report(in)
}

// enter puts an instruction into its stage; FROM begins a new one.
func (s *scanner) enter(in *Instruction) {
	doc := s.doc
	if in.Name == "FROM" {
		doc.Stages = append(doc.Stages, newStage(in, len(doc.Stages)))
	}
	if len(doc.Stages) == 0 {
		return
	}
	in.Stage = doc.Stages[len(doc.Stages)-1]
	in.Stage.Instructions = append(in.Stage.Instructions, in)
}

// newStage reads "FROM base AS name".
func newStage(from *Instruction, index int) *Stage {
	end := from.Args.End
	st := &Stage{Index: index, From: from, Base: Word{Span: Span{end, end}}, NameSpan: Span{end, end}}
	if len(from.Words) > 0 {
		st.Base = from.Words[0]
	}
	if len(from.Words) > 2 && strings.EqualFold(from.Words[1].Raw, "as") {
		st.Name, st.NameSpan = from.Words[2].Raw, from.Words[2].Span
	}
	return st
}

// report adds the problems of one instruction.
func (s *scanner) report(in *Instruction) {
	switch {
	case !isKnown(in.Name):
		if in.Name == "" {
			s.problem(in.Span, "There is no instruction here.")
			return
		}
		s.problem(in.Keyword, "%q is not a Dockerfile instruction.", s.doc.Slice(in.Keyword))
	case in.Stage == nil && in.Name != "ARG":
		s.problem(in.Keyword, "%s stands before the first FROM; only ARG may.", in.Name)
	}
	for _, h := range in.Heredocs {
		if h.End.Empty() {
			s.problem(h.Word, "The here-document is never closed: no line says just %q.", h.Name)
		}
	}
}

// node reads keyword, flags and arguments out of l.Text[lo:hi], which has no
// white space around it. Depth is 1 behind ONBUILD.
func (s *scanner) node(l *lines, lo, hi, depth int) *Instruction {
	in := s.newInstruction()
	end := lo
	for end < hi && !isBlank(l.Text[end]) {
		end++
	}
	in.Keyword = l.Span(lo, end)
	in.Name = upperKeyword(l.Text[lo:end])
	for end < hi && isBlank(l.Text[end]) {
		end++
	}
	lo = flags(l, end, hi, s.doc.Escape, in)
	lo, hi = l.trim(lo, hi)
	in.Args = Span{l.end, l.end}
	if lo < hi {
		in.Args.Start = l.At(lo)
	}
	in.Span = Span{in.Keyword.Start, l.end}
	s.arguments(l, lo, hi, depth, in)
	return in
}

// arguments reads l.Text[lo:hi] the way BuildKit reads the arguments of this
// instruction.
func (s *scanner) arguments(l *lines, lo, hi, depth int, in *Instruction) {
	if lo >= hi {
		return
	}
	switch in.Name {
	case "RUN", "CMD", "ENTRYPOINT", "SHELL":
		in.JSON = jsonItems(l, lo, hi)
	case "ADD", "COPY", "VOLUME":
		in.JSON = jsonItems(l, lo, hi)
		if in.JSON == nil {
			in.Words = s.fields(l, lo, hi)
		}
	case "FROM", "EXPOSE":
		in.Words = s.fields(l, lo, hi)
	case "ENV", "LABEL":
		s.nameValues(l, lo, hi, in)
	case "ARG":
		s.argNames(l, lo, hi, in)
	case "USER", "WORKDIR", "STOPSIGNAL":
		in.Words = []Word{l.word(lo, hi, s.doc.Escape)}
	case "MAINTAINER":
		in.Words = []Word{{Span: l.Span(lo, hi), Raw: l.Text[lo:hi], Value: l.Text[lo:hi]}}
	case "HEALTHCHECK":
		s.healthcheck(l, lo, hi, in)
	case "ONBUILD":
		// BuildKit refuses ONBUILD ONBUILD, so one level is enough.
		if depth == 0 {
			in.Sub = s.node(l, lo, hi, 1)
		}
	}
}

// healthcheck reads "CMD command" or "NONE".
func (s *scanner) healthcheck(l *lines, lo, hi int, in *Instruction) {
	end := lo
	for end < hi && !unicode.IsSpace(rune(l.Text[end])) {
		end++
	}
	typ := l.word(lo, end, s.doc.Escape)
	in.Words = []Word{typ}
	if !strings.EqualFold(typ.Raw, "CMD") {
		return
	}
	for end < hi && unicode.IsSpace(rune(l.Text[end])) {
		end++
	}
	sub := s.newInstruction()
	sub.Name, sub.Keyword = "CMD", typ.Span
	sub.Args = Span{l.end, l.end}
	if end < hi {
		sub.Args.Start = l.At(end)
		sub.JSON = jsonItems(l, end, hi)
	}
	in.Sub = sub
}

// newInstruction hands out the next instruction of a block: files have many,
// and one allocation for several is cheaper.
func (s *scanner) newInstruction() *Instruction {
	if len(s.nodes) == 0 {
		s.nodes = make([]Instruction, min(64, 4+(len(s.text)-s.pos)/32))
	}
	in := &s.nodes[0]
	s.nodes = s.nodes[1:]
	return in
}

// isBlank says whether BuildKit splits words at the byte.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' }

// upperKeyword writes a keyword as Instruction.Name has it.
func upperKeyword(word string) string {
	if isKnown(word) {
		return word
	}
	// BuildKit compares in lower case, which Unicode's upper case does not
	// always undo (a dotless i has an ASCII upper case but is no i).
	if upper := strings.ToUpper(strings.ToLower(word)); isKnown(upper) && strings.ToLower(upper) == strings.ToLower(word) {
		return upper
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, word)
}

// isKnown says whether BuildKit has an instruction of that name.
func isKnown(name string) bool {
	switch name {
	case "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK",
		"LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR":
		return true
	}
	return false
}
