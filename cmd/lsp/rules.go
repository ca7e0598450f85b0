package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"restage/analysis"
	"restage/analysis/rules"
)

func rulesCmd() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			out := stdout()
			switch format {
			case "text":
				listRules(out)
			case "json":
				if err := listRulesJSON(out); err != nil {
					return err
				}
			default:
				return fmt.Errorf("unknown format %q: use text or json", format)
			}
			return out.close()
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "how to print the list: text or json")
	return cmd
}

func listRules(out *output) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range rules.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, r.Severity, r.Title)
	}
	w.Flush() // into out, which remembers its errors
}

func listRulesJSON(out *output) error {
	type rule struct {
		Name     string `json:"name"`
		Severity string `json:"severity"`
		Title    string `json:"title"`
		Why      string `json:"why"`
	}
	list := []rule{}
	for _, r := range rules.All() {
		list = append(list, rule{r.Name, r.Severity.String(), r.Title, r.Why})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(list)
}

// findRule gives the rule of a name, or an error that lists the names there are.
func findRule(name string) (*analysis.Rule, error) {
	var names []string
	for _, r := range rules.All() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return nil, fmt.Errorf("unknown rule %q; the rules are: %s", name, strings.Join(names, ", "))
}

// ruleNames are the rules that a shell offers, with their titles.
func ruleNames(wanted func(*analysis.Rule) bool) []string {
	var names []string
	for _, r := range rules.All() {
		if wanted(r) {
			names = append(names, r.Name+"\t"+r.Title)
		}
	}
	return names
}
