package codeactions

// copyBeforeInstall copies the manifests, installs the dependencies, and then
// copies the code.
func copyBeforeInstall(r *request) Action { return newSplit(r).plan() }
