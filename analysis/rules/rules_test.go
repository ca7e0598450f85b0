package rules_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/analysis/source"
)

// mission are the rules that restage is never without.
var mission = []string{
	"unpinned-installer", "copy-before-install", "dev-dependencies", "installer-env", "cache-in-layer", "unsplit-install",
	"single-stage", "missing-cache-mount", "venv-in-cache", "installer-at-runtime",
}

// TestMission asks for the rules of the ladder.
func TestMission(t *testing.T) {
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	for _, m := range mission {
		if !slices.Contains(names, m) {
			t.Errorf("rule %s is missing", m)
		}
	}
}

// TestRules checks the words of every rule and that it has its own file.
func TestRules(t *testing.T) {
	camel := regexp.MustCompile(`^([A-Z][a-z]*)+$`)
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range rules.All() {
		form := kebab
		if r.Family == analysis.BuildKit {
			form = camel // BuildKit's own names
		}
		if !form.MatchString(r.Name) || seen[r.Name] {
			t.Errorf("%q: not in the form of its family, or not the only one of its name", r.Name)
		}
		seen[r.Name] = true
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || strings.Contains(r.Title, "\n") {
			t.Errorf("%s: the title is one line without full stop: %q", r.Name, r.Title)
		}
		if why := strings.TrimSpace(r.Why); why == "" || !strings.HasSuffix(why, ".") && !strings.HasSuffix(why, "```") || strings.ToUpper(why[:1]) != why[:1] {
			t.Errorf("%s: the reason is whole sentences: %q", r.Name, r.Why)
		}
		if r.Severity < analysis.Error || r.Severity > analysis.Hint {
			t.Errorf("%s: no severity", r.Name)
		}
		if r.Run == nil {
			t.Errorf("%s does nothing", r.Name)
		}
		file := strings.ReplaceAll(r.Name, "-", "_") + ".go"
		if r.Family == analysis.BuildKit {
			file = "buildkit.go" // one file for all: they only pass on what package source says
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s has no file %s", r.Name, file)
		}
	}
}

// TestFilesAreListed asks that every file here is a rule of the list.
func TestFilesAreListed(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".go")
		data, err := os.ReadFile(f.Name())
		if err != nil || strings.HasSuffix(name, "_test") || !strings.Contains(string(data), "= &analysis.Rule{") {
			continue
		}
		if !slices.ContainsFunc(rules.All(), func(r *analysis.Rule) bool { return strings.ReplaceAll(r.Name, "-", "_") == name }) {
			t.Errorf("%s declares a rule that rules.All does not list under that name", f.Name())
		}
	}
}

// TestSilence asks that no rule speaks of files that build no Python project
// with an installer.
func TestSilence(t *testing.T) {
	for _, text := range []string{
		"FROM scratch\n", "FROM alpine\nRUN apk add --no-cache curl\nCMD [\"curl\"]\n",
		"FROM golang:1.26 AS build\nCOPY . .\nRUN go build -o /x .\nFROM scratch\nCOPY --from=build /x /x\nENTRYPOINT [\"/x\"]\n",
		"FROM node:22\nCOPY package.json .\nRUN npm ci\nCOPY . .\nCMD [\"node\", \"poetry.js\"]\n",
	} {
		res := analysis.Analyze(source.Parse(text), nil, rules.All())
		for _, f := range res.Findings {
			t.Errorf("%s speaks of %q: %s", f.Rule.Name, text, f.Message)
		}
	}
}
