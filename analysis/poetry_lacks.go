package analysis

import (
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

// PoetryLack is one thing that a command line asks of Poetry and that the
// Poetry which runs there does not have.
type PoetryLack struct {
	*Call
	// What is its name: an option ("--no-dev"), a command ("export"), both
	// ("lock --no-update"), or the key of a setting.
	What string
	// Key says that it is a setting, written by "poetry config".
	Key bool
	// Span is where it stands; Possible that a word which only the build knows
	// may give it.
	Span     source.Span
	Possible bool
	// Poetry is the one that runs, Since and Removed when the thing came and went.
	Poetry         *SurePoetry
	Since, Removed python.Version
	// Deprecated says that Poetry has it, and warns that it will go.
	Deprecated bool
}

// Gone says that Poetry had it once.
func (l *PoetryLack) Gone() bool {
	return !l.Removed.IsZero() && l.Poetry.Version.Compare(l.Removed) >= 0
}

// PoetryLacks are what the calls of a stage ask of Poetry in vain, in order.
// Calls whose failure is expected are left out, and those of a RUN that asks
// for Poetry's version.
func (f *Facts) PoetryLacks(st *Stage) []*PoetryLack {
	var out []*PoetryLack
	for _, c := range f.calls[st] {
		if c.Tool != "poetry" || c.Cmd.Place.Tolerated || c.Has("--help", "-h") || asksVersion(c) {
			continue
		}
		if poetry := f.SurePoetry(c.Step); poetry != nil {
			out = append(out, f.lacks(c, poetry)...)
		}
	}
	return out
}

// asksVersion says whether a call is one of several that a condition chooses
// from by what Poetry answers, or that stand in for each other.
func asksVersion(c *Call) bool {
	if !c.Cmd.Place.Conditional {
		return false
	}
	text := c.Step.Stage.facts.Doc.Slice(c.Step.Span)
	return strings.Contains(text, "||") || strings.Contains(text, "--version")
}

// lacks are what one call asks in vain.
func (f *Facts) lacks(c *Call, poetry *SurePoetry) []*PoetryLack {
	var out []*PoetryLack
	add := func(what string, span source.Span, since, removed python.Version) *PoetryLack {
		l := &PoetryLack{Call: c, What: what, Span: span, Poetry: poetry, Since: since, Removed: removed}
		missing := !poetry.Newest && poetry.Version.Less(since)
		if l.Gone() || missing {
			out = append(out, l)
			return l
		}
		return &PoetryLack{}
	}
	name := func(what string, span source.Span) *PoetryLack {
		since, _, removed := python.PoetryOption(what)
		return add(what, span, since, removed)
	}
	switch c.Verb {
	case "sync":
		name("sync", c.VerbSpan)
	case "export", "shell":
		if !f.mayHavePlugin(poetry.Installer) {
			name(c.Verb, c.VerbSpan)
		}
	case "config":
		if len(c.Args) > 1 && !c.Has("--unset", "--list") && c.Args[0].Static {
			since, removed := python.ConfigKey(c.Args[0].Value)
			add(c.Args[0].Value, c.Args[0].Span, since, removed).Key = true
		}
	case "install", "lock":
	default:
		return nil
	}
	for _, o := range c.Options {
		switch {
		case c.Verb == "install" && o.Name == "--sync" && poetry.Version.AtLeast(2, 0, 1):
			// "poetry sync" did not remove all that it should in 2.0.0 (PCL 2.0.1)
			out = append(out, &PoetryLack{Call: c, What: o.Name, Span: o.Span, Poetry: poetry, Deprecated: true})
		case globalOption[o.Name]:
			name(o.Name, o.Span)
		case c.Verb == "lock":
			name("lock "+o.Name, o.Span)
		case c.Verb == "install", c.Verb == "sync" && o.Name != "--sync", c.Verb == "export" && groupOption[o.Name] && poetry.Version.Less(python.V(1, 2)):
			name(o.Name, o.Span)
		}
	}
	if c.Verb == "install" && c.Dynamic {
		for _, o := range strings.Fields(strings.Join(c.PossibleOptions(), " ")) {
			name(o, c.DynamicSpan).Possible = true
		}
	}
	return out
}

// globalOption are the options that every command of Poetry takes and that not
// every Poetry has.
var globalOption = map[string]bool{"-C": true, "--directory": true, "-P": true, "--project": true, "--no-cache": true, "--no-plugins": true}

// groupOption are the options that export shares with install.
var groupOption = map[string]bool{"--with": true, "--without": true, "--only": true}
