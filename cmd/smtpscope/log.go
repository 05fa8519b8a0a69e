package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"smtpscope/gatewaylog"
	"smtpscope/report"
)

const logHelp = `Reads gateway logs alone and lists the connections that they tell of: who, which
mails, and how the product says they ended. ID is what the product calls a
connection; for Postfix and sendmail it is a process, which serves one client
after another. Products and forms are recognised; see smtpscope formats. Several
files are read in the order of their times. With --format jsonl or csv each
connection is written as soon as it is finished.`

const logExamples = `  smtpscope log /var/log/maillog
  smtpscope log --format jsonl mail.@*.s | jq -c 'select(.ended.how == "lost")'
  journalctl -o short-iso -u postfix | smtpscope log -`

type logCommandFlags struct {
	logFlags
	output  string
	tz      string
	color   string
	verbose bool
	quiet   bool
}

func (p *program) logCommand() *cobra.Command {
	f := new(logCommandFlags)
	c := &cobra.Command{
		Use:     "log FILE...",
		Short:   "List the connections of gateway logs and how they ended",
		Long:    logHelp,
		Example: logExamples,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("no log named").hint("smtpscope log /var/log/maillog, or - for standard input; see %s --help", c.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.listLog(f, args) },
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&f.output, "format", "table", "`FORM`: table, jsonl or csv")
	f.registerReading(c.Flags())
	c.Flags().StringVar(&f.tz, "tz", "UTC", "`ZONE` for times shown, where the log names its own: Local, Europe/Berlin, +02:00")
	c.Flags().StringVar(&f.color, "color", "auto", "`WHEN`: auto, always or never")
	c.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "also say which lines were not taken, and why")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no lines about the log, errors only")
	complete(c, "format", formats)
	complete(c, "log-format", productNames())
	complete(c, "color", colors)
	return c
}

func (p *program) listLog(f *logCommandFlags, files []string) error {
	if err := checkColor(f.color); err != nil {
		return err
	}
	if f.verbose && f.quiet {
		return usage("--verbose and --quiet exclude each other").hint("leave one of them out")
	}
	sources, err := p.logSources(files, nil)
	if err != nil {
		return err
	}
	options, err := f.options(p.env["TZ"])
	if err != nil {
		return err
	}
	zone, err := parseZone(f.tz, p.env["TZ"])
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(p.stdout, 1<<16)
	sink, err := p.logSink(f.output, out, p.style(&input{zone: zone}, f.color))
	if err != nil {
		return err
	}
	grows := slices.ContainsFunc(sources, func(s gatewaylog.Source) bool { return s.Once }) // a pipe, as of journalctl -f
	read, err := gatewaylog.Read(sources, options, func(c *gatewaylog.Connection) error {
		err := sink.Connection(report.LogConnection{Connection: c})
		if err == nil && grows {
			err = out.Flush() // the next line may be hours away
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := sink.Close(); err != nil {
		return err
	}
	if f.output == "table" && !f.quiet {
		report.WriteLogReport(out, read, f.verbose)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.complainAll(logComplaints(read))
}

// A logSink is a form in which log connections are written.
type logSink interface {
	Connection(report.LogConnection) error
	Close() error
}

func (p *program) logSink(form string, out io.Writer, style report.Style) (logSink, error) {
	switch form {
	case "table":
		return report.NewLogTable(out, style), nil
	case "jsonl":
		return report.NewLogJSONL(out), nil
	case "csv":
		return report.NewLogCSV(out)
	}
	return nil, unknownWord("--format", form, formats)
}

func (p *program) complainAll(list []error) error {
	for _, err := range list {
		p.complain(err.Error())
	}
	if len(list) > 0 {
		return errReported
	}
	return nil
}

// logOnly lists the log connections that no packet was seen for.
func (p *program) logOnly(a *aligned, form string, out io.Writer, style report.Style, quiet bool) error {
	sink, err := p.logSink(form, out, style)
	if err != nil {
		return err
	}
	for _, o := range a.result.LogOnly {
		c := report.LogConnection{Connection: o.Connection, Reason: o.Reason, Sessions: o.Sessions}
		if o.AtKnown {
			at := o.At.Round(time.Microsecond)
			c.At = &at
		}
		if err := sink.Connection(c); err != nil {
			return err
		}
	}
	if err := sink.Close(); err != nil {
		return err
	}
	if form == "table" && !quiet && len(a.result.LogOnly) == 0 {
		_, err = fmt.Fprintln(out, "every log connection has its packets")
	}
	return err
}
