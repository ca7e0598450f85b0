package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaOf compiles the schema of one kind of message in
// testdata/schema/schema.json, which is made from the types of the npm package
// vscode-languageserver-protocol; nil for a kind that is not in it.
var schemaOf = func() func(kind string) (*jsonschema.Schema, error) {
	compiler := sync.OnceValues(func() (*jsonschema.Compiler, error) {
		text, err := os.ReadFile("testdata/schema/schema.json")
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		c := jsonschema.NewCompiler()
		return c, c.AddResource("schema.json", doc)
	})
	var mu sync.Mutex
	known := map[string]*jsonschema.Schema{}
	return func(kind string) (*jsonschema.Schema, error) {
		mu.Lock()
		defer mu.Unlock()
		if s, ok := known[kind]; ok {
			return s, nil
		}
		c, err := compiler()
		if err != nil {
			return nil, err
		}
		s, err := c.Compile("schema.json#/definitions/Wire/properties/" + pointer(kind))
		if err != nil {
			return nil, fmt.Errorf("%q is not in the schema: add it to testdata/schema/wire.ts: %w", kind, err)
		}
		known[kind] = s
		return s, nil
	}
}()

// pointer escapes a key for a JSON pointer in a URL's fragment.
func pointer(key string) string {
	var b bytes.Buffer
	for _, r := range key {
		switch r {
		case '~':
			b.WriteString("~0")
		case '/':
			b.WriteString("~1")
		case ' ':
			b.WriteString("%20")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sent notes the method of a request, by whose schema its answer is checked.
func (w *wire) sent(body []byte) {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
	}
	if json.Unmarshal(body, &m) == nil && m.Method != "" && len(m.ID) > 0 {
		if strings.HasSuffix(m.Method, "/resolve") && validate("result "+m.Method, m.Params) != nil {
			return // what is given back with more in it cannot be better than what came
		}
		w.mu.Lock()
		w.asked[string(m.ID)] = m.Method
		w.mu.Unlock()
	}
}

// conform says what is wrong with a message of the server by the protocol's
// types; nil for nothing.
func (w *wire) conform(raw []byte) error {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	kind, value := "", m.Params
	switch {
	case m.Method != "" && len(m.Params) > 0 && string(m.Params) != "null":
		kind = "params " + m.Method
	case m.Method != "":
		return nil
	case len(m.Error) > 0:
		kind, value = "error", m.Error
	default:
		method, ok := w.asked[string(m.ID)]
		if !ok {
			return nil // the transcript wrote its bytes itself
		}
		kind, value = "result "+method, m.Result
	}
	return validate(kind, value)
}

// validate holds a value against the schema of a kind.
func validate(kind string, value json.RawMessage) error {
	s, err := schemaOf(kind)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}
