package gatewaylog

import (
	"strings"
	"testing"
)

// expectation is a log and what it must say, in the words of summary.
type expectation struct {
	name string
	log  string
	want []string
}

func (x expectation) check(t *testing.T) {
	t.Helper()
	t.Run(x.name, func(t *testing.T) {
		conns, report := readText(t, Options{Year: 2022}, strings.TrimLeft(x.log, "\n"))
		var got []string
		for _, c := range conns {
			got = append(got, summary(c))
		}
		if strings.Join(got, "\n") != strings.Join(x.want, "\n") {
			t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(x.want, "\n\t"))
		}
		checkCounted(t, conns, report)
	})
}

// checkCounted: every line is counted once, and every line that was taken is
// in a connection.
func checkCounted(t *testing.T, conns []*Connection, r *Report) {
	t.Helper()
	n := r.Taken
	for _, x := range r.Reasons {
		n += x.Lines
	}
	if n != r.Lines {
		t.Errorf("%d lines, %d counted", r.Lines, n)
	}
	type place struct {
		file   string
		number int64
	}
	inbound, outbound, all := map[place]*Connection{}, map[place]*Connection{}, map[place]bool{}
	for _, c := range conns {
		side := inbound
		if c.Direction == Outbound {
			side = outbound
		}
		if len(c.Lines) == 0 {
			t.Errorf("a connection without lines: %s", summary(c))
		}
		for _, l := range c.Lines {
			p := place{l.File, l.Number}
			if side[p] != nil {
				t.Errorf("line %d is twice in connections of one direction: %q", l.Number, l.Text)
			}
			side[p], all[p] = c, true
		}
		for _, m := range c.Messages {
			for _, l := range m.Nearby {
				all[place{l.File, l.Number}] = true
			}
		}
	}
	if int64(len(all)) != r.Taken-r.Continued && r.Continued == 0 {
		t.Errorf("%d lines taken, %d lines in connections", r.Taken, len(all))
	}
}

// The samples of Cisco's TechNote 118295 (../shared/seeds/002 and 004), with
// documentation names, wrapped as the article wraps them.
var seedsESA = []expectation{
	{"receiving aborted", `
Thu Aug 14 11:04:31 2014 Info: New SMTP ICID 10293 interface Management
(192.168.0.199) address 192.168.0.200 reverse dns host ns.example.com verified no
Thu Aug 14 11:04:31 2014 Info: ICID 10293 RELAY SG RELAY_SG match 192.168.0.200
SBRs not enabled
Thu Aug 14 11:04:51 2014 Info: Start MID 1404 ICID 10293
Thu Aug 14 11:04:51 2014 Info: MID 1404 ICID 10293 From: <user@example.net>
Thu Aug 14 11:05:00 2014 Info: MID 1404 ICID 10293 RID 0 To: <end_user@example.com>
Thu Aug 14 11:05:36 2014 Info: ICID 10293 lost
Thu Aug 14 11:05:36 2014 Info: Message aborted MID 1404 Receiving aborted
Thu Aug 14 11:05:36 2014 Info: Message finished MID 1404 aborted
Thu Aug 14 11:05:36 2014 Info: ICID 10293 close
`, []string{"inbound 10293 192.168.0.200(ns.example.com) > 192.168.0.199(Management) how=lost [data data-command rcpt dot] 'lost' | 1404 <user@example.net> > <end_user@example.com>+ aborted 'Receiving aborted'"}},
	{"receiving aborted, blank lines between, prose around", `
L'exemple suivant montre un client distant

Thu Aug 14 11:04:31 2014 Info: New SMTP ICID 10293 interface Management

(192.168.0.199) address 192.168.0.200 reverse dns host ns.example.com verified no

Thu Aug 14 11:04:31 2014 Info: ICID 10293 RELAY SG RELAY_SG match 192.168.0.200

SBRS not enabled

Thu Aug 14 11:05:36 2014 Info: ICID 10293 close

Il peut également
`, []string{"inbound 10293 192.168.0.200(ns.example.com) > 192.168.0.199(Management) how=closed 'close'"}},
	{"timeout of an unsuccessful connection: neither lost nor close", `
Wed Aug 20 22:20:07 2014 Info: Start MID 1558778 ICID 3875465
Wed Aug 20 22:20:07 2014 Info: MID 1558778 ICID 3875465 From: <sndr@example.net>
Wed Aug 20 22:20:07 2014 Info: MID 1558778 ICID 3875465 RID 0 To: <recip@example.com>
Wed Aug 20 22:25:07 2014 Info: Message aborted MID 1558778 Receiving aborted
Wed Aug 20 22:25:07 2014 Info: Message finished MID 1558778 aborted
`, []string{"inbound 3875465 how=timeout by=server [data data-command rcpt dot] 'Receiving aborted' | 1558778 <sndr@example.net> > <recip@example.com>+ aborted 'Receiving aborted'"}},
	{"receiving aborted by sender", `
Thu Aug 14 13:08:49 2014 Info: New SMTP ICID 10318 interface Management
(192.168.0.199) address 192.168.0.200 reverse dns host ns.example.com verified no
Thu Aug 14 13:08:49 2014 Info: ICID 10318 RELAY SG RELAY_SG match 192.168.0.200
SBRS not enabled
Thu Aug 14 13:08:56 2014 Info: Start MID 1412 ICID 10318
Thu Aug 14 13:08:56 2014 Info: MID 1412 ICID 10318 From: <user@example.net>
Thu Aug 14 13:09:03 2014 Info: MID 1412 ICID 10318 RID 0 To: <end_user@example.com>
Thu Aug 14 13:09:06 2014 Info: Message aborted MID 1412 Receiving aborted by sender
Thu Aug 14 13:09:06 2014 Info: Message finished MID 1412 aborted
Thu Aug 14 13:09:06 2014 Info: ICID 10318 close
`, []string{"inbound 10318 192.168.0.200(ns.example.com) > 192.168.0.199(Management) how=aborted-by-sender by=client rcpt[rcpt mail] 'Receiving aborted by sender' | 1412 <user@example.net> > <end_user@example.com>+ withdrawn 'Receiving aborted by sender'"}},
}

