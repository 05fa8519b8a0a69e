package smtpstate

import "testing"

// TestRefusalMissed: what the missing bytes may have refused, and what they
// cannot have, by what stands around them.
func TestRefusalMissed(t *testing.T) {
	const begin = "S: 220 mx\nC: EHLO x\nS: 250 mx\n"
	for _, tc := range []struct {
		name, acts string
		want       bool
	}{
		{"all was heard", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: QUIT\nS: 221 bye", false},
		{"the reply to RCPT", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\ngap S 30\nC: QUIT\nS: 221 bye", true},
		{"it came behind them", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\ngap S 30\nS: 250 2.1.5 ok\nC: QUIT\nS: 221 bye", false},
		{"of two, one was accepted", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@f>\ngap S 30\nC: RSET\nS: 250 ok", false},
		{"of two, one was refused", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 550 no\nC: RCPT TO:<e@f>\ngap S 30\nC: RSET\nS: 250 ok", true},
		{"the reply to MAIL", "C: MAIL FROM:<a@b>\ngap S 30\nC: QUIT\nS: 221 bye", true},
		{"the reply to MAIL, and RCPT accepted", "C: MAIL FROM:<a@b>\ngap S 30\nC: RCPT TO:<c@d>\nS: 250 2.1.5 ok\nC: QUIT\nS: 221 bye", false},
		{"a chunk was accepted", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\ngap S 30\nC+ BDAT 2\\r\\nab\nS: 250 ok\nC: RSET\nS: 250 ok", false},
		{"a refusal of what was not captured", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 2.1.5 ok\ngap C 6\nS: 451 later\nC: QUIT\nS: 221 bye", true},
		{"no reply came", "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nC: QUIT", false},
	} {
		m := New(nil, Limits{})
		s := parseScript(t, begin+tc.acts)
		s.play(m, 0, nil)
		if msgs := m.Messages(); len(msgs) != 1 || msgs[0].RefusalMissed() != tc.want {
			t.Errorf("%s: %d messages, want one, missed refusal %v", tc.name, len(msgs), tc.want)
		}
	}
}
