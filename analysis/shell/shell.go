// Package shell parses the shell programs of a Dockerfile (RUN bodies,
// heredocs, CMD, ENTRYPOINT and HEALTHCHECK in shell form) and scripts of the
// build context into syntax trees whose offsets are offsets of the file.
package shell

import "restage/analysis/source"

// Program is one parsed shell program.
type Program struct {
	// Commands are all simple commands in source order, whatever they are
	// nested in (lists, if, case, loops, subshells, functions, command
	// substitutions).
	Commands []*Command
	text     string
}

// Command is one simple command ("POETRY_X=1 poetry install --no-root >log").
type Command struct {
	// Span covers assignments, words and redirections.
	Span source.Span
	// Assigns are the NAME=value prefixes; a command may have only these.
	Assigns []Assign
	// Words are the command's name and arguments.
	Words []Word
	// Place says how the command is reached.
	Place Place
	// Dir is the folder that "cd" commands before it in the same program
	// lead to, relative to where the program starts ("" if unchanged);
	// DirKnown is false when a cd could not be followed (a variable, a condition).
	Dir      string
	DirKnown bool
	// Exports are variables that "export X=…", "X=…;" set before it in the same program.
	Exports map[string]string
}

// Assign is a NAME=value before a command or on its own.
type Assign struct {
	Name, Value string // Value with quotes removed; variables not expanded
	Span        source.Span
}

// Word is one shell word.
type Word struct {
	Span source.Span
	// Raw is the text as written.
	Raw string
	// Value is the word without quotes; variables stay as "$NAME" or "${NAME}"
	// in it, so that a caller may expand them.
	Value string
	// Static is true when the word has no expansion of any kind (no variable,
	// command substitution, glob or tilde).
	Static bool
	// Vars are the names of the variables in the word.
	Vars []string
}

// Place says how control reaches a command.
type Place struct {
	// Conditional: inside if, case, a loop, a function, or behind "||", or
	// before "||" (its failure is tolerated).
	Conditional bool
	// Tolerated: its failure does not fail the program ("|| true", negated,
	// in a pipeline's left side, in the background).
	Tolerated bool
	// Background: followed by "&".
	Background bool
	// Piped: part of a pipeline of two or more commands; PipeFirst when it is the first one.
	Piped, PipeFirst bool
	// Substitution: inside $(…) or backticks.
	Substitution bool
	// Subshell: inside ( … ).
	Subshell bool
}
