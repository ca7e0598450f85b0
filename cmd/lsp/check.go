package main

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
)

func checkCmd() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Say what is wrong with Dockerfiles",
		Long: `Say what is wrong with Dockerfiles. PATH is a file, a folder that is searched
for Dockerfiles, or - for standard input; without PATH, the current folder.

Exit status: 0 when nothing was found, 1 with findings, 2 when something could
not be read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			print, err := newPrinter(format, stdout())
			if err != nil {
				return err
			}
			return statusOrNil(check(args, print))
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "how to print the findings: "+formatNames)
	return cmd
}

// report is what check has to say of one Dockerfile.
type report struct {
	findings []finding
	err      error
}

func check(paths []string, print printer) int {
	var failed complaints
	inputs := discover(paths, failed.add)
	found := false
	seen := map[string]bool{} // problems of project files that several Dockerfiles share
	inOrder(inputs, checkFile, func(r report) {
		failed.add(r.err)
		for _, f := range r.findings {
			if f.shared {
				key := fmt.Sprint(f.File, f.line, f.Message)
				if seen[key] {
					continue
				}
				seen[key] = true
			}
			found = true
			print.finding(f)
		}
	})
	failed.add(print.close())
	switch {
	case failed.any:
		return exitFailed
	case found:
		return exitFindings
	}
	return 0
}

func checkFile(in input) (r report) {
	text, err := in.read()
	if err != nil {
		r.err = err
		return r
	}
	r.err = guard(in, text, func(o *opened) error {
		res := analysis.Analyze(o.doc, o.proj, rules.All())
		if len(res.Failures) > 0 {
			return fmt.Errorf("restage failed on this file, please report it: %s", res.Failures[0])
		}
		for _, f := range res.Findings {
			out := newFinding(in.name, o.doc.Text, o.doc.Mapper, f)
			if codeactions.Mends(f.Rule) {
				a := codeactions.For(res, f)
				out.Actions = append(out.Actions, action{a.Rule.Name, a.Title, "quickfix", a.Level.String(), oneLine(a.Refusal), codeactions.Asked(a.Rule)})
			}
			r.findings = append(r.findings, out)
		}
		r.findings = append(r.findings, o.projectFindings()...)
		return nil
	})
	return r
}

// projectFindings are the broken files of the project, each under its own
// name: the analysis says it of the Dockerfile, whoever opens the broken file
// wants it there.
func (o *opened) projectFindings() []finding {
	if o.proj == nil {
		return nil
	}
	var out []finding
	for _, p := range o.proj.Problems {
		text, err := fs.ReadFile(o.root.FS(), p.Path)
		if err != nil {
			text = nil // the message says so
		}
		f := newFinding(o.display(p.Path), string(text), source.NewMapper(string(text)),
			analysis.Finding{Rule: analysis.BrokenProject, Span: p.Span, Message: p.Message})
		f.shared = true
		out = append(out, f)
	}
	return out
}

// stdout is the result's way out: buffered, and coloured for a person only.
func stdout() *output { return newOutput(os.Stdout) }
