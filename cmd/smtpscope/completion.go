package main

import (
	"slices"

	"github.com/spf13/cobra"
)

const completionHelp = `Prints what teaches a shell to complete smtpscope's commands, flags and their
words when the tab key is pressed.`

const completionExamples = `  smtpscope completion bash > /etc/bash_completion.d/smtpscope
  smtpscope completion zsh > "${fpath[1]}/_smtpscope"
  smtpscope completion fish > ~/.config/fish/completions/smtpscope.fish`

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (p *program) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print the completion for a shell: " + anyOf(shells),
		Long:      completionHelp,
		Example:   completionExamples,
		ValidArgs: shells,
		Args: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage("completion needs one shell").hint("it is one of %s", anyOf(shells))
			case !slices.Contains(shells, args[0]):
				return unknownWord("shell", args[0], shells)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.stdout, true)
			case "zsh":
				return root.GenZshCompletion(p.stdout)
			case "fish":
				return root.GenFishCompletion(p.stdout, true)
			}
			return root.GenPowerShellCompletionWithDesc(p.stdout)
		},
	}
}
