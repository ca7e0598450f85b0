// Command restage is the language server and the command line that refactor
// Python Dockerfiles. This package is wiring and printing only: what is wrong
// is found by package analysis, and mended by package codeactions.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:])) }

// run executes one command line and gives the exit status of the process.
func run(args []string) int {
	root := rootCmd()
	root.SetArgs(args)
	err := root.Execute()
	var s status
	switch {
	case err == nil:
		return 0
	case errors.As(err, &s):
		return int(s)
	}
	fmt.Fprintf(os.Stderr, "restage: %v\n", err)
	return exitFailed
}

// The exit statuses of the contract. A command that ran and has said what it
// had to say returns one as its error.
const (
	exitFindings = 1
	exitFailed   = 2
)

// status is an exit status on its way to main; everything has been printed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// ExitCode is the status of the process, as in os/exec.ExitError.
func (s status) ExitCode() int { return int(s) }

// statusOrNil is the error for an exit status: none for 0.
func statusOrNil(s int) error {
	if s == 0 {
		return nil
	}
	return status(s)
}

func rootCmd() *cobra.Command {
	root := &cobra.Command{
		Use:   "restage",
		Short: "Refactor Python Dockerfiles, in the editor and on the command line",
		Long: `restage reads a Dockerfile together with the Python project it builds, says what
makes the build slow, big or fragile, and rewrites the file in place.

It works offline: no network, no Docker engine, and nothing outside the
workspace is read.`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	serve := serveCmd()
	// Editors start a language server with "--stdio" and nothing else.
	stdio := root.Flags().Bool("stdio", false, "be a language server on standard input and output, as serve is")
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *stdio {
			serve.SetContext(cmd.Context())
			return serve.RunE(serve, args)
		}
		return cmd.Help()
	}
	root.AddCommand(serve, checkCmd(), fixCmd(), factsCmd(), rulesCmd(), explainCmd(), versionCmd())
	return root
}
