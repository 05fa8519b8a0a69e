package session

import "testing"

func TestOneSided(t *testing.T) {
	for _, c := range []struct {
		name           string
		client, server bool
		phase          string
		how            How
		want           bool
	}{
		{"both sides", true, true, "data", ByRST, false},
		{"only the client's", true, false, "data", ByRST, true},
		{"only the server's", false, true, "unknown", ByFIN, true},
		{"nobody answered", true, false, "connect", BySYNUnanswered, false},
		{"the network answered", true, false, "connect", BySYNRefused, false},
		{"no answer yet", true, false, "connect", ByCaptureEnd, false},
		{"an answer that was not captured meets a reset", true, false, "connect", ByRST, true},
		{"only SYN-ACKs", false, true, "connect", BySYNUnanswered, true},
	} {
		r := &Record{Seen: Seen{Client: c.client, Server: c.server}, Ended: Ended{Phase: c.phase, How: c.how}}
		if got := r.OneSided(); got != c.want {
			t.Errorf("%s: one-sided %v, want %v", c.name, got, c.want)
		}
	}
}
