package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/internal/ruledoc"
)

func explainCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "Explain one rule, with an example",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				_, err := findRule("")
				return fmt.Errorf("explain takes one rule: %w", err)
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ruleNames(func(*analysis.Rule) bool { return true }), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := explained(args[0])
			if err != nil {
				return err
			}
			example, err := ruledoc.FirstExample(r.Name)
			if err != nil {
				return err
			}
			out := stdout()
			out.explain(r, example)
			return out.close()
		},
	}
}

// explain prints what the page of a rule says.
func (o *output) explain(r *analysis.Rule, e ruledoc.Example) {
	level := r.Severity.String()
	if r.Off {
		level += ", off unless the settings name it"
	}
	fmt.Fprintf(o, "%s (%s): %s\n\n%s\n", o.paint(bold, r.Name), level, r.Title, o.prose(r.Why))
	switch {
	case e.Diff != "":
		fmt.Fprint(o, "\nWhat restage does about it:\n\n")
		o.diff(e.Diff)
	case e.Found != "":
		fmt.Fprintf(o, "\nExample:\n\n%s\nrestage says (line and column first):\n\n%s", e.Text, e.Found)
	}
	if e.Refused != "" {
		fmt.Fprintf(o, "\nWhere restage refuses to mend it, it says why:\n\n%s", e.Refused)
	}
	if len(r.Options) > 0 {
		fmt.Fprintf(o, "\nOptions, for restage.toml:\n\n[rules.%s]\n", r.Name)
		for _, option := range r.Options {
			fmt.Fprintf(o, "%s = %s  # %s\n", option.Name, option.Default, option.Doc)
		}
	}
	if len(r.Aliases) > 0 {
		fmt.Fprintf(o, "\nOthers call it %s.\n", strings.Join(r.Aliases, ", "))
	}
	if r != analysis.Syntax && r != analysis.BrokenProject {
		fmt.Fprintf(o, "\nHow to allow it: %s:\n\n%s\n", ruledoc.AllowHow, ruledoc.Allow(r.Name))
	}
}

var (
	inlineCode   = lazyregexp.New("`[^`]+`")
	markdownLink = lazyregexp.New(`\[([^\]]+)\]\(([^)]+)\)`)
)

// prose is Markdown as a terminal shows it: links with their addresses, code in
// another colour where there is colour.
func (o *output) prose(markdown string) string {
	text := markdownLink.ReplaceAllString(strings.TrimSpace(markdown), "$1 ($2)")
	if !o.colour {
		return text
	}
	return inlineCode.ReplaceAllStringFunc(text, func(code string) string { return o.paint(cyan, strings.Trim(code, "`")) })
}

// explained finds a rule, or one of the two findings that no rule makes.
func explained(name string) (*analysis.Rule, error) {
	for _, r := range []*analysis.Rule{analysis.Syntax, analysis.BrokenProject} {
		if r.Name == name {
			return r, nil
		}
	}
	return findRule(name)
}
