package shell

import (
	"mvdan.cc/sh/v3/syntax"
)

// command takes one simple command. Outer is the statement to which it belongs
// in its list: the same one, or the "time" before it.
func (w *walker) command(stmt, outer *syntax.Stmt, ctx context, st *state, l *list) {
	start, end := int(stmt.Pos().Offset()), stmtEnd(stmt)
	c := &Command{
		Span: w.span(start, end), Place: ctx.place, Detached: ctx.detached,
		Dir: st.dir, DirKnown: st.known, Exports: st.exports,
		end: stmtEnd(outer), follow: !ctx.noFollow && !ctx.place.Nested && !ctx.place.Substitution,
	}
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		for _, a := range cmd.Assigns {
			c.Assigns = append(c.Assigns, w.assign(a))
		}
		for _, word := range cmd.Args {
			c.Words = append(c.Words, w.word(word))
		}
	case *syntax.DeclClause:
		at := int(cmd.Variant.Pos().Offset())
		c.Words = append(c.Words, Word{Span: w.span(at, at+len(cmd.Variant.Value)), Raw: cmd.Variant.Value, Value: cmd.Variant.Value, Static: true})
		for _, a := range cmd.Args {
			c.Words = append(c.Words, w.assignWord(a))
		}
	}
	c.Redirects = append(w.files(stmt), ctx.around...)
	if l != nil {
		c.list, c.index = l, len(l.members)-1
	}
	if n := c.Span.End; n > c.Span.Start && w.program.byteAt(n-1) == '\r' {
		c.Span.End-- // the line end of a here-document is no part of it
	}
	w.program.Commands = append(w.program.Commands, c)

	inside := ctx
	inside.place.Tolerated = ctx.place.Tolerated || len(c.Words) > 0
	w.substitutions(stmt.Cmd, inside, st)
	w.redirects(stmt, ctx, st)
	w.wrap(c)
	w.scripts(stmt, c, ctx, st)
	if name := c.Unwrapped().Name(); name == "exec" && len(c.Words) > 1 || name == "exit" || c.Name() == "exec" && len(c.Words) > 1 {
		c.follow = false
	}
	if !ctx.place.Piped {
		st.apply(c)
	}
}

// files are the redirections of a statement that have a file.
func (w *walker) files(stmt *syntax.Stmt) []Redirect {
	var out []Redirect
	for _, r := range stmt.Redirs {
		if to, ok := w.redirect(r); ok {
			out = append(out, to)
		}
	}
	return out
}

// redirect reads a redirection of a file; false for one of another kind.
func (w *walker) redirect(r *syntax.Redirect) (Redirect, bool) {
	to := Redirect{}
	switch r.Op {
	case syntax.RdrIn:
		to.Reads = true
	case syntax.RdrInOut:
		to.Reads, to.Writes = true, true
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
		to.Writes = true
	default:
		return to, false
	}
	to.File = w.word(r.Word)
	return to, true
}

// redirects walks over the command substitutions in the redirections of a
// statement.
func (w *walker) redirects(stmt *syntax.Stmt, ctx context, st *state) {
	for _, r := range stmt.Redirs {
		w.substitutions(r, ctx, st)
	}
}

// substitutions walks over the commands in $(…), backticks and <(…).
func (w *walker) substitutions(node syntax.Node, ctx context, st *state) {
	if !w.inner {
		return
	}
	ctx.place.Substitution, ctx.noFollow, ctx.noList = true, true, true
	syntax.Walk(node, func(n syntax.Node) bool {
		var stmts []*syntax.Stmt
		switch n := n.(type) {
		case *syntax.CmdSubst:
			stmts = n.Stmts
		case *syntax.ProcSubst:
			stmts = n.Stmts
		default:
			return true
		}
		w.statements(stmts, ctx, st.fork(), false)
		return false
	})
}

// stmtEnd is the end of a statement on its own line: without a ';' behind it
// and without the bodies of its here-documents.
func stmtEnd(stmt *syntax.Stmt) int {
	end := stmt.Pos()
	if stmt.Cmd != nil {
		switch cmd := stmt.Cmd.(type) {
		case *syntax.BinaryCmd:
			return stmtEnd(cmd.Y)
		case *syntax.TimeClause:
			if cmd.Stmt != nil {
				return stmtEnd(cmd.Stmt)
			}
		}
		end = stmt.Cmd.End()
	}
	last := int(end.Offset())
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		if len(cmd.Args) == 0 {
			last = max(last, assignEnd(cmd.Assigns[len(cmd.Assigns)-1]))
		}
	case *syntax.DeclClause:
		if len(cmd.Args) > 0 {
			last = max(last, assignEnd(cmd.Args[len(cmd.Args)-1]))
		}
	}
	for _, r := range stmt.Redirs {
		last = max(last, int(r.Word.End().Offset()))
	}
	return last
}

// hasHeredoc says whether a here-document belongs to a statement, whose body
// then follows somewhere behind it.
func hasHeredoc(stmt *syntax.Stmt) bool {
	for _, r := range stmt.Redirs {
		if isHeredoc(r) {
			return true
		}
	}
	found := false
	syntax.Walk(stmt, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Redirect); ok && isHeredoc(r) {
			found = true
		}
		return !found
	})
	return found
}

// isHeredoc says whether a redirection is a here-document; the tree has no
// body for an empty one.
func isHeredoc(r *syntax.Redirect) bool { return r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc }
