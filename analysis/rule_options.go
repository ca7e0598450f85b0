package analysis

import (
	"slices"

	"restage/analysis/project"
	"restage/analysis/python"
)

// RuleOption is what can be chosen about a rule beside its level.
type RuleOption struct {
	// Name is kebab case; Kind is "string", "integer" or "array of strings".
	Name, Kind string
	// Default is the value without a choice, as TOML.
	Default string
	// Doc is a sentence for users, without the default.
	Doc string
	// Valid says whether a value of the kind is right; nil takes all. Else is
	// what a right one is, in words.
	Valid func(project.Entry) bool
	Else  string
}

// Choices are values that users have chosen: by rule, then by option.
type Choices map[string]map[string]project.Entry

// Rules gives each of some rules its chosen values, in a copy.
func (o Choices) Rules(rules []*Rule) []*Rule {
	out := slices.Clone(rules)
	for i, r := range out {
		if values := o[r.Name]; len(values) > 0 {
			with := *r
			with.chosen = values
			out[i] = &with
		}
	}
	return out
}

// choose notes what the rules of an analysis have been given.
func (f *Facts) choose(rules []*Rule) {
	f.choices = Choices{}
	for _, r := range rules {
		if len(r.chosen) > 0 {
			f.choices[r.Name] = r.chosen
		}
	}
}

// Choice is the value that a user has chosen for an option of a rule; ok is
// false when there is none, and the default holds.
func (f *Facts) Choice(rule, option string) (value project.Entry, ok bool) {
	value, ok = f.choices[rule][option]
	return value, ok
}

// DevGroup says whether a dependency group holds only what development needs:
// by its name, or because the settings say so.
func (f *Facts) DevGroup(name string) bool {
	chosen, _ := f.Choice("dev-dependencies", "groups")
	return python.DevGroup(name) || slices.ContainsFunc(chosen.Items, func(g string) bool { return python.NormalName(g) == python.NormalName(name) })
}
