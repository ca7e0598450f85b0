package project

import (
	"strings"
	"testing"

	"github.com/moby/patternmatcher/ignorefile"
	"pgregory.net/rapid"
)

// TestPatternLines holds the numbers of lines against the library that reads
// the patterns: one for each.
func TestPatternLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"\n", "\r", "\r\n", "#", " ", "\t", "a", "!", "/", "**", bom, "\u00a0", "\x00"})).Draw(t, "parts")
		text := strings.Join(parts, "")
		patterns, err := ignorefile.ReadAll(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if numbers := patternLines(text); len(numbers) != len(patterns) {
			t.Fatalf("%d lines %v for the patterns %q", len(numbers), numbers, patterns)
		}
	})
}

func TestLongLine(t *testing.T) {
	ignore, problem := parseIgnore(".dockerignore", "a\n"+strings.Repeat("b", 100_000)+"\n")
	if problem == nil || !strings.Contains(problem.Message, "64 KB") || ignore.Ignored("a") {
		t.Errorf("%+v", problem)
	}
}
