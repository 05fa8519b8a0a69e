package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"smtpscope/report"
	"smtpscope/session"
)

const showHelp = `Tells single sessions from their first packet to their last: commands and
replies, how much content in which time, and what TCP did in between, then what
became of each mail, the verdict, the likely cause with how sure it is, what speaks
against it and what to do, and a display filter to find the packets in Wireshark.
A session is named by the number of its first frame, the column # of analyze. The
filters of analyze work too: --id finds the session of a mail that a log names. A
capture with a single session needs neither.`

const showExamples = `  smtpscope show mail.pcap --session 790
  smtpscope show mail.pcap --session 790,1204 --tz Local
  smtpscope show mail.pcap --id 4F2A1C8
  smtpscope show ring/*.pcap --client 192.0.2.10 --abnormal`

type showFlags struct {
	input    inputFlags
	filter   filterFlags
	log      logFlags
	sessions []string
}

func (p *program) showCommand() *cobra.Command {
	f := new(showFlags)
	c := &cobra.Command{
		Use:     "show CAPTURE... [--session N]",
		Short:   "Tell single sessions packet by packet",
		Long:    showHelp,
		Example: showExamples,
		Args:    needCaptures,
		RunE: func(c *cobra.Command, args []string) error {
			return p.show(f, args, filterWords(c.Flags()))
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringArrayVar(&f.sessions, "session", nil, "`NUMBER` of the session's first frame (column # of analyze); repeatable")
	f.log.register(c)
	f.filter.register(c.Flags())
	f.input.registerFiles(c.Flags())
	completeCommon(c)
	return c
}

func (p *program) show(f *showFlags, paths []string, asked string) error {
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
	log, err := p.logs(&f.log, paths)
	if err != nil {
		return err
	}
	s := &showing{wanted: selection.Sessions, style: p.style(in, f.input.color), single: asked == ""}
	s.out = bufio.NewWriterSize(p.stdout, 1<<16)
	progress := p.newProgress(in.quiet, false)
	r := &reading{in: in, selection: selection, emit: s.session, events: true, holds: s.single, progress: progress.callback()}
	if len(s.wanted) > 0 {
		r.keep = func(n int64) bool { return slices.Contains(s.wanted, n) }
		r.selection = &report.Selection{} // all numbers are needed to name near ones
		s.match = func(one *session.Record) bool { return selection.Match(one, r.first) }
	}
	err = runWith(r, log)
	progress.end()
	if err != nil {
		return err
	}
	if err := s.flush(); err != nil {
		return err
	}
	return p.concludeShow(r, s, asked)
}

// concludeShow says what was not found.
func (p *program) concludeShow(r *reading, s *showing, asked string) error {
	failed := p.conclude(r)
	for _, n := range s.wanted {
		if slices.Contains(s.shown, n) {
			continue
		}
		p.complain(s.missing(n, asked))
		failed = errReported
	}
	switch {
	case s.single && len(s.shown) == 0:
		p.complain("the capture has no SMTP session")
		failed = errReported
	case len(s.wanted) == 0 && len(s.shown) == 0:
		p.complain(fmt.Sprintf("no session matches %s; there are %s", asked,
			report.Count(r.quality.Sessions, "session", "sessions")))
		failed = errReported
	}
	return failed
}

// showing writes transcripts as their sessions come.
type showing struct {
	out    *bufio.Writer
	style  report.Style
	wanted []int64                    // numbers; empty = all that are selected
	match  func(*session.Record) bool // the filters, where numbers are wanted
	single bool                       // nothing was asked for: there must be no more than one
	held   *session.Session           // that one, until all have been read
	shown  []int64
	near   []int64 // numbers of other sessions, those nearest to wanted ones
	tried  []int64 // numbers that are wanted, but not matched
}

// nearCount is how many numbers are kept around each one that was asked for.
const nearCount = 4

func (s *showing) session(one *session.Session) error {
	if !s.picks(one) {
		return nil
	}
	if s.single && s.held != nil {
		return usage("which session? there are several, such as %d and %d", s.held.Record.Session, one.Record.Session).
			hint("--session N, the column # of smtpscope analyze; or a filter such as --id")
	}
	if s.single {
		s.held = one
		return nil
	}
	return s.write(one)
}

// flush writes what is left to write when all has been read.
func (s *showing) flush() error {
	if s.held != nil {
		if err := s.write(s.held); err != nil {
			return err
		}
	}
	return s.out.Flush()
}

func (s *showing) write(one *session.Session) error {
	if len(s.shown) > 0 {
		fmt.Fprintln(s.out)
	}
	s.shown = append(s.shown, one.Record.Session)
	return report.WriteTranscript(s.out, one, s.style)
}

// picks reports whether a session is wanted, and remembers why not.
func (s *showing) picks(one *session.Session) bool {
	n := one.Record.Session
	switch {
	case len(s.wanted) > 0 && !slices.Contains(s.wanted, n):
		s.note(n)
		return false
	case s.match != nil && !s.match(&one.Record):
		s.tried = append(s.tried, n)
		return false
	}
	return true
}

// note keeps the numbers that are nearest to one of those wanted.
func (s *showing) note(n int64) {
	s.near = append(s.near, n)
	if len(s.near) >= 1024+2*nearCount*len(s.wanted) {
		s.near = s.nearest()
	}
}

func (s *showing) nearest() []int64 {
	var kept []int64
	for _, wanted := range s.wanted {
		slices.SortFunc(s.near, func(a, b int64) int { return cmp.Compare(away(a, wanted), away(b, wanted)) })
		kept = append(kept, s.near[:min(len(s.near), nearCount)]...)
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

func away(a, b int64) int64 { return max(a-b, b-a) }

// missing says that there is no such session, and which are near.
func (s *showing) missing(n int64, asked string) string {
	if slices.Contains(s.tried, n) {
		return fmt.Sprintf("session %d does not match %s", n, asked)
	}
	near := append(slices.Clone(s.shown), s.near...)
	if len(near) == 0 {
		return fmt.Sprintf("no session %d: the capture has no SMTP session", n)
	}
	slices.SortFunc(near, func(a, b int64) int { return cmp.Compare(away(a, n), away(b, n)) })
	near = near[:min(len(near), nearCount)]
	slices.Sort(near)
	words := make([]string, len(near))
	for i, m := range near {
		words[i] = fmt.Sprint(m)
	}
	return fmt.Sprintf("no session %d: a session is named by its first frame; near are %s", n, strings.Join(words, ", "))
}
