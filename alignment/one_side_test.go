package alignment

import (
	"testing"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// TestAgreementOfOneSide: a difference that rests on packets which were not
// captured is none; one that rests on those which were, is.
func TestAgreementOfOneSide(t *testing.T) {
	const client, server = 1, 2
	lost := said(gatewaylog.Postfix, "lost connection after DATA (3062 bytes)", gatewaylog.HowLost, gatewaylog.PhaseData)
	late := said(gatewaylog.Postfix, "timeout after DATA (0 bytes)", gatewaylog.HowTimeout, gatewaylog.PhaseData)
	quit := said(gatewaylog.Postfix, "quit=1", gatewaylog.HowQuit)
	refused := &gatewaylog.Connection{Product: gatewaylog.Postfix, Rejections: []gatewaylog.Rejection{{Command: "RCPT", Code: 450, Words: "450 4.7.1 no"}}}
	for _, c := range []struct {
		name string
		side int
		r    *session.Record
		c    *gatewaylog.Connection
		both Agrees // were both sides captured
		one  Agrees
	}{
		{"the server's FIN behind a client that was lost", server, seen("data", session.ByFIN, "server", session.Aborted, 3062), lost, AgreesNo, AgreesUnknown},
		{"the server's FIN behind a QUIT", server, seen("ready", session.ByFIN, "server", "", -1), quit, AgreesNo, AgreesUnknown},
		{"the client's FIN behind the server's timer", client, seen("data", session.ByFIN, "client", session.Aborted, 100), late, AgreesNo, AgreesUnknown},
		{"another phase", client, seen("rcpt", session.ByFIN, "client", session.Aborted, -1), lost, AgreesNo, AgreesUnknown},
		{"bytes that nobody was seen to acknowledge", client, seen("data", session.ByCaptureEnd, "unknown", session.Unknown, 160000), received(late, 0), AgreesNo, AgreesUnknown},
		{"a reply that was not attached to anything", server, seen("ready", session.ByQuit, "client", session.Unknown, -1), refused, AgreesNo, AgreesUnknown},
		{"a QUIT is a QUIT", client, seen("ready", session.ByQuit, "client", "", -1), said(gatewaylog.Postfix, "lost connection after EHLO", gatewaylog.HowLost, gatewaylog.PhaseReady), AgreesNo, AgreesNo},
		{"all of the client's packets, and no QUIT", client, seen("ready", session.ByFIN, "client", "", -1), quit, AgreesNo, AgreesNo},
	} {
		if got := agree(c.r, &Match{Connection: c.c}); got.Agrees != c.both {
			t.Errorf("%s, both: %s %q", c.name, got.Agrees, got.Difference)
		}
		c.r.Seen.Client, c.r.Seen.Server = c.side == client, c.side == server
		if got := agree(c.r, &Match{Connection: c.c}); got.Agrees != c.one || (got.Difference == "") != (c.one != AgreesNo) {
			t.Errorf("%s, one: %s %q", c.name, got.Agrees, got.Difference)
		}
	}
	// A message: what answered it was seen, or was not.
	for _, c := range []struct {
		outcome session.Outcome
		want    Agrees
	}{{session.Accepted, AgreesNo}, {session.Aborted, AgreesUnknown}} {
		r := seen("ready", session.ByQuit, "client", c.outcome, 100)
		r.Seen.Client = c.outcome != session.Accepted
		r.Seen.Server = !r.Seen.Client
		m := &gatewaylog.Message{Product: gatewaylog.Postfix, ID: "M", Outcome: gatewaylog.Outcome{Kind: gatewaylog.Rejected, Words: "554 no"}}
		if got := agree(r, &Match{Connection: &gatewaylog.Connection{Product: gatewaylog.Postfix}, Messages: []*gatewaylog.Message{m}}); got.Agrees != c.want {
			t.Errorf("%s: %s %q", c.outcome, got.Agrees, got.Difference)
		}
	}
}
