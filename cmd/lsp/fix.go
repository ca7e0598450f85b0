package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/source"
	"restage/codeactions"
)

// fixFlags are the flags of fix.
type fixFlags struct {
	all, write, stdout, check bool
	only                      []string
	stdinFilename             string
	forceExclude              bool
}

func fixCmd() *cobra.Command {
	var flags fixFlags
	cmd := &cobra.Command{
		Use:   "fix [PATH...]",
		Short: "Rewrite Dockerfiles",
		Long: `Rewrite Dockerfiles. PATH is a file, a folder that is searched for Dockerfiles,
or - for standard input; without PATH, the current folder.

What would change is printed as a unified diff; of standard input the rewritten
text is printed. Without --all only safe fixes are made, those that provably
leave the image's behaviour alone. A fix that changes another file (.dockerignore)
is made only where --only names its rule. What could not be fixed is listed on standard
error with its reason.

Exit status: 0 when done, 2 when something could not be read or written; with
--check, 1 when something would change.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("only") && len(flags.only) == 0 {
				return errors.New("--only needs the name of a rule")
			}
			collectAt(400)
			s, err := fix(args, flags)
			if err != nil {
				return err
			}
			return statusOrNil(s)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&flags.all, "all", false, "make the fixes that need a look, too")
	f.StringSliceVar(&flags.only, "only", nil, "mend only these rules, comma-separated")
	f.BoolVar(&flags.write, "write", false, "rewrite the files in place")
	f.BoolVar(&flags.stdout, "stdout", false, "print the rewritten file instead of a diff")
	f.BoolVar(&flags.check, "check", false, "print the names of files that would change, and exit with 1 if there are any")
	f.StringVar(&flags.stdinFilename, "stdin-filename", "", "where the text of standard input would lie; its project is looked for there")
	f.BoolVar(&flags.forceExclude, "force-exclude", false, "leave out what the settings exclude even where PATH names it")
	cmd.RegisterFlagCompletionFunc("only", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return ruleNames(codeactions.Mends), cobra.ShellCompDirectiveNoFileComp
	})
	cmd.MarkFlagsMutuallyExclusive("write", "stdout", "check")
	return cmd
}

// fixed is what fix has done with one Dockerfile.
type fixed struct {
	input
	old, new string
	broken   []string // remarks on project files, which several Dockerfiles may share
	remarks  []string // on the Dockerfile
	files    []fileFix
	err      error
}

func fix(paths []string, flags fixFlags) (int, error) {
	for i, name := range flags.only {
		flags.only[i] = strings.TrimSpace(name)
		if _, err := findRule(flags.only[i]); err != nil {
			return 0, err
		}
	}
	if slices.Contains(paths, stdinName) {
		if len(paths) > 1 {
			return 0, errStdinAlone
		}
		if flags.write {
			return 0, errors.New("--write cannot rewrite standard input: name a file, or leave the flag out")
		}
	}
	var failed complaints
	inputs := discover(paths, flags.stdinFilename, failed.add)
	if flags.stdout && len(inputs) > 1 {
		return 0, fmt.Errorf("--stdout prints one file, but %d Dockerfiles were found", len(inputs))
	}
	out, changed := stdout(), false
	said := map[string]bool{}
	others := fileFixer{map[string]string{}}
	inOrder(inputs, func(in input) fixed { return fixFile(in, flags) }, func(f fixed) {
		for _, r := range f.broken {
			if !said[r] {
				said[r] = true
				fmt.Fprintln(os.Stderr, r)
			}
		}
		others.take(&f, flags, failed.add)
		for _, r := range f.remarks {
			fmt.Fprintln(os.Stderr, r)
		}
		failed.add(f.err)
		changed = changed || f.new != f.old || len(f.files) > 0
		f.print(out, flags)
		for _, c := range f.files {
			c.print(out, flags)
		}
	})
	failed.add(out.close())
	switch {
	case failed.any:
		return exitFailed, nil
	case flags.check && changed:
		return exitFindings, nil
	}
	return 0, nil
}

func fixFile(in input, flags fixFlags) fixed {
	text, err := in.read()
	f := fixed{input: in, old: text, new: text, err: err}
	if err != nil {
		return f
	}
	f.err = new(workspaces).guard(in, text, func(o *opened) error {
		for _, p := range o.projectFindings() {
			f.broken = append(f.broken, fmt.Sprintf("%s:%d: %s: %s", printable(p.File), p.line, p.Rule, p.Message))
		}
		opt := codeactions.Options{Level: codeactions.Safe, Only: flags.only}
		if flags.all {
			opt.Level = codeactions.Review
		}
		if o.settings.Excluded && (in.found || flags.forceExclude) {
			return nil
		}
		outcome := codeactions.Optimize(analysis.Analyze(o.doc, o.proj, o.rules), opt)
		f.new, f.files = outcome.Text, o.fileFixes(outcome.Files)
		for _, a := range outcome.Applied {
			if a.Level == codeactions.Review && a.Note != "" {
				f.remarks = append(f.remarks, fmt.Sprintf("%s: review %s: %s", printable(in.name), a.Rule.Name, oneLine(a.Note)))
			}
		}
		for _, r := range outcome.Refused {
			f.remarks = append(f.remarks, fmt.Sprintf("%s:%d: refused %s: %s", printable(in.name), o.firstLine()+r.Line, r.Rule.Name, oneLine(r.Reason)))
		}
		if o.inline != nil && o.inline.Interpolated && f.new != f.old {
			f.new = f.old
			f.remarks = []string{fmt.Sprintf("%s:%d: refused: compose puts values of its own into the Dockerfile of the service %s, which are not known here", printable(in.name), o.firstLine(), in.service)}
		}
		if o.inline != nil && !flags.write {
			f.new = f.composed(o.inline)
			f.old = o.inline.compose
		}
		if flags.write && f.new != f.old {
			if err := f.write(); err != nil {
				f.new, f.files = f.old, nil
				return err
			}
		}
		return o.unreadable()
	})
	return f
}

// composed is the compose file with the new Dockerfile in it.
func (f fixed) composed(at *inlineText) string {
	if f.new == f.old {
		return at.compose
	}
	return at.With(at.compose, f.new)
}

// write replaces the file.
func (f fixed) write() error {
	if f.service != "" {
		return rewriteInline(f.input, f.old, f.new)
	}
	return rewrite(f.input, f.old, f.new)
}

// unreadable says why BuildKit, and therefore restage, can do nothing with a file.
func (o *opened) unreadable() error {
	problems := o.doc.Problems
	if len(problems) == 0 {
		problems = o.doc.Check()
	}
	if len(problems) == 0 {
		return nil
	}
	line := o.doc.Mapper.Position(problems[0].Span.Start, source.UTF16).Line + 1
	return fmt.Errorf("cannot fix %s: line %d: %s", printable(o.name), line, oneLine(problems[0].Message))
}

// print prints what the flags ask for. Standard input comes back whole even
// when nothing could be done, so that an editor's filter loses no text.
func (f fixed) print(out *output, flags fixFlags) {
	switch {
	case flags.write:
	case flags.check:
		if f.new != f.old {
			fmt.Fprintln(out, printable(f.name))
		}
	case flags.stdout || f.stdin():
		out.WriteString(f.new)
	case f.new != f.old:
		from, to := diffLabels(f.name)
		out.diff(udiff.Unified(from, to, f.old, f.new))
	}
}

// diffLabels names the two sides so that git apply and patch -p1 find the file.
func diffLabels(name string) (from, to string) {
	label := filepath.ToSlash(name)
	if filepath.IsLocal(name) {
		label = filepath.ToSlash(filepath.Clean(name))
		from, to = "a/"+label, "b/"+label
	} else {
		from, to = label, label
	}
	if from, to = printable(from), printable(to); strings.Contains(label, " ") {
		// As diff and git do: else patch takes what follows a blank for a date.
		from, to = from+"\t", to+"\t"
	}
	return from, to
}
