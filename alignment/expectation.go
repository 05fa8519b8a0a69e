package alignment

import (
	"fmt"
	"slices"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Verdict puts a session's end in the plain values from which gatewaylog says
// what a product will have logged.
func Verdict(r *session.Record) *gatewaylog.Verdict {
	v := new(gatewaylog.Verdict)
	TakeVerdict(v, r)
	return v
}

// TakeVerdict is Verdict in memory that was used before.
func TakeVerdict(v *gatewaylog.Verdict, r *session.Record) {
	*v = gatewaylog.Verdict{Phase: gatewaylog.Phase(r.Ended.Phase), How: string(r.Ended.How), By: r.Ended.By, Port: r.Server.Port, Mails: v.Mails[:0]}
	if r.Ended.Unheard && v.Phase == gatewaylog.PhaseDot { // the server logs where it stood itself
		v.Phase = gatewaylog.PhaseData
	}
	if u := r.Ended.Unasked; u != nil && u.Crossed { // likewise: it had not had what was asked last
		switch v.Phase {
		case gatewaylog.PhaseDot:
			v.Phase = gatewaylog.PhaseData
		case gatewaylog.PhaseDataCommand:
			v.Phase = gatewaylog.PhaseRcpt
		}
	}
	if r.Ended.Idle != nil {
		v.Idle = r.Ended.Idle.Duration()
	}
	if u := r.Ended.Unasked; u != nil {
		v.Unasked, v.Idle = gatewaylog.Said{Code: u.Code, Text: u.Text}, u.Silence()
	}
	if r.Banner != nil {
		v.Banner = r.Banner.Code
	}
	if r.Hello != nil && r.Hello.Code != 0 {
		v.Hello = r.Hello.Verb
	}
	v.Auth = r.Auth != nil && r.Auth.Code != 0
	v.Encrypted = r.TLS != nil && r.TLS.Handshake == "complete"
	for _, m := range r.Messages {
		v.Mails = append(v.Mails, transaction(m, r))
	}
}

func transaction(m *session.Message, r *session.Record) gatewaylog.Transaction {
	t := gatewaylog.Transaction{Code: m.Code, Recipients: max(len(m.Recipients), m.RecipientCount), Outcome: string(m.Outcome)}
	for _, x := range m.Recipients {
		if x.Code/100 == 2 {
			t.Accepted++
		}
		t.LastCode, t.LastText = x.Code, x.Text
	}
	if m.Reply != nil {
		t.Reply = m.Reply.Code
	}
	if m.Transfer != nil {
		t.Command = m.Transfer.Command
		t.Bytes = gatewaylog.Count{N: m.Transfer.Bytes, Known: !m.Transfer.AtLeast && !unread(m, r) && !r.Ended.Unheard}
	}
	return t
}

// unread: the RST came so soon behind content that the server's program may
// not have read all of it.
func unread(m *session.Message, r *session.Record) bool {
	return r.Ended.How == session.ByRST && r.Ended.Unasked == nil && m.Transfer.LastByte != nil &&
		r.Ended.Time.Time().Sub(m.Transfer.LastByte.Time()) < promptReset
}

// expectedPoint holds the lines of a match against those that the session
// leads to in the product's log. It gives no point where the product's source
// or its maker does not settle the words: then the table of wordings judges.
func expectedPoint(r *session.Record, c *gatewaylog.Connection) Point {
	if !r.EndShown() || r.Ended.Phase == "unknown" || r.Abnormal == nil || !*r.Abnormal || c.Direction == gatewaylog.Outbound ||
		c.Fragment || c.GivenUp || c.LinesCut > 0 || !c.Closed {
		return Point{}
	}
	x := gatewaylog.Expect(c.Product, Verdict(r))
	if !x.Sure {
		return Point{}
	}
	switch x.Fits(c.Lines) {
	case gatewaylog.Yes:
		return Point{What: "how", Agrees: AgreesYes}
	case gatewaylog.No:
		return Point{"how", AgreesNo, fmt.Sprintf("log: %s; packets: %s, for which %s logs %q", c.Ended.Words, endSentence(r), c.Product, x)}
	}
	return Point{}
}

// endOf judges how a session ended: by the expectation where it is surer than
// the table of wordings. Words that were expected fit, also where the table
// knows them for other ends only. Words that were not expected count as a
// difference where the table has no opinion.
func endOf(r *session.Record, c *gatewaylog.Connection, opaque bool) []Point {
	expected, wording := expectedPoint(r, c), endPoints(r, c, opaque)
	settled := slices.ContainsFunc(wording, func(p Point) bool { return p.Agrees != AgreesUnknown })
	if expected.What == "" || expected.Agrees == AgreesNo && (settled || crossed(r, &c.Ended)) {
		return wording
	}
	return []Point{expected}
}
