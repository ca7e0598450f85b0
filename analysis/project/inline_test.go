package project_test

import (
	"testing"

	"restage/analysis/project"
)

const inlineCompose = `services:
  web:
    build:
      context: ./web
      dockerfile_inline: |
        FROM python:3.11-slim

        ENV P=$$HOME/x
        RUN pip install poetry \
          && true

    ports: ["80:80"]
  other:
    image: redis
  folded:
    build:
      dockerfile_inline: >
        FROM scratch
  late:
    build:
      dockerfile_inline: |-
        FROM a:${TAG}
`

func TestInlines(t *testing.T) {
	list := project.Inlines("a/compose.yaml", inlineCompose)
	if len(list) != 2 {
		t.Fatalf("got %+v", list)
	}
	web := list[0]
	if want := "FROM python:3.11-slim\n\nENV P=$HOME/x\nRUN pip install poetry \\\n  && true\n"; web.Text != want {
		t.Errorf("want %q, got %q", want, web.Text)
	}
	if web.Service != "web" || web.Context != "./web" || web.Line != 5 || web.Indent != 8 || web.Interpolated {
		t.Errorf("got %+v", web)
	}
	for column, want := range map[int]int{0: 8, 6: 14, 7: 16, 11: 20} {
		if got := web.Column(inlineCompose, 2, column); got != want {
			t.Errorf("column %d: want %d, got %d", column, want, got)
		}
	}
	if got := web.With(inlineCompose, web.Text); got != inlineCompose {
		t.Errorf("the same text changes the file:\n%s", got)
	}
	if late := list[1]; late.Service != "late" || !late.Interpolated || late.Text != "FROM a:${TAG}\n" {
		t.Errorf("got %+v", late)
	}
	if got := project.Inlines("a/notes.yaml", inlineCompose); got != nil {
		t.Errorf("no compose file: %+v", got)
	}
}

// FuzzInlines asks that a block put back leaves its file alone.
func FuzzInlines(f *testing.F) {
	f.Add(inlineCompose)
	f.Add("services: {a: {build: {dockerfile_inline: \"x\"}}}\n")
	f.Add("services:\n a:\n  build:\n   dockerfile_inline: |2\n\n     x\n    y")
	f.Fuzz(func(t *testing.T, text string) {
		for _, in := range project.Inlines("compose.yaml", text) {
			if in.Interpolated {
				continue
			}
			after := in.With(text, in.Text)
			again := project.Inlines("compose.yaml", after)
			found := false
			for _, o := range again {
				found = found || o.Service == in.Service && o.Text == in.Text
			}
			if !found {
				t.Errorf("%q became %q, and lost %q", text, after, in.Text)
			}
		}
	})
}
