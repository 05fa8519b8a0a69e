package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"smtpscope/capture"
	"smtpscope/evidence"
	"smtpscope/redact"
	"smtpscope/report"
	"smtpscope/report/wholefile"
	"smtpscope/session"
)

const extractHelp = `Copies the packets of single sessions, and the ICMP errors that quote them, into
a pcapng file that can leave the house. Credentials are always blanked, message
bodies unless --with-bodies, and so is what nobody can know the nature of (bytes
behind a hole in the capture, words that are no command). Lengths, sequence
numbers and checksums stay, so Wireshark tells the same story of TCP, and
smtpscope comes to the same verdict. TLS is copied as it is.

The first packet of each session carries the verdict as a comment, and each
packet its number in the capture that it was cut out of ("smtpscope frame 790").
Sessions are chosen as for show: by --session or by the filters of analyze.`

const extractExamples = `  smtpscope extract mail.pcap --session 790 -o evidence.pcapng
  smtpscope extract ring/*.pcap --abnormal --since 02:10 -o night.pcapng
  smtpscope extract mail.pcap --id 4F2A1C8 --redact -o for-the-vendor.pcapng`

type extractFlags struct {
	input    inputFlags
	filter   filterFlags
	redact   redactFlags
	sessions []string
	out      string
	force    bool
	bodies   bool
	raw      bool
}

