package main

import (
	"strings"
	"testing"
	"testing/fstest"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"restage/analysis/config"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
)

// TestSchema asks that the schema and restage agree on what is right.
func TestSchema(t *testing.T) {
	text, err := schema(rules.All())
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("restage.json", parsed); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("restage.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, settings := range []string{
		"",
		"fail-on = 'warning'\nexclude = ['vendor', '*.dev']\n[rules]\nsingle-stage = 'off'\n",
		"[[overrides]]\npaths = ['a/**']\n[overrides.rules]\nsingle-stage = 'error'\n[[overrides]]\npaths = []\n",
		"fail-on = 'off'\n",
		"fail-on = 1\n",
		"fail_on = 'warning'\n",
		"exclude = [1]\n",
		"rules = 'off'\n",
		"[rules]\nno-such-rule = 'off'\n",
		"[rules]\nsingle-stage = 'loud'\n",
		"[rules.single-stage]\nlevel = 'off'\n",
		"[rules.root-user]\nlevel = 'off'\nuid = 1000\nuser = 'web'\n",
		"[rules]\nroot-user = { uid = '1000' }\n",
		"[rules]\nroot-user = { name = 'web' }\n",
		"[rules]\ndev-dependencies = { groups = ['tools'] }\n",
		"[rules]\ndev-dependencies.groups = 'tools'\n",
		"[rules.dev-dependencies]\nlevel = 'loud'\n",
		"[[overrides]]\npaths = ['a']\nrules.root-user.uid = 1000\n",
		"[[overrides]]\nrules.single-stage = 'off'\n",
		"[[overrides]]\npaths = ['a']\nname = 'b'\n",
	} {
		var tree map[string]any
		if err := toml.Unmarshal([]byte(settings), &tree); err != nil {
			t.Fatal(err)
		}
		if tree == nil {
			tree = map[string]any{}
		}
		invalid := compiled.Validate(tree)
		files := fstest.MapFS{"Dockerfile": {Data: []byte("FROM scratch\n")}, "restage.toml": {Data: []byte(settings)}}
		problems := config.Of(project.Find(files, "Dockerfile", source.Parse("FROM scratch\n")), rules.All()).Problems
		if (invalid == nil) != (len(problems) == 0) {
			t.Errorf("%s\nthe schema says: %v\nrestage says: %v", settings, invalid, problems)
		}
	}
}
