package project

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"restage/analysis/source"
)

// TestLargeManifests reads odd files as large as the caps allow. It would not
// end within the time limit of a test run if the time grew with the square of
// their size; -v shows how long each takes.
func TestLargeManifests(t *testing.T) {
	repeat := func(limit int, line func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < limit; i++ {
			b.WriteString(line(i))
		}
		return b.String()
	}
	const most = maxText - 100
	for name, files := range map[string]map[string]string{
		"groups":       {"pyproject.toml": repeat(most, func(i int) string { return fmt.Sprintf("[tool.poetry.group.g%d.dependencies]\na='1'\n", i) })},
		"standard":     {"pyproject.toml": "[dependency-groups]\n" + repeat(most, func(i int) string { return fmt.Sprintf("g%d=['a%d',{include-group='g%d'}]\n", i, i, i+1) })},
		"scripts":      {"pyproject.toml": "[tool.poetry.scripts]\n" + repeat(most, func(i int) string { return fmt.Sprintf("s%d='a:b'\n", i) })},
		"dependencies": {"pyproject.toml": "[project]\ndependencies=[\n" + repeat(most, func(i int) string { return fmt.Sprintf("'a%d',\n", i) }) + "]\n"},
		"both":         {"pyproject.toml": "[project]\ndependencies=[\n" + repeat(most/2, func(i int) string { return fmt.Sprintf("'a%d',\n", i) }) + "]\n[tool.poetry.dependencies]\n" + repeat(most/2, func(i int) string { return fmt.Sprintf("a%d='1'\n", i) })},
		"uv sources":   {"pyproject.toml": "[project]\ndependencies=[\n" + repeat(most/2, func(i int) string { return fmt.Sprintf("'a%d',\n", i) }) + "]\n[tool.uv.sources]\n" + repeat(most/2, func(i int) string { return fmt.Sprintf("a%d={path='x'}\n", i) })},
		"packages":     {"pyproject.toml": "[tool.poetry]\npackages=[" + repeat(most, func(i int) string { return "{include='*'}," }) + "]\n"},
		"nested toml":  {"pyproject.toml": "a=" + repeat(most, func(int) string { return "[" })},
		"nested table": {"pyproject.toml": "a=" + repeat(most, func(int) string { return "{a=" })},
		"long key":     {"pyproject.toml": repeat(most, func(int) string { return "a." }) + "a=1"},
		"nested yaml":  {"compose.yaml": "a: " + repeat(most, func(int) string { return "[" })},
		"deep yaml":    {"compose.yaml": "a: " + repeat(most, func(int) string { return "{a: " })},
		"services":     {"compose.yaml": "services:\n" + repeat(most, func(i int) string { return fmt.Sprintf("  s%d: {build: ., image: a}\n", i) })},
		"extends":      {"compose.yaml": "services:\n" + repeat(most, func(i int) string { return fmt.Sprintf("  s%d: {build: ., extends: s%d}\n", i, i+1) })},
		"ignore":       {".dockerignore": repeat(most, func(i int) string { return fmt.Sprintf("a%d/**/b*\n", i) })},
		"lock":         {"poetry.lock": repeat(maxLock-100, func(i int) string { return fmt.Sprintf("[[package]]\nname='a%d'\n", i) })},
		"open arrays":  {"poetry.lock": "[[package]]\n" + repeat(maxLock-100, func(i int) string { return "files = [\n" })},
	} {
		fsys := fstest.MapFS{"a/x.py": {}}
		for path, text := range files {
			fsys[path] = &fstest.MapFile{Data: []byte(text)}
		}
		start := time.Now()
		p := Find(fsys, "Dockerfile", source.Parse("FROM a\nCOPY . .\n"))
		p.Files()
		t.Logf("%s: %v", name, time.Since(start))
	}
}
