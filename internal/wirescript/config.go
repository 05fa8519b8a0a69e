package wirescript

import (
	"net/netip"
	"time"
)

// place is where the capture was taken.
type place uint8

const (
	atServer place = iota
	atMiddle
	atClient
)

// tcpOptions are the options that a host offers in its SYN.
type tcpOptions struct{ mss, scale, sack, timestamps, fastOpen bool }

// config is what a session's header lines say.
type config struct {
	addr       [2]netip.AddrPort
	ttl        [2]uint8 // as seen at the capture point; 0 = by the place
	options    [2]tcpOptions
	isn        [2]uint32
	hasISN     [2]bool
	sackShift  [2]uint32 // added to the SACK blocks of a side
	mss        int
	mssOption  [2]int // in the SYN, where it is another: set by a device on the way
	rtt        time.Duration
	at         place
	link       link
	oneSided   bool
	only       Side // valid where oneSided
	ipOptions  bool
	offload    bool // checksums of the near side are left to its network card
	mirror     bool // every frame of the session is captured twice
	mirrorTTL  bool // ... the second time one router further
	mirrorWait time.Duration
}

func defaultConfig() config {
	all := tcpOptions{mss: true, scale: true, sack: true, timestamps: true}
	return config{
		addr: [2]netip.AddrPort{
			netip.MustParseAddrPort("192.0.2.10:41234"),
			netip.MustParseAddrPort("198.51.100.5:25"),
		},
		options:    [2]tcpOptions{all, all},
		mss:        1460,
		rtt:        20 * time.Millisecond,
		link:       link{{kind: "ethernet"}},
		mirrorWait: 15 * time.Microsecond,
	}
}

// delay is the time a packet of side s needs to the capture point.
func (c *config) delay(s Side) time.Duration {
	switch {
	case c.at == atMiddle:
		return c.rtt / 4
	case c.near(s):
		return 0
	}
	// The last hop: the peer has it at once, but not before the capture.
	return c.rtt/2 - time.Microsecond
}

// near says whether s is the machine that captured.
func (c *config) near(s Side) bool {
	return c.at == atServer && s == Server || c.at == atClient && s == Client
}

// hops is the TTL of side s at the capture point.
func (c *config) hops(s Side) uint8 {
	switch {
	case c.ttl[s] != 0:
		return c.ttl[s]
	case c.near(s):
		return 64
	}
	return 63
}

// agreed is what both hosts offered.
func (c *config) agreed() tcpOptions {
	a, b := c.options[0], c.options[1]
	return tcpOptions{mss: a.mss && b.mss, scale: a.scale && b.scale, sack: a.sack && b.sack, timestamps: a.timestamps && b.timestamps}
}
