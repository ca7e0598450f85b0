package main

import (
	"context"
	"os"
	"runtime/debug"

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
			spareMemory()
			return statusOrNil(server.Run(ctx, os.Stdin, os.Stdout, server.Options{Version: version()}))
		},
	}
	cmd.Flags().Bool("stdio", false, "speak over standard input and output (the only way; editors add this flag)")
	return cmd
}

// spareMemory has the garbage collected twice as often as Go does by itself,
// unless the user says how often: a server waits most of the time, and what it
// takes from an editor's machine is memory.
func spareMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
