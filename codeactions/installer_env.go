package codeactions

// addEnvBlock puts the environment into the project and names the cache
// folder, by the ENV block that the best hand-written files have.
func addEnvBlock(r *request) Action {
	return (&envMove{request: r, in: r.install(), nameCache: true, alone: true}).plan()
}
