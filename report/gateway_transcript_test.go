package report

import (
	"strings"
	"testing"

	"smtpscope/session"
)

// TestGatewayLines: every product in a line; the log's own product alone.
func TestGatewayLines(t *testing.T) {
	abnormal := true
	r := &session.Record{Protocol: "smtp", Abnormal: &abnormal, Banner: &session.Banner{Code: 220},
		Hello: &session.Hello{Verb: "EHLO", Code: 250}, Server: session.Endpoint{Port: 25},
		Messages: []*session.Message{{Code: 250, Outcome: session.Unanswered, Transfer: &session.Transfer{Command: "DATA", Bytes: 9, Complete: true},
			Recipients: []*session.Recipient{{Address: "b@example.com", Code: 250}}}},
		Ended: session.Ended{Phase: "dot", How: session.ByFIN, By: "client"}}
	if got := gatewayLines(r); got != nil {
		t.Errorf("nothing was asked for: %v", got)
	}
	r.Gateways = map[string]string{"postfix": "(nothing)"}
	got := strings.Join(gatewayLines(r), "\n")
	for _, want := range []string{
		"cisco-esa: perhaps Receiving aborted or ready … bytes from … (",
		"\npostfix: nothing (the message is kept",
		"\nexim: SMTP connection lost after final dot (the message is thrown away",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	r.Log = &session.Log{Status: "matched", Gateway: "exim"}
	if got := gatewayLines(r); len(got) != 1 || !strings.HasPrefix(got[0], "exim: ") {
		t.Errorf("with Exim's log: %q", got)
	}
}
