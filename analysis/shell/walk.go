package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"restage/analysis/source"
)

// walker collects the commands of one text.
type walker struct {
	program *Program
	joined  *source.Joined
	// heredocs is false when the text surely has none.
	heredocs bool
	// inner is false when the text surely has no command substitutions.
	inner bool
}

func newWalker(p *Program, joined *source.Joined) *walker {
	return &walker{program: p, joined: joined, heredocs: strings.Contains(joined.Text, "<<"),
		inner: strings.ContainsAny(joined.Text, "(`") || strings.Contains(joined.Text, "${")}
}

// context is how control reaches a statement.
type context struct {
	place    Place
	detached bool
	noFollow bool       // nothing can be run right after the command
	noList   bool       // commands cannot be taken out
	around   []Redirect // of the groups, loops and branches around
	lax      bool       // the shell looks away from failures, "set -e" or not
}

// conditional is the context of statements that may not run.
func (c context) conditional() context {
	c.place.Conditional, c.noList = true, true
	return c
}

// tested is the context of a condition.
func (c context) tested() context {
	c = c.conditional()
	c.place.Tolerated, c.noFollow, c.lax = true, true, true
	return c
}

// statements walks over statements that follow each other. Plain says that
// they are a list out of which a command can be taken.
func (w *walker) statements(stmts []*syntax.Stmt, ctx context, st *state, plain bool) *list {
	l := &list{program: w.program}
	for i, stmt := range stmts {
		last := i == len(stmts)-1
		sub := ctx
		if !last && !st.errexit {
			sub.place.Unchecked = true
		}
		w.chain(stmt, sub, st, l, last)
	}
	if !plain || ctx.noList || ctx.place.Nested || ctx.place.Substitution {
		l.closed = true
	}
	return l
}

// chain walks over one statement, which may be several joined by "&&".
func (w *walker) chain(stmt *syntax.Stmt, ctx context, st *state, l *list, last bool) {
	parts, ops := flatten(stmt, syntax.AndStmt)
	if stmt.Background || stmt.Coprocess {
		ctx.place.Background, ctx.place.Tolerated = true, true
		ctx.noFollow = true
		st = st.fork()
	}
	if len(parts) > 1 && stmt.Negated {
		ctx.place.Tolerated, ctx.noFollow = true, true
	}
	guarded, errexit := false, st.errexit
	first := len(l.members)
	for i, part := range parts {
		m := member{start: int(part.Pos().Offset()), end: stmtEnd(part), op: -1, semi: -1, heredoc: w.heredocs && hasHeredoc(part)}
		if i > 0 {
			m.op = ops[i-1]
		}
		if i == len(parts)-1 && stmt.Semicolon.IsValid() {
			m.semi = int(stmt.Semicolon.Offset()) + 1
			m.background = stmt.Background || stmt.Coprocess
		}
		l.members = append(l.members, m)
		l.bare = l.bare || part.Cmd == nil
		sub := ctx
		if guarded && !last {
			// "[ -f x ] && a; b" goes on when the test fails, even with set -e.
			sub.place.Conditional = true
		}
		sub.lax = ctx.lax || i < len(parts)-1
		errexit = st.errexit
		before := len(w.program.Commands)
		w.statement(part, sub, st, l)
		for _, c := range w.program.Commands[before:] {
			if c.outer == nil {
				c.outer, c.place = l, len(l.members)-1
			}
		}
		guarded = guarded || isTest(part)
	}
	mayFail := !errexit || ctx.lax || soft(stmt, parts)
	for i := range l.members[first:] {
		l.members[first+i].errexit, l.members[first+i].soft = errexit, mayFail
	}
}

// flatten takes "a && b && c" apart, which the parser nests to the left, and
// gives the places of the operators.
func flatten(stmt *syntax.Stmt, operators ...syntax.BinCmdOperator) (parts []*syntax.Stmt, ops []int) {
	for top := true; ; top = false {
		binary, ok := stmt.Cmd.(*syntax.BinaryCmd)
		if !ok || !isOneOf(binary.Op, operators) || !top && (stmt.Negated || len(stmt.Redirs) > 0) {
			break
		}
		parts = append(parts, binary.Y)
		ops = append(ops, int(binary.OpPos.Offset()))
		stmt = binary.X
	}
	parts = append(parts, stmt)
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	for i, j := 0, len(ops)-1; i < j; i, j = i+1, j-1 {
		ops[i], ops[j] = ops[j], ops[i]
	}
	return parts, ops
}

func isOneOf(op syntax.BinCmdOperator, operators []syntax.BinCmdOperator) bool {
	for _, o := range operators {
		if o == op {
			return true
		}
	}
	return false
}

// isTest says whether a statement only asks a question.
func isTest(stmt *syntax.Stmt) bool {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
	case *syntax.CallExpr:
		if len(cmd.Args) > 0 {
			name := cmd.Args[0].Lit()
			return name == "[" || name == "test"
		}
	}
	return false
}

