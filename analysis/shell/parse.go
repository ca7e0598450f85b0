package shell

import (
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"restage/analysis/source"
)

// Error is a program that cannot be read, and where.
type Error struct {
	Offset  int // in the file
	Message string
}

func (e *Error) Error() string { return e.Message }

// Parse reads the program of a RUN, CMD or ENTRYPOINT, or of what stands
// behind HEALTHCHECK or ONBUILD, for a shell that is started with some options.
// An instruction without a program gives one without commands.
func Parse(doc *source.Document, in *source.Instruction, opt Options) (*Program, error) {
	if in.Sub != nil {
		in = in.Sub
	}
	p := &Program{file: doc.Text, escape: doc.Escape}
	if in.JSON != nil {
		p.exec(in)
		return p, nil
	}
	p.joined = doc.Join(in)
	if len(in.Heredocs) > 0 {
		var err error
		if opt, err = p.heredocs(doc, in, opt); err != nil {
			return nil, err
		}
	}
	if p.delimiter != "" {
		return p, p.read(opt)
	}
	return p, p.read(opt, in.Heredocs...)
}

// ParseText reads a script; base is added to all offsets.
func ParseText(text string, base int) (*Program, error) {
	opt, err := shebang(text, base, Options{})
	if err != nil {
		return nil, err
	}
	p := &Program{file: text, base: base, joined: source.Join(source.Piece{Text: text, At: base})}
	return p, p.read(opt)
}

// heredocs makes the program of a RUN with here-documents: the body itself
// when there is nothing but "<<EOF", else the lines with their redirections,
// which the shell then sees as its own. It gives the options of the shell, which
// a body can name by its first line.
func (p *Program) heredocs(doc *source.Document, in *source.Instruction, opt Options) (Options, error) {
	for _, h := range in.Heredocs {
		if h.End.Empty() {
			return opt, &Error{h.Word.Start, "the here-document " + h.Name + " is never closed"}
		}
	}
	first := in.Heredocs[0]
	whole := p.joined.Span(0, len(p.joined.Text))
	if len(in.Heredocs) == 1 && first.Word == whole {
		p.delimiter = first.Name
		p.escape = 0 // the builder leaves the body alone
		p.joined = source.Join(source.Piece{At: first.Body.Start}, bodyPieces(doc, first)...)
		return shebang(p.joined.Text, first.Body.Start, opt)
	}
	at := whole.End
	pieces := []source.Piece{{Text: "\n", At: at}}
	for _, h := range in.Heredocs {
		pieces = append(pieces, source.Piece{Text: doc.Slice(h.Body), At: h.Body.Start},
			source.Piece{Text: h.Name + "\n", At: h.End.Start})
	}
	p.joined = p.joined.With(pieces...)
	return opt, nil
}

// bodyPieces is a heredoc's body; with "<<-" the tabs before each line are gone.
func bodyPieces(doc *source.Document, h source.Heredoc) []source.Piece {
	if !h.Chomp {
		return []source.Piece{{Text: doc.Slice(h.Body), At: h.Body.Start}}
	}
	var pieces []source.Piece
	at := h.Body.Start
	for line := range strings.Lines(doc.Slice(h.Body)) {
		trimmed := strings.TrimLeft(line, "\t")
		pieces = append(pieces, source.Piece{Text: trimmed, At: at + len(line) - len(trimmed)})
		at += len(line)
	}
	return pieces
}

// shebang looks at the first line of a script: an error if it names a program
// that is no shell, else the options of the shell, which are those given where
// the line names none.
func shebang(text string, at int, opt Options) (Options, error) {
	line, _, _ := strings.Cut(text, "\n")
	rest, found := strings.CutPrefix(line, "#!")
	if !found {
		return opt, nil
	}
	fields := strings.Fields(rest)
	if len(fields) > 0 && path.Base(fields[0]) == "env" {
		fields = fields[1:]
		if len(fields) > 0 && fields[0] == "-S" {
			fields = fields[1:]
		}
	}
	if len(fields) == 0 {
		return opt, nil
	}
	name := path.Base(fields[0])
	if name == "busybox" && len(fields) > 1 {
		fields = fields[1:]
		name = fields[0]
	}
	if !isShell(name) {
		return opt, &Error{at, fmt.Sprintf("the script is written for %s, not for a shell", name)}
	}
	return OptionsOf(fields[1:]), nil
}

// read parses the joined text and collects its commands. It fails if the shell
// does not see a here-document that the builder sees, as in a comment: what is
// its body for the one is commands for the other.
func (p *Program) read(opt Options, heredocs ...source.Heredoc) error {
	stmts, err := parseText(p.joined.Text)
	if err != nil {
		var syntaxError syntax.ParseError
		if errors.As(err, &syntaxError) {
			at := min(int(syntaxError.Pos.Offset()), len(p.joined.Text))
			return &Error{p.joined.At(at), "the shell cannot read this: " + syntaxError.Text}
		}
		return &Error{p.joined.At(0), "the shell cannot read this: " + err.Error()}
	}
	for _, h := range heredocs {
		if !p.sees(stmts, h) {
			return &Error{h.Word.Start, "the shell does not take " + h.Name + " for a here-document, as the builder does"}
		}
	}
	w := newWalker(p, p.joined)
	p.root = w.statements(stmts, context{}, &state{known: true, errexit: opt.Errexit, pipefail: opt.Pipefail}, true)
	p.sort()
	return nil
}

