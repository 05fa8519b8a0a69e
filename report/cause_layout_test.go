package report

import (
	"bytes"
	"strings"
	"testing"

	"smtpscope/session"
)

// TestCauseOrNoticed: what leads in a session that did not end abnormally is no
// cause, neither below the verdict nor in a column of its own.
func TestCauseOrNoticed(t *testing.T) {
	found := func(code string) []session.Finding {
		return []session.Finding{{Code: code, Severity: "warning", Certainty: "proven"}}
	}
	cut := made("data", session.ByRST, "client", mail(session.Aborted))
	cut.Findings = found("client-ended")
	fine := made("ready", session.ByQuit, "client", mail(session.Accepted))
	fine.Abnormal, fine.Findings = ptr(false), found("packet-loss")
	open := made("data", session.ByCaptureEnd, "unknown", mail(session.Unknown))
	open.Abnormal, open.Findings = nil, found("zero-window")
	plain := made("ready", session.ByQuit, "client")
	plain.Abnormal = ptr(false)

	for _, tc := range []struct {
		width    int
		sessions []*session.Record
		want     []string
	}{
		{100, []*session.Record{cut, fine, open, plain}, []string{" CAUSE (HOW SURE)\n", " cause: client-ended (proven)\n", " noticed: packet-loss (proven)\n", " noticed: zero-window (proven)\n"}},
		{100, []*session.Record{fine, open, plain}, []string{" NOTICED (HOW SURE)\n", " noticed: packet-loss (proven)\n", " noticed: zero-window (proven)\n"}},
		{300, []*session.Record{cut, fine, plain}, []string{"  CAUSE (HOW SURE)\n", "  client-ended (proven)\n", "  noticed: packet-loss (proven)\n"}},
		{300, []*session.Record{fine, open}, []string{"  NOTICED (HOW SURE)\n", "  packet-loss (proven)\n", "  zero-window (proven)\n"}},
	} {
		var list []*session.Session
		for _, r := range tc.sessions {
			list = append(list, &session.Session{Record: *r})
		}
		var b bytes.Buffer
		writeAll(t, NewTable(&b, Style{Width: tc.width}, "", true))(list, &Capture{})
		for _, want := range tc.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%d columns: %q is missing in\n%s", tc.width, want, b.String())
			}
		}
		if n := strings.Count(b.String(), "noticed: "); n != strings.Count(strings.Join(tc.want, ""), "noticed: ") {
			t.Errorf("%d columns: %d are noticed in\n%s", tc.width, n, b.String())
		}
	}
}