// statement walks over one member of a list.
func (w *walker) statement(stmt *syntax.Stmt, ctx context, st *state, l *list) {
	if stmt.Negated {
		ctx.place.Tolerated, ctx.noFollow = true, true
		l = nil
	}
	if binary, ok := stmt.Cmd.(*syntax.BinaryCmd); ok {
		w.redirects(stmt, ctx, st)
		switch binary.Op {
		case syntax.OrStmt:
			w.alternatives(stmt, ctx, st)
		case syntax.AndStmt:
			w.chain(stmt, ctx, st, &list{closed: true}, true)
		default:
			w.pipeline(stmt, ctx, st)
		}
		return
	}
	w.compound(stmt, ctx, st, l)
}

// alternatives walks over "a || b". What a changes stays if b leaves the
// program or never comes back.
func (w *walker) alternatives(stmt *syntax.Stmt, ctx context, st *state) {
	binary := stmt.Cmd.(*syntax.BinaryCmd)
	ctx = ctx.conditional()
	ctx.noFollow = true
	left, right := ctx, ctx
	right.place.Tolerated = ctx.place.Tolerated
	leaves := leavesProgram(binary.Y)
	left.place.Tolerated = ctx.place.Tolerated || !leaves

	tried := st.fork()
	w.chain(binary.X, left, tried, &list{closed: true}, true)
	other := tried.fork()
	w.chain(binary.Y, right, other, &list{closed: true}, true)
	if leaves {
		*st = *tried
		return
	}
	st.merge(tried)
	st.merge(other)
}

// leavesProgram says whether a statement ends the program with an error.
func leavesProgram(stmt *syntax.Stmt) bool {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		if len(cmd.Args) == 0 {
			return false
		}
		name := cmd.Args[0].Lit()
		return name == "false" || name == "exit" && (len(cmd.Args) == 1 || cmd.Args[1].Lit() != "0")
	case *syntax.Block:
		return len(cmd.Stmts) > 0 && leavesProgram(cmd.Stmts[len(cmd.Stmts)-1])
	}
	return false
}

// pipeline walks over "a | b"; each part runs in a process of its own.
func (w *walker) pipeline(stmt *syntax.Stmt, ctx context, st *state) {
	parts, _ := flatten(stmt, syntax.Pipe, syntax.PipeAll)
	for i, part := range parts {
		sub := ctx
		sub.place.Piped, sub.noFollow = true, true
		sub.place.PipeFirst = i == 0
		if i < len(parts)-1 && !st.pipefail {
			sub.place.Tolerated = true
		}
		w.statement(part, sub, st.fork(), nil)
	}
}

// compound walks over a statement that is no list: a simple command or
// something with statements inside.
func (w *walker) compound(stmt *syntax.Stmt, ctx context, st *state, l *list) {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr, *syntax.DeclClause:
		w.command(stmt, stmt, ctx, st, l)
		return
	case *syntax.TimeClause:
		if cmd.Stmt == nil {
			break
		}
		switch cmd.Stmt.Cmd.(type) {
		case *syntax.CallExpr, *syntax.DeclClause:
			w.command(cmd.Stmt, stmt, ctx, st, l)
		default:
			w.statement(cmd.Stmt, ctx, st, nil)
		}
		return
	}
	w.redirects(stmt, ctx, st)
	ctx.around = append(w.files(stmt), ctx.around...)
	switch cmd := stmt.Cmd.(type) {
	case *syntax.Block:
		w.statements(cmd.Stmts, ctx, st, l != nil)
	case *syntax.Subshell:
		ctx.place.Subshell = true
		w.statements(cmd.Stmts, ctx, st.fork(), l != nil)
	case *syntax.IfClause:
		w.ifClause(cmd, ctx, st)
	case *syntax.WhileClause:
		w.statements(cmd.Cond, ctx.tested(), st, false)
		w.maybe(cmd.Do, ctx, st)
	case *syntax.ForClause:
		w.substitutions(cmd.Loop, ctx, st)
		w.maybe(cmd.Do, ctx, st)
	case *syntax.CaseClause:
		w.substitutions(cmd.Word, ctx, st)
		for _, item := range cmd.Items {
			w.maybe(item.Stmts, ctx, st)
		}
	case *syntax.FuncDecl:
		w.chain(cmd.Body, ctx.conditional(), st.fork(), &list{closed: true}, true)
	case *syntax.CoprocClause:
		ctx.place.Background, ctx.place.Tolerated, ctx.noFollow = true, true, true
		w.statement(cmd.Stmt, ctx, st.fork(), nil)
	case nil:
	default:
		w.substitutions(cmd, ctx, st)
	}
}

// ifClause walks over the branches, of which at most one runs.
func (w *walker) ifClause(clause *syntax.IfClause, ctx context, st *state) {
	for ; clause != nil; clause = clause.Else {
		w.statements(clause.Cond, ctx.tested(), st, false)
		w.maybe(clause.Then, ctx, st)
	}
}

// maybe walks over statements that may not run.
func (w *walker) maybe(stmts []*syntax.Stmt, ctx context, st *state) {
	branch := st.fork()
	w.statements(stmts, ctx.conditional(), branch, false)
	st.merge(branch)
}
