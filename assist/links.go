package assist

import "restage/analysis"

// Links are the words of a Dockerfile that name a file of the build context
// which is there, in file order. Patterns and folders are none.
func Links(f *analysis.Facts) []Place {
	var out []Place
	if f.Project.Context == "" {
		return nil
	}
	for _, st := range f.Stages {
		for _, s := range st.Steps {
			for _, t := range targetsOf(f, s) {
				if !t.glob && !f.Project.IsDir(t.rel) {
					out = append(out, files(f, t)...)
				}
			}
		}
	}
	return out
}
