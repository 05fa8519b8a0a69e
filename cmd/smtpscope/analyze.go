package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

const analyzeHelp = `Lists the SMTP sessions of captures: who spoke to whom, which mail, and where,
how and by whom the session was ended, and the cause where one can be named. What
many sessions have in common is said first. Several files are read as one capture
in the order of their packets' time, so name all files of a ring. "-" is standard
input. Formats and compression are told by content: pcap, pcapng; gzip, zstd, lz4.

A filter takes commas or may be repeated where one of several is enough;
different filters must all hold. With --format jsonl or csv each session is
written as soon as nothing can change it any more, and memory does not grow with
the capture.

What sessions have in common is looked for among those that are asked for. With
--abnormal a mail that was sent again and then accepted is not known for the
same one: its second session ended in order. Leave --abnormal out to see both.`

const analyzeExamples = `  smtpscope analyze mail.pcap
  smtpscope analyze --abnormal --phase mid-data --ended rst,fin:server ring/*.pcap
  smtpscope analyze --id 4F2A1C8 --tz Local mail.pcap
  smtpscope analyze --since 02:10 --until 02:30 --client 192.0.2.0/24 mail.pcap
  smtpscope analyze --no-probes --finding connection-refused mail.pcap
  smtpscope analyze --summary --gateway 198.51.100.5 mail.pcap
  smtpscope analyze --format jsonl mail.pcap | jq -c 'select(.abnormal)'
  ssh gw tcpdump -U -s 0 -w - port 25 | smtpscope analyze -`

// A sink is a form in which sessions are written.
type sink interface {
	// Session takes one session that was asked for.
	Session(*session.Session) error
	// Patterns takes what the sessions have in common, before Capture.
	Patterns([]diagnosis.Pattern) error
	// Capture takes what there is to say in the end.
	Capture(*report.Capture) error
}

// analyzeFlags are the flags of analyze.
type analyzeFlags struct {
	input   inputFlags
	filter  filterFlags
	log     logFlags
	logOnly bool
	format  string
	summary bool
}

func (p *program) analyzeCommand() *cobra.Command {
	f := new(analyzeFlags)
	c := &cobra.Command{
		Use:     "analyze CAPTURE...",
		Aliases: []string{"analyse"},
		Short:   "List the sessions of captures with their verdicts",
		Long:    analyzeHelp,
		Example: analyzeExamples,
		Args:    needCaptures,
		RunE: func(c *cobra.Command, args []string) error {
			return p.analyze(f, args, filterWords(c.Flags()))
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&f.format, "format", "table", "`FORM`: table, jsonl or csv")
	c.Flags().BoolVar(&f.summary, "summary", false, "count by verdict, by finding, by client and by hour instead of listing")
	f.log.register(c)
	c.Flags().BoolVar(&f.logOnly, "log-only", false, "list the log's connections that no packet was seen for, and why")
	f.filter.register(c.Flags())
	c.Flags().Lookup("abnormal").Usage += amongThese
	f.input.registerFiles(c.Flags())
	complete(c, "format", formats)
	completeCommon(c)
	return c
}

func (p *program) analyze(f *analyzeFlags, paths []string, asked string) error {
	in, err := p.input(&f.input, paths)
	if err != nil {
		return err
	}
	selection, err := f.filter.selection(in.zone)
	if err != nil {
		return err
	}
	log, err := p.logs(&f.log, paths)
	if err != nil {
		return err
	}
	if f.logOnly && log == nil {
		return usage("--log-only without a log").hint("name the log: --log /var/log/maillog")
	}
	out := bufio.NewWriterSize(p.stdout, 1<<16)
	sink, err := p.sinkOrNone(f, in, out, asked)
	if err != nil {
		return err
	}
	progress := p.newProgress(in.quiet, f.format != "table")
	r := &reading{in: in, selection: selection, progress: progress.callback()}
	if r.forgets = log == nil && f.format != "table"; r.forgets { // each session is written at once
		keepLittle()
	}
	if log != nil {
		return p.analyzeWithLog(f, alignedReading(r, log), sink, out, progress)
	}
	r.emit = r.gathering(sink.Session)
	if f.format != "table" {
		r.flush = out.Flush
	}
	err = r.run()
	progress.end()
	if err != nil {
		return err
	}
	collectReading(r.taken)
	return p.finishAnalyze(f, r, r.captureLine(), sink, out)
}

// finishAnalyze writes what stands behind the sessions, and says what went
// wrong.
func (p *program) finishAnalyze(f *analyzeFlags, r *reading, line *report.Capture, sink sink, out *bufio.Writer) error {
	if err := sink.Patterns(r.patterns.Found()); err != nil {
		return err
	}
	if err := sink.Capture(line); err != nil {
		return err
	}
	if f.format == "table" && !r.in.quiet {
		if err := p.remarks(f, out, r); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return p.conclude(r)
}

var formats = []string{"table", "jsonl", "csv"}

func (p *program) sink(f *analyzeFlags, in *input, out io.Writer, asked string) (sink, error) {
	style := p.style(in, f.input.color)
	if f.summary && f.format != "table" {
		return nil, usage("--summary has no form as %s", f.format).
			hint("leave one of --summary and --format out; jq or a spreadsheet can count the sessions too")
	}
	switch f.format {
	case "table":
		if f.summary {
			return report.NewSummary(out, style, asked, in.quiet), nil
		}
		return report.NewTable(out, style, asked, in.quiet), nil
	case "jsonl":
		return report.NewJSONL(out), nil
	case "csv":
		if len(f.log.files) > 0 {
			return report.NewCSVWithLog(out)
		}
		return report.NewCSV(out)
	}
	return nil, unknownWord("--format", f.format, formats)
}

// remarks are what a person should be told besides the sessions.
func (p *program) remarks(f *analyzeFlags, out io.Writer, r *reading) error {
	var lines []string
	if r.quality.Sessions == 0 {
		lines = nothing(r)
	}
	if r.in.verbose && r.quality.Sessions > 0 {
		lines = append(lines, contents(r)...)
	}
	if f.filter.abnormal && r.unanswered > 0 {
		lines = append(lines, unansweredMails(r.unanswered))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, report.Wrap(line, p.columns(), 2)); err != nil {
			return err
		}
	}
	return nil
}

// unansweredMails says where the mails may be found that came again: a try that was
// accepted ended in order, so --abnormal, which means what the records mean by it, leaves
// it out.
func unansweredMails(n int64) string {
	subject := "the end of 1 mail was not answered: whether it"
	if n > 1 {
		subject = fmt.Sprintf("the ends of %s mails were not answered: whether they", report.Thousands(n))
	}
	return subject + " came again is seen without --abnormal, for a session in which a mail is accepted ends in order"
}

// conclude says what went wrong while reading; then the program has failed,
// whatever could be reported.
func (p *program) conclude(r *reading) error {
	complaints := r.complaints()
	for _, err := range complaints {
		p.complain(err.Error())
	}
	if len(complaints) > 0 {
		return errReported
	}
	return nil
}