var expectESA = []expectation{
	{"out of order within a second, by syslog", `
<94>Nov 24 14:22:57 esa1 mail_logs: Info: MID 41 ready 94020 bytes from <a@example.com>
<94>Nov 24 14:22:57 esa1 mail_logs: Info: ICID 7 close
<94>Nov 24 14:22:57 esa1 mail_logs: Info: Start MID 41 ICID 7
<94>Nov 24 14:22:57 esa1 mail_logs: Info: MID 41 Message-ID '<1@example.com>'
<94>Nov 24 14:22:57 esa1 mail_logs: Info: MID 41 ICID 7 RID 0 To: <b@example.org>
<94>Nov 24 14:22:57 esa1 mail_logs: Info: MID 41 ICID 7 From: <a@example.com>
<94>Nov 24 14:22:57 esa1 mail_logs: Info: New SMTP ICID 7 interface Data 1 (192.0.2.2) address 198.51.100.9 reverse dns host mx.example.com verified yes
`, []string{"inbound 7 198.51.100.9(mx.example.com) > 192.0.2.2(Data 1) how=closed 'close' | 41 <a@example.com> > <b@example.org>+ 94020 id=1@example.com accepted 'ready 94020 bytes'"}},
	{"two appliances use the same numbers", `
Nov 24 14:22:57 esa1 mail_logs: Info: New SMTP ICID 7 interface A (192.0.2.2) address 198.51.100.9 reverse dns host unknown verified no
Nov 24 14:22:57 esa2 mail_logs: Info: New SMTP ICID 7 interface A (192.0.2.3) address 198.51.100.10 reverse dns host unknown verified no
Nov 24 14:22:58 esa1 mail_logs: Info: ICID 7 lost
Nov 24 14:22:58 esa1 mail_logs: Info: ICID 7 close
Nov 24 14:22:59 esa2 mail_logs: Info: ICID 7 close
`, []string{
		"inbound 7 198.51.100.9 > 192.0.2.2(A) how=lost [hello ready banner auth tls-handshake mail] 'lost'",
		"inbound 7 198.51.100.10 > 192.0.2.3(A) how=closed 'close'",
	}},
	{"size limit names no MID", `
Mon Mar  8 19:37:40 2004 Info: Start MID 5 ICID 9
Mon Mar  8 19:37:40 2004 Info: MID 5 ICID 9 From: <a@example.com>
Mon Mar  8 19:37:40 2004 Info: MID 5 ICID 9 RID 0 To: <b@example.org>
Mon Mar  8 19:37:41 2004 Info: ICID 9 Receiving Failed: Message size exceeds limit
Mon Mar  8 19:37:41 2004 Info: ICID 9 close
`, []string{"inbound 9 how=closed 'close' | 5 <a@example.com> > <b@example.org>+ rejected 'Receiving Failed: Message size exceeds limit'"}},
	{"no successful injection within the time", `
Mon Aug 15 15:33:19 2005 Info: New SMTP ICID 3 interface M (10.1.1.1) address 10.1.1.101 reverse dns host unknown verified no
Mon Aug 15 15:38:19 2005 Info: ICID 3 disconnected address 10.1.1.101, no messages injected within timeout period
Mon Aug 15 15:38:19 2005 Info: ICID 3 close
`, []string{"inbound 3 10.1.1.101 > 10.1.1.1(M) how=timeout by=server [hello ready banner auth tls-handshake mail] 'no messages injected within timeout period'"}},
	{"lost before any command", `
Tue Oct  4 13:21:23 2005 Info: ICID 30308138 Connection from 198.51.100.138 on interface PublicNet (192.0.2.25) lost after 139 seconds (DNS query took 139 seconds), before any commands were received
Tue Oct  4 13:21:23 2005 Info: ICID 30308138 close
`, []string{"inbound 30308138 198.51.100.138 > 192.0.2.25(PublicNet) how=lost banner[banner hello] 'lost after 139 seconds (DNS query took 139 seconds), before any commands were received'"}},
	{"policy refuses", `
Wed Sep 14 09:45:31 2022 Info: New SMTP ICID 4 interface M (192.0.2.2) address 198.51.100.9 reverse dns host unknown verified no
Wed Sep 14 09:45:31 2022 Info: ICID 4 REJECT SG BLACKLIST match sbrs[-10.0:-2.0] SBRS -9.9
Wed Sep 14 09:45:31 2022 Info: ICID 4 close
Wed Sep 14 09:45:31 2022 Info: ICID 0 TCPREFUSE SG BLACKLIST match sbrs[-10.0:-0.5] SBRS -9.9
`, []string{
		"inbound 4 198.51.100.9 > 192.0.2.2(M) how=rejected by=server hello[hello banner] 'REJECT SG BLACKLIST match sbrs[-10.0:-2.0] SBRS -9.9'",
		"inbound 0 how=rejected by=server connect[connect banner] 'TCPREFUSE'",
	}},
	{"authenticated, encrypted, split, behind a relay, dropped by a filter", `
Wed Sep 14 09:48:19 2022 Info: New SMTP ICID 8 interface Data 1 (192.0.2.2) address 198.51.100.59 reverse dns host mx.example.com verified yes
Wed Sep 14 09:48:19 2022 Info: ICID 8 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384
Wed Sep 14 09:48:19 2022 Info: SMTP Auth: (ICID 8) succeeded for user: alice using AUTH mechanism: LOGIN with profile: P
Wed Sep 14 09:48:20 2022 Info: Start MID 26 ICID 8
Wed Sep 14 09:48:20 2022 Info: MID 26 ICID 8 From: <a@example.com>
Wed Sep 14 09:48:20 2022 Info: MID 26 ICID 8 RID 0 To: <b@example.org>
Wed Sep 14 09:48:20 2022 Info: MID 26 ICID 8 To: <x@example.org> Rejected by LDAPACCEPT
Wed Sep 14 09:48:20 2022 Info: MID 26 IncomingRelay(front): Header Received found, IP 203.0.113.131 being used, SBRS -4.6
Wed Sep 14 09:48:20 2022 Info: MID 26 SDR: Domains for which SDR is requested: reverse DNS host: mx.example.com, helo: helo.example.com, env-from: example.com, header-from: Not Present, reply-to: Not Present
Wed Sep 14 09:48:20 2022 Info: MID 26 ready 512 bytes from <a@example.com>
Wed Sep 14 09:48:20 2022 Info: MID 26 was split creating MID 27 due to a per-recipient policy P in the inbound table
Wed Sep 14 09:48:20 2022 Info: Message aborted MID 27 Dropped by content filter 'X' in the inbound table
Wed Sep 14 09:48:20 2022 Info: Message finished MID 27 done
Wed Sep 14 09:48:21 2022 Info: ICID 8 close
`, []string{"inbound 8 198.51.100.59(mx.example.com) > 192.0.2.2(Data 1) helo=helo.example.com tls=yes auth=yes user=alice origin=203.0.113.131 how=closed 'close' rejected:RCPT0 | 26 <a@example.com> > <b@example.org>+ <x@example.org>- 512 accepted 'ready 512 bytes' derived 27"}},
	{"consolidated entry joins its connection", `
Mon Nov 14 15:32:00 2022 Info: New SMTP ICID 62905 interface M (192.0.2.2) address 198.51.100.9 reverse dns host unknown verified no
Mon Nov 14 15:32:01 2022 Info: Start MID 164226 ICID 62905
Mon Nov 14 15:32:05 2022 Info: Message aborted MID 164226 Receiving aborted by sender
Mon Nov 14 15:32:05 2022 Info: ICID 62905 close
Mon Nov 14 15:32:05 2022: CEF:0|Cisco|C100V|14.0.2-020|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|ESAMID=164226 ESAICID=62905 endTime=Mon Nov 14 15:32:05 2022 startTime=Mon Nov 14 15:32:00 2022 suser=a@example.com duser=b@example.org;c@example.org act=ABORTED ESAFinalActionDetails=Receiving aborted by sender ESAHeloDomain=h.example.com sourceAddress=198.51.100.9 msg='x = y act=z'
`, []string{"inbound 62905 198.51.100.9 > 192.0.2.2(M) helo=h.example.com how=aborted-by-sender by=client rcpt[rcpt mail] 'Receiving aborted by sender' | 164226 <a@example.com> > <b@example.org>+ <c@example.org>+ withdrawn 'Receiving aborted by sender'"}},
	{"injection debug log with credentials", `
Wed Apr  2 14:30:04 2003 Info: 6216 Sent to '198.51.100.9': '220 mx.example.org ESMTP\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Rcvd from '198.51.100.9': 'EHLO mail.example.com\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Sent to '198.51.100.9': '250 AUTH LOGIN PLAIN\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Rcvd from '198.51.100.9': 'AUTH LOGIN\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Sent to '198.51.100.9': '334 VXNlcm5hbWU6\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Rcvd from '198.51.100.9': 'c2VjcmV0\015\012'
Wed Apr  2 14:30:04 2003 Info: 6216 Sent to '198.51.100.9': '235 ok\015\012'
Wed Apr  2 14:30:05 2003 Info: 6216 Rcvd from '198.51.100.9': 'MAIL FROM:<a@example.com>\015\012'
Wed Apr  2 14:30:05 2003 Info: 6216 Sent to '198.51.100.9': '250 ok\015\012'
Wed Apr  2 14:30:05 2003 Info: 6216 Rcvd from '198.51.100.9': 'RCPT TO:<b@example.org>\015\012'
Wed Apr  2 14:30:05 2003 Info: 6216 Sent to '198.51.100.9': '550 no\015\012'
Wed Apr  2 14:30:06 2003 Info: 6216 Rcvd from '198.51.100.9': 'QUIT\015\012'
`, []string{"inbound 6216 198.51.100.9 helo=mail.example.com auth=yes how=quit by=client rcpt[rcpt] 'QUIT' rejected:RCPT550 | - <a@example.com> > <b@example.org>- refused? ''"}},
}

func TestExpectESA(t *testing.T) {
	for _, x := range append(seedsESA, expectESA...) {
		x.check(t)
	}
}
