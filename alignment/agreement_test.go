package alignment

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// seen is a record with that end, and one message of that outcome.
func seen(phase string, how session.How, by string, outcome session.Outcome, bytes int64) *session.Record {
	from := "a@example.org"
	r := &session.Record{Seen: session.Seen{Handshake: true, Client: true, Server: true},
		Start: session.Time(worldStart.UnixNano()),
		Ended: session.Ended{Phase: phase, How: how, By: by, Time: session.Time(worldStart.Add(time.Minute).UnixNano())}}
	if outcome != "" {
		m := &session.Message{From: &from, Code: 250, Outcome: outcome,
			Recipients: []*session.Recipient{{Address: "b@example.com", Code: 250}}}
		if bytes >= 0 {
			last := session.Time(worldStart.Add(50 * time.Second).UnixNano())
			m.Transfer = &session.Transfer{Command: "DATA", Bytes: bytes, LastByte: &last}
		}
		r.Messages = []*session.Message{m}
	}
	return r
}

// said is a connection that ended so.
func said(p gatewaylog.Product, words string, how gatewaylog.How, stages ...gatewaylog.Phase) *gatewaylog.Connection {
	return &gatewaylog.Connection{Product: p, Ended: gatewaylog.Ended{Words: words, How: how, Stages: stages}}
}

// received adds the octets that the product counted.
func received(c *gatewaylog.Connection, n int64) *gatewaylog.Connection {
	c.Ended.Bytes = gatewaylog.Count{N: n, Known: true}
	return c
}

// cutShort says that the product stopped counting.
func cutShort(c *gatewaylog.Connection) *gatewaylog.Connection {
	c.Ended.BytesCut = true
	return c
}

// soon is the record of an end right behind the last word.
func soon(r *session.Record) *session.Record {
	idle := session.Seconds(time.Millisecond)
	r.Ended.Idle = &idle
	return r
}

// waiting is the record with as many commands that had no reply.
func waiting(n int, r *session.Record) *session.Record {
	r.Ended.Unanswered = n
	return r
}

