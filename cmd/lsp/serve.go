package main

import (
	"os"

	"github.com/spf13/cobra"

	"restage/server"
)

// serveCmd runs the language server. Its exit status is the protocol's: 0 only
// after a shutdown request.
func serveCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Be a language server on standard input and output",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return statusOrNil(server.Run(cmd.Context(), os.Stdin, os.Stdout, server.Options{}))
		},
	}
	cmd.Flags().Bool("stdio", false, "speak over standard input and output (the only way; editors add this flag)")
	return cmd
}
