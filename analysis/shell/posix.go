package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Portable says whether every shell that is POSIX's runs the program alike: dash
// of Debian and ash of Alpine each know more than that, and not the same. An
// exec form has no shell.
func (p *Program) Portable() (alike bool) {
	defer func() {
		if recover() != nil { // the parser gives up on some texts
			alike = false
		}
	}()
	if p.JSON || p.joined == nil {
		return true
	}
	if _, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(p.joined.Text), ""); err != nil {
		return false
	}
	// What a shell of POSIX reads as something else.
	stmts, err := parseText(p.joined.Text)
	if err != nil {
		return false
	}
	alike = true
	for _, stmt := range stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause, *syntax.ProcSubst, *syntax.CoprocClause:
				alike = false
			case *syntax.SglQuoted:
				alike = alike && !n.Dollar
			case *syntax.DblQuoted:
				alike = alike && !n.Dollar
			case *syntax.Redirect:
				alike = alike && n.Op != syntax.RdrAll && n.Op != syntax.AppAll && n.Op != syntax.WordHdoc
			case *syntax.UnaryArithm:
				alike = alike && n.Op != syntax.Inc && n.Op != syntax.Dec
			case *syntax.BinaryArithm:
				alike = alike && n.Op != syntax.Pow
			}
			return alike
		})
	}
	return alike && !slices.ContainsFunc(p.Commands, func(c *Command) bool { return !c.Place.Nested && c.builtinDiffers() })
}

// builtinDiffers says whether a builtin of the shell does something else in
// another one with these arguments.
func (c *Command) builtinDiffers() bool {
	args := c.Args()
	switch c.Name() {
	case "echo": // dash reads escapes always, ash with -e
		return slices.ContainsFunc(args, func(w Word) bool { return strings.Contains(w.Value, `\`) }) ||
			len(args) > 0 && strings.HasPrefix(args[0].Value, "-") && args[0].Value != "-n"
	case "test", "[":
		return slices.ContainsFunc(args, func(w Word) bool { return w.Value == "==" || w.Value == "=~" })
	case "set":
		return slices.ContainsFunc(args, func(w Word) bool { return w.Value == "pipefail" || w.Value == "-E" })
	}
	return false
}
