package analysis

// AbsentSource is a source of a COPY that the build does not see. A rule makes
// it; a refactoring mends it.
type AbsentSource struct {
	Source CopySource
	// Ignore is the ignore file that keeps it out and Line (0-based) the line
	// that does, -1 where that cannot be told; Ignore is "" for a file that is
	// not there.
	Ignore string
	Line   int
	// Near is the one file of the folder that it may mean, "" without one.
	Near string
}
