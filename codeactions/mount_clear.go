package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// undefeat takes out what empties the cache behind the mount: the removal of
// the folder (which would fail on a mount point, too) and "cache clear".
func (r *request) undefeat(c *analysis.Call, dir string) ([]Edit, string) {
	p, err := c.Step.Program()
	if err != nil {
		return nil, "line " + itoa(r.line(c.Step.Span.Start)) + " cannot be read as a shell program: " + err.Error()
	}
	var edits []Edit
	var gone []*shell.Command
	drop := func(s source.Span) { edits = append(edits, remove(s)) }
	var words []analysis.Removal
	for _, rm := range c.Step.RemovalsIn(c.Cmd.Span.Start) {
		holds := rm.Takes(dir)
		if !holds && !analysis.Below(rm.Path, dir) {
			continue
		}
		if holds && rm.Path != dir {
			if at := r.otherContent(rm.Path, dir, rm); at != "" {
				return nil, "line " + itoa(r.line(rm.Word.Span.Start)) + " removes `" + short(rm.Word.Raw) + "`, which holds the cache folder" + at + ": that fails on a mounted folder"
			}
			if e, ok := r.narrower(c, rm); ok {
				edits = append(edits, e)
				continue
			}
		}
		words = append(words, rm)
	}
	for i, rm := range words {
		if others(words, rm) > 0 {
			edits = append(edits, dropWord(r.Doc, rm.Word.Span))
			continue
		}
		if i > 0 && words[i-1].Cmd == rm.Cmd {
			continue // the whole command goes, once
		}
		s, ok := p.Removal(rm.Cmd)
		if !ok {
			return nil, "the removal of the cache in line " + itoa(r.line(rm.Cmd.Span.Start)) + " is part of a condition and cannot be taken out"
		}
		drop(s)
		gone = append(gone, rm.Cmd)
	}
	if cmd := unreadableRm(c); cmd != nil {
		return nil, "line " + itoa(r.line(cmd.Span.Start)) + " runs `" + short(r.Doc.Slice(cmd.Span)) + "`, which may remove the cache folder: that fails on a mounted folder"
	}
	for _, o := range r.CallsIn(c.Step) {
		if o.Tool == c.Tool && o.Verb == "cache" && o.Cmd.Span.Start > c.Cmd.Span.Start {
			if s, ok := p.Removal(o.Cmd); ok {
				drop(s)
				gone = append(gone, o.Cmd)
			}
		}
	}
	if p.HidesFailure(gone...) {
		return nil, "line " + itoa(r.line(gone[len(gone)-1].Span.Start)) + " hides whether the commands before it failed: without it one that fails would stop the build"
	}
	for i, a := range edits {
		for _, b := range edits[:i] {
			if a.Start < b.End && b.Start < a.End {
				return nil, "line " + itoa(r.line(b.Start)) + " empties the cache in several ways at once, which cannot be taken out together"
			}
		}
	}
	return edits, ""
}

// otherContent says in words that a folder which is removed is not there for the
// cache alone; "" if it is. ~/.cache and its like are for caches, whoever
// fills them.
func (r *request) otherContent(folder, dir string, rm analysis.Removal) string {
	if cacheHome(dir) == folder {
		return ""
	}
	if path.Dir(folder) != "/tmp" || len(rm.Step.Commands()) > 2 {
		return " and what else there is"
	}
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s == rm.Step {
				continue
			}
			text := r.Doc.Slice(s.Span)
			for at := strings.Index(text, folder+"/"); at >= 0; at = strings.Index(text, folder+"/") {
				if text = text[at:]; !strings.HasPrefix(text, dir) {
					return " and what line " + itoa(r.line(s.Span.Start)) + " names there"
				}
				text = text[len(dir):]
			}
			if analysis.Below(s.Workdir, folder) {
				return " and the working folder of line " + itoa(r.line(s.Span.Start))
			}
		}
	}
	return ""
}

// cacheHome is the folder of all caches (~/.cache, XDG_CACHE_HOME) that a
// tool's cache folder of the default name lies in; "" for another folder.
func cacheHome(dir string) string {
	for _, name := range toolFolder {
		if path.Base(dir) == name {
			return path.Dir(dir)
		}
	}
	return ""
}

// narrower leaves of the removal of ~/.cache what is not mounted: the cache of
// another tool that the same RUN fills.
func (r *request) narrower(c *analysis.Call, rm analysis.Removal) (Edit, bool) {
	other := ""
	if c.Tool == "poetry" && len(r.PipCaches(c.Step)) > 0 {
		other = toolFolder["pip"]
	} else if c.Tool == "pip" && slices.ContainsFunc(r.CallsIn(c.Step), func(o *analysis.Call) bool { return o.Tool == "poetry" }) {
		other = toolFolder["poetry"]
	}
	if other == "" || strings.ContainsAny(rm.Word.Raw, "*\\\"'") {
		return Edit{}, false
	}
	if !strings.HasSuffix(rm.Word.Raw, "/") {
		other = "/" + other
	}
	return insert(rm.Word.Span.End, other), true
}

// dropOption takes an option of a call out, or the item with its comma in exec
// form.
func (r *request) dropOption(c *analysis.Call, o analysis.Option) Edit {
	if p, err := c.Step.Program(); err == nil && p.JSON && !c.Cmd.Place.Nested {
		return remove(source.Span{Start: strings.LastIndexByte(r.Doc.Text[:o.Span.Start], ','), End: o.Span.End + len(`"`)})
	}
	return dropWord(r.Doc, o.Span)
}

// unreadableRm is an rm behind the call whose paths cannot be told; nil if
// there is none.
func unreadableRm(c *analysis.Call) *shell.Command {
	for _, cmd := range c.Step.Commands() {
		if cmd.Span.Start < c.Cmd.Span.Start || cmd.Name() != "rm" {
			continue
		}
		for _, w := range cmd.Args() {
			if v, ok := c.Step.ShellValue(w.Value, cmd.Exports); !ok && !analysis.NamesCache(v) {
				return cmd
			}
		}
	}
	return nil
}

// others counts the paths that the same rm removes and that stay.
func others(dropped []analysis.Removal, rm analysis.Removal) int {
	n := 0
	for _, w := range rm.Cmd.Args() {
		gone := slices.ContainsFunc(dropped, func(d analysis.Removal) bool { return d.Word.Span == w.Span })
		if !strings.HasPrefix(w.Value, "-") && !gone {
			n++
		}
	}
	return n
}
