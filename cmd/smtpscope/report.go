package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"smtpscope/redact"
	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/report/wholefile"
	"smtpscope/session"
)

const reportHelp = `Writes what became of the sessions as one file for somebody who was not there:
a page, a ticket text, a mail, or the records. The first page has the answer, how
sure it is and what to do next; then come, for many sessions, when they were and
what they have in common, and each session that ended abnormally in full, with a
ladder diagram, its transcript, findings and the gateway's log lines.

The format follows the name of the file: .html, .md (for ticket forms), .txt (for
mail), .json (the records). The file appears whole or not at all, readable for
its owner only, and replaces another one only with --force. Credentials and the
content of mails are never in it; addresses and names are, unless --redact
replaces them by pseudonyms. No form shows the content of mails; the packets of
a bundle do with --with-bodies.

--bundle writes one zip file instead: the report as page and as text, the packets
of its sessions (see smtpscope extract), the records, the log's lines, and a list
of hashes.`

const reportExamples = `  smtpscope report mail.pcap -o incident.html
  smtpscope report mail.pcap --log /var/log/maillog --abnormal -o incident.html
  smtpscope report mail.pcap --session 790 -o session-790.html
  smtpscope report mail.pcap --abnormal --redact --bundle ticket.zip
  smtpscope report mail.pcap --id 4F2A1C8 --format md -o -
  smtpscope report ring/*.pcap --since 02:10 --until 02:30 -o night.txt`

// reportFlags are the flags of report.
type reportFlags struct {
	input    inputFlags
	filter   filterFlags
	log      logFlags
	redact   redactFlags
	sessions []string
	bundle   string
	bodies   bool
	format   string
	output   string
	force    bool
	details  int
	rows     int
}

