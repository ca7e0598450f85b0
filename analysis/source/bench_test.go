package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// benchmarkTexts are the sizes that must stay fast.
func benchmarkTexts() map[string]string {
	var many, comments strings.Builder
	many.WriteString("FROM python:3.12 AS base\n")
	for i := 0; i < 10000; i++ {
		fmt.Fprintf(&many, "ENV NAME_%d=\"value %d\" OTHER=x\nRUN --mount=type=cache,target=/root/.cache \\\n    apt-get update && \\\n    apt-get install -y package-%d\nCOPY --chown=app:app a b c /app/\n", i, i, i)
	}
	for i := 0; i < 50000; i++ {
		comments.WriteString("# nothing but a comment\n")
	}
	texts := map[string]string{
		"50000 lines":    many.String(),
		"50000 comments": comments.String() + "FROM x\n",
		"1 MB RUN":       "FROM x\nRUN a" + strings.Repeat(" && \\\n    command with some arguments", 1<<20/36) + "\n",
		"1 MB heredoc":   "FROM x\nRUN <<EOF\n" + strings.Repeat("command with some arguments here\n", 1<<20/33) + "EOF\n",
	}
	files, _ := filepath.Glob("../../../shared/corpus/*/Dockerfile")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && len(text) > 1500 {
			texts["real"] = string(text)
			break
		}
	}
	return texts
}

func BenchmarkParse(b *testing.B) {
	for name, text := range benchmarkTexts() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Parse(text)
			}
		})
	}
}

func BenchmarkBuildKit(b *testing.B) {
	for name, text := range benchmarkTexts() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := parser.Parse(strings.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
