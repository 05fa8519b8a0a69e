package alignment

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// TestExpectationBesideWording holds the two judges of a match against each
// other, product by product: what the expectation says, and what the table of
// wordings says. The expectation leads where it says anything.
func TestExpectationBesideWording(t *testing.T) {
	const yes, no, open = AgreesYes, AgreesNo, Agrees("")
	esa := func(lines ...string) string {
		return "Thu Aug 14 11:04:31 2014 Info: New SMTP ICID 10293 interface Management (192.0.2.200) address 198.51.100.1 reverse dns host ns.example.com verified no\n" +
			"Thu Aug 14 11:04:51 2014 Info: Start MID 1404 ICID 10293\nThu Aug 14 11:04:51 2014 Info: MID 1404 ICID 10293 From: <a@example.org>\n" +
			"Thu Aug 14 11:05:00 2014 Info: MID 1404 ICID 10293 RID 0 To: <b@example.com>\nThu Aug 14 11:05:36 2014 Info: " +
			strings.Join(lines, "\nThu Aug 14 11:05:36 2014 Info: ") + "\nThu Aug 14 11:05:36 2014 Info: Message finished MID 1404 aborted\nThu Aug 14 11:05:36 2014 Info: ICID 10293 close\n"
	}
	postfix := func(lines ...string) string {
		const at = "Oct  8 19:16:18 mx1 postfix/smtpd[1991]: "
		return at + "connect from c.example.net[198.51.100.1]\n" + at + "4F2A1C8: client=c.example.net[198.51.100.1]\n" + at + strings.Join(lines, "\n"+at) + "\n"
	}
	exim := func(lines string) string {
		return "2010-03-21 16:28:51 [7] SMTP connection from [198.51.100.1]:4 (TCP/IP connection count = 1)\n2010-03-21 16:28:51 [7] " + lines + "\n"
	}
	sendmail := func(lines string) string {
		return "Feb 18 12:34:44 server sm-mta[5589]: NOQUEUE: connect from c.example.net [198.51.100.1]\nFeb 18 12:34:44 server sm-mta[5589]: s1IHYWxQ005589: " + lines + "\n"
	}
	opensmtpd := func(end string) string {
		return "Nov  2 00:01:33 mx1 smtpd[60503]: 88166f7f21c951f4 smtp connected address=198.51.100.1 host=c.example.net\nNov  2 00:01:33 mx1 smtpd[60503]: 88166f7f21c951f4 " + end + "\n"
	}
	exchange := func(context string) string {
		return `2024-03-13T09:01:19.461Z,EXCHANGE\Default Frontend EXCHANGE,08DC42C8FF236A1F,13,192.0.2.25:25,198.51.100.1:4136,+,,` + "\n" +
			`2024-03-13T09:01:20.461Z,EXCHANGE\Default Frontend EXCHANGE,08DC42C8FF236A1F,14,192.0.2.25:25,198.51.100.1:4136,-,,` + context + "\n"
	}
	aborted := "Message aborted MID 1404 Receiving aborted"
	for _, c := range []struct {
		name                 string
		log                  string
		record               *session.Record
		expectation, wording Agrees
	}{
		{"Cisco: lost, a RST mid-DATA", esa("ICID 10293 lost", aborted), seen("data", session.ByRST, "client", session.Aborted, 10), yes, yes},
		{"Cisco: lost, but QUIT", esa("ICID 10293 lost", aborted), seen("rcpt", session.ByQuit, "client", session.Withdrawn, -1), no, no},
		{"Cisco: by sender, QUIT", esa(aborted + " by sender"), seen("rcpt", session.ByQuit, "client", session.Withdrawn, -1), yes, yes},
		{"Cisco: by sender, but a RST mid-DATA", esa(aborted + " by sender"), seen("data", session.ByRST, "client", session.Aborted, 10), no, no},
		{"Postfix: a RST mid-DATA", postfix("lost connection after DATA (10 bytes) from c.example.net[198.51.100.1]", "disconnect from c.example.net[198.51.100.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4"), seen("data", session.ByRST, "client", session.Aborted, 10), yes, yes},
		{"Postfix: DATA and FIN in one segment", postfix("lost connection after DATA (0 bytes) from c.example.net[198.51.100.1]", "disconnect from c.example.net[198.51.100.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4"), seen("data-command", session.ByFIN, "client", session.Aborted, -1), yes, yes},
		{"Postfix: timeout, yet a RST of the client", postfix("timeout after DATA (10 bytes) from c.example.net[198.51.100.1]", "disconnect from c.example.net[198.51.100.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4"), seen("data", session.ByRST, "client", session.Aborted, 10), no, no},
		{"Exim: DATA and FIN in one segment", exim("SMTP connection from (c) [198.51.100.1]:4 lost while reading message data (header)"), seen("data-command", session.ByFIN, "client", session.Aborted, -1), yes, yes},
		{"Exim: a RST after RCPT, and it saw a FIN", exim("unexpected disconnection while reading SMTP command from (c) [198.51.100.1]:4 D=0s"), seen("rcpt", session.ByRST, "client", session.Aborted, -1), no, no},
		{"sendmail: a RST mid-DATA", sendmail("collect: premature EOM: Connection reset by c.example.net"), seen("data", session.ByRST, "client", session.Aborted, 10), yes, yes},
		{"OpenSMTPD: 421 to RCPT, and it closes", opensmtpd("smtp disconnected reason=quit"), seen("rcpt", session.ByFIN, "server", session.Refused, -1), yes, yes},
		{"OpenSMTPD: a RST mid-DATA, and it saw a FIN", opensmtpd("smtp disconnected reason=disconnect"), seen("data", session.ByRST, "client", session.Aborted, 10), no, no},
		{"Exchange: not documented, so the wording judges", exchange("Remote(ConnectionReset)"), seen("data", session.ByRST, "client", session.Aborted, 10), open, yes},
		{"Symantec: the MTA's word", "2022 Jan 01 01:01:01 -05 (info) ecelerity: [13391] ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.1:15154, Audit ID ac110023-b31ff7000000344f-d4-62ab7682d161, 421 4.4.2 service timed out.\n", seen("data", session.ByFIN, "server", session.Aborted, 10), open, yes},
		{"PureMessage: no word of a connection", "2007-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.org> t=<b@example.com> r=c.example.net a=a/eom\n", seen("data", session.ByRST, "client", session.Aborted, 10), open, AgreesUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			conns := readLog(t, gatewaylog.Options{Year: 2014}, gatewaylog.Source{Name: "log", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.log)), nil }})
			if len(conns) != 1 {
				t.Fatalf("%d connections", len(conns))
			}
			abnormal := true
			c.record.Abnormal = &abnormal
			if got := expectedPoint(c.record, conns[0]).Agrees; got != c.expectation {
				t.Errorf("expectation: %q, want %q", got, c.expectation)
			}
			together := c.wording
			if c.expectation == yes {
				together = yes
			}
			a := Agreement{Points: endOf(c.record, conns[0], false)}
			if a.sum(); a.Agrees != together {
				t.Errorf("together: %q, want %q", a.Agrees, together)
			}
			if got := wordingAgrees(c.record, conns[0]); got != c.wording {
				t.Errorf("wording: %q, want %q", got, c.wording)
			}
		})
	}
}