// TestAgreement: what a product says, what the packets show, and the verdict.
func TestAgreement(t *testing.T) {
	const data, rcpt, ready = gatewaylog.PhaseData, gatewaylog.PhaseRcpt, gatewaylog.PhaseReady
	for _, c := range []struct {
		name   string
		log    *gatewaylog.Connection
		record *session.Record
		agrees Agrees
		says   string // part of the difference
	}{
		{"Cisco: lost, a RST", said(gatewaylog.CiscoESA, "lost", gatewaylog.HowLost), seen("data", session.ByRST, "client", session.Aborted, 10), AgreesYes, ""},
		{"Cisco: lost, a FIN of its own", said(gatewaylog.CiscoESA, "lost", gatewaylog.HowLost), seen("data", session.ByFIN, "server", session.Aborted, 10), AgreesYes, ""},
		{"Cisco: lost, but QUIT", said(gatewaylog.CiscoESA, "lost", gatewaylog.HowLost), seen("rcpt", session.ByQuit, "client", session.Withdrawn, -1), AgreesNo, "the client said QUIT"},
		{"Cisco: by sender, QUIT", said(gatewaylog.CiscoESA, "Receiving aborted by sender", gatewaylog.HowAbortedBySender), seen("rcpt", session.ByQuit, "client", session.Withdrawn, -1), AgreesYes, ""},
		{"Cisco: by sender, the server closed", said(gatewaylog.CiscoESA, "Receiving aborted by sender", gatewaylog.HowAbortedBySender), seen("rcpt", session.ByFIN, "server", session.Aborted, -1), AgreesNo, "the server closed (FIN) after RCPT"},
		{"Cisco: timeout, the server closed", said(gatewaylog.CiscoESA, "no messages injected within timeout period", gatewaylog.HowTimeout), seen("ready", session.ByFIN, "server", "", 0), AgreesYes, ""},
		{"Cisco: timeout, the client reset", said(gatewaylog.CiscoESA, "no messages injected within timeout period", gatewaylog.HowTimeout), seen("ready", session.ByRST, "client", "", 0), AgreesNo, "the client reset (RST)"},
		{"Symantec: Abort message, RST mid-DATA", said(gatewaylog.SymantecSMG, "Abort message", "", data, rcpt), seen("data", session.ByRST, "client", session.Aborted, 10), AgreesYes, ""},
		{"Symantec: Abort message, but delivered", said(gatewaylog.SymantecSMG, "Abort message", "", data, rcpt), seen("ready", session.ByQuit, "client", session.Accepted, 10), AgreesNo, "QUIT"},
		{"Symantec: timed out, the server reset", said(gatewaylog.SymantecSMG, "Abort message (message timed out)", gatewaylog.HowTimeout, data), seen("data", session.ByRST, "server", session.Aborted, 10), AgreesYes, ""},
		{"Symantec: timed out, the client reset", said(gatewaylog.SymantecSMG, "Abort message (message timed out)", gatewaylog.HowTimeout, data), seen("data", session.ByRST, "client", session.Aborted, 10), AgreesNo, "the client reset"},
		{"Postfix: lost after DATA, all octets", received(said(gatewaylog.Postfix, "lost connection after DATA (41000 bytes)", gatewaylog.HowLost, data), 41000), seen("data", session.ByFIN, "client", session.Aborted, 41303), AgreesYes, ""},
		{"Postfix: lost after DATA, nothing came", received(said(gatewaylog.Postfix, "lost connection after DATA (0 bytes)", gatewaylog.HowLost, data), 0), seen("data", session.ByRST, "client", session.Aborted, 41303), AgreesNo,
			"log: lost connection after DATA (0 bytes); packets: 41,303 bytes of content reached the server's address before the RST → something between capture and server kept them"},
		{"Postfix: more octets than were sent", received(said(gatewaylog.Postfix, "lost connection after DATA (90000 bytes)", gatewaylog.HowLost, data), 90000), seen("data", session.ByFIN, "client", session.Aborted, 41303), AgreesNo, "only were sent here"},
		{"Postfix: another phase", said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost, rcpt), seen("data", session.ByRST, "client", session.Aborted, 9), AgreesNo, "the session ended mid-DATA"},
		{"Postfix: timeout, the server closed", said(gatewaylog.Postfix, "timeout after RCPT", gatewaylog.HowTimeout, rcpt), seen("rcpt", session.ByFIN, "server", session.Aborted, -1), AgreesYes, ""},
		{"Postfix: timeout, yet the client went first", said(gatewaylog.Postfix, "timeout after RCPT", gatewaylog.HowTimeout, rcpt), seen("rcpt", session.ByFIN, "client", session.Aborted, -1), AgreesNo, "the client closed (FIN)"},
		{"Postfix: quit", said(gatewaylog.Postfix, "quit=1", gatewaylog.HowQuit), seen("ready", session.ByQuit, "client", session.Accepted, 9), AgreesYes, ""},
		{"Postfix: quit, but a RST", said(gatewaylog.Postfix, "quit=1", gatewaylog.HowQuit), seen("ready", session.ByRST, "client", session.Accepted, 9), AgreesNo, "reset"},
		{"Postfix: the client spoke and closed before the greeting", said(gatewaylog.Postfix, "lost connection after NOOP", gatewaylog.HowLost, ready, rcpt), waiting(1, seen("banner", session.ByFIN, "client", "", -1)), AgreesYes, ""},
		{"Postfix: the client closed before the greeting and had said nothing", said(gatewaylog.Postfix, "lost connection after NOOP", gatewaylog.HowLost, ready, rcpt), seen("banner", session.ByFIN, "client", "", -1), AgreesNo, "before the greeting"},
		{"Postfix: it stopped counting at its limit of size", cutShort(received(said(gatewaylog.Postfix, "lost connection after DATA (29979 bytes)", gatewaylog.HowLost, data), 29979)), seen("data", session.ByFIN, "client", session.Aborted, 56195), AgreesYes, ""},
		{"Postfix: too many errors, and QUIT was on its way", said(gatewaylog.Postfix, "too many errors after RCPT", gatewaylog.HowTooManyErrors, rcpt), seen("ready", session.ByQuit, "client", "", -1), AgreesYes, ""},
		{"Postfix: too many errors, and more commands were on their way", said(gatewaylog.Postfix, "too many errors after EHLO", gatewaylog.HowTooManyErrors, ready), waiting(1, seen("mail", session.ByRST, "server", "", -1)), AgreesYes, ""},
		{"Postfix: too many errors, and nothing was on its way", said(gatewaylog.Postfix, "too many errors after EHLO", gatewaylog.HowTooManyErrors, ready), seen("mail", session.ByRST, "server", "", -1), AgreesNo, "after MAIL"},
		{"Postfix: too many errors, and the client reset", said(gatewaylog.Postfix, "too many errors after RCPT", gatewaylog.HowTooManyErrors, rcpt), seen("rcpt", session.ByRST, "client", "", -1), AgreesNo, "the client reset"},
		{"Postfix: too many errors, and the client reset before it read so", said(gatewaylog.Postfix, "too many errors after RCPT", gatewaylog.HowTooManyErrors, rcpt), waiting(2, seen("mail", session.ByRST, "client", "", -1)), AgreesUnknown, ""},
		{"Exim: QUIT was read, and the client had reset behind the message", said(gatewaylog.Exim, "closed by QUIT", gatewaylog.HowQuit), waiting(2, seen("dot", session.ByRST, "client", session.Unanswered, 9)), AgreesUnknown, ""},
		{"Exim: a reset that the write of the last reply took", said(gatewaylog.Exim, "lost", gatewaylog.HowEOF, ready), soon(waiting(1, seen("mail", session.ByRST, "client", "", -1))), AgreesUnknown, ""},
		{"Exim: the message was answered when the client had gone at once", said(gatewaylog.Exim, "lost", gatewaylog.HowEOF, ready), soon(waiting(1, seen("dot", session.ByFIN, "client", session.Unanswered, 9))), AgreesYes, ""},
		{"Exim: the client waited for a reply to its message", said(gatewaylog.Exim, "lost", gatewaylog.HowEOF, ready), waiting(1, seen("dot", session.ByFIN, "client", session.Unanswered, 9)), AgreesNo, "before its reply"},
		{"Exim: too many connections, and the client said QUIT", said(gatewaylog.Exim, "refused: too many connections from that IP address", gatewaylog.HowLimit), seen("hello", session.ByQuit, "client", "", -1), AgreesYes, ""},
		{"Postfix: several commands were not answered yet", said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost, rcpt), waiting(3, seen("auth", session.ByRST, "client", "", -1)), AgreesYes, ""},
		{"Postfix: one was not, which the phase knows", said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost, rcpt), waiting(1, seen("auth", session.ByRST, "client", "", -1)), AgreesNo, "inside AUTH"},
		{"sendmail: FIN", said(gatewaylog.Sendmail, "collect: premature EOM: unexpected close", gatewaylog.HowEOF, data), seen("data", session.ByFIN, "client", session.Aborted, 9), AgreesYes, ""},
		{"sendmail: FIN, but a RST", said(gatewaylog.Sendmail, "collect: premature EOM: unexpected close", gatewaylog.HowEOF, data), seen("data", session.ByRST, "client", session.Aborted, 9), AgreesNo, "RST"},
		{"sendmail: RST", said(gatewaylog.Sendmail, "collect: premature EOM: Connection reset by [198.51.100.1]", gatewaylog.HowReset, data), seen("data", session.ByRST, "client", session.Aborted, 9), AgreesYes, ""},
		{"Exim: lost after the dot", said(gatewaylog.Exim, "SMTP connection lost after final dot", gatewaylog.HowLost, gatewaylog.PhaseDot), seen("dot", session.ByFIN, "client", session.Unanswered, 9), AgreesYes, ""},
		{"OpenSMTPD: quit, and its filter disconnects behind the message", said(gatewaylog.OpenSMTPD, "quit", gatewaylog.HowQuit), seen("ready", session.ByFIN, "server", session.Rejected, 9), AgreesYes, ""},
		{"OpenSMTPD: quit, but the client closed", said(gatewaylog.OpenSMTPD, "quit", gatewaylog.HowQuit), seen("ready", session.ByFIN, "client", session.Rejected, 9), AgreesNo, "the client closed (FIN)"},
		{"OpenSMTPD: io-error, a RST", said(gatewaylog.OpenSMTPD, "io-error: Connection reset by peer", gatewaylog.HowReset), seen("data", session.ByRST, "client", session.Aborted, 9), AgreesYes, ""},
		{"Exchange: closed, no reason", said(gatewaylog.Exchange, "Local", gatewaylog.HowClosed), seen("ready", session.ByQuit, "client", session.Accepted, 9), AgreesYes, ""},
		{"nothing said", said(gatewaylog.CiscoESA, "", ""), seen("data", session.ByRST, "client", session.Aborted, 9), AgreesUnknown, ""},
		{"the capture ends before", said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost, rcpt), seen("data", session.ByCaptureEnd, "unknown", session.Unknown, 9), AgreesUnknown, ""},
		{"nobody is seen to close", said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost), seen("rcpt", session.BySilence, "unknown", session.Aborted, -1), AgreesUnknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := agree(c.record, &Match{Connection: c.log})
			if got.Agrees != c.agrees || !strings.Contains(got.Difference, c.says) || (got.Difference == "") != (c.agrees != AgreesNo) {
				t.Errorf("%s %q, want %s with %q; points %+v", got.Agrees, got.Difference, c.agrees, c.says, got.Points)
			}
		})
	}
}