// sees says whether a here-document is one for the shell.
func (p *Program) sees(stmts []*syntax.Stmt, h source.Heredoc) bool {
	found := false
	for _, stmt := range stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if r, ok := n.(*syntax.Redirect); ok && isHeredoc(r) {
				at := p.joined.At(int(r.OpPos.Offset()))
				found = found || at >= h.Word.Start && at < h.Word.End
			}
			return !found
		})
	}
	return found
}

// sort puts the commands into source order; nested ones are found late.
func (p *Program) sort() {
	sort.SliceStable(p.Commands, func(i, j int) bool { return p.Commands[i].Span.Start < p.Commands[j].Span.Start })
}

// parseText runs the shell parser, first as bash, whose language nearly covers
// that of other shells.
func parseText(text string) (stmts []*syntax.Stmt, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if strings.IndexByte(text, 0) >= 0 {
		return nil, errors.New("it has a NUL byte")
	}
	if tooDeep(text) {
		return nil, errors.New("it is nested too deeply")
	}
	parser := parsers.Get().(*syntax.Parser)
	file, err := parser.Parse(strings.NewReader(text), "")
	parsers.Put(parser) // one that panicked is not used again
	if err != nil {
		posix, posixErr := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
		if posixErr != nil {
			return nil, err
		}
		file = posix
	}
	return file.Stmts, nil
}

// parsers are used again: a new one costs more than reading a short program.
var parsers = sync.Pool{New: func() any { return syntax.NewParser() }}

// tooDeep guards the parser, which calls itself for each level, against texts
// made to exhaust the stack.
func tooDeep(text string) bool {
	const limit = 2000
	if strings.Count(text, "()") > limit {
		return true // functions in functions
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{':
			if depth++; depth > limit {
				return true
			}
		case ')', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

// exec makes the program of an exec form: one command, and the script inside
// it if that command is a shell.
func (p *Program) exec(in *source.Instruction) {
	p.JSON = true
	p.joined = source.Join(source.Piece{Text: p.file[in.Args.Start:in.Args.End], At: in.Args.Start})
	if len(in.JSON) == 0 {
		return
	}
	first, last := in.JSON[0], in.JSON[len(in.JSON)-1]
	c := &Command{Span: source.Span{Start: first.Span.Start, End: last.Span.End}, DirKnown: true}
	for _, item := range in.JSON {
		c.Words = append(c.Words, Word{
			Span:   source.Span{Start: item.Span.Start + 1, End: item.Span.End - 1},
			Raw:    item.Raw[1 : len(item.Raw)-1],
			Value:  item.Value,
			Static: true,
		})
	}
	p.Commands = []*Command{c}
	w := newWalker(p, p.joined)
	w.wrap(c)
	if i, ok := scriptWord(c.Unwrapped()); ok {
		w.execScript(c, c.Unwrapped().Words[i])
	}
	p.sort()
}

// execScript reads the script of ["sh", "-c", "script"].
func (w *walker) execScript(c *Command, script Word) {
	joined := source.Join(source.Piece{Text: script.Value, At: script.Span.Start})
	exact := script.Raw == script.Value && script.Span.Len() == len(script.Raw)
	if !exact {
		w.program.Detached = true
		joined = source.Join(source.Piece{At: script.Span.Start}, jsonPieces(script)...)
	}
	ctx := context{place: Place{Nested: true}, detached: !exact}
	if w.script(joined, ctx, &state{known: true, errexit: shellOption(c.Unwrapped(), 'e')}) != nil {
		c.Opaque = true
	}
}

// jsonPieces cuts a JSON string at its escapes so that the decoded text keeps
// about the right places.
func jsonPieces(script Word) []source.Piece {
	var pieces []source.Piece
	value, at := script.Value, script.Span.Start
	for raw := script.Raw; value != ""; {
		plain := 0
		for plain < len(raw) && plain < len(value) && raw[plain] == value[plain] && raw[plain] != '\\' {
			plain++
		}
		if plain == 0 {
			// The rest of the string is placed at its first escape at the latest.
			plain = min(len(value), 1)
			pieces = append(pieces, source.Piece{Text: value[:plain], At: min(at, script.Span.End-1)})
			value = value[plain:]
			skip := min(len(raw), 2)
			raw, at = raw[skip:], at+skip
			continue
		}
		pieces = append(pieces, source.Piece{Text: value[:plain], At: at})
		value, raw, at = value[plain:], raw[plain:], at+plain
	}
	return pieces
}
