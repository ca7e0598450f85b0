package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// poetryNeeds is what the file itself asks of the Poetry that an installer
// brings: the author's own range, the commands and options that follow, and
// the plugins that are pinned. The reason says why it cannot be told.
func (r *request) poetryNeeds(i *analysis.Installer) (needs []python.Need, reason string) {
	line := "line " + itoa(r.line(i.Cmd.Span.Start))
	if i.How == "get-poetry" {
		needs = append(needs, python.Need{What: "get-poetry.py in " + line, In: python.Between(python.Version{}, python.V(1, 2, 0))})
	}
	asked, err := python.ParseConstraint(i.Asked())
	if err != nil {
		return nil, "the requirement `" + short(i.Requirement.Raw) + "` in " + line + " is no range of versions"
	}
	if !asked.IsAny() {
		needs = append(needs, python.Need{What: "the requirement in " + line, In: asked})
	}
	for _, c := range r.CallsOf(i) {
		if c.Tool == "poetry" {
			needs = append(needs, r.commandNeeds(i, c)...)
		}
		more, reason := r.pluginNeeds(c)
		if reason != "" {
			return nil, reason
		}
		needs = append(needs, more...)
	}
	return needs, ""
}

// commandNeeds is what one call of Poetry asks: that its command, its options
// and the setting it writes exist.
func (r *request) commandNeeds(i *analysis.Installer, c *analysis.Call) []python.Need {
	var needs []python.Need
	add := func(what string, since, removed python.Version) {
		if !since.AtLeast(1, 0, 1) {
			since = python.Version{} // in every release that is pinned
		}
		if !since.IsZero() || !removed.IsZero() {
			needs = append(needs, python.Need{What: "`" + what + "` in line " + itoa(r.line(c.Cmd.Span.Start)), In: python.Between(since, removed)})
		}
	}
	name := func(what string) {
		since, _, removed := python.PoetryOption(what)
		add(what, since, removed)
	}
	options := strings.Fields(strings.Join(c.PossibleOptions(), " "))
	for _, o := range c.Options {
		options = append(options, o.Name)
	}
	switch c.Verb {
	case "sync", "shell":
		name("poetry " + c.Verb)
	case "export":
		if r.lacksExport(i) && !i.TakesPlugin() {
			name("poetry export")
		}
	case "lock":
		for _, o := range options {
			name("lock " + o)
		}
	case "config":
		if len(c.Args) > 0 && !c.Has("--unset") {
			since, removed := python.ConfigKey(c.Args[0].Value)
			add("poetry config "+c.Args[0].Value, since, removed)
		}
	}
	for _, o := range options {
		if c.Verb == "install" || c.Verb == "sync" || c.Verb == "export" && groupOption[o] {
			name(o)
		}
	}
	return needs
}

// groupOption are the options that export shares with install.
var groupOption = map[string]bool{"--with": true, "--without": true, "--only": true, "--all-groups": true, "--all-extras": true}

// pinnedPlugin is a requirement of one release of a package.
var pinnedPlugin = lazyregexp.New(`^(poetry-[\w.-]+)(?:\[[^\]]*\])?\s*(?:===?|@)\s*v?(\S+)$`)

// pluginNeeds is what the plugins ask that a call pins beside Poetry.
func (r *request) pluginNeeds(c *analysis.Call) (needs []python.Need, reason string) {
	var words []string
	for _, w := range c.Args {
		words = append(words, w.Value)
	}
	if c.Tool == "uv" {
		words = append(words, c.Values("--with")...)
	}
	line := "line " + itoa(r.line(c.Cmd.Span.Start))
	for _, w := range words {
		text, known := c.Step.ShellValue(w, c.Cmd.Exports)
		m := pinnedPlugin.FindStringSubmatch(strings.ToLower(text))
		if m == nil || c.Tool == "poetry" && c.Verb != "self" {
			continue
		}
		v, ok := python.ParseVersion(m[2])
		in, found := python.PluginNeeds(m[1], v)
		if !known || !ok || !found {
			return nil, line + " pins " + m[1] + ", and which Poetry that release asks for cannot be told"
		}
		needs = append(needs, python.Need{What: m[1] + " " + v.String() + " in " + line, In: in})
	}
	return needs, ""
}