func (p *program) reportCommand() *cobra.Command {
	f := new(reportFlags)
	c := &cobra.Command{
		Use:     "report CAPTURE... -o FILE",
		Short:   "Write a report to attach to a ticket: a page, Markdown, text or JSON",
		Long:    reportHelp,
		Example: reportExamples,
		Args:    needCaptures,
		RunE: func(c *cobra.Command, args []string) error {
			return p.report(f, args, filterWords(c.Flags()))
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVarP(&f.output, "output", "o", "", "`FILE` to write; - is standard output")
	c.Flags().StringVar(&f.format, "format", "", "`FORM`: html, md, txt or json (default: as the file's name ends)")
	c.Flags().BoolVar(&f.force, "force", false, "replace the file where it is there already")
	c.Flags().StringArrayVar(&f.sessions, "session", nil, "`NUMBER` of the session's first frame (column # of analyze); repeatable")
	c.Flags().IntVar(&f.details, "details", document.DefaultDetails, "tell at most this `NUMBER` of sessions in full; the rest is listed and counted")
	c.Flags().IntVar(&f.rows, "rows", document.DefaultRows, "list at most this `NUMBER` of sessions in each table; the rest is counted")
	c.Flags().StringVar(&f.bundle, "bundle", "", "`FILE`.zip to write instead: the report as page and text, the packets (as extract writes them), the records and the log's lines")
	c.Flags().BoolVar(&f.bodies, "with-bodies", false, "leave message bodies as they are in the packets of a bundle")
	f.redact.register(c.Flags())
	f.log.register(c)
	f.filter.register(c.Flags())
	c.Flags().Lookup("abnormal").Usage += amongThese
	f.input.registerFiles(c.Flags())
	complete(c, "format", reportFormats)
	completeCommon(c)
	return c
}

// A reporting is one run of report.
type reporting struct {
	*reading
	log       *aligned // nil without a log
	choice    *document.Choice
	builder   *document.Builder // nil where records are written
	records   *report.JSON      // else nil
	limits    document.Limits
	asked     string // the filters as they were typed
	shown     string // the same for the report
	format    string
	progress  *progress
	selection *report.Selection
	found     map[int64]bool // of the sessions that were named

	redactor document.Redactor  // nil = names stay
	held     []*session.Session // all that were selected, where there is a redactor
	names    *redact.Redactor   // the same, for what else it knows
	bundle   bool
	bodies   bool               // in the packets of a bundle
	logs     []string           // files of the log
	kept     []*session.Session // of a bundle, with names as they are
}

func (p *program) report(f *reportFlags, paths []string, asked string) error {
	format, err := f.check(paths)
	if err == nil && f.bundle != "" {
		err = f.checkBundle(paths)
	}
	if err != nil {
		return err
	}
	g, err := p.reporting(f, paths, asked)
	if err != nil {
		return err
	}
	g.format = format
	if err := g.prepare(); err != nil {
		return err
	}
	if g.bundle {
		if f.bodies {
			p.complain("warning: the packets in " + f.bundle + " hold the content of mails; give it to nobody who may not read them")
		}
		err = existing(wholefile.Write(f.bundle, f.force, g.writeBundle))
	} else if f.output == "-" {
		out := bufio.NewWriterSize(p.stdout, 1<<16)
		if err = g.write(out); err == nil {
			err = out.Flush()
		}
	} else {
		err = existing(wholefile.Write(f.output, f.force, g.write))
	}
	if err != nil {
		return err
	}
	return p.concludeReport(g, f)
}

// concludeReport says what went wrong while reading, and which sessions that
// were named are not there.
func (p *program) concludeReport(g *reporting, f *reportFlags) error {
	failed := p.conclude(g.reading)
	if g.log != nil {
		failed = errors.Join(p.complainAll(logComplaints(g.log.report)), failed)
	}
	if g.selected == 0 && len(g.selection.Sessions) == 0 && g.asked != "" {
		p.complain(fmt.Sprintf("warning: no session matches %s; there are %s, and the report says no more than that",
			g.asked, report.Count(g.quality.Sessions, "session", "sessions")))
	}
	for _, n := range g.selection.Sessions {
		if !g.found[n] {
			p.complain(fmt.Sprintf("no session %d matches %s: a session is named by its first frame, the column # of smtpscope analyze", n, g.asked))
			failed = errReported
		}
	}
	return failed
}

// reporting understands the flags.
func (p *program) reporting(f *reportFlags, paths []string, asked string) (*reporting, error) {
	in, err := p.input(&f.input, paths)
	if err != nil {
		return nil, err
	}
	selection, err := f.filter.selection(in.zone)
	if err != nil {
		return nil, err
	}
	if selection.Sessions, err = parseSessions(f.sessions); err != nil {
		return nil, err
	}
	log, err := p.logs(&f.log, paths)
	if err != nil {
		return nil, err
	}
	g := &reporting{asked: asked, shown: asked, selection: selection, found: map[int64]bool{}, limits: document.Limits{Details: f.details, Rows: f.rows},
		progress: p.newProgress(in.quiet, f.output == "-")}
	if g.names, err = p.redactor(&f.redact); err != nil {
		return nil, err
	}
	if g.names != nil { // a nil pointer in the interface would be no nil
		g.redactor = g.names
		g.shown = f.redact.asked(g.names)
	}
	g.logs = f.log.files
	g.bundle, g.bodies = f.bundle != "", f.bodies
	every := len(selection.Sessions) > 0 || len(selection.IDs) > 0
	g.choice = document.NewChoice(g.limits, every)
	g.reading = &reading{in: in, selection: selection, events: true, holds: true, trace: g.bundle, progress: g.progress.callback()}
	if log != nil {
		g.log = alignedReading(g.reading, log)
	}
	return g, nil
}

// prepare reads everything a document is made of, so that no half file lies
// around while hours of capture are read.
func (g *reporting) prepare() error {
	if g.format == "json" {
		return nil
	}
	g.builder = document.NewBuilder(document.Options{Asked: g.shown, Zone: g.in.zone, Limits: g.limits, Every: g.choice.Every, Redactor: g.redactor})
	return g.read()
}

// write writes the report. Records are written as they are read: nobody has
// the memory to keep them.
func (g *reporting) write(w io.Writer) error {
	if g.format != "json" {
		return documentWriters[g.format](w, g.document())
	}
	out := bufio.NewWriterSize(w, 1<<16)
	g.records = report.NewJSON(out)
	if err := g.read(); err != nil {
		return err
	}
	if err := g.records.Close(g.patternLines(), g.shownLine()); err != nil {
		return err
	}
	return out.Flush()
}

// line is the line about the capture, with the log's part of it and what the
// files are known by.
func (g *reporting) line() *report.Capture {
	line := g.captureLine()
	if g.log != nil {
		line.Log = g.log.summaryLine()
	}
	addHashes(line)
	return line
}

// shownLine is the line, without names where there is a redactor.
func (g *reporting) shownLine() *report.Capture {
	line := document.Redacted(g.line(), g.redactor)
	if g.names != nil {
		line.Redacted = replaced(g.names)
	}
	return line
}

// read hands every session that was selected on. The stories of sessions that
// are not told in full are let go at once.
func (g *reporting) read() error {
	err := g.readAll()
	g.progress.end()
	if err != nil {
		return err
	}
	return g.showHeld()
}

func (g *reporting) readAll() error {
	if g.log == nil {
		g.emit = func(s *session.Session) error { g.slim(s, true); return g.add(s) }
		return g.run()
	}
	wait := g.emit
	g.emit = func(s *session.Session) error {
		// Whether an id is a session's, or TLS ended abnormally, may be known to the log alone.
		unsure := len(g.selection.IDs) > 0 || g.selection.Abnormal && s.Record.Ended.Phase == "tls"
		g.slim(s, unsure || g.selection.Match(&s.Record, g.first))
		return wait(s)
	}
	if err := g.log.run(); err != nil {
		return err
	}
	return g.log.emitTo(g.add)
}

// slim lets a session's events go where it will not be told in full, when the
// redactor has seen whom they name.
func (g *reporting) slim(s *session.Session, wanted bool) {
	if wanted && g.names != nil {
		g.names.LearnSession(s)
	}
	if !wanted || g.format == "json" || !g.choice.Wants(&s.Record) {
		s.Events = nil
	}
}

func (g *reporting) add(s *session.Session) error {
	if len(g.selection.Sessions) > 0 {
		g.found[s.Record.Session] = true
	}
	if g.redactor != nil {
		g.held = append(g.held, s)
		return nil
	}
	return g.show(s)
}

// A learner is a redactor that must see all sessions before the first is
// shown: a name that one of them betrays may stand in another's text.
type learner interface{ LearnSession(*session.Session) }

// showHeld shows the sessions that waited for the redactor to learn.
func (g *reporting) showHeld() error {
	if l, learns := g.redactor.(learner); learns {
		for _, s := range g.held {
			l.LearnSession(s)
		}
	}
	for i, s := range g.held {
		g.held[i] = nil
		if err := g.show(s); err != nil {
			return err
		}
	}
	return nil
}

func (g *reporting) show(s *session.Session) error {
	if g.records == nil {
		g.reading.patterns.Add(s)
		g.builder.Add(s) // it redacts
		if g.bundle {
			g.kept = append(g.kept, s)
		}
		return nil
	}
	if g.redactor != nil {
		s = g.redactor.Session(s)
	}
	g.reading.patterns.Add(s) // which then name nobody either
	return g.records.Session(s)
}
