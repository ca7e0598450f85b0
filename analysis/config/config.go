// Package config says what a project's restage.toml, or tool.restage in its
// pyproject.toml, means: how serious each rule is, for which Dockerfiles, and
// which of them are left alone. It is strict: what it does not know is a
// problem with its place, never ignored.
package config

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"restage/analysis"
	"restage/analysis/project"
)

// Config is what the settings of one Dockerfile say.
type Config struct {
	// Path is the file, a slash path in the project's file system; "" if there is none.
	Path string
	// Levels are the severities of rules for this Dockerfile.
	Levels analysis.Levels
	// Choices are the values of rules' options for this Dockerfile.
	Choices analysis.Choices
	// Excluded says that the settings leave this Dockerfile out of searches.
	Excluded bool
	// FailOn is the least severity that makes a check fail; 0 when not set.
	FailOn analysis.Severity
	// Problems are the mistakes in the file. What is right in it counts all the same.
	Problems []project.Problem
}

// levelWords are the values of a rule's level.
var levelWords = map[string]analysis.Severity{
	"off": 0, "hint": analysis.Hint, "info": analysis.Info, "warning": analysis.Warning, "error": analysis.Error,
}

// LevelWords are the values that a rule's level may have, from none to most serious.
func LevelWords() []string { return []string{"off", "hint", "info", "warning", "error"} }

// Severity gives the severity that a word stands for: 0 for "off". ok is false
// for other words than those of LevelWords.
func Severity(word string) (s analysis.Severity, ok bool) {
	s, ok = levelWords[word]
	return s, ok
}

// Of reads the settings of a project's Dockerfile (nil for none). rules are the
// ones that can be named.
func Of(p *project.Project, rules []*analysis.Rule) *Config {
	c := &Config{Levels: analysis.Levels{}, Choices: analysis.Choices{}}
	if p == nil || p.Settings == nil {
		return c
	}
	c.Path = p.Settings.Path
	if p.Settings.Problem != nil {
		c.Problems = append(c.Problems, *p.Settings.Problem)
		return c
	}
	r := &reader{Config: c, rules: rules, file: relative(path.Dir(c.Path), p.Dockerfile), text: p.Settings.Text}
	r.read(p.Settings.Entries)
	return c
}

// relative is a path below a folder as seen from there.
func relative(dir, file string) string {
	if dir == "." {
		return file
	}
	return strings.TrimPrefix(file, dir+"/")
}

// reader takes the entries of one file over.
type reader struct {
	*Config
	rules []*analysis.Rule
	file  string // the Dockerfile, relative to the settings' folder
	text  string
}

// override is one table of [[overrides]].
type override struct {
	matches bool
	paths   bool // the table names some
	at      project.Entry
	ruleTable
}

// ruleTable is what one table of rules says.
type ruleTable struct {
	levels  analysis.Levels
	choices analysis.Choices
}

// read goes through all entries. Overrides count in their order, after the rest.
func (r *reader) read(entries []project.Entry) {
	var overrides []*override
	for _, e := range entries {
		keys := e.Keys
		switch {
		case len(keys) == 0 && e.Kind == "table": // [tool.restage] itself
		case keys[0] == "rules":
			r.rule(e, keys[1:], ruleTable{r.Levels, r.Choices})
		case len(keys) == 1 && keys[0] == "exclude":
			r.Excluded = r.matches(e) || r.Excluded
		case len(keys) == 1 && keys[0] == "fail-on":
			if level, ok := r.level(e, LevelWords()[1:]); ok {
				r.FailOn = level
			}
		case len(keys) == 2 && keys[0] == "overrides" && e.Kind == "table":
			overrides = append(overrides, &override{at: e, ruleTable: ruleTable{analysis.Levels{}, analysis.Choices{}}})
		case len(keys) > 2 && keys[0] == "overrides" && len(overrides) > 0:
			o := overrides[len(overrides)-1]
			switch {
			case keys[2] == "rules":
				r.rule(e, keys[3:], o.ruleTable)
			case len(keys) == 3 && keys[2] == "paths":
				o.paths, o.matches = true, r.matches(e)
			default:
				r.unknown(e, keys[2], []string{"paths", "rules"})
			}
		default:
			r.unknown(e, keys[0], []string{"rules", "exclude", "fail-on", "overrides"})
		}
	}
	for _, o := range overrides {
		if !o.paths {
			r.problem(o.at, `this table of [[overrides]] says for no file: it needs paths = ["…"]`)
		}
		if o.matches {
			maps.Copy(r.Levels, o.levels)
			for rule, values := range o.choices {
				for name, value := range values {
					r.choose(rule, name, value, r.Choices)
				}
			}
		}
	}
}

