package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/config"
	"restage/analysis/source"
	"restage/codeactions"
)

// checkFlags are the flags of check.
type checkFlags struct {
	format, failOn, baseline    string
	writeBaseline, forceExclude bool
	stdinFilename               string
}

func checkCmd() *cobra.Command {
	flags := checkFlags{format: "text"}
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Say what is wrong with Dockerfiles",
		Long: `Say what is wrong with Dockerfiles. PATH is a file, a folder that is searched
for Dockerfiles, or - for standard input; without PATH, the current folder. A
search leaves out what .gitignore and the settings exclude.

The settings are those of the nearest restage.toml above a Dockerfile, or of the
table tool.restage in a pyproject.toml. What --baseline lists does not count:
write the file once with --write-baseline, and only new findings are reported.

Exit status: 0 when nothing was found, 1 with findings (of the level that
--fail-on or the settings name, or above), 2 when something could not be read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			collectAt(400) // what is known of one Dockerfile is little, and soon forgotten
			c, err := newChecker(flags)
			if err != nil {
				return err
			}
			return statusOrNil(c.run(args))
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", flags.format, "how to print the findings: "+formatNames)
	f.StringVar(&flags.failOn, "fail-on", "", "the least level that makes the exit status 1: hint (any finding), info, warning, error or never")
	f.StringVar(&flags.baseline, "baseline", "", "a file of findings that do not count")
	f.BoolVar(&flags.writeBaseline, "write-baseline", false, "write all findings of now into the file of --baseline")
	f.StringVar(&flags.stdinFilename, "stdin-filename", "", "where the text of standard input would lie; its project is looked for there")
	f.BoolVar(&flags.forceExclude, "force-exclude", false, "leave out what the settings exclude even where PATH names it")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(strings.FieldsFunc(formatNames, func(r rune) bool { return r == ',' || r == ' ' }), cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"hint", "info", "warning", "error", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// checker is one run of check.
type checker struct {
	checkFlags
	least  analysis.Severity // that fails, by the flag; 0 where it leaves that to the settings
	never  bool
	known  *baseline
	print  printer
	ws     workspaces
	failed complaints
	said   saidOnce
	sum    summary
}

func newChecker(flags checkFlags) (*checker, error) {
	c := &checker{checkFlags: flags, said: saidOnce{}, ws: workspaces{share: true}}
	if flags.failOn != "" {
		level, ok := config.Severity(flags.failOn)
		if c.never = flags.failOn == "never"; !c.never && (!ok || level == 0) {
			return nil, fmt.Errorf("unknown level %q for --fail-on: use hint, info, warning, error or never", flags.failOn)
		}
		c.least = level
	}
	if flags.writeBaseline && flags.baseline == "" {
		return nil, errors.New("--write-baseline needs --baseline FILE")
	}
	if flags.baseline != "" {
		var err error
		if c.known, err = openBaseline(flags.baseline, flags.writeBaseline); err != nil {
			return nil, err
		}
	}
	var err error
	c.print, err = newPrinter(flags.format, stdout())
	return c, err
}

// report is what check has to say of one Dockerfile.
type report struct {
	findings []finding
	failOn   analysis.Severity // by its settings
	skipped  bool
	err      error
}

// run checks all files and gives the exit status.
func (c *checker) run(paths []string) int {
	inputs := discover(paths, c.stdinFilename, c.failed.add)
	progress := newProgress("checked", len(inputs))
	failing := false
	inOrder(inputs, c.check, func(r report) {
		progress.step()
		c.failed.add(r.err)
		if r.skipped {
			return
		}
		c.sum.files++
		for _, f := range r.findings {
			if f.shared && !c.said.first(f.File, f.line, f.Message) || c.known.covers(f) {
				continue
			}
			least := r.failOn
			if c.least != 0 {
				least = c.least
			}
			failing = failing || !c.never && (least == 0 || f.severity <= least)
			c.sum.add(f)
			if !c.writeBaseline {
				c.print.finding(f)
			}
		}
	})
	progress.end()
	c.ws.close()
	c.failed.add(c.print.close())
	if c.writeBaseline {
		c.failed.add(c.known.write())
		fmt.Fprintf(os.Stderr, "restage: %s has %s\n", printable(c.baseline), count(c.sum.total(), "finding"))
		failing = false
	} else if c.format == "text" {
		c.sum.print(os.Stderr, c.known)
	}
	switch {
	case c.failed.any:
		return exitFailed
	case failing:
		return exitFindings
	}
	return 0
}

// saidOnce remembers what several Dockerfiles have in common, as the problems
// of a manifest, so that it is said once.
type saidOnce map[string]bool

func (s saidOnce) first(parts ...any) bool {
	key := fmt.Sprint(parts...)
	if s[key] {
		return false
	}
	s[key] = true
	return true
}

// check looks at one file.
func (c *checker) check(in input) (r report) {
	text, err := in.read()
	if err != nil {
		r.err = err
		return r
	}
	r.err = c.ws.guard(in, text, func(o *opened) error {
		r.failOn = o.settings.FailOn
		r.findings = append(r.findings, o.projectFindings()...)
		if o.settings.Excluded && (in.found || c.forceExclude) {
			r.skipped = len(r.findings) == 0
			return nil
		}
		res := analysis.Analyze(o.doc, o.proj, o.rules)
		if len(res.Failures) > 0 {
			return fmt.Errorf("restage failed on this file, please report it: %s", res.Failures[0])
		}
		var found []finding
		for _, f := range res.Findings {
			out := newFinding(in.name, o.doc.Text, o.doc.Mapper, f, o.settings.Levels)
			if codeactions.Mends(f.Rule) && c.print.actions() {
				a := codeactions.For(res, f)
				out.Actions = append(out.Actions, action{a.Rule.Name, a.Title, "quickfix", a.Level.String(), oneLine(a.Refusal), codeactions.Asked(a.Rule)})
				out.edits = placed(o.doc, a.Edits)
			}
			found = append(found, out)
		}
		if o.inline != nil {
			placeInline(found, o.inline)
		}
		r.findings = slices.Concat(found, r.findings)
		return nil
	})
	return r
}

// projectFindings are the broken files of the project and the mistakes in its
// settings, each under its own name: the analysis says it of the Dockerfile,
// whoever opens the broken file wants it there.
func (o *opened) projectFindings() []finding {
	if o.proj == nil {
		return nil
	}
	var out []finding
	for _, p := range slices.Concat(o.proj.Problems, o.settings.Problems) {
		text, err := fs.ReadFile(o.root, p.Path)
		if err != nil {
			text = nil // the message says so
		}
		f := newFinding(o.display(p.Path), string(text), source.NewMapper(string(text)),
			analysis.Finding{Rule: analysis.BrokenProject, Span: p.Span, Message: p.Message}, nil)
		f.shared = true
		out = append(out, f)
	}
	return out
}

// stdout is the result's way out: buffered, and coloured for a person only.
func stdout() *output { return newOutput(os.Stdout) }
