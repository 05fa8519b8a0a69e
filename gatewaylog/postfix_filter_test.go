package gatewaylog

import (
	"slices"
	"testing"
)

// Lines of a real Postfix 3.7.11 with smtpd_proxy_filter: the filter is a second
// smtpd of the same program. Two clients at once, and one that goes mid-DATA.
const proxyFilterLog = `Nov 30 06:20:46 mx1 postfix/smtpd[31104]: connect from unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: connect from localhost[127.0.0.1]
Nov 30 06:20:46 mx1 postfix/smtpd[31104]: NOQUEUE: client=unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: 5C041FA0A8: client=localhost[127.0.0.1], orig_client=unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[31104]: NOQUEUE: reject: RCPT from unknown[198.51.100.28]: 554 5.7.1 <x@elsewhere.example>: Relay access denied; from=<s14.0@example.net> to=<x@elsewhere.example> proto=ESMTP helo=<h4-14.example.net>
Nov 30 06:20:46 mx1 postfix/smtpd[31104]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 5C041FA0A8; from=<s14.0@example.net> to=<carol@example.org> proto=ESMTP helo=<h4-14.example.net>
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: disconnect from localhost[127.0.0.1] ehlo=1 xforward=1 mail=1 rcpt=2 data=1 quit=1 commands=7
Nov 30 06:20:46 mx1 postfix/smtpd[31114]: connect from unknown[198.51.100.15]
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: connect from localhost[127.0.0.1]
Nov 30 06:20:46 mx1 postfix/smtpd[31114]: NOQUEUE: client=unknown[198.51.100.15]
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: EC8D6FA0A8: client=localhost[127.0.0.1], orig_client=unknown[198.51.100.15]
Nov 30 06:20:46 mx1 postfix/smtpd[31104]: disconnect from unknown[198.51.100.28] ehlo=1 mail=1 rcpt=2/3 data=1 quit=1 commands=6/7
Nov 30 06:20:46 mx1 postfix/smtpd[31114]: lost connection after DATA (25890 bytes) from unknown[198.51.100.15]
Nov 30 06:20:46 mx1 postfix/smtpd[31114]: disconnect from unknown[198.51.100.15] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: lost connection after DATA (26036 bytes) from localhost[127.0.0.1]
Nov 30 06:20:46 mx1 postfix/after/smtpd[31116]: disconnect from localhost[127.0.0.1] ehlo=1 xforward=1 mail=1 rcpt=1 data=0/1 commands=4/5
`

// Two connections of one client: whose the mail is tells the filter's reply.
const proxyTwinsLog = `Nov 30 06:20:46 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[1]: NOQUEUE: client=unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[2]: connect from unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[2]: NOQUEUE: client=unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/after/smtpd[3]: connect from localhost[127.0.0.1]
Nov 30 06:20:46 mx1 postfix/after/smtpd[3]: 5C041FA0A8: client=localhost[127.0.0.1], orig_client=unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[2]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 5C041FA0A8; from=<a@example.net> to=<b@example.org> proto=ESMTP helo=<h>
Nov 30 06:20:46 mx1 postfix/qmgr[4]: 5C041FA0A8: from=<a@example.net>, size=420, nrcpt=1 (queue active)
`

// Behind the queue: the mail comes back under another id.
const contentFilterLog = `Nov 30 06:20:46 mx1 postfix/smtpd[1]: connect from unknown[198.51.100.28]
Nov 30 06:20:46 mx1 postfix/smtpd[1]: 5C041FA0A8: client=unknown[198.51.100.28]
Nov 30 06:20:47 mx1 postfix/after/smtpd[3]: connect from localhost[127.0.0.1]
Nov 30 06:20:47 mx1 postfix/after/smtpd[3]: 6C041FA0A9: client=localhost[127.0.0.1], orig_queue_id=5C041FA0A8, orig_client=unknown[198.51.100.28]
Nov 30 06:20:47 mx1 postfix/smtpd[1]: disconnect from unknown[198.51.100.28] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
`

// Only the filter's side is in this log: the client that it names is all there is.
const filterOnlyLog = `Nov 30 06:20:46 mx1 postfix/smtpd[3]: connect from localhost[127.0.0.1]
Nov 30 06:20:46 mx1 postfix/smtpd[3]: 5C041FA0A8: client=localhost[127.0.0.1], orig_client=unknown[198.51.100.28]
`

func TestFilterGivesMailBack(t *testing.T) {
	type connection struct {
		lines  []int64
		ids    []string
		origin bool
	}
	tests := map[string]struct {
		log  string
		want []connection
	}{
		"before the queue": {proxyFilterLog, []connection{
			{lines: []int64{1, 3, 4, 5, 6, 12}, ids: []string{"5C041FA0A8"}}, {lines: []int64{2, 4, 7}},
			{lines: []int64{8, 10, 11, 13, 14}, ids: []string{"EC8D6FA0A8"}}, {lines: []int64{9, 11, 15, 16}},
		}},
		"two connections of the client": {proxyTwinsLog, []connection{
			{lines: []int64{1, 2}}, {lines: []int64{3, 4, 6, 7, 8}, ids: []string{"5C041FA0A8"}}, {lines: []int64{5, 6}},
		}},
		"behind the queue": {contentFilterLog, []connection{
			{lines: []int64{1, 2, 5}, ids: []string{"5C041FA0A8"}}, {lines: []int64{3, 4}, ids: []string{"6C041FA0A9"}},
		}},
		"no other connection of the client": {filterOnlyLog, []connection{{lines: []int64{1, 2}, ids: []string{"5C041FA0A8"}, origin: true}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			conns, _ := readText(t, Options{}, test.log)
			slices.SortFunc(conns, func(a, b *Connection) int { return int(a.Lines[0].Number - b.Lines[0].Number) })
			var got []connection
			for _, c := range conns {
				x := connection{origin: c.Origin.Addr.IsValid()}
				for _, l := range c.Lines {
					x.lines = append(x.lines, l.Number)
				}
				for _, m := range c.Messages {
					x.ids = append(x.ids, m.ID)
				}
				got = append(got, x)
			}
			if !slices.EqualFunc(got, test.want, func(a, b connection) bool {
				return slices.Equal(a.lines, b.lines) && slices.Equal(a.ids, b.ids) && a.origin == b.origin
			}) {
				t.Errorf("connections %+v, want %+v", got, test.want)
			}
		})
	}
}
