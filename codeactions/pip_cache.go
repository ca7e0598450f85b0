package codeactions

import (
	"restage/analysis"
	"restage/analysis/source"
)

// mountPipCache mounts the folder where a pip call keeps its downloads, and
// switches pip's cache on for it.
func (r *request) mountPipCache(p *analysis.PipInstall) Action {
	line := r.line(p.Cmd.Span.Start)
	if p.CacheDir == "" {
		return refuse("where pip keeps its cache in line %d cannot be told: %s", line, r.whyNoPipCache(p))
	}
	edits, reason := r.switchOn(p)
	if reason != "" {
		return refuse("%s", reason)
	}
	if p.Mount() != nil {
		return Action{Edits: edits}
	}
	return r.mount(p.Call, p.CacheDir, []string{p.CacheDir}, false, edits)
}

// switchOn takes out what switches pip's cache off for one call. An empty
// PIP_NO_CACHE_DIR before the call hides the ENV from it: the ENV stays, for
// the pip calls that are better without a cache.
func (r *request) switchOn(p *analysis.PipInstall) ([]Edit, string) {
	var edits []Edit
	for _, o := range p.Options {
		if o.Name == "--no-cache-dir" || o.Name == "--no-cache" {
			if !r.spelled(o) {
				return nil, "line " + itoa(r.line(o.Span.Start)) + " switches pip's cache off in a variable"
			}
			edits = append(edits, r.dropOption(p.Call, o))
		}
	}
	if !p.OffByEnv {
		return edits, ""
	}
	prog, err := p.Step.Program()
	switch {
	case err != nil:
		return nil, "line " + itoa(r.line(p.Step.Span.Start)) + " cannot be read as a shell program: " + err.Error()
	case prog.JSON && !p.Cmd.Place.Nested:
		return nil, "line " + itoa(r.line(p.Step.Span.Start)) + " is in exec form, where PIP_NO_CACHE_DIR cannot be overridden"
	}
	for _, a := range p.Cmd.Assigns {
		if a.Name == "PIP_NO_CACHE_DIR" {
			return append(edits, Edit{Span: a.Span, New: "PIP_NO_CACHE_DIR="}), ""
		}
	}
	if p.Cmd.Inner != nil {
		return nil, "line " + itoa(r.line(p.Cmd.Span.Start)) + " starts pip through another program, where PIP_NO_CACHE_DIR cannot be overridden"
	}
	return append(edits, insert(p.Cmd.Words[0].Span.Start, "PIP_NO_CACHE_DIR= ")), ""
}

// whyNoPipCache says why pip's cache folder is not known.
func (r *request) whyNoPipCache(p *analysis.PipInstall) string {
	if o := p.Owner(); o.Unknown != "" && o.User == "" {
		return o.Unknown
	}
	if p.Step.User != "" {
		return "the home folder of the user " + p.Step.User + " is not known"
	}
	return "PIP_CACHE_DIR or --cache-dir gets its value from outside the file"
}

// removePipCache keeps pip from caching in a layer.
func (r *request) removePipCache(p *analysis.PipInstall) Action {
	at := p.VerbSpan.End
	text := " --no-cache-dir"
	if prog, err := p.Step.Program(); err == nil && prog.JSON && !p.Cmd.Place.Nested {
		at, text = at+len(`"`), `, "--no-cache-dir"`
	}
	return Action{Title: "Install without pip's cache", Edits: []Edit{{Span: source.Span{Start: at, End: at}, New: text}}}
}
