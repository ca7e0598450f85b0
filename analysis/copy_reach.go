package analysis

import (
	"path"
	"slices"
)

// mayReach says whether a copy may put something at an absolute path of the
// image or below it. It only looks at names, and is cheap.
func (c *Copy) mayReach(abs string) bool {
	if !c.DestKnown || c.External || c.Inline {
		return false
	}
	return slices.ContainsFunc(c.Sources, func(src CopySource) bool {
		if !src.Known || src.URL {
			return false
		}
		if at := path.Join(c.Dest, path.Base(src.Path)); c.FromStage == nil && !src.Glob && !c.Step.Stage.facts.isContextDir(src.Path) {
			return Below(at, abs) || Below(c.Dest, abs)
		}
		return Below(c.Dest, abs) || Below(abs, c.Dest)
	})
}

// MayBring says whether a copy from the context puts something at an absolute
// path of the image, or below it.
func (c *Copy) MayBring(abs string) bool {
	p := c.Step.Stage.facts.Project
	for _, src := range c.Sources {
		if !src.Known || src.URL || !c.DestKnown || !c.FromContext() {
			return true
		}
		for _, rel := range c.candidates(src, abs) {
			if p.Exists(rel) && p.InContext(rel) {
				return true
			}
		}
	}
	return Below(c.Dest, abs)
}