// TestAgreementOfMessages: outcome, size and replies.
func TestAgreementOfMessages(t *testing.T) {
	for _, c := range []struct {
		name    string
		product gatewaylog.Product
		outcome gatewaylog.Outcome
		size    int64
		seen    session.Outcome
		reply   int
		bytes   int64
		agrees  Agrees
		says    string
	}{
		{"accepted", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Accepted}, 1400, session.Accepted, 250, 1200, AgreesYes, ""},
		{"accepted, its reply never came", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Accepted, Words: "queue active"}, 1400, session.Unanswered, 0, 1200, AgreesNo, "the client will send it again"},
		{"accepted, its reply came too late", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Accepted}, 1400, session.Unanswered, 250, 1200, AgreesYes, ""},
		{"accepted, but aborted", gatewaylog.Exim, gatewaylog.Outcome{Kind: gatewaylog.Accepted}, 0, session.Aborted, 0, 100, AgreesNo, "message M1 accepted"},
		{"another size", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Accepted}, 50000, session.Accepted, 250, 1200, AgreesNo, "50,000 bytes"},
		{"Cisco: Receiving aborted", gatewaylog.CiscoESA, gatewaylog.Outcome{Kind: gatewaylog.Aborted, Words: "Receiving aborted"}, 0, session.Aborted, 0, 100, AgreesYes, ""},
		{"Cisco: Receiving aborted, but QUIT", gatewaylog.CiscoESA, gatewaylog.Outcome{Kind: gatewaylog.Aborted, Words: "Receiving aborted"}, 0, session.Withdrawn, 0, -1, AgreesNo, "MID M1 Receiving aborted; packets: the client took it back"},
		{"Cisco: by sender", gatewaylog.CiscoESA, gatewaylog.Outcome{Kind: gatewaylog.Withdrawn, Words: "Receiving aborted by sender"}, 0, session.Withdrawn, 0, -1, AgreesYes, ""},
		{"Cisco: dropped by a filter, taken on the wire", gatewaylog.CiscoESA, gatewaylog.Outcome{Kind: gatewaylog.Dropped, Words: "Dropped by antivirus"}, 0, session.Accepted, 250, 100, AgreesYes, ""},
		{"rejected while it came, and the client left amid it", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Rejected, Early: true, Words: "5.7.1 not wanted"}, 0, session.Aborted, 0, 100, AgreesYes, ""},
		{"rejected while it came, but taken", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Rejected, Early: true, Words: "5.7.1 not wanted"}, 0, session.Accepted, 250, 100, AgreesNo, "message M1 rejected"},
		{"rejected, but the client left amid it", gatewaylog.Postfix, gatewaylog.Outcome{Kind: gatewaylog.Rejected, Words: "5.7.1 not wanted"}, 0, session.Aborted, 0, 100, AgreesNo, "message M1 rejected"},
		{"Exim: rejected, and the reply never came", gatewaylog.Exim, gatewaylog.Outcome{Kind: gatewaylog.Rejected, Words: "message too big"}, 0, session.Unanswered, 0, 100, AgreesNo, "message M1 rejected"},
		{"Exim: lost with every recipient refused", gatewaylog.Exim, gatewaylog.Outcome{Kind: gatewaylog.Aborted, Words: "incomplete transaction (connection lost)"}, 0, session.Refused, 0, -1, AgreesYes, ""},
		{"sendmail: aborted by sender, behind a refused DATA", gatewaylog.Sendmail, gatewaylog.Outcome{Kind: gatewaylog.Withdrawn, Words: "aborted by sender"}, 0, session.Rejected, 503, -1, AgreesYes, ""},
		{"sendmail: bare LFs, 421 in answer to the end", gatewaylog.Sendmail, gatewaylog.Outcome{Kind: gatewaylog.Rejected, Words: "collect: Bare linefeed (LF) not allowed"}, 0, session.Unanswered, 0, 100, AgreesYes, ""},
		{"inferred only", gatewaylog.Sendmail, gatewaylog.Outcome{Kind: gatewaylog.Aborted, Inferred: true}, 0, session.Accepted, 250, 100, AgreesUnknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := seen("ready", session.ByQuit, "client", c.seen, c.bytes)
			m := r.Messages[0]
			if m.Transfer != nil {
				m.Transfer.Complete = c.seen != session.Aborted
			}
			if c.reply != 0 {
				m.Reply = &session.Reply{Code: c.reply}
			}
			logged := &gatewaylog.Message{Product: c.product, ID: "M1", Outcome: c.outcome, Size: gatewaylog.Count{N: c.size, Known: c.size > 0}}
			got := agree(r, &Match{Connection: &gatewaylog.Connection{Product: c.product}, Messages: []*gatewaylog.Message{logged}})
			if got.Agrees != c.agrees || !strings.Contains(got.Difference, c.says) {
				t.Errorf("%s %q, want %s with %q", got.Agrees, got.Difference, c.agrees, c.says)
			}
		})
	}
}

