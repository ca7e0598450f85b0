package assist

import "restage/analysis"

// maxLookups bounds the calls whose files are looked for in what the stages
// have copied: editors ask for links at every change.
const maxLookups = 200

// Links are the words of a Dockerfile that name a file of the build context
// which is there, in file order. Patterns and folders are none, nor what a RUN
// starts.
func Links(f *analysis.Facts) []Place {
	var out []Place
	lookups := 0
	if f.Project.Context == "" {
		return nil
	}
	for _, st := range f.Stages {
		for _, s := range st.Steps {
			if s.Name == "RUN" {
				lookups += len(f.CallsIn(s))
			}
			if lookups > maxLookups && s.Name == "RUN" {
				continue
			}
			for _, t := range targetsOf(f, s) {
				if !t.glob && !f.Project.IsDir(t.rel) {
					out = append(out, files(f, t)...)
				}
			}
		}
	}
	return out
}
