package reassembly

import (
	"net/netip"
	"testing"

	"smtpscope/capture"
)

// TestSparesAreEmpty: a connection that is over leaves neither what it held back
// nor the room for it with what is used again. It would stay for weeks, and each
// Conn has something to hold some day.
func TestSparesAreEmpty(t *testing.T) {
	a := New(Config{New: func(*Conn) Handler { return deaf{} }})
	server := netip.MustParseAddrPort("192.0.2.1:25")
	frame := int64(0)
	send := func(port uint16, seq uint32, flags capture.Flags, payload string) {
		frame++
		a.Segment(&capture.Segment{Kind: capture.KindTCP, Frame: frame, Time: capture.Time(frame) * 1e6, Seq: seq, Flags: flags,
			Src: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 2}), port), Dst: server, Payload: []byte(payload), Length: len(payload)})
	}
	for port := uint16(1); port <= 20; port++ {
		for n := range uint32(40) { // nothing of it was opened, and every second segment is missing
			send(port, 1+n*8, capture.ACK, "NOOP")
		}
		send(port, 1+40*8, capture.RST|capture.ACK, "") // waits as well
		if port%2 == 0 {
			a.Evict(1)
		}
	}
	if a.stats.PeakHeld == 0 {
		t.Fatal("nothing was held back")
	}
	for _, c := range a.conns.all() {
		if list := c.early[:cap(c.early)]; c.settled && len(list) > 0 {
			t.Errorf("a settled connection keeps room for %d segments: %v", len(list), list)
		}
	}
	a.Close()
	for _, c := range a.spareConns {
		if n := cap(c.early) + cap(c.resets) + cap(c.half[0].queue) + cap(c.half[1].queue); n > 0 {
			t.Errorf("a spare connection keeps room for %d segments", n)
		}
	}
	for _, list := range a.rooms {
		for _, s := range list[:cap(list)] {
			if s != nil {
				t.Errorf("a spare list keeps a segment of frame %d", s.at.Frame)
			}
		}
	}
}

// deaf hears nothing.
type deaf struct{}

func (deaf) Bytes(Side, []byte, Stamp)       {}
func (deaf) Gap(Side, int64, GapKind, Stamp) {}
func (deaf) Event(*Event)                    {}
func (deaf) End(EndReason, capture.Time)     {}
