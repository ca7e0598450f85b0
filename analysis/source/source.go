// Package source turns the bytes of a Dockerfile into instructions, stages,
// words, flags, comments and heredocs, each with its place in the file.
//
// BuildKit's own parser gives whole lines only, drops comments inside a
// continued instruction and stops at the first error. This package therefore
// scans the bytes itself; a test holds it against BuildKit's tree. All
// positions are byte offsets, half open; Mapper alone turns them into the
// lines and columns of an editor.
package source

import "sync"

// Span is a half-open range of byte offsets in one text.
type Span struct{ Start, End int }

// Document is one immutable text of a Dockerfile and everything that can be
// said of it without knowing the project it builds. A new text is a new
// Document.
type Document struct {
	// Text is the whole file as it is on disk or in the editor, byte for byte.
	Text string
	// Escape is the continuation and escape character, '\\' or '`'.
	Escape byte
	// Newline is the line end that the file uses most, "\n" or "\r\n".
	Newline string
	// Directives are the parser directives at the top (syntax, escape, check).
	Directives []Directive
	// Instructions are all instructions in order, those before the first FROM
	// and unknown ones included.
	Instructions []*Instruction
	// Stages are the build stages in order.
	Stages []*Stage
	// Comments are the whole-line comments outside of instructions, parser
	// directives excluded; each span runs from the '#' to the end of its line
	// without the newline.
	Comments []Span
	// Problems are what stops BuildKit from building this text at all, as far
	// as the scanner sees it (see also Check).
	Problems []Problem
	// Mapper converts between byte offsets and editor positions.
	Mapper *Mapper

	check   sync.Once
	checked []Problem
	lint    sync.Once
	linted  []Warning
}

// Directive is one parser directive, "# syntax=docker/dockerfile:1".
type Directive struct {
	Name, Value string // Name is lower case
	Span        Span   // the line without its newline
}

// Problem is a defect of the text itself.
type Problem struct {
	Span    Span
	Message string // a sentence in the user's words
}

// Stage is one build stage: its FROM and all instructions up to the next FROM.
type Stage struct {
	Index int
	// Name is the name given with AS, as written; empty if there is none.
	Name string
	From *Instruction
	// Base is the word that names the base image or stage, unexpanded.
	Base Word
	// NameSpan is where Name is written; empty span if there is none.
	NameSpan Span
	// Instructions starts with From.
	Instructions []*Instruction
}

// Instruction is one instruction of the file.
type Instruction struct {
	// Index is its place in Document.Instructions.
	Index int
	// Name is the keyword in upper case, "RUN"; Keyword is where it is written.
	Name    string
	Keyword Span
	// Span runs from the keyword (or a lone continuation character on a line
	// before it) to the end of the last line that belongs to the instruction,
	// heredoc bodies included, the final newline excluded.
	Span Span
	// Flags are the --flags between keyword and arguments.
	Flags []Flag
	// Args runs from the first byte after keyword and flags (blanks skipped) to
	// the end of the instruction's own lines: heredoc bodies are not in it.
	Args Span
	// JSON holds the items of an exec form (a JSON array of strings) if the
	// arguments are one, Span and Raw including the quotes and Value being the
	// decoded string; nil in shell form, empty but not nil for "[]".
	JSON []Word
	// Words are the arguments split at blanks as BuildKit splits them for this
	// instruction, continuations and comment lines left out. For RUN, CMD,
	// ENTRYPOINT and SHELL it is nil (see JSON and Args). USER, WORKDIR,
	// STOPSIGNAL and MAINTAINER have one word, blanks and all. HEALTHCHECK has
	// its type ("CMD", "NONE"); the command itself is in Sub.
	Words []Word
	// Pairs are the key=value pairs of ENV, LABEL and ARG (legacy "ENV k v" too).
	Pairs []Pair
	// Heredocs are the here-documents of RUN, COPY and ADD, in order. With
	// ONBUILD both the outer instruction and Sub have them.
	Heredocs []Heredoc
	// Comments are the comment lines inside the instruction (continuations),
	// each from the '#' to the end of its line without the newline.
	Comments []Span
	// Sub is the instruction behind ONBUILD and HEALTHCHECK (Name "CMD");
	// nil otherwise. HEALTHCHECK's own flags stay with the outer instruction.
	// A Sub has the Index and Stage of the instruction around it.
	Sub *Instruction
	// Stage is the stage it belongs to; nil before the first FROM.
	Stage *Stage
}

// Flag is one --name=value of an instruction.
type Flag struct {
	Name      string // without dashes, "mount"
	Value     string // text behind '=' as BuildKit reads it: continuations, quotes and escapes removed
	Span      Span   // the whole flag
	ValueSpan Span   // the text behind '=' as written; empty at the flag's end without one
}

// Word is one argument.
type Word struct {
	Span Span
	// Raw is the text as written, with continuations removed.
	Raw string
	// Value is Raw with quotes and escapes removed, variables not expanded.
	Value string
}

// Pair is one key=value of ENV, LABEL or ARG. For "ARG NAME" HasValue is false.
type Pair struct {
	Key      string
	Value    Word // Raw keeps quotes and variables
	HasValue bool
	Span     Span // key and value together
}

// Heredoc is one here-document of an instruction.
type Heredoc struct {
	Name   string // the delimiter, quotes removed
	Expand bool   // false when the delimiter was quoted
	Chomp  bool   // "<<-": leading tabs are stripped
	Word   Span   // the "<<EOF" in the instruction's own lines
	Body   Span   // the body, last newline included, delimiter line excluded
	End    Span   // the delimiter line without its newline; empty if it is missing
}
