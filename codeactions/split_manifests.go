package codeactions

import (
	"path"
	"slices"

	"restage/analysis"
)

// isPathDependency says whether a copy brings a path dependency.
func (p *split) isPathDependency(c *analysis.Copy) bool {
	for _, rel := range p.PathDependencies() {
		for _, f := range []string{rel, path.Join(rel, "pyproject.toml"), path.Join(rel, "setup.py")} {
			if _, ok := c.Brings(f); ok {
				return true
			}
		}
		for _, src := range c.Sources {
			if analysis.Below(src.Path, rel) {
				return true
			}
		}
	}
	return false
}

// otherManifest is a manifest that a copy writes from another file than the
// project's own; "" if there is none.
func (p *split) otherManifest(c *analysis.Copy) string {
	if !c.FromContext() {
		return ""
	}
	for i, at := range c.Footprint() {
		name := path.Base(at)
		if manifestNamed(name) != "" && path.Dir(at) == p.dir && c.Sources[i].Path != path.Join(p.Project.Dir, name) {
			return name
		}
	}
	return ""
}

// bringsManifest says whether a copy brings a file that the first phase needs.
func (p *split) bringsManifest(c *analysis.Copy) bool {
	for _, rel := range p.wanted() {
		if _, ok := c.Brings(rel); ok {
			return true
		}
	}
	return false
}

// wanted are the manifests of the first phase, relative to the context.
func (p *split) wanted() []string {
	out := p.requirements()
	if !p.exported() {
		return out
	}
	for _, name := range []string{"pyproject.toml", "poetry.lock", "poetry.toml"} {
		if rel := p.Project.Manifest(name); rel != "" {
			out = append(out, rel)
		}
	}
	if len(p.code()) > 0 && len(p.callsBefore("check")) > 0 {
		for _, name := range p.Project.Pyproject.Readmes {
			if rel := path.Join(p.Project.Dir, name); p.Project.InContext(rel) {
				out = append(out, rel) // "poetry check" fails without (console/commands/check.py)
			}
		}
	}
	return out
}

// needManifests finds the manifests that only moved copies bring, and checks
// that the context has what the first phase needs.
func (p *split) needManifests() string {
	if len(p.code()) == 0 {
		return ""
	}
	if p.exported() && p.Project.Manifest("pyproject.toml") == "" {
		return ignoredReason(p.request, "pyproject.toml")
	}
	for _, rel := range append(p.wanted(), p.lockedFiles()...) {
		at, c := p.arrives(rel)
		needed := path.Base(rel) == "pyproject.toml"
		manifest := slices.Contains(p.wanted(), rel) && !slices.Contains(p.requirements(), rel)
		if at == "" {
			if needed {
				return "no instruction before " + p.at(p.step.Span.Start) + " brings " + rel + " into the image"
			}
			continue
		}
		if manifest && path.Base(rel) != "poetry.toml" && path.Dir(rel) == p.Project.Dir && path.Dir(at) != p.dir {
			if needed {
				return rel + " arrives at " + at + ", not in " + p.dir + " where " + p.at(p.step.Span.Start) + " installs"
			}
			continue // the install does not see it
		}
		if !slices.Contains(p.moved, c.Step) || p.staysInFront(rel, at) || p.mounted(rel, at) {
			continue
		}
		p.manifests = append(p.manifests, rel)
	}
	return ""
}

// arrives is where a manifest lies before the install: in the folder of the
// install if a copy puts it there, else where the last copy does.
func (p *split) arrives(rel string) (string, *analysis.Copy) {
	at, by := p.ArrivesAt(p.step, rel)
	if at == "" || path.Dir(at) == p.dir {
		return at, by
	}
	for _, c := range p.CopiesBefore(p.step) {
		if to, ok := c.Brings(rel); ok && path.Dir(to) == p.dir {
			at, by = to, c
		}
	}
	return at, by
}

// staysInFront says whether a copy that does not move brings a manifest to the
// same place.
func (p *split) staysInFront(rel, at string) bool {
	for _, c := range p.CopiesBefore(p.step) {
		if to, ok := c.Brings(rel); ok && to == at && !slices.Contains(p.moved, c.Step) {
			return true
		}
	}
	return false
}

// mounted says whether the install's RUN mounts a manifest where it is looked for.
func (p *split) mounted(rel, at string) bool {
	for _, fl := range p.step.Flags {
		if m := analysis.ParseMount(fl.Value); fl.Name == "mount" && m["type"] == "bind" && m["from"] == "" && path.Clean(m["source"]) == rel {
			target, unset := p.step.Expand(m["target"])
			if !path.IsAbs(target) {
				target = path.Join(p.step.Workdir, target)
			}
			return len(unset) == 0 && target == at
		}
	}
	return false
}

// ignoredReason says why a manifest cannot be copied.
func ignoredReason(r *request, name string) string {
	rel := path.Join(r.Project.Dir, name)
	if r.Project.Exists(rel) {
		return r.Project.Ignore.Path() + " keeps " + rel + " out of the build context"
	}
	return "the build context has no " + rel
}

// lockedFiles are wheels and archives in the context that the lock refers to:
// --no-directory does not leave them out.
func (p *split) lockedFiles() []string {
	var out []string
	for _, rel := range p.PathDependencies() {
		if p.Project.Exists(rel) && !p.Project.IsDir(rel) {
			out = append(out, rel)
		}
	}
	return out
}

// folders are the path dependencies that are folders and arrive with moved copies only.
func (p *split) folders() []string {
	var out []string
	for _, rel := range p.PathDependencies() {
		if !p.Project.IsDir(rel) {
			continue
		}
		at, c := p.ArrivesAt(p.step, path.Join(rel, "pyproject.toml"))
		if at == "" || slices.Contains(p.moved, c.Step) {
			out = append(out, rel)
		}
	}
	return out
}
