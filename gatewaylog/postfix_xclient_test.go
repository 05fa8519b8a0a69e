package gatewaylog

import (
	"slices"
	"testing"
)

// nginx in front of Postfix: "connect from" names the proxy, all other lines
// the client. In the first connection of the log nothing says so before its
// "disconnect" counts xclient=1.
const xclientLog = `Jan  2 03:04:05 mx postfix/smtpd[811]: connect from front.example.com[192.0.2.10]
Jan  2 03:04:05 mx postfix/smtpd[811]: Anonymous TLS connection established from front.example.com[192.0.2.10]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
Jan  2 03:04:05 mx postfix/smtpd[812]: connect from front.example.com[192.0.2.10]
Jan  2 03:04:05 mx postfix/smtpd[811]: 4B20101B1: client=spike.example.org[203.0.113.9]
Jan  2 03:04:05 mx postfix/cleanup[820]: 4B20101B1: message-id=<1@spike.example.org>
Jan  2 03:04:06 mx postfix/smtpd[812]: NOQUEUE: reject: RCPT from unknown[203.0.113.77]: 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown; from=<a@example.net> to=<nobody@example.com> proto=ESMTP helo=<far.example.net>
Jan  2 03:04:06 mx postfix/smtpd[811]: disconnect from spike.example.org[203.0.113.9] ehlo=3 starttls=1 xclient=1 mail=1 rcpt=1 data=1 quit=1 commands=9
Jan  2 03:04:06 mx postfix/smtpd[812]: lost connection after RCPT from unknown[203.0.113.77]
Jan  2 03:04:06 mx postfix/smtpd[812]: disconnect from unknown[203.0.113.77] ehlo=2 xclient=1 mail=1 rcpt=0/1 commands=4/5
Jan  2 03:04:07 mx postfix/smtpd[811]: connect from front.example.com[192.0.2.10]
Jan  2 03:04:07 mx postfix/smtpd[811]: disconnect from unknown[203.0.113.78] ehlo=1 xclient=1 quit=1 commands=3
`

// Without xclient=1 the change of address means that lines are missing: there
// were two connections.
const notXclientLog = `Jan  2 03:04:05 mx postfix/smtpd[811]: connect from near.example.com[192.0.2.10]
Jan  2 03:04:09 mx postfix/smtpd[811]: disconnect from spike.example.org[203.0.113.9] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
`

// A connection that had begun a mail gave its client long before: the end of
// another is not its.
const otherXclientLog = `Jan  2 03:04:05 mx postfix/smtpd[811]: connect from near.example.com[192.0.2.10]
Jan  2 03:04:05 mx postfix/smtpd[811]: 4B20101B1: client=near.example.com[192.0.2.10]
Jan  2 03:04:09 mx postfix/smtpd[811]: disconnect from spike.example.org[203.0.113.9] ehlo=2 xclient=1 quit=1 commands=4
`

func TestXClientIsOneConnection(t *testing.T) {
	tests := map[string]struct {
		log  string
		want [][]int64 // line numbers of each connection
	}{
		"first of the log":    {xclientLog, [][]int64{{1, 2, 4, 5, 7}, {3, 6, 8, 9}, {10, 11}}},
		"no xclient counted":  {notXclientLog, [][]int64{{1}, {2}}},
		"mail before the end": {otherXclientLog, [][]int64{{1, 2}, {3}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			conns, _ := readText(t, Options{}, test.log)
			slices.SortFunc(conns, func(a, b *Connection) int { return int(a.Lines[0].Number - b.Lines[0].Number) })
			var got [][]int64
			for _, c := range conns {
				var numbers []int64
				for _, l := range c.Lines {
					numbers = append(numbers, l.Number)
				}
				got = append(got, numbers)
			}
			if !slices.EqualFunc(got, test.want, slices.Equal[[]int64]) {
				t.Errorf("lines %v, want %v", got, test.want)
			}
		})
	}
}

func TestXClientKeepsTheBeginning(t *testing.T) {
	conns, _ := readText(t, Options{}, xclientLog)
	for _, c := range conns {
		if c.ID != "811" || len(c.Messages) == 0 {
			continue
		}
		if !c.Begun || !c.Closed || c.TLS.Established != Yes || c.Client.Addr.String() != "203.0.113.9" || c.Start.At.Second() != 5 {
			t.Errorf("connection is %s", summary(c))
		}
		return
	}
	t.Error("no connection 811 with a message")
}
