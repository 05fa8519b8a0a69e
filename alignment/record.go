package alignment

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// MaxEntries is how many lines a record holds.
const MaxEntries = 500

// maxNamed is how many candidates an ambiguous record names.
const maxNamed = 8

// Log is the match as the record has it whose match it is (docs/record.md).
func (m *Match) Log(r *session.Record) *session.Log {
	l := &session.Log{Status: string(m.Status), Reason: m.Reason}
	if m.OffsetKnown {
		offset := session.Seconds(m.Offset)
		l.Offset = &offset
	}
	switch m.Status {
	case Matched:
		m.describe(l)
		l.Unseen = m.unseen(r)
		// What TLS hides the log may tell: a FIN in it looks like any other.
		l.Abnormal = r.Ended.Phase == "tls" && r.Abnormal != nil && !*r.Abnormal && m.Connection.Ended.Broken()
	case Ambiguous:
		m.nameCandidates(l)
	}
	return l
}

func (m *Match) describe(l *session.Log) {
	c := m.Connection
	score := m.Score
	l.Gateway, l.Score, l.Connection = string(c.Product), &score, c.ID
	l.Agrees, l.Difference = string(m.Agreement.Agrees), m.Agreement.Difference
	l.Words, l.Stage = c.Words(), string(c.Ended.Stage)
	pieces := append([]*gatewaylog.Connection{c}, m.More...)
	var lines []*gatewaylog.Line
	seen := map[*gatewaylog.Line]bool{}
	add := func(list []*gatewaylog.Line) {
		for _, x := range list {
			if !seen[x] {
				seen[x] = true
				lines = append(lines, x)
			}
		}
	}
	for _, p := range pieces {
		l.EntriesCut += p.LinesCut
		l.Messages = append(l.Messages, messageIDs(p)...)
		add(p.Lines)
		for _, mail := range p.Messages {
			add(mail.Lines)
			for _, j := range mail.Joined {
				add(j.Lines)
			}
		}
	}
	l.Entries = entries(lines)
	m.setMoments(lines[:len(l.Entries)])
	l.EntriesCut += int64(len(lines) - len(l.Entries))
}

func messageIDs(c *gatewaylog.Connection) []string {
	var ids []string
	for _, m := range c.Messages {
		if m.ID != "" && len(ids) < MaxEntries && !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// unseen are the ids of the log's messages of which the packets show none, where part of
// the session is not in the capture: its end or beginning, or something between. What is
// hidden by TLS is another matter, and where the packets show it all a message more is
// one that only seems to be of this session.
func (m *Match) unseen(r *session.Record) (ids []string) {
	whole := r.EndShown() && r.Seen.Handshake && r.Seen.MissingBytes == 0 && !r.OneSided()
	if whole || r.MessagesCut > 0 || r.TLS != nil && r.TLS.Handshake == "complete" {
		return nil
	}
	shown := map[string]bool{"": true}
	for _, x := range m.Messages {
		if x != nil {
			shown[x.ID] = true
		}
	}
	logged := 0
	for _, c := range append([]*gatewaylog.Connection{m.Connection}, m.More...) {
		logged += len(c.Messages)
		for _, x := range c.Messages {
			if !shown[x.ID] && len(ids) < MaxEntries {
				shown[x.ID] = true
				ids = append(ids, x.ID)
			}
		}
	}
	if logged <= len(r.Messages) { // one of these may be it
		return nil
	}
	return ids
}

// entries are the lines in the order of their times, then as they stand.
func entries(lines []*gatewaylog.Line) []session.LogEntry {
	slices.SortStableFunc(lines, func(a, b *gatewaylog.Line) int {
		return cmp.Or(a.Time.At.Compare(b.Time.At), strings.Compare(a.File, b.File), cmp.Compare(a.Number, b.Number))
	})
	lines = lines[:min(len(lines), MaxEntries)]
	out := make([]session.LogEntry, len(lines))
	for i, x := range lines {
		out[i] = session.LogEntry{File: x.File, Line: x.Number, Text: x.Text}
		if !x.Time.IsZero() {
			at := session.Time(x.Time.At.UnixNano())
			out[i].Time = &at
		}
	}
	return out
}

func (m *Match) nameCandidates(l *session.Log) {
	for _, c := range m.Candidates[:min(len(m.Candidates), maxNamed)] {
		k := session.LogCandidate{Connection: c.ID, Messages: messageIDs(c)}
		if len(c.Lines) > 0 {
			k.File, k.Line = c.Lines[0].File, c.Lines[0].Number
		}
		l.Candidates = append(l.Candidates, k)
	}
	l.Gateway = string(m.Candidates[0].Product)
}
