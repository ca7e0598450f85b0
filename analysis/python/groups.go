package python

import (
	"strings"
	"sync"
)

// devWords are the parts of names that development groups are made of. Names
// that could hold what the program needs at run time (prod, server, app,
// deploy, build, tools, local, jobs, debug, notebook) are not among them.
const devWords = `
	dev develop development devel test tests testing unittest unittests pytest
	lint linting linter linters flake8 pylint ruff black isort format formatting formatter
	formatters fmt style codestyle doc docs documentation mkdocs sphinx typing types typecheck
	typechecking mypy pyright stubs ci qa quality precommit coverage cov tox nox benchmark
	benchmarks bench`

// joiners may stand between two of those words without meaning anything.
const joiners = "check checks checking checker deps dependencies requirements tools and unit integration e2e group"

// groupWords says of each of those words whether it marks development.
var groupWords = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(joiners) {
		all[word] = false
	}
	for word := range strings.FieldsSeq(devWords) {
		all[word] = true
	}
	return all
})

// DevGroup says that a dependency group holds only what development needs,
// going by its name: every part of the name is a known word ("dev", "docs",
// "type-check", "test-integration"). It is conservative: a group that could
// hold run-time dependencies is not one.
func DevGroup(name string) bool {
	found := false
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	switch strings.Join(words, "-") {
	case "main", "":
		return false
	case "pre-commit", "type-check", "type-checking", "type-checks", "code-style", "code-quality", "static-analysis":
		return true
	}
	for _, word := range words {
		marks, known := groupWords()[word]
		if !known {
			return false
		}
		found = found || marks
	}
	return found
}
