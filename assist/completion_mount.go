package assist

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

var mountTarget = lazyregexp.New(`(?i)[=,](?:target|dst|destination)=([^,\s"']*)$`)

// completeMount offers the folders where the tools of a RUN really cache behind
// "target=" of a cache mount.
func completeMount(res *analysis.Result, in *source.Instruction, flag source.Flag, offset int) []Completion {
	before := res.Doc.Text[flag.Span.Start:offset]
	at := mountTarget.FindStringSubmatchIndex(before)
	if flag.Name != "mount" || at == nil || analysis.ParseMount(flag.Value)["type"] != "cache" {
		return nil
	}
	span := source.Span{Start: flag.Span.Start + at[2], End: offset}
	for span.End < flag.Span.End && !strings.ContainsRune(",\"' \t\r\n", rune(res.Doc.Text[span.End])) {
		span.End++
	}
	step := commandOf(res, in, span)
	if step == nil {
		return nil
	}
	var out []Completion
	seen := map[string]bool{}
	for _, c := range cachingCalls(step.facts, step.Step) {
		owner, ok := ownerOptions(c, flag)
		if !ok {
			continue
		}
		for _, dir := range step.folders(c) {
			if !seen[dir] && dir != "/" && !strings.ContainsAny(dir, ",\"' $*?[]") {
				seen[dir] = true
				out = append(out, Completion{Span: span, New: dir + owner, Kind: Folder, Detail: "where " + c.Tool + " caches here"})
			}
		}
	}
	return out
}

// cachingStep is a step with the facts that it belongs to.
type cachingStep struct {
	*analysis.Step
	facts *analysis.Facts
}

// commandOf is the step of a RUN as it would be with a target that says
// nothing; one without a command gets the install that it is probably meant for.
func commandOf(res *analysis.Result, in *source.Instruction, target source.Span) *cachingStep {
	text := res.Doc.Text[:target.Start] + "/x" + res.Doc.Text[target.End:]
	at := in.Args.Start + len("/x") - target.Len()
	if strings.TrimSpace(res.Doc.Slice(in.Args)) == "" {
		text = text[:at] + " poetry install" + text[at:]
	}
	facts := analysis.NewFacts(source.Parse(text), res.Project)
	step := facts.StepAt(in.Span.Start)
	if step == nil {
		return nil
	}
	return &cachingStep{step, facts}
}

// folders are the folders to mount for a call: its cache folder, but only the
// parts of it that hold downloads where an environment may lie beside them.
func (s *cachingStep) folders(c *analysis.Call) []string {
	dir, root := c.CacheDir(), c.Owner().Root
	if dir == "" || analysis.Below(s.Workdir, dir) || !root && s.needsRoom(dir) {
		return nil
	}
	for _, in := range s.facts.Installs {
		related := in.Step.Stage.Includes(s.Stage) || s.Stage.Includes(in.Step.Stage)
		if c.Tool == "poetry" && related && in.EnvMayBeBelow(dir) {
			if !root {
				return nil // who could not make the environment in a folder of root's
			}
			return []string{path.Join(dir, "cache"), path.Join(dir, "artifacts")}
		}
	}
	return []string{dir}
}

// needsRoom says whether a mount on a folder may be in the way of other commands
// of a user: the folders above it are made by root, ~/.cache among them.
func (s *cachingStep) needsRoom(dir string) bool {
	return path.Base(path.Dir(dir)) == ".cache" && len(s.Commands()) != len(s.facts.CallsIn(s.Step))
}

// ownerOptions are the options that give a mount to the user of a call, which
// is root's otherwise; false where the user's number is not known.
func ownerOptions(c *analysis.Call, flag source.Flag) (string, bool) {
	o := c.Owner()
	m := analysis.ParseMount(flag.Value)
	switch {
	case o.Root || m["uid"] != "" || m["mode"] != "":
		return "", true
	case o.UID == "":
		return "", false
	case o.GID == "" || m["gid"] != "":
		return ",uid=" + o.UID, true
	}
	return ",uid=" + o.UID + ",gid=" + o.GID, true
}
