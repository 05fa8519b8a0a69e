package live

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

var (
	someClient = netip.MustParseAddrPort("192.0.2.10:41234")
	someServer = netip.MustParseAddrPort("198.51.100.5:25")
)

// TestMirror: what is wrong with a mirror is said once, within a minute, and
// again only when it has been right meanwhile.
func TestMirror(t *testing.T) {
	const (
		twenty = 20 * time.Second
	)
	type interval struct {
		to, from   int   // segments
		duplicates int64 // more than before
		says       string
	}
	for _, test := range []struct {
		name      string
		intervals []interval
	}{
		{"both directions", []interval{{100, 100, 0, ""}}},
		{"nothing at all", []interval{{0, 0, 0, ""}}},
		{"too little to tell", []interval{{49, 0, 0, ""}}},
		{"too little at first", []interval{{30, 0, 0, ""}, {10, 0, 0, ""}, {10, 0, 0, "50 packets to mail servers, none from them"}}},
		{"no servers", []interval{{50, 0, 0, "50 packets to mail servers, none from them"}}},
		{"no clients", []interval{{0, 50, 0, "50 packets from mail servers, none to them"}}},
		{"said once", []interval{{50, 0, 0, "none from them"}, {50, 0, 0, ""}}},
		{"said again", []interval{{50, 0, 0, "none from them"}, {50, 50, 0, ""}, {50, 0, 0, "none from them"}}},
		{"a few retransmitted", []interval{{100, 100, 49, ""}}},
		{"everything twice", []interval{{100, 100, 100, "packets twice: 100 of 200"}}},
		{"then no more", []interval{{100, 100, 100, "packets twice"}, {100, 100, 0, ""}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := NewMirror(func(port uint16) bool { return port == 25 })
			now, duplicates := capture.Time(1e18), int64(7)
			m.Look(now, duplicates)
			for i, part := range test.intervals {
				for range part.to {
					m.Segment(&capture.Segment{Kind: capture.KindTCP, Src: someClient, Dst: someServer, Length: 10})
				}
				for range part.from {
					m.Segment(&capture.Segment{Kind: capture.KindTCP, Src: someServer, Dst: someClient, Length: 10})
				}
				for range 100 { // a scan, and its answers
					m.Segment(&capture.Segment{Kind: capture.KindTCP, Src: someClient, Dst: someServer, Flags: capture.SYN})
					m.Segment(&capture.Segment{Kind: capture.KindTCP, Src: someServer, Dst: someClient, Flags: capture.RST | capture.ACK})
				}
				m.Segment(&capture.Segment{Kind: capture.KindICMP, Src: someClient, Dst: someServer, Length: 9}) // no segment
				duplicates += part.duplicates
				counted := i > 0 && test.intervals[i-1].to+test.intervals[i-1].from < mirrorLeast // on, since before
				if !counted {
					if said := m.Look(now.Add(twenty-1), duplicates); said != nil {
						t.Errorf("interval %d: too early: %q", i, said)
					}
				}
				now = now.Add(twenty)
				said := strings.Join(m.Look(now, duplicates), "; ")
				if (part.says == "") != (said == "") || !strings.Contains(said, part.says) {
					t.Errorf("interval %d: it said %q, want %q", i, said, part.says)
				}
			}
		})
	}
}

// TestLosses: a session is told what was lost while it was open, and no more.
func TestLosses(t *testing.T) {
	var l Losses
	l.Add(10, 20, 3)
	l.Add(30, 40, 5)
	for _, test := range []struct {
		from, to capture.Time
		want     int64
	}{{0, 9, 0}, {0, 10, 3}, {15, 16, 3}, {20, 30, 8}, {21, 29, 0}, {41, 99, 0}, {0, 99, 8}} {
		if got := l.Between(test.from, test.to); got != test.want {
			t.Errorf("from %d to %d: %d, want %d", test.from, test.to, got, test.want)
		}
	}
	for i := range 3 * lossesMost {
		l.Add(capture.Time(100+2*i), capture.Time(101+2*i), 1)
	}
	if got, want := l.Between(0, 1<<60), int64(3*lossesMost+8); got != want || len(l.list) > lossesMost {
		t.Errorf("%d losses in %d entries, want %d", got, len(l.list), want)
	}
}
