package analysis

import "restage/analysis/python"

// PoetryAt is the Poetry that runs at a step. Known is false when the file
// leaves it to the day of the build; the version is then the newest that the
// image's Python can have, or zero.
func (f *Facts) PoetryAt(s *Step) (v python.Version, known bool) {
	return f.poetryVersion(s, f.InstallerOf(s))
}

// CacheDir is the folder where a call of Poetry or pip caches, with the
// settings, variables and user in force at its place; "" when that is not known,
// and for other tools.
func (c *Call) CacheDir() string {
	switch c.Tool {
	case "poetry":
		dir, _ := c.Step.Stage.facts.cacheDir(c)
		return dir
	case "pip":
		return c.pipCacheDir()
	}
	return ""
}

// StepAt is the step whose instruction an offset lies in, the blanks at the end
// of its lines included; nil for what belongs to no stage.
func (f *Facts) StepAt(offset int) *Step {
	in := f.Doc.InstructionAt(offset)
	if in == nil || in.Stage == nil {
		return nil
	}
	for _, s := range f.Stages[in.Stage.Index].Steps {
		if s.Instruction == in {
			return s
		}
	}
	return nil
}
