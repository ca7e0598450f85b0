package codeactions_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"restage/codeactions"
	"restage/internal/fixtest"
)

// TestRefusedLines asks that what a run refuses is told by the lines of the
// file that the user has, whatever has been inserted and moved since.
func TestRefusedLines(t *testing.T) {
	text := strings.Join([]string{
		"FROM python:alpine3.16",
		"RUN apk add --no-cache poetry",
		"WORKDIR /app",
		"COPY . .",
		"RUN poetry config virtualenvs.create true",
		"RUN poetry install",
		`CMD ["poetry", "run", "python", "main.py"]`, "",
	}, "\n")
	in := fixtest.Input{Text: text, Path: "Dockerfile", FS: fstest.MapFS{
		"Dockerfile":     {Data: []byte(text)},
		"main.py":        {},
		"pyproject.toml": {Data: []byte("[tool.poetry]\nname = \"x\"\n[tool.poetry.group.dev.dependencies]\npytest = \"*\"\n")},
		"poetry.lock":    {Data: []byte("[metadata]\nlock-version = \"2.0\"\n")},
	}}
	want := map[string]int{"unpinned-installer": 2, "dev-dependencies": 6}
	out := in.Optimize(codeactions.Options{Level: codeactions.Review})
	for _, r := range out.Refused {
		line := want[r.Rule.Name]
		if line == 0 {
			continue
		}
		delete(want, r.Rule.Name)
		if r.Line+1 != line || !strings.Contains(r.Reason, "line "+string(rune('0'+line))) {
			t.Errorf("%s in line %d: %s", r.Rule.Name, r.Line+1, r.Reason)
		}
	}
	if len(want) > 0 {
		t.Errorf("not refused: %v; applied %v, refused %+v, text\n%s", want, out.Applied, out.Refused, out.Text)
	}
}
