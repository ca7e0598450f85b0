package codeactions

// unsplitInstall installs the dependencies without the root package, and the
// root package after the code if something needs it.
func unsplitInstall(r *request) Action { return newSplit(r).plan() }
