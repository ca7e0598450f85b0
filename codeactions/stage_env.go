package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// toolPrefixes start the names of variables that only configure installers.
var toolPrefixes = []string{"POETRY_", "PIP_", "PIPX_", "PIPENV_", "UV_", "PDM_"}

// toolPair says whether a pair of an ENV only configures an installer.
func (c *conversion) toolPair(s *analysis.Step, p source.Pair) bool {
	if c.toolName(p.Key) {
		return !c.usedAtRunTime(s, p.Key)
	}
	return p.Key == "PATH" && c.onlyToolPath(s, p)
}

// toolName says whether a variable is named as those that configure installers.
func (c *conversion) toolName(name string) bool {
	return slices.ContainsFunc(toolPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// usedAtRunTime says whether something that belongs to the runtime stage names
// the variable.
func (c *conversion) usedAtRunTime(s *analysis.Step, name string) bool {
	for _, o := range c.steps {
		switch o.Name {
		case "CMD", "ENTRYPOINT", "HEALTHCHECK", "WORKDIR", "USER", "EXPOSE", "VOLUME", "LABEL":
			if namesVariable(c.Doc.Slice(o.Span), name) {
				return true
			}
		case "ENV":
			for _, p := range o.Pairs {
				if namesVariable(c.runtimeValue(o, p), name) && !c.toolPairShallow(o, p) {
					return true
				}
			}
		case "RUN", "COPY", "ADD":
			if o.Index > c.last.Index && namesVariable(c.Doc.Slice(o.Span), name) {
				return true
			}
		}
	}
	for _, cmd := range c.Commands(c.final) {
		for _, w := range cmd.Cmd.Words {
			if namesVariable(w.Raw, name) {
				return true
			}
		}
	}
	return false
}

// toolPairShallow is toolPair without asking for uses, which would go round in
// circles.
func (c *conversion) toolPairShallow(s *analysis.Step, p source.Pair) bool {
	return c.toolName(p.Key) || p.Key == "PATH" && c.onlyToolPath(s, p)
}

// onlyToolPath says whether a PATH pair adds nothing but folders of installers.
func (c *conversion) onlyToolPath(s *analysis.Step, p source.Pair) bool {
	value, _ := s.Expand(p.Value.Raw)
	old := map[string]bool{}
	for dir := range strings.SplitSeq(s.Var("PATH").Value, ":") {
		old[dir] = true
	}
	added := 0
	for dir := range strings.SplitSeq(value, ":") {
		if old[dir] || dir == "" {
			continue
		}
		if !c.toolFolder(s, dir) {
			return false
		}
		added++
	}
	return added > 0
}

// toolFolder says whether a folder on PATH holds the installer's commands.
func (c *conversion) toolFolder(s *analysis.Step, dir string) bool {
	dir = path.Clean(dir)
	if strings.HasSuffix(dir, "/.poetry/bin") || strings.HasSuffix(dir, "/.cargo/bin") {
		return true
	}
	for _, i := range c.Installers {
		if home := i.Home(); home != "" && analysis.Below(dir, home) {
			return true
		}
	}
	if strings.HasSuffix(dir, "/.local/bin") {
		return !c.userInstalls()
	}
	for _, name := range []string{"POETRY_HOME", "PIPX_BIN_DIR", "PIPX_HOME"} {
		if v := s.Var(name); v.Set && v.Known && analysis.Below(dir, path.Clean(v.Value)) {
			return true
		}
	}
	return false
}

// userInstalls says whether pip installs something else than tools with --user
// or as another user than root, whose commands land in ~/.local/bin.
func (c *conversion) userInstalls() bool {
	for _, st := range c.final.Chain() {
		for _, call := range c.Calls(st) {
			if call.Tool == "pip" && call.Verb == "install" && foreignPackage(call) != "" {
				return true
			}
		}
	}
	return false
}

// runtimeEnv is the ENV without the pairs that only configure installers.
func (c *conversion) runtimeEnv(s *analysis.Step, chunk string) string {
	var kept []source.Pair
	for _, p := range s.Pairs {
		if !c.toolPair(s, p) {
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return ""
	case len(s.Pairs):
		var edits []Edit
		for _, p := range kept {
			edits = append(edits, Edit{p.Value.Span, c.runtimeValue(s, p)})
		}
		return c.edited(s, chunk, edits)
	}
	return c.Doc.Text[c.chunkStart(s):s.Span.Start] + c.pairsText(s, kept) + c.Doc.Newline
}

// pairsText writes an ENV with some of its pairs, one a line if it was so.
func (c *conversion) pairsText(s *analysis.Step, kept []source.Pair) string {
	sep := " "
	first, last := s.Pairs[0], s.Pairs[len(s.Pairs)-1]
	if strings.Contains(c.Doc.Text[first.Span.End:last.Span.Start], "\n") {
		start := strings.LastIndexByte(c.Doc.Text[:last.Span.Start], '\n') + 1
		sep = " " + string(c.Doc.Escape) + c.Doc.Newline + c.Doc.Text[start:last.Span.Start]
	}
	text := c.Doc.Text[s.Span.Start:s.Keyword.End] + " "
	for i, p := range kept {
		if i > 0 {
			text += sep
		}
		text += c.Doc.Text[p.Span.Start:p.Value.Span.Start] + c.runtimeValue(s, p)
	}
	return text
}

// runtimeValue is a pair's value as it is written, PATH without the folders of
// installers.
func (c *conversion) runtimeValue(s *analysis.Step, p source.Pair) string {
	raw := c.Doc.Slice(p.Value.Span)
	if p.Key != "PATH" || strings.Contains(raw, ":-") || strings.Contains(raw, ":+") {
		return raw
	}
	quote := ""
	if strings.HasPrefix(raw, `"`) && strings.HasSuffix(raw, `"`) && len(raw) > 1 {
		quote = `"`
	}
	var kept []string
	for _, part := range strings.Split(strings.Trim(raw, quote), ":") {
		if strings.Contains(part, "$PATH") || strings.Contains(part, "${PATH") {
			kept = append(kept, part) // whatever folder it ends in
			continue
		}
		dir, unset := s.Expand(part)
		if len(unset) > 0 || !strings.HasPrefix(dir, "/") || !c.toolFolder(s, dir) {
			kept = append(kept, part)
		}
	}
	return quote + strings.Join(kept, ":") + quote
}
