package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// convertShared is the conversion for files whose first steps cannot be placed
// one by one, because it is not known what they leave behind: everything up to
// the first step that has to do with Poetry or the project becomes a stage of
// its own, which builder and runtime both start from. Nothing of those steps
// is lost, and the base image stays what it is.
func (c *conversion) convertShared(reason string) (string, string) {
	s := c.anew()
	s.shared, s.blocked = c.prefix(), c.blocked
	if c.brought || c.inherited(c.blocked) || slices.Index(c.steps, c.blocked) >= s.shared {
		return "", reason
	}
	text, failed := s.convert()
	if failed != "" {
		return "", reason
	}
	*c = *s
	c.extras = append(c.extras, "The first steps stay together in a stage that both start from, because it is not known what line "+
		itoa(c.line(c.blocked.Span.Start))+" leaves behind.")
	return text, ""
}

// prefix is the number of steps at the start of the chain that have nothing to
// do with Poetry or the project.
func (c *conversion) prefix() int {
	for i, s := range c.steps {
		switch s.Name {
		case "COPY", "ADD":
			if cp := c.CopyAt(s); cp == nil || cp.FromContext() || c.bringsInstaller(cp) {
				return i
			}
		case "RUN":
			if slices.ContainsFunc(s.Commands(), func(cmd *shell.Command) bool { return c.installsPoetry(s, cmd) || c.isToolCall(s, cmd) }) {
				return i
			}
		}
	}
	return len(c.steps)
}

// isToolCall says whether a command calls Poetry, or pip for a tool that
// installs packages.
func (c *conversion) isToolCall(s *analysis.Step, cmd *shell.Command) bool {
	call := callIn(c.request, s, cmd)
	return call != nil && (call.Tool == "poetry" || call.Tool == "pip" || call.Tool == "pipx")
}

// placeShared gives the text of a step of the common stage: all of it, but for
// what only says how a container runs.
func (c *conversion) placeShared(s *analysis.Step, chunk string) (common, runtime string) {
	switch s.Name {
	case "CMD", "ENTRYPOINT", "HEALTHCHECK":
		return "", c.edited(s, chunk, c.direct[s])
	case "EXPOSE", "LABEL", "VOLUME", "STOPSIGNAL", "MAINTAINER":
		return "", chunk
	}
	return chunk, ""
}

// writeShared is the text of the common stage, and the names that builder and
// runtime start from.
func (c *conversion) writeShared(head string) (text, base string) {
	base = c.freeName("base", "common", "system")
	var common writer
	common.nl = c.Doc.Newline
	common.add(head + c.fromLine(c.final, c.final.Base.Raw, base) + c.Doc.Newline)
	for _, p := range c.places {
		common.add(p.common)
	}
	return strings.TrimRight(common.String(), "\r\n") + c.Doc.Newline + c.Doc.Newline, base
}
