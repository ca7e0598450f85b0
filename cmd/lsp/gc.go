package main

import (
	"os"
	"runtime/debug"
)

// collectAt has the garbage collected when the memory in use has grown by so
// many percent (Go's own choice is 100), unless the user says when.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
