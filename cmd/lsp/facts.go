package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"restage/analysis"
)

func factsCmd() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "facts PATH...",
		Short: "Say what restage knows of Dockerfiles and the projects they build",
		Long: `Say what restage knows of Dockerfiles and the projects they build: the build
context, the manifests, the stages, what is installed where and by which Poetry,
and what the containers run. All findings and fixes follow from these facts: if
one of them surprises you, look here first.

PATH is a file, a folder that is searched for Dockerfiles, or - for standard
input. --format json prints an array with one object a file.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("unknown format %q: use text or json", format)
			}
			return statusOrNil(facts(args, format == "json", stdout()))
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "how to print the facts: text or json")
	return cmd
}

// known is what facts has to say of one Dockerfile.
type known struct {
	report *analysis.Report
	err    error
}

func facts(paths []string, asJSON bool, out *output) int {
	var failed complaints
	inputs := discover(paths, "", failed.add)
	any := false
	inOrder(inputs, factsOf, func(k known) {
		failed.add(k.err)
		switch {
		case k.report == nil:
			return
		case asJSON:
			failed.add(writeFacts(out, k.report, any))
		default:
			if any {
				out.WriteByte('\n')
			}
			factsPrinter{out}.report(k.report)
		}
		any = true
	})
	if asJSON {
		if any {
			out.WriteString("\n]\n")
		} else {
			out.WriteString("[]\n")
		}
	}
	failed.add(out.close())
	if failed.any {
		return exitFailed
	}
	return 0
}

func factsOf(in input) (k known) {
	text, err := in.read()
	if err != nil {
		return known{err: err}
	}
	k.err = new(workspaces).guard(in, text, func(o *opened) error {
		res := analysis.Analyze(o.doc, o.proj, nil)
		for _, f := range res.Findings {
			if f.Rule == analysis.Syntax {
				line, _ := person(o.doc.Text, o.doc.Mapper, o.doc.Mapper.Position(f.Span.Start, 0), f.Span.Start)
				return fmt.Errorf("%s:%d: BuildKit cannot read this file: %s", printable(in.name), line, oneLine(f.Message))
			}
		}
		k.report = res.Facts.Report(in.name)
		return nil
	})
	return k
}

// writeFacts writes one element of the array, indented to be read.
func writeFacts(out *output, r *analysis.Report, more bool) error {
	if more {
		out.WriteString(",\n")
	} else {
		out.WriteString("[\n")
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("  ", "  ")
	if err := enc.Encode(r); err != nil {
		return cannot("write the facts of", r.File, err)
	}
	out.WriteString("  " + strings.TrimSuffix(text.String(), "\n"))
	return nil
}
