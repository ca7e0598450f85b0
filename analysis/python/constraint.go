package python

import (
	"fmt"
	"strings"

	"restage/analysis/lazyregexp"
)

// Constraint is a set of versions, written as Poetry or PEP 440 writes it:
// "^3.11", "~3.11", ">=3.9,<4.0", "3.11.*", "*", "^2.7 || ^3.5", "~=3.9",
// "!=3.9.0". The zero Constraint allows every version.
type Constraint struct {
	text         string
	alternatives [][]clause
}

// clause is one comparison. A wildcard clause ("==3.11.*") compares only the
// numbers that the version gives.
type clause struct {
	op       string
	v        Version
	wildcard bool
}

var (
	clausePattern = lazyregexp.New(`^(\^|~=|~|===?|=|!=|<=|>=|<|>)?\s*([0-9A-Za-z.\-_*]+)[\s,]*`)
	orPattern     = lazyregexp.New(`\s*\|\|?\s*`)
)

// ParseConstraint reads a Poetry or PEP 440 constraint. A comma or a blank
// means "and", "||" means "or", as in poetry-core's constraint parser. The
// empty text allows everything.
func ParseConstraint(s string) (Constraint, error) {
	c := Constraint{text: strings.TrimSpace(s)}
	if c.text == "" {
		return c, nil
	}
	for _, part := range orPattern.Split(c.text, -1) {
		clauses, err := parseClauses(part)
		if err != nil {
			return Constraint{}, fmt.Errorf("read version constraint %q: %w", s, err)
		}
		c.alternatives = append(c.alternatives, clauses)
	}
	return c, nil
}

func parseClauses(part string) ([]clause, error) {
	part = strings.Trim(part, " \t\r\n,")
	if part == "" {
		return nil, fmt.Errorf("nothing on one side of the bar")
	}
	var all []clause
	for part != "" {
		m := clausePattern.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("%q is no comparison", part)
		}
		clauses, err := expandClause(m[1], m[2])
		if err != nil {
			return nil, err
		}
		all = append(all, clauses...)
		part = part[len(m[0]):]
	}
	return all, nil
}

// expandClause turns Poetry's caret and tilde, and PEP 440's compatible
// release, into a lower and an upper bound.
func expandClause(op, text string) ([]clause, error) {
	if text == "*" || strings.EqualFold(text, "x") {
		if op == "!=" {
			return nil, fmt.Errorf("!=* allows nothing")
		}
		return nil, nil
	}
	number, wildcard := strings.CutSuffix(text, ".*")
	v, ok := ParseVersion(number)
	if !ok {
		return nil, fmt.Errorf("%q is no version", text)
	}
	if wildcard {
		switch op {
		case "", "=", "==":
			return []clause{{"==", v, true}}, nil
		case "!=":
			return []clause{{"!=", v, true}}, nil
		case ">=", "<": // ">=3.*" is an old spelling of ">=3".
			return []clause{{op, v, false}}, nil
		}
		return nil, fmt.Errorf("%s does not go with a star", op)
	}
	switch op {
	case "^":
		return between(v, caretEnd(v)), nil
	case "~":
		if v.Parts == 1 {
			return between(v, V(v.Major+1)), nil
		}
		return between(v, V(v.Major, v.Minor+1)), nil
	case "~=":
		switch v.Parts {
		case 1:
			return nil, fmt.Errorf("~= needs two numbers at least")
		case 2:
			return between(v, V(v.Major+1)), nil
		}
		return between(v, V(v.Major, v.Minor+1)), nil
	case "", "=", "==", "===":
		op = "=="
	}
	return []clause{{op, v, false}}, nil
}

func caretEnd(v Version) Version {
	switch {
	case v.Major > 0 || v.Parts == 1:
		return V(v.Major + 1)
	case v.Minor > 0 || v.Parts == 2:
		return V(0, v.Minor+1)
	}
	return V(0, 0, v.Patch+1)
}

func between(from, below Version) []clause {
	return []clause{{op: ">=", v: from}, {op: "<", v: below}}
}

// Between allows from one version on, below another one; a zero version bounds
// nothing.
func Between(from, below Version) Constraint {
	var c Constraint
	var clauses []clause
	for _, one := range []clause{{op: ">=", v: from}, {op: "<", v: below}} {
		if one.v.IsZero() {
			continue
		}
		if c.text != "" {
			c.text += ","
		}
		c.text += one.op + one.v.String()
		clauses = append(clauses, one)
	}
	if len(clauses) > 0 {
		c.alternatives = [][]clause{clauses}
	}
	return c
}

// String is the constraint as it was written.
func (c Constraint) String() string { return c.text }

// IsAny says that the constraint allows every version.
func (c Constraint) IsAny() bool {
	if len(c.alternatives) == 0 {
		return true
	}
	for _, clauses := range c.alternatives {
		if len(clauses) == 0 {
			return true
		}
	}
	return false
}

// Allows says whether the version, with missing numbers taken as zero, is in
// the set.
func (c Constraint) Allows(v Version) bool {
	if len(c.alternatives) == 0 {
		return true
	}
	for _, clauses := range c.alternatives {
		if allow(clauses, v) {
			return true
		}
	}
	return false
}

func allow(clauses []clause, v Version) bool {
	for _, c := range clauses {
		if !c.allows(v) {
			return false
		}
	}
	return true
}

func (c clause) allows(v Version) bool {
	if c.wildcard {
		same := v.Major == c.v.Major && (c.v.Parts < 2 || v.Minor == c.v.Minor) && (c.v.Parts < 3 || v.Patch == c.v.Patch)
		return same == (c.op == "==")
	}
	d := v.Compare(c.v)
	switch c.op {
	case "==":
		return d == 0
	case "!=":
		return d != 0
	case "<=":
		return d <= 0
	case ">=":
		return d >= 0
	case ">":
		return d > 0
	}
	// "<2.0" does not mean 2.0's own pre-releases (PEP 440, exclusive ordered
	// comparison).
	samePre := v.Pre != "" && c.v.Pre == "" && v.Major == c.v.Major && v.Minor == c.v.Minor && v.Patch == c.v.Patch
	return d < 0 && !samePre
}

// AllowsAny says whether some release that the given numbers leave open is
// allowed: for X.Y some patch of it, for X some X.Y.Z, for X.Y.Z that one.
// So python:3.11 answers to "^3.11.4", because its newest patch does.
func (c Constraint) AllowsAny(v Version) bool {
	if v.Parts >= 3 || v.Pre != "" {
		return c.Allows(v)
	}
	// The set changes only next to the numbers that the clauses name, so
	// trying those and their neighbours tries everything.
	minors, patches := []int{v.Minor}, []int{0, far}
	if v.Parts < 2 {
		minors = []int{0, far}
	}
	for _, clauses := range c.alternatives {
		for _, cl := range clauses {
			patches = append(patches, cl.v.Patch-1, cl.v.Patch, cl.v.Patch+1)
			if v.Parts < 2 {
				minors = append(minors, cl.v.Minor-1, cl.v.Minor, cl.v.Minor+1)
			}
		}
	}
	for _, minor := range minors {
		for _, patch := range patches {
			if minor >= 0 && patch >= 0 && c.Allows(V(v.Major, minor, patch)) {
				return true
			}
		}
	}
	return false
}

// AllowsNewest says whether the newest patch of an X.Y is allowed, whichever that
// is or will be: what an image that names no patch brings.
func (c Constraint) AllowsNewest(v Version) bool { return c.Allows(V(v.Major, v.Minor, far)) }

// far is a minor or patch number beyond all real ones.
const far = 1 << 20
