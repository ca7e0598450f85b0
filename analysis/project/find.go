package project

import (
	"io/fs"

	"restage/analysis/source"
)

// Ignore decides which files of the context .dockerignore keeps out.
type Ignore struct{}

// Find reads the project that the Dockerfile at path (slash path in fsys)
// builds. It never fails: what is missing or broken is said in the result.
func Find(fsys fs.FS, path string, doc *source.Document) *Project {
	return &Project{FS: fsys, Dockerfile: path}
}
