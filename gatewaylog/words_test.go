package gatewaylog

import "testing"

// TestWords: what a product says of a mail that it did not take is told beside
// how the connection ended.
func TestWords(t *testing.T) {
	mail := func(k OutcomeKind, words string) *Message { return &Message{Outcome: Outcome{Kind: k, Words: words}} }
	for _, c := range []struct {
		name, want string
		c          Connection
	}{
		{"nothing", "", Connection{}},
		{"the end alone", "quit=1", Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{mail(Accepted, "queued as 1")}}},
		{"a mail thrown away", "quit=1; dropped: milter triggers DISCARD action",
			Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{mail(Dropped, "milter triggers DISCARD action")}}},
		{"not the last of them", "quit=1; rejected: 5.7.1 spam",
			Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{mail(Rejected, "5.7.1 spam"), mail(Accepted, "queued")}}},
		{"many", "quit=1; rejected: 1st; rejected: 2nd; rejected: 3rd; …",
			Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{mail(Rejected, "1st"), mail(Rejected, "2nd"), mail(Rejected, "3rd"), mail(Rejected, "4th"), mail(Rejected, "5th")}}},
		{"Cisco's phrase", "lost; Receiving aborted", Connection{Ended: Ended{Words: "lost"}, Messages: []*Message{mail(Aborted, "Receiving aborted")}}},
		{"the same of both", "Receiving aborted", Connection{Ended: Ended{Words: "Receiving aborted"}, Messages: []*Message{mail(Aborted, "Receiving aborted")}}},
		{"an earlier one that was given up", "quit=1", Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{mail(Withdrawn, "canceled"), mail(Accepted, "queued")}}},
		{"the last mail, where nothing is said of the end", "queued as 1", Connection{Messages: []*Message{mail(Accepted, "queued as 1")}}},
		{"a refused recipient", "too many errors after RCPT; refused: 550 5.1.1 User unknown",
			Connection{Ended: Ended{Words: "too many errors after RCPT"}, Rejections: []Rejection{{Command: "RCPT", Words: "550 5.1.1 User unknown"}}}},
		{"a refusal for which the administrator wrote no reason (Exim)", "refused: ETRN", Connection{Rejections: []Rejection{{Command: "ETRN"}}}},
		{"a refusal that is the mail's", "quit=1; refused: 554 no", Connection{Ended: Ended{Words: "quit=1"},
			Messages: []*Message{mail(Refused, "554 no")}, Rejections: []Rejection{{Words: "554 no"}}}},
		{"what no line says", "quit=1", Connection{Ended: Ended{Words: "quit=1"}, Messages: []*Message{{Outcome: Outcome{Kind: Refused, Words: "x", Inferred: true}}}}},
		{"a filter's own log", "quit=1; sophos-puremessage: reject", Connection{Ended: Ended{Words: "quit=1"},
			Messages: []*Message{{Joined: []*Message{{Product: PureMessage, Outcome: Outcome{Words: "reject"}}}}}}},
	} {
		if got := c.c.Words(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
