package analysis

import (
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// What of GNU make's syntax leads to the recipe of a named target (GNU make
// manual, "Rules", "Recipes", "Setting variables"): explicit rules, simple
// variables, includes of files of the context (one level), "@" and "-" before
// recipe lines. Patterns, functions and conditionals are left alone.
var (
	makeHead     = lazyregexp.New(`^([A-Za-z0-9_./ %-]+?)\s*::?($|[^=].*$)`)
	makeVariable = lazyregexp.New(`^(?:export\s+|override\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*(?:\?=|::?=|=)\s*(.*)$`)
	makeInclude  = lazyregexp.New(`(?m)^[-s]?include[ \t]+([^#\r\n]+)`)
	makeUse      = lazyregexp.New(`\$\(([A-Za-z_][A-Za-z0-9_]*)\)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
)

// parseMakefile reads the rules of a Makefile.
func parseMakefile(name, text string) *makeRules {
	m := &makeRules{rules: map[string]*makeRule{}}
	values := map[string]string{}
	var open []*makeRule
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line, at := strings.TrimSuffix(lines[i], "\r"), i
		for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
			i++
			line = strings.TrimSuffix(line, `\`) + " " + strings.TrimSpace(lines[i])
		}
		if recipe, ok := strings.CutPrefix(line, "\t"); ok {
			commands := recipeCommands(name, at, expandMake(recipe, values))
			for _, r := range open {
				r.commands = append(r.commands, commands...)
			}
			continue
		}
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		open = nil
		if v := makeVariable.FindStringSubmatch(line); v != nil {
			values[v[1]] = strings.TrimSpace(v[2])
			continue
		}
		if h := makeHead.FindStringSubmatch(expandMake(line, values)); h != nil {
			open = m.open(strings.Fields(h[1]), h[2])
			if needs, recipe, inline := strings.Cut(h[2], ";"); inline {
				open = m.open(strings.Fields(h[1]), needs)
				for _, r := range open {
					r.commands = append(r.commands, recipeCommands(name, at, recipe)...)
				}
			}
		}
	}
	return m
}

// add takes the rules of an included file along.
func (m *makeRules) add(o *makeRules) {
	for name, r := range o.rules {
		if m.rules[name] == nil {
			m.rules[name] = r
		}
	}
	if m.first == "" {
		m.first = o.first
	}
}

// open gives the rules of some targets, with further prerequisites.
func (m *makeRules) open(targets []string, needs string) []*makeRule {
	var out []*makeRule
	needs, _, _ = strings.Cut(needs, ";")
	for _, t := range targets {
		if m.first == "" && !strings.HasPrefix(t, ".") {
			m.first = t
		}
		r := m.rules[t]
		if r == nil {
			r = &makeRule{}
			m.rules[t] = r
		}
		for _, n := range strings.Fields(needs) {
			if n == "|" || contains(r.needs, n) {
				continue
			}
			r.needs = append(r.needs, n)
		}
		out = append(out, r)
	}
	return out
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// recipeCommands parses one recipe line.
func recipeCommands(name string, line int, recipe string) []Command {
	body := strings.TrimLeft(recipe, "@-+ \t")
	program, err := shell.ParseText(strings.ReplaceAll(body, "$$", "$"), 0)
	if err != nil {
		return nil
	}
	tolerated := strings.Contains(recipe[:len(recipe)-len(body)], "-")
	var out []Command
	for _, cmd := range program.Commands {
		cmd.Place.Tolerated = cmd.Place.Tolerated || tolerated
		out = append(out, Command{Path: name, Line: line, Cmd: cmd})
	}
	return out
}

// expandMake replaces variables of the Makefile; others stay, and the shell
// words that hold them are not read.
func expandMake(s string, values map[string]string) string {
	left := 1 << 16 // variables of variables must not grow without end
	var expand func(s string, depth int) string
	expand = func(s string, depth int) string {
		if depth > 5 || !strings.Contains(s, "$") {
			return s
		}
		return makeUse.ReplaceAllStringFunc(s, func(use string) string {
			m := makeUse.FindStringSubmatch(use)
			name := m[1] + m[2]
			v, ok := values[name]
			if left -= len(v) + 1; left < 0 || !ok && name != "MAKE" {
				return use
			}
			if !ok {
				return "make"
			}
			return expand(v, depth+1)
		})
	}
	return expand(s, 0)
}
