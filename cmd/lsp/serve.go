package main

import (
	"context"
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
			ctx := cmd.Context()
			if ctx == nil { // bare "restage --stdio" calls this without executing it
				ctx = context.Background()
			}
			collectAt(50) // a server waits most of the time, and what it takes from an editor's machine is memory
			return statusOrNil(server.Run(ctx, os.Stdin, os.Stdout, server.Options{Version: version()}))
		},
	}
	cmd.Flags().Bool("stdio", false, "speak over standard input and output (the only way; editors add this flag)")
	return cmd
}
