package codeactions

import "restage/analysis"

// compileBytecode lets the install compile what it installs.
func compileBytecode(r *request) Action {
	u := r.finding.Subject.(*analysis.Uncompiled)
	if u.Install == nil {
		return refuse("where UV_COMPILE_BYTECODE=1 belongs, beside uv's other settings or on the command line, is the author's choice")
	}
	if !u.Install.Version.AtLeast(1, 4, 1) {
		return refuse("Poetry 1.4.0 writes bytecode that Python only takes with -O, so that --compile gains nothing")
	}
	return Action{Level: Review, Edits: []Edit{addOptions(u.Install, "--compile")},
		Note: "The packages are compiled while the image is built: it gets bigger, and the program starts faster."}
}
