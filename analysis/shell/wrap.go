package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"restage/analysis/source"
)

// wrapper is a program that starts another one named by its arguments.
type wrapper struct {
	valued  string   // short options that take the next word
	long    []string // long options that take the next word
	skip    int      // words before the command that are no options
	assigns bool     // NAME=value words may stand before the command
	lookup  string   // short options that only ask where the command is
}

// wrapperOf knows the programs that are commonly put before a command.
func wrapperOf(name string) (wrapper, bool) {
	switch name {
	case "env":
		return wrapper{valued: "uCS", long: []string{"--unset", "--chdir"}, assigns: true}, true
	case "exec":
		return wrapper{valued: "a"}, true
	case "sudo", "doas":
		return wrapper{valued: "ugpCDhRrtTU", long: []string{"--user", "--group", "--chdir"}, assigns: true}, true
	case "command":
		return wrapper{lookup: "vV"}, true
	case "time":
		return wrapper{valued: "fo"}, true
	case "nice", "ionice":
		return wrapper{valued: "ncp"}, true
	case "timeout":
		return wrapper{valued: "ks", long: []string{"--signal", "--kill-after"}, skip: 1}, true
	case "xargs":
		return wrapper{valued: "aEIJLnPsd", long: []string{"--max-args", "--max-procs", "--replace", "--arg-file", "--delimiter"}}, true
	case "stdbuf":
		return wrapper{valued: "ioe"}, true
	case "tini":
		return wrapper{valued: "pe"}, true
	case "nohup", "dumb-init", "setsid", "builtin":
		return wrapper{}, true
	case "gosu", "su-exec":
		return wrapper{skip: 1}, true
	}
	return wrapper{}, false
}

// wrap finds the command that a command starts.
func (w *walker) wrap(c *Command) {
	for depth := 0; depth < 8 && c != nil; depth++ {
		c.Inner = inner(c)
		c = c.Inner
	}
}

func inner(c *Command) *Command {
	kind, ok := wrapperOf(c.Name())
	if !ok {
		return nil
	}
	assigns := c.Assigns[:len(c.Assigns):len(c.Assigns)]
	i := 1
	for ; i < len(c.Words); i++ {
		value := c.Words[i].Value
		if value == "--" {
			i++
			break
		}
		if len(value) > 1 && value[0] == '-' {
			if kind.lookup != "" && strings.ContainsAny(value, kind.lookup) {
				return nil
			}
			if kind.takesNext(value) {
				i++
			}
			continue
		}
		name, set, found := strings.Cut(value, "=")
		if !kind.assigns || !found || name == "" {
			break
		}
		assigns = append(assigns, Assign{Name: name, Value: set, Span: c.Words[i].Span})
	}
	if i += kind.skip; i >= len(c.Words) {
		return nil
	}
	copied := *c
	copied.Words, copied.Assigns = c.Words[i:], assigns
	copied.Span.Start = c.Words[i].Span.Start
	copied.Inner, copied.list, copied.follow = nil, nil, false
	return &copied
}

// takesNext says whether an option's value is the word behind it.
func (k wrapper) takesNext(option string) bool {
	if strings.HasPrefix(option, "--") {
		for _, name := range k.long {
			if option == name {
				return true
			}
		}
		return false
	}
	// "-uroot" has its value with it; in "-Eu root" the last letter counts.
	for i := 1; i < len(option); i++ {
		if strings.IndexByte(k.valued, option[i]) >= 0 {
			return i == len(option)-1
		}
	}
	return false
}

// isShortOption says whether a word is a cluster of short options with the letter.
func isShortOption(word string, letter byte) bool {
	return len(word) > 1 && word[0] == '-' && word[1] != '-' && strings.IndexByte(word, letter) > 0
}

// shellOption says whether a shell is started with an option such as -e.
func shellOption(c *Command, letter byte) bool {
	for _, w := range c.Args() {
		if !strings.HasPrefix(w.Value, "-") {
			return false
		}
		if isShortOption(w.Value, letter) {
			return true
		}
	}
	return false
}

// scriptWord gives the word of a command that is a script: that of "sh -c",
// "su -c" and "eval".
func scriptWord(c *Command) (int, bool) {
	name := c.Name()
	switch {
	case isShell(name):
		for i := 1; i < len(c.Words); i++ {
			value := c.Words[i].Value
			if !strings.HasPrefix(value, "-") && !strings.HasPrefix(value, "+") {
				return 0, false
			}
			if isShortOption(value, 'c') {
				for i++; i < len(c.Words) && strings.HasPrefix(c.Words[i].Value, "-"); i++ {
				}
				return i, i < len(c.Words)
			}
			if strings.HasSuffix(value, "o") && !strings.HasPrefix(value, "--") {
				i++ // -o pipefail
			}
		}
	case name == "su" || name == "runuser":
		for i := 1; i+1 < len(c.Words); i++ {
			if value := c.Words[i].Value; value == "--command" || isShortOption(value, 'c') && strings.HasSuffix(value, "c") {
				return i + 1, true
			}
		}
	case name == "eval" && len(c.Words) == 2:
		return 1, true
	}
	return 0, false
}

