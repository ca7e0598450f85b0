package source

import (
	"errors"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// Expand gives the value of an argument as the builder computes it: variables
// replaced, ${name:-default} and the like applied, quotes and escapes removed.
// Lookup answers for one name; unset lists the names, sorted, for which it had
// no value, those with a default included. With an error value is the word itself.
func Expand(word string, escape byte, lookup func(name string) (string, bool)) (value string, unset []string, err error) {
	if !strings.ContainsAny(word, "$'\"") && strings.IndexByte(word, escape) < 0 {
		return word, nil, nil
	}
	if strings.IndexByte(word, 0) >= 0 {
		return word, nil, errors.New("the argument has a NUL byte")
	}
	vars := &variables{lookup: lookup}
	value, unset, plain := expandPlain(word, vars.Get)
	var missing map[string]struct{}
	if !plain {
		vars.given = 0
		value, missing, err = shell.NewLex(rune(escape)).ProcessWord(printable(word), vars)
	}
	if err == nil && vars.given > maxExpansion {
		err = errors.New("the argument is too long with its variables expanded")
	}
	if err != nil {
		return word, nil, err
	}
	for name := range missing {
		unset = append(unset, name)
	}
	slices.Sort(unset)
	return value, unset, nil
}

// maxExpansion is how many bytes the variables of one argument may have. It
// keeps values that double with each instruction from filling the memory.
const maxExpansion = 16 << 10

// variables makes an environment for BuildKit's lexer out of a function.
type variables struct {
	lookup func(name string) (string, bool)
	given  int
}

// Get answers for one name as long as not too much has been given.
func (v *variables) Get(name string) (string, bool) {
	value, ok := v.lookup(name)
	if v.given += len(value); v.given > maxExpansion {
		return "", false
	}
	return value, ok
}

// Keys is not asked for.
func (v *variables) Keys() []string { return nil }
