package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// convertAgain is the conversion for files with steps of which nobody knows
// what they need or leave behind, among Poetry's own or behind them. Both
// stages stand on the same base image, keep all packages, and make all steps
// but Poetry's, so that the image is the original without Poetry.
func (c *conversion) convertAgain(reason string) (string, string) {
	s := c.anew()
	s.again = true
	text, failed := s.convert()
	if failed != "" {
		return "", reason
	}
	line := itoa(c.line(c.blocked.Span.Start))
	*c = *s
	c.extras = append(c.extras, "All steps but Poetry's are made in both stages, because it is not known what line "+line+" needs and leaves behind.")
	return text, ""
}

// madeAgain says whether a command can be made again in a stage that lacks
// nothing but Poetry.
func (c *conversion) madeAgain(s *analysis.Step, cmd *shell.Command, name string) bool {
	if !c.again || cmd.Opaque || strings.Contains(strings.ToLower(c.Doc.Slice(cmd.Span)), "poetry") || c.programName(s, cmd.Unwrapped()) == "" {
		return false
	}
	if len(c.Started(s, cmd)) > 0 {
		ok, _ := c.placeStarted(s, cmd)
		return ok
	}
	return !runsOthers[name] || c.runsNoInstaller(s, cmd, name)
}

// runsNoInstaller says whether a program that runs what a file tells it is told
// by a file of the context that does not name Poetry, or by none of the context.
func (c *conversion) runsNoInstaller(s *analysis.Step, cmd *shell.Command, name string) bool {
	dir := s.Workdir
	if u := cmd.Unwrapped(); u.Dir != "" {
		dir = path.Join(dir, u.Dir)
		if path.IsAbs(u.Dir) {
			dir = u.Dir
		}
	}
	file := ""
	switch name {
	case "npm", "npx", "yarn", "pnpm":
		file = "package.json"
	case "make":
		file = "Makefile"
	case "cmake", "ninja":
		file = "CMakeLists.txt"
	default:
		return false
	}
	rel := c.ContextFile(s, path.Join(dir, file))
	if rel == "" {
		return cmd.DirKnown
	}
	text, ok := c.Project.ReadContext(rel)
	return ok && text != "" && !strings.Contains(text, "poetry")
}
