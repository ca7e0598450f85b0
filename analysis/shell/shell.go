// Package shell parses the shell programs of a Dockerfile (RUN bodies,
// heredocs, CMD, ENTRYPOINT and HEALTHCHECK in shell form) and scripts of the
// build context into simple commands whose offsets are offsets of the file.
//
// What is parsed is the very text that the shell gets to see: continuations,
// and comment lines between them, are gone, as the builder removes them before
// the shell reads a byte. A table of pieces leads back to the file.
package shell

import (
	"path"
	"strings"

	"restage/analysis/source"
)

// Program is one parsed shell program.
type Program struct {
	// Commands are all simple commands in source order, whatever they are
	// nested in (lists, if, case, loops, subshells, functions, command
	// substitutions, the script of "sh -c").
	Commands []*Command
	// JSON is true for an exec form: no shell reads it, and its words are the
	// items of the array.
	JSON bool
	// Detached is true when a script had to be decoded (a JSON string with
	// escapes), so that offsets in it are only about right: fit to point at,
	// not to edit by.
	Detached bool

	joined *source.Joined
	file   string // the text that holds the program, first byte at offset base
	base   int
	escape byte // the builder's continuation character, 0 in a script
	// delimiter ends the here-document whose body the program is.
	delimiter string
	root      *list // the statements of the program itself
}

// Text is the program as the shell sees it.
func (p *Program) Text() string { return p.joined.Text }

// Command is one simple command ("POETRY_X=1 poetry install --no-root >log").
type Command struct {
	// Span covers assignments, words and redirections.
	Span source.Span
	// Assigns are the NAME=value prefixes; a command may have only these.
	Assigns []Assign
	// Words are the command's name and arguments.
	Words []Word
	// Redirects are its redirections and, behind them, those of the groups that
	// it is in ("{ …; } >log"), here-documents left out.
	Redirects []Redirect
	// Place says how the command is reached.
	Place Place
	// Dir is the folder that "cd" commands before it in the same program
	// lead to, relative to where the program starts ("" if unchanged);
	// DirKnown is false when a cd could not be followed (a variable, a condition).
	Dir      string
	DirKnown bool
	// Exports are variables that "export X=…", "X=…;" set before it in the same
	// program, variables in their values not expanded. Commands share the map.
	Exports map[string]string
	// Inner is the command that this one starts, for env, exec, sudo, time and
	// the like: the rest of its words. It is not in Program.Commands.
	Inner *Command
	// Opaque is true when the command runs a script that could not be read
	// ("sh -c $X", "eval …", "bash script.sh" is not one).
	Opaque bool
	// Detached is Program.Detached for this command alone.
	Detached bool

	list   *list // the list it is a plain member of, or nil
	index  int   // its place there
	outer  *list // the list that its whole statement (a pipeline, say) is a member of
	place  int   // its place there
	end    int   // end of its statement in the joined text
	follow bool  // more can be run right after it
}

// Assign is a NAME=value before a command or on its own.
type Assign struct {
	Name, Value string // Value with quotes removed; variables not expanded
	Span        source.Span
}

// Redirect is one redirection of a command ("<list.txt", ">>log").
type Redirect struct {
	// Reads says that the command gets the file's content.
	Reads bool
	// Writes says that the command makes or changes the file.
	Writes bool
	File   Word
}

// Word is one shell word.
type Word struct {
	Span source.Span
	// Raw is the text as the shell sees it: as written, without continuations.
	Raw string
	// Value is the word without quotes; variables stay as "$NAME" or "${NAME}"
	// in it, so that a caller may expand them.
	Value string
	// Static is true when the word has no expansion of any kind (no variable,
	// command substitution, glob, brace or tilde).
	Static bool
	// Vars are the names of the variables in the word.
	Vars []string
}

// Place says how control reaches a command.
type Place struct {
	// Conditional: inside if, case, a loop, a function, or behind "||", or
	// before "||" (its failure is tolerated), or behind "[ … ] &&" in a list
	// that may fail.
	Conditional bool
	// Tolerated: its failure does not fail the program ("|| true", negated,
	// in a pipeline's left side, in the background).
	Tolerated bool
	// Unchecked: a ';' or a new line follows without "set -e", so that its
	// failure alone does not stop the program.
	Unchecked bool
	// Background: followed by "&".
	Background bool
	// Piped: part of a pipeline of two or more commands; PipeFirst when it is the first one.
	Piped, PipeFirst bool
	// Substitution: inside $(…) or backticks.
	Substitution bool
	// Subshell: inside ( … ).
	Subshell bool
	// Nested: inside the script that another command gets ("sh -c '…'",
	// "bash <<EOF"). It cannot be removed or followed up.
	Nested bool
}

// Name is the command's name without its folder, "poetry" for
// "$POETRY_HOME/bin/poetry"; empty if there are only assignments.
func (c *Command) Name() string {
	if len(c.Words) == 0 || c.Words[0].Value == "" {
		return ""
	}
	return path.Base(c.Words[0].Value)
}

// Args are the words behind the name.
func (c *Command) Args() []Word {
	if len(c.Words) == 0 {
		return nil
	}
	return c.Words[1:]
}

// Unwrapped is the command that is run in the end, behind env, exec, sudo,
// time and the like; the command itself if it starts no other.
func (c *Command) Unwrapped() *Command {
	for c.Inner != nil {
		c = c.Inner
	}
	return c
}

// Assigned gives the value that a variable has for this command by its own
// prefix or by what the program set before; variables in it are not expanded.
func (c *Command) Assigned(name string) (string, bool) {
	for i := len(c.Assigns) - 1; i >= 0; i-- {
		if c.Assigns[i].Name == name {
			return c.Assigns[i].Value, true
		}
	}
	value, ok := c.Exports[name]
	return value, ok
}

// isShell says whether a program of that name reads shell scripts.
func isShell(name string) bool {
	switch strings.TrimSuffix(name, ".exe") {
	case "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh":
		return true
	}
	return false
}
