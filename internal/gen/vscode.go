package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"restage/analysis"
)

// setting is one setting of the VS Code extension, in the form of its
// package.json.
type setting struct {
	Type        string   `json:"type"`
	Default     any      `json:"default"`
	Enum        []string `json:"enum,omitempty"`
	EnumText    []string `json:"markdownEnumDescriptions,omitempty"`
	Description string   `json:"markdownDescription"`
	Scope       string   `json:"scope"`
	Order       int      `json:"order"`
}

// levels are the values of restage.rules.NAME with what they mean.
var levels, levelText = []string{"default", "off", "hint", "information", "warning", "error"}, []string{
	"As serious as restage thinks it is.", "Do not look for it.", "A hint: a few dots, no underline.", "An information.", "A warning.", "An error.",
}

// extensionSettings are the settings of the VS Code extension in order.
func extensionSettings(rules []*analysis.Rule) []struct {
	name string
	setting
} {
	type named = struct {
		name string
		setting
	}
	list := []named{
		{"restage.path", setting{Type: "string", Default: "", Scope: "machine-overridable",
			Description: "The program `restage` to start. Empty means the one inside this extension, else the one on PATH."}},
		{"restage.codeLens", setting{Type: "boolean", Default: true, Scope: "resource",
			Description: "Show above the first instruction what *optimize* would do."}},
		{"restage.inlayHints", setting{Type: "string", Default: "off", Scope: "resource", Enum: []string{"off", "costly", "on"},
			EnumText:    []string{"None.", "Only where an edit of the code runs something expensive again.", "At every instruction of a Python stage."},
			Description: "Show at the end of instructions what makes them run again in the next build."}},
		{"restage.trace.server", setting{Type: "string", Default: "off", Scope: "window", Enum: []string{"off", "messages", "verbose"},
			EnumText:    []string{"Nothing.", "The names of messages.", "Whole messages."},
			Description: "What of the conversation with the server is written to the log."}},
	}
	for _, r := range rules {
		list = append(list, named{"restage.rules." + r.Name, setting{Type: "string", Default: "default", Scope: "resource", Enum: levels, EnumText: levelText,
			Description: fmt.Sprintf("%s (%s). [What this is about](https://github.com/restage/restage/blob/main/docs/rules/%s.md)", r.Title, r.Severity, r.Name)}})
	}
	for i := range list {
		list[i].Order = i + 1
	}
	return list
}

// manifest puts the settings into the extension's package.json, whose other
// parts are written by hand.
func manifest(text string, rules []*analysis.Rule) (string, error) {
	const key = `"configuration": `
	start := strings.Index(text, key)
	if start < 0 {
		return "", fmt.Errorf("no %s", key)
	}
	start += len(key)
	rest := json.NewDecoder(strings.NewReader(text[start:]))
	var old json.RawMessage
	if err := rest.Decode(&old); err != nil {
		return "", err
	}
	var b bytes.Buffer
	b.WriteString(`{"title": "restage", "properties": {`)
	for i, s := range extensionSettings(rules) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q: ", s.name)
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s.setting); err != nil {
			return "", err
		}
	}
	b.WriteString("}}")
	var out bytes.Buffer
	if err := json.Indent(&out, b.Bytes(), "    ", "  "); err != nil {
		return "", err
	}
	return text[:start] + out.String() + text[start+int(rest.InputOffset()):], nil
}
