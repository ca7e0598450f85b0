//go:build unix

package codeactions_test

import (
	"fmt"
	"strings"
	"syscall"
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
	for _, n := range []int{25_000, 50_000} {
		var lines strings.Builder
		lines.WriteString("FROM python:3.11\nRUN pip install poetry\nWORKDIR /app\n")
		for i := range n/2 - 3 {
			fmt.Fprintf(&lines, "# step %d\nRUN echo %d && touch /tmp/%d\n", i, i, i)
		}
		lines.WriteString("COPY . .\nRUN poetry install\nCMD [\"poetry\", \"run\", \"python\", \"-m\", \"annapurna.main\"]\n")
		list[fmt.Sprintf("%dlines", n)] = rungs[0].With(lines.String())
	}
	var run strings.Builder
	run.WriteString("FROM python:3.11\nRUN pip install poetry\nWORKDIR /app\nCOPY . .\nRUN poetry install")
	for i := 0; run.Len() < 1<<20; i++ {
		fmt.Fprintf(&run, " \\\n    # step %d\n    && echo step-%d --option \"value %d\"", i, i, i)
	}
	run.WriteString("\nCMD [\"poetry\", \"run\", \"python\", \"-m\", \"annapurna.main\"]\n")
	list["1MBrun"] = rungs[0].With(run.String())
	return list
}

// measure runs what is measured and reports the processor time beside the time
// on the clock: that one says little on a machine that does other things too.
func measure(b *testing.B, in fixtest.Input, run func()) {
	b.SetBytes(int64(len(in.Text)))
	start := processorTime(b)
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op")
}

// processorTime is what this process has used so far, in nanoseconds.
func processorTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

var benchNames = []string{"rung1", "rung2", "rung3", "rung4", "rung5", "rung6", "25000lines", "50000lines", "1MBrun"}

// BenchmarkAnalyse is what a keystroke costs: scan, analyse, and the actions
// of all findings. The project is read once, as the server does.
func BenchmarkAnalyse(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			proj := project.Find(in.FS, in.Path, source.Parse(in.Text))
			measure(b, in, func() {
				res := analysis.Analyze(source.Parse(in.Text), proj, rules.All())
				for _, f := range res.Findings {
					codeactions.For(res, f)
				}
			})
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
			measure(b, in, func() {
				analysis.Analyze(source.Parse(in.Text), proj, rules.All())
			})
		})
	}
}

// BenchmarkBuildKit is the yardstick: BuildKit's own parser on the same bytes.
func BenchmarkBuildKit(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			measure(b, in, func() {
				res, err := parser.Parse(strings.NewReader(in.Text))
				if err != nil {
					b.Fatal(err)
				}
				if _, _, err := instructions.Parse(res.AST, nil); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkFixAll is a whole run with reading the project.
func BenchmarkFixAll(b *testing.B) {
	inputs := benchInputs(b)
	for _, name := range benchNames {
		in := inputs[name]
		b.Run(name, func(b *testing.B) {
			measure(b, in, func() {
				in.Optimize(codeactions.Options{Level: codeactions.Review})
			})
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
