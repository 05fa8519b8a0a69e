package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `smtpscope reads packet captures of mail traffic (pcap or pcapng, plain or
compressed), follows every SMTP session in them, and says where it ended, how,
and by whom.

Exit codes: 0 done, 1 failed (also where an input could not be read whole; what
was read is reported all the same), 2 wrong usage.`

const rootExamples = `  smtpscope analyze mail.pcap                       every session, a line each
  smtpscope analyze --abnormal mail.pcap            only those that ended abnormally
  smtpscope show mail.pcap --session 790            one session, packet by packet
  ssh gw tcpdump -U -s 0 -w - port 25 | smtpscope analyze -`

// rootCommand builds the command with everything below it. Nothing of it is
// global: each call gives a new one.
func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "smtpscope",
		Short:         "Where did that mail session end, how, and by whom?",
		Long:          rootHelp,
		Example:       rootExamples,
		Version:       version(),
		Args:          p.unknownCommand,
		RunE:          p.noCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", ".FlagUsagesWrapped 96"))
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		p.analyzeCommand(),
		p.showCommand(),
		p.explainCommand(),
		p.reportCommand(),
		p.extractCommand(),
		p.logCommand(),
		p.formatsCommand(),
		p.liveCommand(),
		p.interfacesCommand(),
		p.completionCommand(),
		p.versionCommand(),
		p.manCommand(),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// noCommand answers to the name of the program alone.
func (p *program) noCommand(c *cobra.Command, _ []string) error {
	c.SetOut(p.stderr)
	if err := c.Help(); err != nil {
		return err
	}
	return usage("no command given").hint("smtpscope analyze CAPTURE lists the sessions of a capture")
}

// unknownCommand answers to a first word that is no command: often a capture.
func (p *program) unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := usage("unknown command %q", args[0])
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	switch near := closest(args[0], names); {
	case near != "":
		return e.hint("did you mean %q? see smtpscope --help", near)
	case args[0] == "-" || isFile(args[0]):
		return e.hint("to analyse that capture: smtpscope analyze %s", strings.Join(args, " "))
	}
	return e.hint("see smtpscope --help")
}

func isFile(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// flagError turns pflag's errors into usage errors with a suggestion.
func flagError(c *cobra.Command, err error) error {
	see := "see " + c.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage("%s", err).hint("%s", see)
	}
	e := usage("unknown flag %s", dashed(unknown.GetSpecifiedName()))
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if near := closest(unknown.GetSpecifiedName(), sorted(names)); near != "" {
		return e.hint("did you mean --%s? %s", near, see)
	}
	return e.hint("%s", see)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
