package report

import (
	"net/netip"
	"time"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/session"
)

// began is when the made-up sessions of these tests begin.
var began = time.Date(2026, 3, 4, 2, 30, 0, 0, time.UTC)

func at(d time.Duration) session.Time { return session.Time(began.Add(d).UnixNano()) }

func ptr[T any](v T) *T { return &v }

// made is a session with a verdict and nothing else out of the ordinary.
func made(phase string, how session.How, by string, messages ...*session.Message) *session.Record {
	return &session.Record{
		Type: "session", Schema: session.Schema, Session: 790, Source: "mail.pcap", SourceFrame: 790,
		Client:   session.Endpoint{IP: netip.MustParseAddr("192.0.2.10"), Port: 41234},
		Server:   session.Endpoint{IP: netip.MustParseAddr("198.51.100.5"), Port: 25},
		Protocol: "smtp", Start: at(0), End: at(65 * time.Second), Duration: session.Seconds(65 * time.Second),
		Frames: session.Frames{First: 790, Last: 811, Count: 22}, Bytes: session.Sides{Client: 1330, Server: 412},
		Seen:     session.Seen{Handshake: true, Client: true, Server: true},
		Messages: append([]*session.Message{}, messages...),
		Ended: session.Ended{Phase: phase, How: how, By: by, Frame: 811, Time: at(65 * time.Second),
			Idle: ptr(session.Seconds(36100 * time.Millisecond))},
		Abnormal: ptr(true),
	}
}

// mail is a message with one accepted recipient.
func mail(outcome session.Outcome) *session.Message {
	return &session.Message{
		From: ptr("alice@a.example"), Code: 250,
		Recipients: []*session.Recipient{{Address: "bob@b.example", Code: 250, Text: "2.1.5 Ok"}},
		Outcome:    outcome,
	}
}

func withContent(m *session.Message, bytes int64, complete bool) *session.Message {
	m.Transfer = &session.Transfer{Command: "DATA", Bytes: bytes, Complete: complete}
	return m
}

func withReply(m *session.Message, code int, text string) *session.Message {
	m.Reply = &session.Reply{Code: code, Text: text}
	return m
}

func moment(d time.Duration) capture.Time { return capture.Time(at(d)) }

// madeFindings are findings whose words hold what a wire may bring.
func madeFindings() []session.Finding {
	return []session.Finding{
		{Code: "rst-eats-reply", Severity: "error", Certainty: "strong", Frames: []int64{801, 806, 811},
			Summary:   "The server refused the message while it was being sent (552 too \x1b[31mbig\u202e), and its reset ate the reply",
			Against:   "the reply stands in the capture, and the client never acknowledged it",
			Elsewhere: "Whether the client read it is in its own log.",
			Advice:    "Look at the size limit: SIZE of MAIL said 41000, the server allows 20480."},
		{Code: "mtu-black-hole", Severity: "warning", Certainty: "likely", Summary: "Large packets may not get through", Frames: []int64{801}},
		{Code: "clamped-mss", Severity: "info", Certainty: "hint", Summary: "Something on the way lowers the MSS"},
	}
}

// patternsOf are patterns for a table that has sessions: more than are shown,
// a hint among them, and words from the wire.
func patternsOf(sessions []*session.Session) []diagnosis.Pattern {
	if len(sessions) == 0 {
		return nil
	}
	p := func(code, severity, certainty, summary string, count int64, numbers ...int64) diagnosis.Pattern {
		return diagnosis.Pattern{Type: "pattern", Schema: 1, Code: code, Severity: severity, Certainty: certainty,
			Summary: summary, Count: count, Sessions: numbers}
	}
	return []diagnosis.Pattern{
		p("one-way-capture", "warning", "proven", "Only one direction was captured of 3 of 8 sessions", 3, 1, 790, 900),
		p("server-timer", "error", "strong", "37 of 41 aborted sessions: 30.0 s without data, then FIN by the server: session timeout of the gateway",
			12345, 1, 790, 900, 902, 950, 951, 1204),
		p("ehlo-differs", "warning", "strong", "198.51.100.5:25 offers START\x1b[31mTLS to others", 1, 1204),
		p("client-restart", "error", "strong", "3 of 41 aborted sessions ended at once", 3, 1, 790, 900),
		p("failing-host", "warning", "hint", "never a headline", 3, 1, 790, 900),
		p("periodic-probes", "info", "strong", "5 sessions without a mail", 5, 1, 790, 900, 902, 950),
		p("scanning-client", "info", "likely", "5 sessions of a scan", 5, 1, 790, 900, 902, 950),
	}
}
