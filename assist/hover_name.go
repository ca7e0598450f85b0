package assist

import (
	"fmt"

	"restage/analysis/project"
	"restage/analysis/python"
)

// maxListed bounds the packages of a hover.
const maxListed = 30

// named tells what a group or extra on a command line of Poetry holds.
func (q *Question) named() *section {
	n, ok := nameAt(q.Facts, q.Offset)
	if !ok {
		return nil
	}
	p := pyprojectOf(q.Facts, n.call)
	if p == nil {
		return nil
	}
	if extraOptions[n.option] {
		return q.extra(n, p)
	}
	return q.group(n, p)
}

func (q *Question) group(n name, p *project.Pyproject) *section {
	s := &section{span: n.span, title: "Group " + n.text}
	v, known := q.Facts.PoetryAt(n.call.Step)
	if n.text == "main" {
		s.say("The dependencies of the program itself, in " + code(p.Path) + ".")
		s.say(listed(packagesOf(p, "main")))
		return s
	}
	g := n.group(q.Facts, p)
	switch {
	case g == nil && !known:
		s.say(fmt.Sprintf("%s declares no such group. Poetry refuses that from %s on.", code(p.Path), firstStrict))
		return s
	case g == nil && python.UnknownGroupFails(v):
		s.say(fmt.Sprintf("%s declares no such group, which Poetry %s refuses.", code(p.Path), v))
		return s
	case g == nil:
		s.say(fmt.Sprintf("%s declares no such group. Poetry %s ignores it.", code(p.Path), v))
		return s
	}
	table := "[tool.poetry.group." + g.Name + "]"
	switch {
	case g.PEP735:
		table = "[dependency-groups]"
	case g.Legacy:
		table = "[tool.poetry.dev-dependencies]"
	}
	where := fmt.Sprintf("Declared in %s of %s, line %s", code(table), code(p.Path), lineIn(p.Text, g.Span.Start))
	if g.Optional {
		where += "; it is optional: only `--with` and `--only` install it"
	}
	s.say(where + ".")
	if g.PEP735 && known && !v.AtLeast(2, 2) {
		s.say(fmt.Sprintf("Poetry %s does not know this table, which came with 2.2.0.", v))
	}
	if len(g.Includes) > 0 {
		s.say("It includes " + codes(g.Includes) + ".")
	}
	s.say(listed(packagesOf(p, g.Name)))
	return s
}

// firstStrict is the first Poetry that refuses unknown groups.
var firstStrict = python.V(1, 5, 0)

func (q *Question) extra(n name, p *project.Pyproject) *section {
	s := &section{span: n.span, title: "Extra " + n.text}
	e := n.extra(p)
	if e == nil {
		s.say(code(p.Path) + " declares no such extra.")
		return s
	}
	s.say(fmt.Sprintf("Declared in %s, line %s.", code(p.Path), lineIn(p.Text, e.Span.Start)))
	s.say(listed(e.Packages))
	return s
}

// packagesOf are the packages that a group declares, with their constraints.
func packagesOf(p *project.Pyproject, group string) []string {
	var out []string
	for _, d := range p.Dependencies {
		if project.Normalise(d.Group) != project.Normalise(group) || group == "main" && d.Optional {
			continue
		}
		text := d.Name
		switch {
		case d.Path != "":
			text += " (" + d.Path + ")"
		case d.Git != "":
			text += " (git)"
		case d.Constraint != "":
			text += " " + d.Constraint
		}
		out = append(out, text)
	}
	return out
}

// listed names packages, as many as a hover can hold.
func listed(packages []string) string {
	switch {
	case len(packages) == 0:
		return "It has no packages of its own."
	case len(packages) == 1:
		return "Its package: " + codes(packages) + "."
	case len(packages) > maxListed:
		return fmt.Sprintf("Its %d packages: %s and %d more.", len(packages), codes(packages[:maxListed]), len(packages)-maxListed)
	}
	return fmt.Sprintf("Its %d packages: %s.", len(packages), codes(packages))
}
