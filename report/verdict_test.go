package report

import (
	"testing"
	"time"

	"smtpscope/session"
)

func TestVerdict(t *testing.T) {
	change := func(r *session.Record, f func(*session.Record)) *session.Record { f(r); return r }
	tests := []struct {
		name   string
		record *session.Record
		want   string
	}{
		{"the sentence of the issue",
			change(made("data", session.ByRST, "client", withContent(mail(session.Aborted), 41000, false)),
				func(r *session.Record) { r.Ended.Idle = ptr(session.Seconds(200 * time.Millisecond)) }),
			"mid-DATA: RST from client after 41 kB, 0.2 s after last byte"},
		{"an idle client",
			change(made("rcpt", session.ByFIN, "server", mail(session.Aborted)),
				func(r *session.Record) { r.Ended.Idle = ptr(session.Seconds(30 * time.Second)) }),
			"before DATA (after RCPT): FIN from server, 30.0 s after last byte"},
		{"nobody ever spoke",
			change(made("banner", session.ByFIN, "client"), func(r *session.Record) { r.Bytes, r.Ended.Unspoken = session.Sides{}, true }),
			"before the greeting: FIN from client, 36.1 s after the handshake"},
		{"the greeting came for a client that was gone",
			change(made("banner", session.ByFIN, "client"), func(r *session.Record) {
				r.Bytes, r.Banner, r.Ended.Unspoken = session.Sides{Server: 39}, &session.Banner{Code: 220}, true
			}),
			"before the greeting: FIN from client, 36.1 s after the handshake"},
		{"a part of a greeting",
			change(made("banner", session.ByFIN, "client"), func(r *session.Record) { r.Bytes = session.Sides{Server: 39} }),
			"before the greeting: FIN from client, 36.1 s after last byte"},
		{"content of which part is missing",
			made("data", session.ByFIN, "client", &session.Message{Outcome: session.Aborted,
				Transfer: &session.Transfer{Bytes: 1200, AtLeast: true}}),
			"mid-DATA: FIN from client after at least 1.2 kB, 36.1 s after last byte"},
		{"a phase that one side's acts force",
			change(made("data", session.ByRST, "client", withContent(mail(session.Aborted), 7, false)),
				func(r *session.Record) { r.Ended.Inferred = true }),
			"mid-DATA, inferred: RST from client after 7 B, 36.1 s after last byte"},
		{"a 552 that the client may not have read",
			made("data", session.ByRST, "server", withReply(withContent(mail(session.Aborted), 9e6, false), 552, "too big")),
			"mid-DATA: RST from server after 9.0 MB, 36.1 s after last byte, server had said 552"},
		{"the server's timer",
			change(made("rcpt", session.ByFIN, "server", mail(session.Aborted)), func(r *session.Record) {
				r.Ended.Idle = ptr(session.Seconds(0))
				r.Ended.Unasked = &session.Unasked{Code: 421, Text: "4.4.2 mx Error: timeout exceeded\nbye", After: ptr(session.Seconds(300 * time.Second))}
			}),
			"before DATA (after RCPT): FIN from server after 300.0 s of silence: 421 4.4.2 mx Error: timeout exceeded"},
		{"the server's timer in the content",
			change(made("data", session.ByFIN, "server", withContent(mail(session.Aborted), 5000, false)), func(r *session.Record) {
				r.Ended.Unasked = &session.Unasked{Code: 421, Text: "timeout", After: ptr(session.Seconds(30 * time.Second))}
			}),
			"mid-DATA: FIN from server after 5.0 kB and 30.0 s of silence: 421 timeout"},
		{"a client that keeps its connection after the mail",
			change(made("ready", session.ByFIN, "server", mail(session.Accepted)), func(r *session.Record) {
				r.Ended.Unasked = &session.Unasked{Code: 421, Text: "timeout", After: ptr(session.Seconds(300 * time.Second))}
			}),
			"after the mail: FIN from server after 300.0 s of silence, 1 accepted: 421 timeout"},
		{"the client leaves upon it",
			change(made("mail", session.ByRST, "client", mail(session.Aborted)), func(r *session.Record) {
				r.Ended.Unasked = &session.Unasked{Code: 421, Text: "\x1b[2J", After: ptr(session.Seconds(30 * time.Second))}
			}),
			`before DATA (after MAIL): RST from client, 36.1 s after last byte, server had said after 30.0 s of silence: 421 \x1b[2J`},
		{"a refusal amid the content",
			change(made("data", session.ByRST, "server", withReply(withContent(mail(session.Aborted), 9e6, false), 552, "too big")), func(r *session.Record) {
				r.Ended.Idle = ptr(session.Seconds(0))
				r.Ended.Unasked = &session.Unasked{Code: 552, Text: "5.3.4 too big", After: ptr(session.Seconds(time.Millisecond))}
			}),
			"mid-DATA: RST from server after 9.0 MB, right after last byte, server had said 552 5.3.4 too big"},
		{"no reply to the dot",
			made("dot", session.ByRST, "server", withContent(mail(session.Unanswered), 100, true)),
			"after the dot: RST from server, 36.1 s after last byte, no reply"},
		{"a reply that came too late",
			made("dot", session.ByFIN, "client", withReply(withContent(mail(session.Unanswered), 100, true), 250, "ok")),
			"after the dot: FIN from client, 36.1 s after last byte, reply 250 came too late"},
		{"a half-close that waits for its reply",
			made("dot", session.ByFIN, "client", withReply(withContent(mail(session.Accepted), 100, true), 250, "ok")),
			"after the dot: FIN from client, 36.1 s after last byte, accepted with 250 all the same"},
		{"a delivery", made("ready", session.ByQuit, "client", mail(session.Accepted)),
			"after the mail: QUIT from client, 1 accepted"},
		{"several mails", made("ready", session.ByQuit, "client", mail(session.Accepted), mail(session.Rejected), mail(session.Accepted)),
			"after the mail: QUIT from client, 2 accepted, 1 rejected"},
		{"a mail that was rejected", made("ready", session.ByQuit, "client", withReply(mail(session.Rejected), 550, "no")),
			"after the mail: QUIT from client, 1 rejected with 550"},
		{"mails rejected with several codes", made("ready", session.ByQuit, "client", mail(session.Accepted), withReply(mail(session.Rejected), 451, ""),
			withReply(mail(session.Rejected), 554, ""), withReply(mail(session.Rejected), 451, "")),
			"after the mail: QUIT from client, 1 accepted, 3 rejected with 451 and 554"},
		{"mails rejected with many codes", made("ready", session.ByQuit, "client", withReply(mail(session.Rejected), 450, ""),
			withReply(mail(session.Rejected), 451, ""), withReply(mail(session.Rejected), 452, ""), withReply(mail(session.Rejected), 550, "")),
			"after the mail: QUIT from client, 4 rejected with 450, 451 and others"},
		{"a mail whose recipient was refused", made("ready", session.ByQuit, "client", &session.Message{Code: 250, Outcome: session.Refused,
			Recipients: []*session.Recipient{{Address: "x", Code: 450}}}),
			"after the mail: QUIT from client, 1 refused with 450"},
		{"an acceptance that nobody read", made("ready", session.ByFIN, "client", withReply(withContent(mail(session.Unanswered), 100, true), 250, "ok")),
			"after the mail: FIN from client, 36.1 s after last byte, 1 unanswered (250 came too late)"},
		{"a greeting that says no",
			change(made("hello", session.ByFIN, "server"), func(r *session.Record) { r.Banner = &session.Banner{Code: 554} }),
			"before HELO: FIN from server, 36.1 s after last byte, greeted with 554"},
		{"a refused sender", made("ready", session.ByQuit, "client", &session.Message{Code: 550, Outcome: session.Refused}),
			"after the mail: QUIT from client, 1 refused with 550"},
		{"a refused recipient",
			made("rcpt", session.ByQuit, "client", &session.Message{Code: 250, Outcome: session.Refused,
				Recipients: []*session.Recipient{{Address: "x", Code: 550}}}),
			"before DATA (after RCPT): QUIT from client, recipient refused with 550"},
		{"every recipient refused",
			made("rcpt", session.ByFIN, "client", &session.Message{Code: 250, Outcome: session.Refused,
				Recipients: []*session.Recipient{{Address: "x", Code: 550}, {Address: "y", Code: 451}}}),
			"before DATA (after RCPT): FIN from client, 36.1 s after last byte, every recipient refused, last with 451"},
		{"QUIT with an accepted recipient", made("rcpt", session.ByQuit, "client", mail(session.Withdrawn)),
			"before DATA (after RCPT): QUIT from client, message withdrawn"},
		{"a SYN that the network refused",
			change(made("connect", session.BySYNRefused, "unknown"), func(r *session.Record) { r.Bytes, r.Ended.Idle = session.Sides{}, nil }),
			"no connection: SYN refused by the network (ICMP)"},
		{"a SYN-ACK into the void",
			change(made("connect", session.BySYNUnanswered, "unknown"), func(r *session.Record) { r.Bytes, r.Ended.Idle = session.Sides{}, nil }),
			"no connection: SYN-ACK never acknowledged"},
		{"a TLS alert",
			change(made("tls-handshake", session.ByFIN, "client"), func(r *session.Record) {
				r.TLS = &session.TLS{Mode: "starttls", Alert: &session.Alert{From: "client", Level: 2, Description: 48}}
			}),
			"in the TLS handshake: FIN from client, 36.1 s after last byte, TLS alert unknown_ca from client"},
		{"silence", made("data", session.BySilence, "unknown", withContent(mail(session.Aborted), 100, false)),
			"mid-DATA: silence after 100 B, nothing more for 36.1 s"},
		{"silence that the clock leaped over",
			change(made("data", session.BySilence, "unknown", withContent(mail(session.Aborted), 100, false)), func(r *session.Record) {
				r.Ended.Idle = ptr(session.Seconds(0))
			}),
			"mid-DATA: silence after 100 B, nothing more"},
		{"a RST whose sender was not captured", made("unknown", session.ByRST, "unknown"),
			"phase unknown: RST, 36.1 s after last byte"},
	}
	for _, test := range tests {
		if got := Verdict(test.record); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}
