package report

import (
	"net/netip"
	"time"

	"smtpscope/capture"
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
