package main

import (
	"encoding/json"
	"strings"

	"restage/analysis"
	"restage/analysis/config"
)

// object is a JSON schema, or a part of one.
type object map[string]any

// schema is the JSON schema of restage.toml, for editors that complete TOML.
func schema(rules []*analysis.Rule) (string, error) {
	levels := object{}
	for _, r := range rules {
		levels[r.Name] = ruleSchema(r)
	}
	table := object{
		"description":          "How serious each rule is.",
		"type":                 "object",
		"additionalProperties": false,
		"properties":           levels,
	}
	patterns := object{"type": "array", "items": object{"type": "string"}}
	list := func(description string) object {
		o := object{"description": description}
		for k, v := range patterns {
			o[k] = v
		}
		return o
	}
	whole := object{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"$id":                  "https://raw.githubusercontent.com/restage/restage/main/docs/restage.schema.json",
		"title":                "restage.toml",
		"description":          "Settings of restage for the Dockerfiles below this folder; in pyproject.toml, the table tool.restage.",
		"type":                 "object",
		"additionalProperties": false,
		"properties": object{
			"rules": table,
			"fail-on": object{
				"description": "The least level that makes `restage check` exit with 1.",
				"enum":        config.LevelWords()[1:],
			},
			"exclude": list("Dockerfiles that a search leaves out: patterns of paths from this folder; one without a slash holds in any folder."),
			"overrides": object{
				"description": "Other levels for some Dockerfiles; later tables win.",
				"type":        "array",
				"items": object{
					"type":                 "object",
					"additionalProperties": false,
					"required":             []string{"paths"},
					"properties": object{
						"paths": list("Patterns of paths from this folder; one without a slash holds in any folder."),
						"rules": table,
					},
				},
			},
		},
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(whole)
	return b.String(), err
}

// ruleSchema is what a rule can be set to: a level, or a table of a level and
// the rule's options where it has any.
func ruleSchema(r *analysis.Rule) object {
	description := r.Title + " (" + r.Severity.String() + ")."
	if len(r.Options) == 0 {
		return object{"description": description, "enum": config.LevelWords()}
	}
	properties := object{"level": object{"enum": config.LevelWords()}}
	for _, o := range r.Options {
		property := object{"description": o.Doc + " Default: " + o.Default + "."}
		switch o.Kind {
		case "array of strings":
			property["type"], property["items"] = "array", object{"type": "string"}
		default:
			property["type"] = o.Kind
		}
		properties[o.Name] = property
	}
	return object{
		"description": description,
		"anyOf": []object{
			{"enum": config.LevelWords()},
			{"type": "object", "additionalProperties": false, "properties": properties},
		},
	}
}
