package assist

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// mount tells of a cache mount where the tools of its RUN really cache, and
// whether that is where it is mounted.
func (q *Question) mount() *section {
	step := q.Facts.StepAt(q.Offset)
	if step == nil || step.Name != "RUN" {
		return nil
	}
	for _, m := range step.CacheMounts() {
		if covers(m.Flag.Span, q.Offset) && analysis.ParseMount(m.Flag.Value)["type"] == "cache" {
			return q.cacheMount(step, m)
		}
	}
	return nil
}

func (q *Question) cacheMount(step *analysis.Step, m analysis.Mount) *section {
	s := &section{span: m.Flag.Span, title: "Cache mount"}
	switch {
	case m.Target == "":
		s.say("Where it is mounted cannot be told: a variable of its target has no known value.")
	case m.Target != analysis.ParseMount(m.Flag.Value)["target"]:
		s.say("It is mounted on " + code(m.Target) + ".")
	}
	if m.Target != "" && m.Target == step.Workdir {
		s.say("That is the working folder, which it hides.")
	}
	var said []string
	for _, c := range cachingCalls(q.Facts, step) {
		if say := toolCaches(c, m); !slices.Contains(said, say) {
			said = append(said, say)
			s.say(say)
		}
	}
	if len(s.paragraphs) == 0 {
		return nil // of what else is cached there nothing is known
	}
	return s
}

// cachingCalls are the calls of a step that fill the cache of Poetry or pip.
func cachingCalls(f *analysis.Facts, step *analysis.Step) []*analysis.Call {
	var out []*analysis.Call
	filling := f.PipCaches(step)
	for _, c := range f.CallsIn(step) {
		if c.Tool == "poetry" && fetches[c.Verb] || c.Tool == "pip" && slices.Contains(filling, c.Cmd) {
			out = append(out, c)
		}
	}
	return out
}

// fetches are the verbs of Poetry that download packages or what the index
// says of them.
var fetches = map[string]bool{"install": true, "sync": true, "lock": true, "add": true, "update": true, "bundle": true}

// toolCaches says where a call caches, as which user, and whether a mount is there.
func toolCaches(c *analysis.Call, m analysis.Mount) string {
	tool := "Poetry"
	if c.Tool == "pip" {
		tool = "pip"
	}
	dir := c.CacheDir()
	if dir == "" {
		return "Where " + tool + " caches here cannot be told from this file."
	}
	text := tool + " caches in " + code(dir) + " here"
	roots := ""
	if o := c.Owner(); !o.Root && o.User != "" {
		text += ", as the user " + code(o.User)
		if mount := analysis.ParseMount(m.Flag.Value); mount["uid"] == "" && mount["mode"] == "" {
			roots = " The mount belongs to root, since it names no `uid`."
		}
	}
	switch {
	case m.Target == "":
		return text + "."
	case analysis.Below(dir, m.Target):
		return text + ", which this mount keeps." + roots
	case c.Tool == "poetry" && m.Target == path.Join(dir, "artifacts"):
		return text + ": this mount keeps the downloaded files." + roots
	case strings.HasPrefix(m.Target, dir+"/"):
		return text + ": this mount keeps a part of that." + roots
	}
	return text + ": nothing of that goes to this mount."
}
