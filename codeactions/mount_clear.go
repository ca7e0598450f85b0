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
	drop := func(s source.Span) { edits = append(edits, remove(s)) }
	var words []analysis.Removal
	for _, rm := range c.Step.RemovalsIn(c.Cmd.Span.Start) {
		holds := analysis.Below(dir, rm.Path)
		if !holds && !analysis.Below(rm.Path, dir) {
			continue
		}
		if holds && rm.Path != dir {
			if at := r.otherContent(rm.Path, dir, rm); at != "" {
				return nil, "line " + itoa(r.line(rm.Word.Span.Start)) + " removes " + rm.Word.Raw + ", which holds the cache folder and what " + at + " puts there: that fails on a mounted folder"
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
			drop(source.Span{Start: blankBefore(r.Doc.Text, rm.Word.Span.Start), End: rm.Word.Span.End})
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
	}
	if cmd := unreadableRm(c); cmd != nil {
		return nil, "line " + itoa(r.line(cmd.Span.Start)) + " runs `" + short(r.Doc.Slice(cmd.Span)) + "`, which may remove the cache folder: that fails on a mounted folder"
	}
	for _, o := range r.CallsIn(c.Step) {
		if o.Tool == c.Tool && o.Verb == "cache" && o.Cmd.Span.Start > c.Cmd.Span.Start {
			if s, ok := p.Removal(o.Cmd); ok {
				drop(s)
			}
		}
	}
	return edits, ""
}

// otherContent says which instruction names another place below a folder that
// is removed, so that the removal is not for the cache alone; "" if none does.
// ~/.cache is for caches, whoever fills it.
func (r *request) otherContent(folder, dir string, rm analysis.Removal) string {
	if path.Base(folder) == ".cache" {
		return ""
	}
	if path.Dir(folder) != "/tmp" {
		return "anything else"
	}
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s == rm.Step {
				if len(s.Commands()) > 2 {
					return "line " + itoa(r.line(s.Span.Start))
				}
				continue
			}
			text := r.Doc.Slice(s.Span)
			for at := strings.Index(text, folder+"/"); at >= 0; at = strings.Index(text, folder+"/") {
				text = text[at:]
				if !strings.HasPrefix(text, dir) {
					return "line " + itoa(r.line(s.Span.Start))
				}
				text = text[len(dir):]
			}
			if s.Workdir == folder || analysis.Below(s.Workdir, folder) && s.Workdir != folder {
				return "line " + itoa(r.line(s.Span.Start))
			}
		}
	}
	return ""
}

// narrower leaves of "rm -rf ~/.cache" what is not mounted: the cache that a pip
// call in the same RUN fills.
func (r *request) narrower(c *analysis.Call, rm analysis.Removal) (Edit, bool) {
	if path.Base(rm.Path) != ".cache" || c.Tool != "poetry" || len(r.PipCaches(c.Step)) == 0 || strings.ContainsAny(rm.Word.Raw, "*\"'") {
		return Edit{}, false
	}
	return insert(rm.Word.Span.End, map[bool]string{true: "pip", false: "/pip"}[strings.HasSuffix(rm.Word.Raw, "/")]), true
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
