package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
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
			var names []string
			for _, r := range rules.All() {
				names = append(names, r.Name+"\t"+r.Title)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
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
			fmt.Fprintf(out, "%s (%s): %s\n\n%s\n", out.paint(bold, r.Name), r.Severity, r.Title, r.Why)
			if example.Diff != "" {
				fmt.Fprintf(out, "\nWhat restage does about it:\n\n")
				out.diff(example.Diff)
			}
			if example.Refused != "" {
				fmt.Fprintf(out, "\nWhere restage refuses to mend it, it says why:\n\n%s", example.Refused)
			}
			if codeactions.Mends(r) {
				fmt.Fprintf(out, "\nHow to allow it: %s:\n\n%s\n", ruledoc.AllowHow, ruledoc.Allow(r.Name))
			}
			return out.close()
		},
	}
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
