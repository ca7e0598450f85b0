package analysis

// UnknownName is a group or an extra that a command names and the project does
// not have. A rule makes it; a refactoring mends it.
type UnknownName struct {
	*Install
	Option Option
	// Name is it, as written.
	Name string
	// Near is the only one of the project that it may mean, "" without one.
	Near string
	// Extra says that it is an extra, Commas that it is a list of extras that
	// are all there, written with commas, which Poetry takes for one name.
	Extra, Commas bool
	// Newer says that the project has such a group, in a table that this Poetry
	// does not read.
	Newer bool
}
