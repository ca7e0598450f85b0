package source

// Parse scans a Dockerfile. It never fails and never panics; what is wrong
// with the text is in Document.Problems.
func Parse(text string) *Document { return &Document{Text: text, Mapper: NewMapper(text)} }

// Mapper converts between byte offsets and editor positions.
type Mapper struct{ text string }

// NewMapper prepares the conversion for one text.
func NewMapper(text string) *Mapper { return &Mapper{text} }

// Encoding is the unit of Position.Character.
type Encoding int

// The two position encodings of the protocol that restage speaks.
const (
	UTF16 Encoding = iota
	UTF8
)

// Position is a 0-based line and a 0-based column in code units of an Encoding.
type Position struct{ Line, Character int }

// Position gives the editor position of a byte offset; offsets outside the
// text are clamped.
func (m *Mapper) Position(offset int, enc Encoding) Position { return Position{} }

// Offset gives the byte offset of a position; columns past the end of a line
// are clamped to it, lines past the end to the end of the text.
func (m *Mapper) Offset(p Position, enc Encoding) int { return 0 }
