package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// HidesFailure says whether commands, taken out of their lists together, may let
// a failure through that they hide: the last statement of a list gives it its own
// status, whatever came of the one before, and a command behind "&&" keeps
// "set -e" from seeing that the one before it has failed.
func (p *Program) HidesFailure(cmds ...*Command) bool {
	for _, c := range cmds {
		if c.list == nil {
			continue
		}
		gone := func(i int) bool {
			return slices.ContainsFunc(cmds, func(o *Command) bool { return o.list == c.list && o.index == i })
		}
		first, last := c.index, c.index
		for first > 0 && gone(first-1) {
			first--
		}
		for gone(last + 1) {
			last++
		}
		if first > 0 && p.exposes(c.list, first, last) {
			return true
		}
	}
	return false
}

// exposes says whether the member before some others shows a failure that it
// did not show before, once those are gone.
func (p *Program) exposes(l *list, first, last int) bool {
	before := l.members[first-1]
	starts := func(m member) bool { return m.op < 0 } // a statement
	if last+1 == len(l.members) {
		if slices.ContainsFunc(l.members[first:], starts) {
			return before.soft
		}
		return before.errexit && l != p.root
	}
	return !starts(l.members[first]) && slices.ContainsFunc(l.members[first:last+2], starts) && before.errexit
}

// soft says whether a statement, given as its parts joined by "&&", may fail
// without stopping a shell that has "set -e": the shell looks away from what
// stands before "&&", behind "!", and in compound commands with either.
func soft(stmt *syntax.Stmt, parts []*syntax.Stmt) bool {
	if stmt.Negated || stmt.Background || stmt.Coprocess {
		return true
	}
	for _, part := range parts[:len(parts)-1] {
		if !isSetting(part) {
			return true
		}
	}
	last := parts[len(parts)-1]
	if _, simple := last.Cmd.(*syntax.CallExpr); simple && !last.Negated {
		return false
	}
	found := false
	syntax.Walk(last, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false // another shell
		case *syntax.Stmt:
			found = found || n.Negated
		case *syntax.BinaryCmd:
			found = found || n.Op == syntax.AndStmt
		}
		return !found
	})
	return found
}

// isSetting says whether a statement only sets options or variables of the
// shell, which does not fail.
func isSetting(stmt *syntax.Stmt) bool {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.DeclClause:
		return !stmt.Negated
	case *syntax.CallExpr:
		if len(cmd.Args) == 0 {
			return !stmt.Negated
		}
		switch cmd.Args[0].Lit() {
		case "set", "export", "true", ":":
			return !stmt.Negated
		}
	}
	return false
}