// TestReplies: a refusal that the log has and the wire has not.
func TestReplies(t *testing.T) {
	c := said(gatewaylog.Postfix, "quit=1", gatewaylog.HowQuit)
	c.Rejections = []gatewaylog.Rejection{{Command: "RCPT", Code: 554, Words: "554 5.7.1 Relay access denied"}}
	r := seen("rcpt", session.ByQuit, "client", session.Refused, -1)
	r.Messages[0].Recipients[0].Code = 554
	if got := agree(r, &Match{Connection: c}); got.Agrees != AgreesYes {
		t.Errorf("%+v", got)
	}
	r.Messages[0].Recipients[0].Code = 250
	if got := agree(r, &Match{Connection: c}); got.Agrees != AgreesNo || !strings.Contains(got.Difference, "554 to RCPT") {
		t.Errorf("%+v", got)
	}
	// What the record does not keep is no difference: lines of a real OpenSMTPD.
	c.Rejections = []gatewaylog.Rejection{{Command: "RCPT", Code: 503, Words: "503 5.5.1 Invalid command: Command not allowed at this point."}}
	if got := agree(r, &Match{Connection: c}); got.Agrees == AgreesNo {
		t.Errorf("a RCPT out of order: %+v", got)
	}
	c.Rejections[0].Code, r.Ended.How = 451, session.ByRST
	r.Ended.Unanswered = 1
	c.Ended = gatewaylog.Ended{}
	if got := agree(r, &Match{Connection: c}); got.Agrees == AgreesNo {
		t.Errorf("a reply to a client that has reset: %+v", got)
	}
	c.Rejections[0].Code, r.Messages = 550, nil
	if got := agree(r, &Match{Connection: c}); got.Agrees == AgreesNo {
		t.Errorf("a RCPT where no mail was begun: %+v", got)
	}
}

