package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manDate stands in the footer of the manual pages, so that building them
// twice gives the same bytes.
var manDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIRECTORY",
		Short:   "Write the manual pages into a directory",
		Example: "  smtpscope man /usr/local/share/man/man1",
		Hidden:  true,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return usage("man needs one directory").hint("see smtpscope man --help")
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := c.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Section: "1", Source: "smtpscope", Date: &manDate}
			return doc.GenManTree(root, header, args[0])
		},
	}
}
