package fixtest

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// BuildKitParse gives the error of BuildKit's own parser for a text, nil when
// it could be built as far as its grammar goes. A panic of the parser is an
// error too.
func BuildKitParse(text string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("BuildKit's parser panics: %v", r)
		}
	}()
	res, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	_, _, err = instructions.Parse(res.AST, nil)
	return err
}