// TestUnderTLS: the phase is the log's word alone.
func TestUnderTLS(t *testing.T) {
	r := seen("tls", session.ByFIN, "client", "", 0)
	r.TLS = &session.TLS{Mode: "starttls", Handshake: "complete"}
	c := said(gatewaylog.Postfix, "lost connection after RCPT", gatewaylog.HowLost, gatewaylog.PhaseRcpt)
	c.Ended.Stage = gatewaylog.PhaseRcpt
	m := &Match{Status: Matched, Connection: c}
	m.Agreement = agree(r, m)
	normal := false
	r.Abnormal = &normal
	if l := m.Log(r); l.Agrees == "no" || l.Stage != "rcpt" || !l.Abnormal {
		t.Errorf("%+v", l)
	}
	if c.Ended.Stage = gatewaylog.PhaseReady; m.Log(r).Abnormal {
		t.Error("a client that leaves between mails is abnormal")
	}
	if r.Ended.Phase, c.Ended.Stage = "ready", gatewaylog.PhaseRcpt; m.Log(r).Abnormal {
		t.Error("the log overrules what the packets show")
	}
}

// TestAssign holds the two assignments against trying everything.
func TestAssign(t *testing.T) {
	for _, m := range [][][]float64{
		{{1}}, {{0}}, {{5, 4}, {4, 0}}, {{6, 6}, {6, 6}}, {{1, 2, 3}}, {{3}, {2}, {1}}, {{6, 5.9, 0}, {0, 6, 2}, {1, 0, 6}}, {{0, 6}, {6, 0}},
	} {
		_, got := assign(m, -1, -1)
		if want := tryAll(m, 0, nil, false); got != want {
			t.Errorf("%v: %v, want %v", m, got, want)
		}
		_, got = assignInOrder(m, -1, -1)
		if want := tryAll(m, 0, nil, true); got != want {
			t.Errorf("%v in order: %v, want %v", m, got, want)
		}
	}
}

