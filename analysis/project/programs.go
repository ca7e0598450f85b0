package project

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"
)

// Program is what is kept of a Python file of the build context. A project can
// have thousands, so that each is read once, and its text is not kept.
type Program struct {
	// Path is relative to the build context.
	Path string
	*programText
}

// programText is what a file's text says.
type programText struct {
	// Imports are the modules, without what follows their first dot, that
	// statements at the left margin import: those that always run. Imports
	// relative to the file's own package are left out. A module that is imported
	// twice may be there twice.
	Imports []string

	marks   uint32
	answers sync.Map // of Answers, by name: bool
}

// The texts that Program.Mentions knows, each with one that many of them share:
// where that is absent, they are, and most files are searched once for several.
var marks = []struct{ text, within string }{
	{"poetry.lock", "poetry"},
	{`"poetry", "run"`, "poetry"},
	{`'poetry', 'run'`, "poetry"},
	{`"poetry run `, "poetry"},
	{"importlib.metadata", "metadata"},
	{"importlib_metadata", "metadata"},
	{"import metadata", "metadata"},
	{"pkg_resources", "pkg_resources"},
	{"pyproject.toml", "pyproject.toml"},
	{"README", "README"},
	{"print(", "print("},
}

// Mentions says whether the file has a text, which must be one of the few that
// all files are searched for: it panics if it is not.
func (p Program) Mentions(text string) bool {
	for i, m := range marks {
		if m.text == text {
			return p.marks&(1<<i) != 0
		}
	}
	panic("no file is searched for " + text)
}

// Programs are the Python files among Files, in the same order.
func (p *Project) Programs() []Program {
	var out []Program
	files, _ := p.Files()
	for _, f := range files {
		if path.Ext(f) == ".py" {
			out = append(out, p.Program(f))
		}
	}
	return out
}

// Program reads a Python file of the context. One that cannot be read says
// nothing.
func (p *Project) Program(rel string) Program {
	name, ok := p.at(rel)
	if !ok {
		return Program{rel, &programText{}}
	}
	p.reader.python.Store(true)
	return Program{rel, p.reader.store.program(name)}
}

// Answers says whether the text of a Python file passes a test, which is known by
// a name of its own, and remembers that: reading it takes longer than most tests.
func (p *Project) Answers(program Program, name string, test func(text string) bool) bool {
	if known, ok := program.answers.Load(name); ok {
		return known.(bool)
	}
	text, _ := p.ReadContext(program.Path)
	answer := test(text)
	program.answers.Store(name, answer)
	return answer
}

// ForgetPrograms makes Programs and Program look at the files again, for those
// who use a project for long and are not told of changes. What has kept its size
// and its time is not read again.
func (p *Project) ForgetPrograms() {
	if p.reader == nil {
		return
	}
	p.reader.store.programs.forget()
}

// program reads a Python file, or remembers what was read of it.
func (s *store) program(name string) *programText {
	if known, ok := s.programs.get(name); ok {
		return known
	}
	read := s.readProgram(name)
	s.programs.put(name, read)
	return read
}

// readProgram reads a Python file, or takes over what is known of it. One that
// cannot be read says nothing.
func (s *store) readProgram(name string) *programText {
	f, info, err := s.open(name)
	if err != nil {
		return &programText{}
	}
	defer f.Close()
	return s.known.read(name, info, func() *programText {
		text, _ := readAll(f, info.Size(), maxText)
		return programTextOf(text)
	})
}

// Known is what the Python files of one workspace said, with the sizes and times
// that they had: what can be taken over from one Finder to the next. It is safe
// for concurrent use.
type Known struct{ files memory[datedProgram] }

// NewKnown gives one that knows nothing yet.
func NewKnown() *Known { return &Known{memory[datedProgram]{most: maxPrograms}} }

// datedProgram is what a file said when it had a size and a time.
type datedProgram struct {
	*programText
	size int64
	time time.Time
}

// maxPrograms bounds the Python files that are remembered.
const maxPrograms = 20000

// read gives what is known of a file in its present state, else what make reads.
func (k *Known) read(name string, info fs.FileInfo, make func() *programText) *programText {
	if info.ModTime().IsZero() { // an editor's buffer: it can change and keep its size
		return make()
	}
	known, ok := k.files.get(name)
	if ok && known.size == info.Size() && known.time.Equal(info.ModTime()) {
		return known.programText
	}
	read := make()
	k.files.put(name, datedProgram{read, info.Size(), info.ModTime()})
	return read
}

// programTextOf keeps what is asked of a Python file's text.
func programTextOf(text string) *programText {
	out := &programText{}
	within, holds := "", false
	for i, m := range marks {
		if m.within != within {
			within, holds = m.within, strings.Contains(text, m.within)
		}
		if holds && strings.Contains(text, m.text) {
			out.marks |= 1 << i
		}
	}
	for at := 0; ; {
		i := strings.Index(text[at:], "import")
		if i < 0 {
			return out
		}
		start := strings.LastIndexByte(text[:at+i], '\n') + 1
		end := len(text)
		if n := strings.IndexByte(text[at+i:], '\n'); n >= 0 {
			end = at + i + n
		}
		out.Imports = append(out.Imports, imported(text[start:end])...)
		at = end
	}
}

// imported are the modules that a line imports which has nothing before the
// statement.
func imported(line string) []string {
	if rest, ok := strings.CutPrefix(line, "from"); ok {
		if m := module(rest); m != "" {
			return []string{m}
		}
		return nil
	}
	rest, ok := strings.CutPrefix(line, "import")
	if !ok || module(rest) == "" {
		return nil
	}
	var out []string
	rest, _, _ = strings.Cut(rest, "#")
	for m := range strings.SplitSeq(rest, ",") {
		if m := module(" " + m); m != "" {
			out = append(out, m)
		}
	}
	return out
}

// module is the name with which a text goes on after white space, up to a dot;
// "" if it does not go on so.
func module(text string) string {
	rest := strings.TrimLeft(text, " \t")
	if len(rest) == len(text) {
		return ""
	}
	if end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r < 0x80
	}); end >= 0 {
		rest = rest[:end]
	}
	return shared(rest)
}
