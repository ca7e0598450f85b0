package codeactions

// venvOutOfCache puts the environment into the project, so that it no longer
// lies under the cache that is mounted or removed.
func venvOutOfCache(r *request) Action {
	m := &envMove{request: r, in: r.install()}
	m.nameCache = m.unsetTarget()
	a := m.plan()
	if a.Refusal == "" && a.Level == Safe {
		a.Level = Review
		a.Note = "The environment stays in the image; until now it was lost after the build."
	}
	return a
}
