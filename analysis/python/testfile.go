package python

import (
	"path"
	"strings"
)

// TestFile says whether a file, by its slash path, is one that only tests use:
// below a folder of tests, or named as pytest finds tests
// (docs.pytest.org, "Conventions for Python test discovery").
func TestFile(file string) bool {
	dir, base := path.Split(file)
	for part := range strings.SplitSeq(dir, "/") {
		if part == "test" || part == "tests" {
			return true
		}
	}
	name, ok := strings.CutSuffix(base, ".py")
	return ok && (strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test") || name == "conftest")
}
