package analysis

import (
	"slices"
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

// SharedCaches are mounts of one cache that installs of Python packages in
// stages with different C libraries share: a wheel that was built on the one
// has a name that the other takes, too.
func (f *Facts) SharedCaches() []Defeated {
	type use struct {
		musl bool
		span source.Span
	}
	first := map[string]use{}
	var out []Defeated
	for _, st := range f.Stages {
		img := st.Chain()[0].Image
		if img.Family == python.Other {
			continue
		}
		for _, s := range st.Steps {
			if !slices.ContainsFunc(f.CallsIn(s), func(c *Call) bool { return c.Tool == "pip" || c.Tool == "poetry" || c.Tool == "uv" || c.Tool == "pdm" }) {
				continue
			}
			for _, m := range s.CacheMounts() {
				opts := ParseMount(m.Flag.Value)
				id := opts["id"]
				if id == "" {
					id = m.Target // the default (https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
				}
				if opts["type"] != "cache" || id == "" || strings.Contains(id, "$") || opts["sharing"] == "private" || strings.HasPrefix(m.Target, "/var/") {
					continue
				}
				u, seen := first[id]
				if !seen {
					first[id] = use{img.Alpine, m.Flag.Span}
				} else if u.musl != img.Alpine {
					out = append(out, Defeated{Step: s, Span: m.Flag.Span, Mount: m, Other: &u.span,
						Why: "this cache has the same id (" + id + ") as the one of line " + itoa(f.LineOf(u.span.Start)) + ", on another C library: wheels that were built on glibc do not run on musl, nor the other way round"})
				}
			}
		}
	}
	return out
}
