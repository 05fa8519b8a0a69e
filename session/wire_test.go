package session

import (
	"net/netip"
	"testing"
	"time"

	"smtpscope/capture"
)

// The evidence of a connection stands in its session, and each side's on its
// own side; the events say what a RST looked like, and what came before it.
func TestWire(t *testing.T) {
	var got *Session
	tracker := NewTracker(Config{Events: true, Emit: func(s *Session) { got = s }})
	client, server := netip.MustParseAddrPort("192.0.2.10:40000"), netip.MustParseAddrPort("198.51.100.5:25")
	frame := int64(0)
	send := func(after time.Duration, s capture.Segment, fromServer bool, payload string) {
		frame++
		s.Kind, s.Frame, s.Payload, s.Length = capture.KindTCP, frame, []byte(payload), len(payload)
		s.Src, s.Dst, s.Time = client, server, capture.Time(after)
		if fromServer {
			s.Src, s.Dst = server, client
		}
		tracker.Segment(&s)
	}
	send(1*time.Second, capture.Segment{Flags: capture.SYN, Seq: 99, TTL: 60, Window: 64000,
		Options: capture.Options{MSS: 1460, HasScale: true, WindowScale: 7, HasTimestamps: true, TSVal: 4711}}, false, "")
	send(1020*time.Millisecond, capture.Segment{Flags: capture.SYN | capture.ACK, Seq: 199, Ack: 100, TTL: 50, Window: 8000,
		Options: capture.Options{MSS: 1380}}, true, "")
	send(1021*time.Millisecond, capture.Segment{Flags: capture.ACK, Seq: 100, Ack: 200, TTL: 60, Window: 500}, false, "")
	send(62*time.Second, capture.Segment{Flags: capture.ACK, Seq: 200, Ack: 100, TTL: 51, Window: 70}, true, "220 x\r\n")
	send(63*time.Second, capture.Segment{Flags: capture.RST, Seq: 100, TTL: 9}, false, "")
	tracker.Close()

	w := &got.Wire
	if c := w.Side("client"); c.TTLMax != 60 || c.SentMSS != 1460 || !c.SentScale || c.Scale != 7 || c.Packets != 2 {
		t.Errorf("client: %+v", c)
	}
	if s := w.Side("server"); s.TTLMin != 50 || s.SentMSS != 1380 || s.SentScale || s.Answered != 20*time.Millisecond || s.WindowMin != 70 {
		t.Errorf("server: %+v", s)
	}
	if q := w.Quiet; q.For != 60979*time.Millisecond || q.By != "server" || q.Before.Frame != 3 || q.After.Frame != 4 {
		t.Errorf("quiet: %+v", q)
	}
	rst := got.Events[len(got.Events)-1]
	if rst.Kind != EventRST || rst.Header.Prior == nil || rst.Header.Prior.TTLMin != 60 || rst.Header.TTL != 9 {
		t.Errorf("RST: %+v", rst)
	}
	if syn := got.Events[0]; !syn.Header.HasTS || syn.Header.TSVal != 4711 {
		t.Errorf("SYN: %+v", syn.Header)
	}
}

// Evidence is kept only with the story.
func TestNoWireWithoutEvents(t *testing.T) {
	var got *Session
	tracker := NewTracker(Config{Emit: func(s *Session) { got = s }})
	tracker.Segment(&capture.Segment{Kind: capture.KindTCP, Frame: 1, Flags: capture.SYN, TTL: 60,
		Src: netip.MustParseAddrPort("192.0.2.10:40000"), Dst: netip.MustParseAddrPort("198.51.100.5:25")})
	tracker.Close()
	if got == nil || got.Wire != (Wire{}) || got.Events != nil {
		t.Errorf("%+v", got)
	}
}
