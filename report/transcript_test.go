package report

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// eventful is a session with an event of every kind, told by somebody who
// means the reader harm.
func eventful() *session.Session {
	m := withReply(withContent(mail(session.Aborted), 41000, false), 552, "5.3.4 too big\n\x1b[2Jnow go")
	m.QueueID, m.MessageID = "4F2A1C8", "<abc\u202e@a.example>"
	m.Recipients = append(m.Recipients, &session.Recipient{Address: "c@b.example", Code: 550, Text: "no"})
	r := made("data", session.ByRST, "client", m)
	r.Direction = "inbound"
	r.Origin = &session.Origin{By: "proxy", IP: netip.MustParseAddr("203.0.113.9"), Port: 5120}
	r.TLS = &session.TLS{Mode: "starttls", Handshake: "failed", Version: "TLS 1.2", Offered: true, SNI: "mx\x07.example"}
	r.Seen.Handshake = false
	r.TCP = session.TCP{RTT: ptr(session.Seconds(12 * time.Millisecond)), Retransmitted: session.Sides{Client: 3},
		Missed: session.Sides{Client: 1460}, Lost: session.Sides{Server: 20}, Cut: session.Sides{Client: 9}, Duplicates: 2}
	r.Notes = []string{"bare line feed\x00"}
	r.Findings = madeFindings()
	r.Gateways = map[string]string{"cisco-esa": "Receiving aborted", "postfix": "lost connection after DATA (41000 bytes) from a\x1b[31m", "symantec-smg": "Abort message"}

	s := &session.Session{Record: *r}
	var when time.Duration
	add := func(kind session.EventKind, side, text string, change ...func(*session.Event)) {
		n := int64(790 + len(s.Events))
		e := session.Event{Kind: kind, Side: side, Frame: n, Last: n, Time: moment(when), Until: moment(when), Text: text}
		for _, f := range change {
			f(&e)
		}
		s.Events = append(s.Events, e)
		when += 1234567 * time.Microsecond
	}
	run := func(count, bytes int64) func(*session.Event) {
		return func(e *session.Event) {
			e.Count, e.Bytes, e.Last, e.Until = count, bytes, e.Frame+count, e.Time.Add(3*time.Second)
		}
	}
	header := func(h session.Header) func(*session.Event) {
		return func(e *session.Event) { e.Header = &h }
	}
	add(session.EventSYN, "client", "", header(session.Header{TTL: 64, Window: 64240, Seq: 1, Flags: capture.SYN}))
	add(session.EventSYN, "client", "repeated", header(session.Header{TTL: 64, Window: 64240, Seq: 1, Flags: capture.SYN}))
	add(session.EventSYNACK, "server", "", header(session.Header{TTL: 63, Window: 65160, Seq: 9, Ack: 2, Flags: capture.SYN | capture.ACK}))
	add(session.EventEstablished, "client", "")
	add(session.EventProxy, "client", "203.0.113.9:5120 to 198.51.100.5:25")
	add(session.EventReply, "server", "220 mx.example.com ESMTP \x1b]0;owned\x07")
	add(session.EventCommand, "client", "EHLO a.example")
	add(session.EventReply, "server", "250-mx.example.com\n250-SIZE 20971520\n250 PIPELINING")
	add(session.EventTLS, "client", "ClientHello")
	add(session.EventNote, "client", "unknown verb \"\u202e\"")
	add(session.EventCommand, "client", "MAIL FROM:<"+strings.Repeat("very.long.", 14)+"alice@a.example> SIZE=1234")
	add(session.EventContent, "client", "DATA", run(0, 41000))
	add(session.EventRetransmission, "client", "", run(1, 1460))
	add(session.EventRetransmission, "client", "", run(14, 20440))
	add(session.EventOutOfOrder, "server", "", run(2, 80))
	add(session.EventZeroWindow, "server", "")
	add(session.EventKeepAlive, "client", "", run(3, 0))
	add(session.EventWindowOpen, "server", "", func(e *session.Event) { e.Bytes = int64(30 * time.Second) })
	add(session.EventGap, "client", "", run(1, 1460))
	add(session.EventLost, "server", "", run(1, 20))
	add(session.EventCut, "client", "", run(12, 900))
	add(session.EventOverlap, "client", "", run(1, 5))
	add(session.EventICMP, "client", "", header(session.Header{ICMP: capture.ICMP{From: netip.MustParseAddr("203.0.113.1"), Type: 3, Code: 4, MTU: 1400}}))
	add(session.EventICMP, "client", "", header(session.Header{ICMP: capture.ICMP{From: netip.MustParseAddr("2001:db8::1"), V6: true, Type: 77, Code: 1}}))
	add(session.EventRSTIgnored, "server", "", header(session.Header{TTL: 30, Seq: 77, Flags: capture.RST}))
	add(session.EventRSTVoid, "client", "")
	add(session.EventFIN, "server", "", header(session.Header{TTL: 64, HasIPID: true, IPID: 4711, Window: 501, Seq: 5, Ack: 6, Flags: capture.FIN | capture.ACK}))
	add(session.EventRST, "client", "", header(session.Header{TTL: 64, Seq: 6, Flags: capture.RST}))
	add(session.EventLate, "client", "", run(2, 2920))
	add(session.EventEnd, "", "silence", func(e *session.Event) { e.Frame, e.Last = 0, 0 })
	add(session.EventKind("brand-new"), "", "some\x08text")
	s.EventsCut, s.CutAt = 1234, 14
	return s
}

func TestTranscript(t *testing.T) {
	for _, width := range []int{80, 120} {
		var b bytes.Buffer
		if err := WriteTranscript(&b, eventful(), Style{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if w := lineWidth(line); w > width && !strings.HasPrefix(line, "wireshark: ") {
				t.Errorf("%d columns: a line of %d: %s", width, w, line)
			}
			if got := Printable(line); got != line {
				t.Errorf("not fit for a terminal: %q", line)
			}
		}
		compare(t, "testdata/transcript-"+strconv.Itoa(width)+".txt", b.Bytes())
	}
}

func TestTranscriptColours(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := WriteTranscript(&plain, eventful(), Style{}); err != nil {
		t.Fatal(err)
	}
	if err := WriteTranscript(&colored, eventful(), Style{Color: true}); err != nil {
		t.Fatal(err)
	}
	if !escapes.MatchString(colored.String()) {
		t.Error("no colour")
	}
	if got := escapes.ReplaceAllString(colored.String(), ""); got != plain.String() {
		t.Errorf("without its colours the transcript is another:\n%s", got)
	}
}
