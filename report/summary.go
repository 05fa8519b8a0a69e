package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// maxClients bounds the clients that a summary tells apart; further ones are
// counted together. shownClients is how many it names.
const (
	maxClients   = 1 << 18
	shownClients = 20
)

// Summary counts sessions by verdict, by client and by hour instead of
// listing them. Its memory does not grow with the number of sessions.
type Summary struct {
	w      io.Writer
	style  Style
	filter string
	quiet  bool

	verdicts map[verdictKey]*count
	causes   map[string]*count
	shared   []diagnosis.Pattern
	clients  map[netip.Addr]*count
	others   count // clients beyond maxClients
	hours    map[int64]*count
}

// verdictKey is what sessions must share to stand in one line.
type verdictKey struct{ phase, event string }

type count struct{ all, abnormal int64 }

func (c *count) add(abnormal *bool) {
	c.all++
	if abnormal != nil && *abnormal {
		c.abnormal++
	}
}

// NewSummary gives a Summary that writes to w; the rest is as in NewTable.
func NewSummary(w io.Writer, style Style, filter string, quiet bool) *Summary {
	return &Summary{w: w, style: style, filter: filter, quiet: quiet,
		verdicts: make(map[verdictKey]*count), causes: make(map[string]*count), clients: make(map[netip.Addr]*count), hours: make(map[int64]*count)}
}

// Session counts one session.
func (s *Summary) Session(one *session.Session) error {
	r := &one.Record
	key := verdictKey{phase: phase(r), event: event(r)}
	tallyOf(s.verdicts, key).add(r.Abnormal)
	if f := diagnosis.Leading(r.Findings); f != nil {
		tallyOf(s.causes, f.Code).add(r.Abnormal)
	} else if r.Abnormal != nil && *r.Abnormal {
		tallyOf(s.causes, noCause).add(r.Abnormal)
	}
	if _, known := s.clients[r.Client.IP]; known || len(s.clients) < maxClients {
		tallyOf(s.clients, r.Client.IP).add(r.Abnormal)
	} else {
		s.others.add(r.Abnormal)
	}
	start := r.Start.Time().In(s.style.zone())
	hour := start.Add(-time.Duration(start.Minute())*time.Minute - time.Duration(start.Second())*time.Second)
	tallyOf(s.hours, hour.Unix()).add(r.Abnormal)
	return nil
}

func tallyOf[K comparable](m map[K]*count, key K) *count {
	c := m[key]
	if c == nil {
		c = new(count)
		m[key] = c
	}
	return c
}

// noCause stands for sessions that ended abnormally without a finding that
// could lead.
const noCause = "(none named)"

// Patterns takes what the sessions have in common: it stands above the counts.
func (s *Summary) Patterns(list []diagnosis.Pattern) error {
	s.shared = list
	return nil
}

// Capture writes everything.
func (s *Summary) Capture(c *Capture) error {
	if !s.quiet {
		if err := WriteHeader(s.w, c, s.style, s.filter); err != nil {
			return err
		}
		if err := writePatterns(s.w, s.shared, s.style); err != nil {
			return err
		}
	}
	b := bufio.NewWriter(s.w)
	if len(s.verdicts) > 0 {
		s.byVerdict(b)
		s.byCause(b)
		s.byClient(b)
		s.byHour(b)
	}
	return b.Flush()
}

// a summaryLine is one line of a block of the summary.
type summaryLine struct {
	name string
	count
}

func (s *Summary) byVerdict(b *bufio.Writer) {
	var lines []summaryLine
	for key, n := range s.verdicts {
		lines = append(lines, summaryLine{key.phase + ": " + key.event, *n})
	}
	mostFirst(lines, func(c count) int64 { return c.all })
	s.block(b, "by verdict", lines)
}

// byCause counts sessions by the finding that leads.
func (s *Summary) byCause(b *bufio.Writer) {
	if len(s.causes) == 0 || len(s.causes) == 1 && s.causes[noCause] != nil {
		return
	}
	var lines []summaryLine
	for code, n := range s.causes {
		lines = append(lines, summaryLine{Printable(code), *n})
	}
	mostFirst(lines, func(c count) int64 { return c.abnormal })
	s.block(b, "by finding", lines)
}

// byClient puts first who had most sessions that ended abnormally.
func (s *Summary) byClient(b *bufio.Writer) {
	var lines []summaryLine
	for ip, n := range s.clients {
		lines = append(lines, summaryLine{ip.String(), *n})
	}
	mostFirst(lines, func(c count) int64 { return c.abnormal })
	if len(lines) > shownClients {
		rest := s.others
		for _, line := range lines[shownClients:] {
			rest.all += line.all
			rest.abnormal += line.abnormal
		}
		more := fmt.Sprintf("%s more", Thousands(int64(len(lines)-shownClients)))
		if s.others.all > 0 {
			more = "all others"
		}
		lines = append(lines[:shownClients:shownClients], summaryLine{more, rest})
	}
	s.block(b, "by client", lines)
}

func (s *Summary) byHour(b *bufio.Writer) {
	var lines []summaryLine
	for _, unix := range slices.Sorted(maps.Keys(s.hours)) {
		name := time.Unix(unix, 0).In(s.style.zone()).Format("2006-01-02 15:04")
		lines = append(lines, summaryLine{name, *s.hours[unix]})
	}
	s.block(b, "by hour", lines)
}

func mostFirst(lines []summaryLine, by func(count) int64) {
	slices.SortFunc(lines, func(a, b summaryLine) int {
		return cmp.Or(cmp.Compare(by(b.count), by(a.count)), cmp.Compare(b.all, a.all), strings.Compare(a.name, b.name))
	})
}

// block writes lines of a name and its counts below a heading. A name that would not
// leave room for them is broken, and its counts stand beside its first line.
func (s *Summary) block(b *bufio.Writer, heading string, lines []summaryLine) {
	const first, second = "sessions", "abnormal"
	room := s.style.width() - len("  "+first+"  "+second)
	name := lineWidth(heading)
	for i := range lines {
		lines[i].name = wrap(lines[i].name, room, 2)
		name = max(name, width(lines[i].name))
	}
	fill := func(text string) string { return text + strings.Repeat(" ", name-lineWidth(text)) }
	fmt.Fprintf(b, "\n%s\n", s.style.paint(paintHeading, fmt.Sprintf("%s  %s  %s", fill(heading), first, second)))
	for i := range lines {
		abnormal := "-"
		if lines[i].abnormal > 0 {
			abnormal = Thousands(lines[i].abnormal)
		}
		begins, rest, more := strings.Cut(lines[i].name, "\n")
		fmt.Fprintf(b, "%s  %*s  %*s\n", fill(begins), len(first), Thousands(lines[i].all), len(second), abnormal)
		if more {
			fmt.Fprintln(b, rest)
		}
	}
}
