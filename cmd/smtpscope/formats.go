package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"smtpscope/gatewaylog"
)

func (p *program) formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "List the gateway logs that can be read, with an example line each",
		Long: `Lists the forms of log that can be read, with an example line each. They are
recognised by their lines; --log-format takes the first word of a form where the
lines alone do not tell.`,
		Example: "  smtpscope formats",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			out := bufio.NewWriter(p.stdout)
			for i, f := range gatewaylog.Formats() {
				if i > 0 {
					fmt.Fprintln(out)
				}
				fmt.Fprintf(out, "%s: %s\n  %s\n", f.Name, f.Description, f.Example)
			}
			return out.Flush()
		},
	}
}