// rule reads one line of a table of rules: a level, or a table with a level and
// options.
func (r *reader) rule(e project.Entry, keys []string, into ruleTable) {
	if len(keys) == 0 {
		if e.Kind != "table" {
			r.problem(e, `"rules" is a table: [rules], and below it lines such as root-user = "off"`)
		}
		return
	}
	i := slices.IndexFunc(r.rules, func(known *analysis.Rule) bool { return known.Name == keys[0] })
	switch {
	case i < 0:
		var names []string
		for _, known := range r.rules {
			names = append(names, known.Name)
		}
		r.unknownWord(e, "rule", keys[0], names, "`restage rules` lists them")
	case len(r.rules[i].Options) == 0 && (len(keys) > 1 || e.Kind == "table"):
		r.problem(e, fmt.Sprintf("%q has a level and nothing below it: %s", keys[0], levelExample(keys[0])))
	case len(keys) == 1 && e.Kind == "table":
	case len(keys) == 1, len(keys) == 2 && keys[1] == "level":
		if level, ok := r.level(e, LevelWords()); ok {
			into.levels[keys[0]] = level
		}
	default:
		r.option(e, r.rules[i], keys[1:], into.choices)
	}
}

// option reads the value of one option of a rule.
func (r *reader) option(e project.Entry, rule *analysis.Rule, keys []string, into analysis.Choices) {
	names := []string{"level"}
	for _, o := range rule.Options {
		names = append(names, o.Name)
		switch {
		case o.Name != keys[0]:
			continue
		case len(keys) > 1 || e.Kind != o.Kind:
			r.problem(e, fmt.Sprintf("%q of %s is a value of the kind %s: %s = %s", o.Name, rule.Name, o.Kind, o.Name, o.Default))
		case o.Valid != nil && !o.Valid(e):
			r.problem(e, fmt.Sprintf("%q of %s is %s", o.Name, rule.Name, o.Else))
		default:
			r.choose(rule.Name, o.Name, e, into)
		}
		return
	}
	r.unknownWord(e, "option of "+rule.Name, keys[0], names, "it has "+strings.Join(names, ", "))
}

func (r *reader) choose(rule, option string, value project.Entry, into analysis.Choices) {
	if into[rule] == nil {
		into[rule] = map[string]project.Entry{}
	}
	into[rule][option] = value
}

func levelExample(name string) string { return name + ` = "warning"` }

// level reads a level, which is one of some words.
func (r *reader) level(e project.Entry, words []string) (analysis.Severity, bool) {
	if e.Kind != "string" || !slices.Contains(words, e.Text) {
		if e.Value.Len() > 0 {
			e.Key = e.Value
		}
		keys := e.Keys
		if len(keys) > 1 && keys[len(keys)-1] == "level" {
			keys = keys[:len(keys)-1]
		}
		r.problem(e, fmt.Sprintf("the level of %q is one of %q", keys[len(keys)-1], words))
		return 0, false
	}
	return levelWords[e.Text], true
}

// matches says whether any pattern of a list names the Dockerfile.
func (r *reader) matches(e project.Entry) bool {
	if e.Kind == "string" {
		e.Items, e.Places = []string{e.Text}, append(e.Places, e.Value)
	} else if e.Kind != "array of strings" {
		r.problem(e, fmt.Sprintf(`%q is a list of patterns: ["docker/dev.*", "vendor/**"]`, e.Keys[len(e.Keys)-1]))
		return false
	}
	found := false
	for i, pattern := range e.Items {
		if !doublestar.ValidatePattern(pattern) {
			at := e
			at.Key = e.Places[i]
			r.problem(at, fmt.Sprintf("%q is no pattern of paths", pattern))
			continue
		}
		found = found || Match(pattern, r.file)
	}
	return found
}

// Match says whether a pattern names a file: one without a slash names it in
// any folder, one that names a folder all that is in it.
func Match(pattern, file string) bool {
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "./"), "/")
	if !strings.Contains(pattern, "/") {
		pattern = "**/" + pattern
	}
	pattern = strings.TrimPrefix(pattern, "/")
	for _, p := range []string{pattern, pattern + "/**"} {
		if ok, err := doublestar.Match(p, file); err == nil && ok {
			return true
		}
	}
	return false
}

// unknown reports a key that means nothing here.
func (r *reader) unknown(e project.Entry, key string, known []string) {
	r.unknownWord(e, "setting", key, known, "the settings here are "+strings.Join(known, ", "))
}

func (r *reader) unknownWord(e project.Entry, kind, word string, known []string, otherwise string) {
	if near := analysis.Nearest(word, known); near != "" {
		otherwise = fmt.Sprintf("did you mean %q?", near)
	}
	r.problem(e, fmt.Sprintf("there is no %s %q; %s", kind, word, otherwise))
}

func (r *reader) problem(e project.Entry, message string) {
	r.Problems = append(r.Problems, project.Problem{Path: r.Path, Span: e.Key, Line: strings.Count(r.text[:min(e.Key.Start, len(r.text))], "\n"), Message: message})
}
