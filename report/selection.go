package report

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"smtpscope/session"
)

// A Selection says which sessions a reader wants to see. All parts that are
// set must hold; of each list one entry is enough. The zero value lets
// everything through.
type Selection struct {
	Sessions []int64 // numbers of first frames
	Ended    []Ending
	Phases   []string // words of the record
	Clients  []netip.Prefix
	Servers  []netip.Prefix
	From, To []string // see address
	IDs      []string // queue id or Message-ID
	Since    Moment   // the session was open at or after it
	Until    Moment   // the session was open at or before it
	Findings []string // codes of causes
	Abnormal bool     // only sessions that ended abnormally
	NoProbes bool     // no health checks and scans
}

// Ending is a way to end; an empty part stands for any.
type Ending struct {
	How session.How
	By  string
}

// Match reports whether a session is wanted. first is the time of the
// capture's first packet.
func (s *Selection) Match(r *session.Record, first session.Time) bool {
	switch {
	case s.Abnormal && !r.EndedAbnormally():
	case s.NoProbes && r.Probe:
	case len(s.Findings) > 0 && !slices.ContainsFunc(r.Findings, func(f session.Finding) bool { return slices.Contains(s.Findings, f.Code) }):
	case len(s.Sessions) > 0 && !slices.Contains(s.Sessions, r.Session):
	case len(s.Ended) > 0 && !slices.ContainsFunc(s.Ended, func(e Ending) bool { return e.match(&r.Ended) }):
	case len(s.Phases) > 0 && !slices.Contains(s.Phases, r.Ended.Phase):
	case len(s.Clients) > 0 && !within(s.Clients, r.Client.IP) && !(r.Origin != nil && within(s.Clients, r.Origin.IP)):
	case len(s.Servers) > 0 && !within(s.Servers, r.Server.IP):
	case !s.Since.zero() && r.End.Time().Before(s.Since.after(first)):
	case !s.Until.zero() && r.Start.Time().After(s.Until.after(first)):
	default:
		return s.matchMessages(r)
	}
	return false
}

// matchMessages wants one message to which every question about messages
// applies: --from and --to together mean a mail from one to the other.
func (s *Selection) matchMessages(r *session.Record) bool {
	if len(s.From) == 0 && len(s.To) == 0 && len(s.IDs) == 0 {
		return true
	}
	return slices.ContainsFunc(r.Messages, func(m *session.Message) bool {
		return s.matchFrom(m) && s.matchTo(m) && (s.matchID(m) || s.matchLogID(r.Log))
	}) || len(s.From) == 0 && len(s.To) == 0 && s.matchLogID(r.Log)
}

// matchLogID looks for the ids among those that the gateway's log has.
func (s *Selection) matchLogID(l *session.Log) bool {
	if l == nil {
		return false
	}
	return slices.ContainsFunc(s.IDs, func(want string) bool {
		return matchID(want, l.Connection) ||
			slices.ContainsFunc(l.Messages, func(id string) bool { return matchID(want, id) }) ||
			slices.ContainsFunc(l.Candidates, func(c session.LogCandidate) bool {
				return slices.ContainsFunc(c.Messages, func(id string) bool { return matchID(want, id) })
			})
	})
}

func (s *Selection) matchFrom(m *session.Message) bool {
	return len(s.From) == 0 || m.From != nil && slices.ContainsFunc(s.From, func(want string) bool {
		return matchAddress(want, *m.From)
	})
}

func (s *Selection) matchTo(m *session.Message) bool {
	return len(s.To) == 0 || slices.ContainsFunc(m.Recipients, func(r *session.Recipient) bool {
		return slices.ContainsFunc(s.To, func(want string) bool { return matchAddress(want, r.Address) })
	})
}

func (s *Selection) matchID(m *session.Message) bool {
	return len(s.IDs) == 0 || slices.ContainsFunc(s.IDs, func(want string) bool {
		return matchID(want, m.QueueID) || matchID(want, m.MessageID)
	})
}

// matchAddress: "@example.com" is every address of that domain, "<>" the null
// sender, and anything else a part of the address. Upper and lower case are
// the same here, whatever RFC 5321 allows local parts to mean.
func matchAddress(want, address string) bool {
	want, address = strings.ToLower(want), strings.ToLower(address)
	switch {
	case want == "<>":
		return address == ""
	case strings.HasPrefix(want, "@"):
		return strings.HasSuffix(address, want)
	}
	return strings.Contains(address, strings.Trim(want, "<>"))
}

// matchID compares identifiers without the angle brackets that logs put
// around some of them.
func matchID(want, id string) bool {
	id = strings.Trim(id, "<>")
	return id != "" && strings.EqualFold(strings.Trim(want, "<>"), id)
}

func (e Ending) match(ended *session.Ended) bool {
	return (e.How == "" || e.How == ended.How) && (e.By == "" || e.By == ended.By)
}

func within(prefixes []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// A Moment is a point in time, or a time of day on the capture's day.
type Moment struct {
	Time  time.Time     // zero where Clock is meant
	Clock time.Duration // since midnight in Zone
	Zone  *time.Location
}

func (m Moment) zero() bool { return m.Time.IsZero() && m.Zone == nil }

// nightAfter is how long before the first packet a time of day may lie to be
// meant on that same day; else the night after is meant.
const nightAfter = 12 * time.Hour

// after gives the moment that is meant in a capture whose first packet is at
// first: of a time of day the one on the day of that packet, or, where that
// is more than twelve hours before it, on the next (a capture from 22:00 on,
// asked for 01:30).
func (m Moment) after(first session.Time) time.Time {
	if m.Zone == nil {
		return m.Time
	}
	begin := first.Time().In(m.Zone)
	day := begin.Day()
	at := m.on(begin, day)
	if begin.Sub(at) > nightAfter {
		at = m.on(begin, day+1)
	}
	return at
}

// on is the clock's time on a day of begin's month; days with a change of
// clocks keep what the clock on the wall says.
func (m Moment) on(begin time.Time, day int) time.Time {
	c := m.Clock
	return time.Date(begin.Year(), begin.Month(), day, int(c/time.Hour), int(c%time.Hour/time.Minute),
		int(c%time.Minute/time.Second), int(c%time.Second), m.Zone)
}