func tryAll(m [][]float64, row int, taken []int, ordered bool) float64 {
	if row == len(m) {
		return 0
	}
	best := tryAll(m, row+1, taken, ordered)
	for j, v := range m[row] {
		if slices.Contains(taken, j) || ordered && len(taken) > 0 && j < taken[len(taken)-1] {
			continue
		}
		best = max(best, v+tryAll(m, row+1, append(slices.Clone(taken), j), ordered))
	}
	return best
}

// TestCollectWaitsForContent: sendmail says collect from its 354 on, so also of a
// mail of which no byte came, and never of one that was over before DATA.
func TestCollectWaitsForContent(t *testing.T) {
	m := &gatewaylog.Message{Product: gatewaylog.Sendmail, Outcome: gatewaylog.Outcome{Kind: gatewaylog.Aborted, Words: "collect: premature EOM"}}
	for _, test := range []struct {
		outcome session.Outcome
		want    bool
	}{{session.Aborted, true}, {session.Unknown, true}, {session.Refused, false}, {session.Withdrawn, false}} {
		if got := mayBe(&session.Message{Outcome: test.outcome}, m, false); got != test.want {
			t.Errorf("%s without content: %v", test.outcome, got)
		}
	}
}

// TestQueuedIsNotRejected: a mail that Postfix has queued is not the one whose
// content it refused, though all else is alike.
func TestQueuedIsNotRejected(t *testing.T) {
	from := "alice@example.net"
	mail := func(o session.Outcome) *session.Message {
		return &session.Message{From: &from, Outcome: o, Recipients: []*session.Recipient{{Address: "bob@example.org", Code: 250}}}
	}
	queued := &gatewaylog.Message{Product: gatewaylog.Postfix, ID: "4B4F4AE", From: from, HasFrom: true, Outcome: gatewaylog.Outcome{Kind: gatewaylog.Accepted}}
	if mayBe(mail(session.Rejected), queued, false) {
		t.Error("a rejected mail is taken for one that was queued")
	}
	if !mayBe(mail(session.Accepted), queued, false) {
		t.Error("an accepted mail is not")
	}
}
