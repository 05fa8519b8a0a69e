package main

import (
	"github.com/spf13/cobra"

	"smtpscope/capture"
	"smtpscope/report"
)

func (p *program) interfacesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "interfaces",
		Short:   "List what live can listen to",
		Long:    "Lists the network interfaces with their link and their addresses, those with a\nlink first. A mirror port often has a link and no address.",
		Example: "  smtpscope interfaces",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			list, err := capture.Interfaces()
			if err != nil {
				return err
			}
			return report.WriteInterfaces(p.stdout, list, report.Style{Width: p.width(), Color: p.colored("auto")})
		},
	}
}
