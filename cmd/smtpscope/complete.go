package main

import (
	"github.com/spf13/cobra"

	"smtpscope/diagnosis"
	"smtpscope/report"
)

// complete lets the shell offer the words of a flag.
func complete(c *cobra.Command, flag string, words []string) {
	// The only error is that of a flag that does not exist.
	if err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// completeCommon does so for the flags that analyze and show share.
func completeCommon(c *cobra.Command) {
	hows := make([]string, len(report.Hows))
	for i, how := range report.Hows {
		hows[i] = string(how)
	}
	complete(c, "ended", hows)
	complete(c, "phase", phaseWords())
	complete(c, "finding", diagnosis.Codes())
	complete(c, "color", colors)
}