// scripts reads the script that a command gets as an argument or by a
// here-document, and adds its commands.
func (w *walker) scripts(stmt *syntax.Stmt, c *Command, ctx context, st *state) {
	run := c.Unwrapped()
	nested := ctx
	nested.place.Nested = true
	inside := st.fork()
	inside.errexit = shellOption(run, 'e')
	inside.pipefail = false
	if i, ok := scriptWord(run); ok {
		script := w.quoted(stmt, run.Words[i])
		if script == nil || w.script(script, nested, inside) != nil {
			c.Opaque, run.Opaque = true, true
		}
		return
	}
	if run.Name() == "eval" {
		c.Opaque, run.Opaque = true, true
		return
	}
	if !isShell(run.Name()) || namesScript(run) {
		return
	}
	for _, r := range stmt.Redirs {
		if r.Hdoc == nil {
			continue
		}
		start, end := int(r.Hdoc.Pos().Offset()), int(r.Hdoc.End().Offset())
		if i := strings.LastIndexByte(w.joined.Text[start:end], '\n'); i >= 0 {
			end = start + i + 1 // what follows belongs to the delimiter's line
		}
		if len(r.Hdoc.Parts) > 0 && w.script(w.part(start, end), nested, inside) != nil {
			c.Opaque, run.Opaque = true, true
		}
	}
}

// namesScript says whether a shell is given a file to run.
func namesScript(c *Command) bool {
	args := c.Args()
	for i := 0; i < len(args); i++ {
		value := args[i].Value
		if value == "-s" || value == "-" {
			return false
		}
		if !strings.HasPrefix(value, "-") && !strings.HasPrefix(value, "+") {
			return true
		}
		if strings.HasSuffix(value, "o") && !strings.HasPrefix(value, "--") {
			i++
		}
	}
	return false
}

// quoted gives the text of a quoted word; nil if it is not one plain string.
func (w *walker) quoted(stmt *syntax.Stmt, word Word) *source.Joined {
	var sw *syntax.Word
	if call, ok := stmt.Cmd.(*syntax.CallExpr); ok {
		for _, arg := range call.Args {
			start, end := int(arg.Pos().Offset()), int(arg.End().Offset())
			if w.span(start, end) == word.Span && w.joined.Text[start:end] == word.Raw {
				sw = arg
			}
		}
	}
	if sw == nil || len(sw.Parts) != 1 {
		return nil
	}
	start, end := int(sw.Pos().Offset()), int(sw.End().Offset())
	switch part := sw.Parts[0].(type) {
	case *syntax.Lit:
		if strings.ContainsAny(part.Value, `\`) {
			return nil
		}
		return w.part(start, end)
	case *syntax.SglQuoted:
		if part.Dollar {
			return nil
		}
		return w.part(start+1, end-1)
	case *syntax.DblQuoted:
		if part.Dollar {
			return nil
		}
		for _, p := range part.Parts {
			switch p.(type) {
			case *syntax.Lit, *syntax.ParamExp:
			default:
				return nil
			}
		}
		return w.unescaped(start+1, end-1)
	}
	return nil
}

// part gives a part of the joined text as a text of its own.
func (w *walker) part(start, end int) *source.Joined {
	return w.joined.Select(source.Span{Start: start, End: end})
}

// unescaped is part for the inside of double quotes: the backslashes that the
// outer shell removes are gone.
func (w *walker) unescaped(start, end int) *source.Joined {
	var parts []source.Span
	text := w.joined.Text
	from := start
	for i := start; i+1 < end; i++ {
		if text[i] != '\\' {
			continue
		}
		if strings.IndexByte("$`\"\\\n", text[i+1]) >= 0 {
			parts = append(parts, source.Span{Start: from, End: i})
			from = i + 1
			if text[i+1] == '\n' {
				from++
			}
		}
		i++
	}
	return w.joined.Select(append(parts, source.Span{Start: from, End: end})...)
}

// script parses a nested script and adds its commands.
func (w *walker) script(joined *source.Joined, ctx context, st *state) error {
	stmts, err := parseText(joined.Text)
	if err != nil {
		return err
	}
	inner := newWalker(w.program, joined)
	inner.statements(stmts, ctx, st, false)
	return nil
}
