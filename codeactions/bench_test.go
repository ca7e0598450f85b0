package codeactions_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
	"restage/internal/corpus"
	"restage/internal/fixtest"
)

// benchInputs are the files that speed is measured on: the ladder, a file of
// 50,000 lines and one with a RUN of 1 MB.
func benchInputs(b *testing.B) map[string]fixtest.Input {
	rungs := ladder(b)
	list := map[string]fixtest.Input{}
	for i, in := range rungs {
		list[fmt.Sprintf("rung%d", i+1)] = in
	}
	var lines strings.Builder
	lines.WriteString("FROM python:3.11\nRUN pip install poetry\nWORKDIR /app\n")
	for i := range 24_990 {
		fmt.Fprintf(&lines, "# step %d\nRUN echo %d && touch /tmp/%d\n", i, i, i)
	}
	lines.WriteString("COPY . .\nRUN poetry install\nCMD [\"poetry\", \"run\", \"python\", \"-m\", \"annapurna.main\"]\n")
	list["50000lines"] = rungs[0].With(lines.String())
	var run strings.Builder
	run.WriteString("FROM python:3.11\nRUN pip install poetry\nWORKDIR /app\nCOPY . .\nRUN poetry install")
	for i := 0; run.Len() < 1<<20; i++ {
		fmt.Fprintf(&run, " \\\n    # step %d\n    && echo step-%d --option \"value %d\"", i, i, i)
	}
	run.WriteString("\nCMD [\"poetry\", \"run\", \"python\", \"-m\", \"annapurna.main\"]\n")
	list["1MBrun"] = rungs[0].With(run.String())
	return list
}

var benchNames = []string{"rung1", "rung2", "rung3", "rung4", "rung5", "rung6", "50000lines", "1MBrun"}

// BenchmarkAnalyse is what a keystroke costs: scan, analyse, and the actions
// of all findings. The project is read once, as the server does.
func BenchmarkAnalyse(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			proj := project.Find(in.FS, in.Path, source.Parse(in.Text))
			b.SetBytes(int64(len(in.Text)))
			for b.Loop() {
				res := analysis.Analyze(source.Parse(in.Text), proj, rules.All())
				for _, f := range res.Findings {
					codeactions.For(res, f)
				}
			}
		})
	}
}

// BenchmarkDiagnose is BenchmarkAnalyse without the actions: what diagnostics
// alone cost.
func BenchmarkDiagnose(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			proj := project.Find(in.FS, in.Path, source.Parse(in.Text))
			b.SetBytes(int64(len(in.Text)))
			for b.Loop() {
				analysis.Analyze(source.Parse(in.Text), proj, rules.All())
			}
		})
	}
}

// BenchmarkBuildKit is the yardstick: BuildKit's own parser on the same bytes.
func BenchmarkBuildKit(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in.Text)))
			for b.Loop() {
				res, err := parser.Parse(strings.NewReader(in.Text))
				if err != nil {
					b.Fatal(err)
				}
				if _, _, err := instructions.Parse(res.AST, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFixAll is a whole run with reading the project.
func BenchmarkFixAll(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in.Text)))
			for b.Loop() {
				in.Optimize(codeactions.Options{Level: codeactions.Review})
			}
		})
	}
}

// BenchmarkCorpus is "check" and "fix --all" over all real Dockerfiles.
func BenchmarkCorpus(b *testing.B) {
	cases := corpus.Cases(b)
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			for _, c := range cases {
				fixtest.Input{Text: c.Dockerfile, FS: c.FS, Path: c.Path}.Analyse()
			}
		}
	})
	b.Run("fix", func(b *testing.B) {
		for b.Loop() {
			for _, c := range cases {
				fixtest.Input{Text: c.Dockerfile, FS: c.FS, Path: c.Path}.Optimize(codeactions.Options{Level: codeactions.Review})
			}
		}
	})
}