// wordingAgrees sums the points of the table of wordings.
func wordingAgrees(r *session.Record, c *gatewaylog.Connection) Agrees {
	a := Agreement{Points: endPoints(r, c, r.TLS != nil && r.TLS.Handshake == "complete")}
	a.sum()
	return a.Agrees
}

// TestExpectationOfMatches: in the shared recording the expectation never
// contradicts its true log, and never says no where the wording says yes.
func TestExpectationOfMatches(t *testing.T) {
	readTruth(t, filepath.Join(postfixFolder, "truth.jsonl")) // skips where it is not there
	for _, capture := range []string{"all.pcap", "all.client.pcap", "all.mirror-dup.pcap"} {
		records := readRecords(t, filepath.Join(postfixFolder, capture))
		conns := readLog(t, around(records), fileSources(t, filepath.Join(postfixFolder, "maillog"))...)
		r := Align(records, conns, Config{})
		n := map[string]int{}
		for i := range r.Matches {
			m := &r.Matches[i]
			if m.Status != Matched {
				continue
			}
			p, wording := expectedPoint(records[i], m.Connection), wordingAgrees(records[i], m.Connection)
			n[string("wording "+wording+", expectation "+p.Agrees)]++
			if p.Agrees == AgreesNo && capture != "all.client.pcap" || p.Agrees == AgreesNo && wording == AgreesYes {
				t.Errorf("%s: %s (the wording says %s)", capture, p.Says, wording)
			}
		}
		t.Log(capture, n)
	}
}
