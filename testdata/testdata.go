// Package testdata carries the executed examples of the rules, so that the
// command line can show them and the documentation is made from them.
package testdata

import "embed"

// Rules holds rules/<name>/*.txtar.
//
//go:embed rules
var Rules embed.FS