func (p *program) extractCommand() *cobra.Command {
	f := new(extractFlags)
	c := &cobra.Command{
		Use:     "extract CAPTURE... --session N -o FILE",
		Short:   "Cut single sessions out into a capture without secrets",
		Long:    extractHelp,
		Example: extractExamples,
		Args:    needCaptures,
		RunE: func(c *cobra.Command, args []string) error {
			return p.extract(f, args, filterWords(c.Flags()))
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringArrayVar(&f.sessions, "session", nil, "`NUMBER` of the session's first frame (column # of analyze); repeatable")
	c.Flags().StringVarP(&f.out, "output", "o", "", "`FILE` to write, pcapng")
	c.Flags().BoolVar(&f.force, "force", false, "replace the file if it is there")
	c.Flags().BoolVar(&f.bodies, "with-bodies", false, "leave message bodies as they are")
	c.Flags().BoolVar(&f.raw, "raw", false, "blank nothing, credentials neither")
	f.redact.register(c.Flags())
	f.filter.register(c.Flags())
	f.input.registerFiles(c.Flags())
	completeCommon(c)
	return c
}

// check finds what makes no sense before minutes are spent on reading.
func (f *extractFlags) check(paths []string, asked string) error {
	redacts := f.redact.flags.Changed("redact")
	switch {
	case asked == "":
		return usage("which session?").hint("--session N, the column # of smtpscope analyze; or a filter such as --id")
	case f.out == "":
		return usage("where to?").hint("name the file to write: -o evidence.pcapng")
	case slices.Contains(paths, "-"):
		return usage("extract reads its captures twice, and standard input can be read only once").
			hint("write it to a file first")
	case f.raw && redacts:
		return usage("--raw and --redact exclude each other").hint("leave --raw out: credentials and message bodies are then blanked too")
	case f.raw && f.bodies:
		return usage("--raw has the bodies already").hint("leave one of --raw and --with-bodies out")
	case f.bodies && redacts:
		return usage("--with-bodies and --redact exclude each other: a body names whom it likes").hint("leave one of them out")
	}
	return checkOutput(f.out, f.force, paths)
}

func (p *program) extract(f *extractFlags, paths []string, asked string) error {
	if err := f.check(paths, asked); err != nil {
		return err
	}
	in, err := p.input(&f.input, paths)
	if err != nil {
		return err
	}
	selection, err := f.filter.selection(in.zone)
	if err != nil {
		return err
	}
	if selection.Sessions, err = parseSessions(f.sessions); err != nil {
		return err
	}
	names, err := p.redactor(&f.redact)
	if err != nil {
		return err
	}
	progress := p.newProgress(in.quiet, false)
	r, s := choosing(in, selection)
	r.progress = progress.callback()
	err = r.run()
	progress.end()
	switch {
	case err != nil:
		return err
	case r.interrupted:
		return errors.New("interrupted: nothing was written")
	}
	failed := p.concludeShow(r, s.showing, asked)
	if len(s.sessions) == 0 {
		return failed
	}
	e := &extraction{p: p, in: in, f: f, names: names, sessions: s.sessions}
	if err := e.write(); err != nil {
		return err
	}
	return failed
}

// chosen gathers the sessions that are wanted, with their traces.
type chosen struct {
	*showing
	sessions []*session.Session
}

// choosing is a reading that gathers the selected sessions.
func choosing(in *input, selection *report.Selection) (*reading, *chosen) {
	s := &chosen{showing: &showing{wanted: selection.Sessions}}
	r := &reading{in: in, selection: selection, trace: true, holds: true, emit: s.take}
	if len(s.wanted) > 0 {
		r.keep = func(n int64) bool { return slices.Contains(s.wanted, n) }
		r.selection = &report.Selection{} // all numbers are needed to name near ones
		s.match = func(one *session.Record) bool { return selection.Match(one, r.first) }
	}
	return r, s
}

func (s *chosen) take(one *session.Session) error {
	if !s.picks(one) {
		return nil
	}
	s.shown = append(s.shown, one.Record.Session)
	s.sessions = append(s.sessions, one)
	return nil
}

// extraction is the second reading, which copies the packets.
type extraction struct {
	p        *program
	in       *input
	f        *extractFlags
	names    *redact.Redactor
	sessions []*session.Session
	result   evidence.Result
}

func (e *extraction) write() error {
	err := wholefile.Write(e.f.out, e.f.force, e.copy)
	if err == nil {
		e.tell()
	}
	return existing(err)
}

// copy writes the file.
func (e *extraction) copy(to io.Writer) error {
	progress := e.p.newProgress(e.in.quiet, false)
	defer progress.end()
	reader, err := capture.Open(capture.Config{Paths: e.in.paths, Filter: e.in.filter, Progress: progress.callback()})
	if err != nil {
		return err
	}
	defer reader.Close()
	watch := onSignal(reader.Stop)
	e.result, err = writeEvidence(to, reader, e.sessions, evidence.Options{Bodies: e.f.bodies, Raw: e.f.raw, Names: e.names})
	if watch.end() {
		return errors.New("interrupted: nothing was written")
	}
	return err
}

// writeEvidence copies the packets of sessions, each with its verdict.
func writeEvidence(to io.Writer, reader *capture.Reader, sessions []*session.Session, o evidence.Options) (evidence.Result, error) {
	if o.Names != nil {
		for _, s := range sessions {
			o.Names.LearnSession(s)
		}
	}
	list := make([]evidence.Chosen, len(sessions))
	for i, s := range sessions {
		list[i] = evidence.Chosen{Session: s, Comment: evidenceComment(s, o.Names)}
	}
	o.Application = "smtpscope " + version()
	words := shows(o)
	if o.Raw {
		words += ": this file holds " + holds(sessions)
	}
	o.Comments = []string{"cut out of a larger capture by smtpscope extract; " + words}
	return evidence.Write(to, reader, list, o)
}

// evidenceComment is what stands on a session's first packet.
func evidenceComment(s *session.Session, names *redact.Redactor) string {
	if names != nil {
		s = names.Session(s)
	}
	r := &s.Record
	return fmt.Sprintf("smtpscope session %d, %s → %s: %s", r.Session, r.Client, r.Server, report.Verdict(r))
}

// shows says what is to be seen in the copy.
func shows(o evidence.Options) string {
	words := "credentials and message bodies are blanked"
	switch {
	case o.Raw:
		return "nothing is blanked"
	case o.Bodies:
		words = "credentials are blanked, message bodies are as they were"
	}
	if o.Names != nil {
		words += "; " + kindWords(o.Names) + " are replaced, key " + o.Names.Fingerprint()
	}
	return words
}

func kindWords(r *redact.Redactor) string {
	var words []string
	for i, w := range redact.Words {
		if r.Kinds().Has(1 << i) {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

// tell says on standard error what was written.
func (e *extraction) tell() {
	say := func(format string, v ...any) {
		e.p.complain(e.f.out + ": " + fmt.Sprintf(format, v...))
	}
	r := &e.result
	what := report.Count(int64(r.Sessions), "session", "sessions") + ", " + report.Count(r.Packets, "packet", "packets")
	if e.f.raw {
		say("%s as they were captured. This file holds %s. Give it to nobody who may not read that", what, holds(e.sessions))
		return
	}
	if r.LeftOut > 0 {
		say("%s left out: fragments inside fragments cannot be blanked", report.Count(r.LeftOut, "packet was", "packets were"))
	}
	if r.Clipped > 0 {
		say("%s too long: what came late in it is blanked whatever it was", report.Count(int64(r.Clipped), "session is", "sessions are"))
	}
	if e.in.quiet {
		return
	}
	say("%s; %s", what, shows(evidence.Options{Bodies: e.f.bodies}))
	if e.names != nil {
		say("%s", redactWords(e.names))
	}
}

// holds lists what an untouched copy shows.
func holds(sessions []*session.Session) string {
	var auth, mails, tls int64
	for _, s := range sessions {
		if s.Record.Auth != nil {
			auth++
		}
		if s.Record.TLS != nil {
			tls++
		}
		for _, m := range s.Record.Messages {
			if m.Transfer != nil {
				mails++
			}
		}
	}
	words := []string{"every address and name in the sessions"}
	if mails > 0 {
		words = append(words, "what was captured of "+report.Count(mails, "message body", "message bodies"))
	}
	if auth > 0 {
		words = append(words, "the credentials of "+report.Count(auth, "session", "sessions"))
	}
	if tls > 0 {
		words = append(words, "TLS of "+report.Count(tls, "session", "sessions"))
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
