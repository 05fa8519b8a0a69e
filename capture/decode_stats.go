package capture

// PortCount is how many segments or datagrams were seen of one port.
type PortCount struct {
	Port  uint16
	Count int64
}

// DecodeStats says what the frames of a capture held. Each frame is counted
// in exactly one of TCP, Quotes, ICMP, UDP, ARP, LLC, the EtherTypes, the
// Protocols, the LinkTypes, FragmentsHeld, Truncated, Malformed and TooDeep,
// by what was found innermost.
type DecodeStats struct {
	TCP    int64 // segments
	Quotes int64 // ICMP and ICMPv6 errors that quote a TCP segment
	ICMP   int64 // other ICMP and ICMPv6
	UDP    int64 // datagrams that are no tunnel
	ARP    int64 // and RARP
	LLC    int64 // IEEE 802.2 without IP

	EtherType  int64            // frames with other EtherTypes, or PPP protocols
	EtherTypes map[uint16]int64 // the same by number; the first 64 numbers
	Protocol   int64            // packets of other IP protocols
	Protocols  map[uint8]int64  // the same by number
	Link       int64            // frames of link types that are not read
	LinkTypes  map[int32]int64  // the same by LINKTYPE_ value; the first 64

	Fragments        int64 // frames that are an IP fragment
	FragmentsHeld    int64 // of these, frames that completed no datagram
	Reassembled      int64 // datagrams put together from fragments
	FragmentsGivenUp int64 // datagrams given up: never completed, or over a limit
	FragmentsOpen    int64 // datagrams that still wait for fragments
	FragmentOverlaps int64 // fragments that overlap others with a different range

	Truncated int64 // frames whose headers were cut by the snap length
	Malformed int64 // frames with a header that contradicts itself
	TooDeep   int64 // frames with too many encapsulations

	Tunnelled int64 // frames in which an encapsulation was entered

	// TCPPorts and UDPPorts count by the lower port of each segment and
	// datagram, which is nearly always the server's; the 64 most frequent,
	// most frequent first.
	TCPPorts, UDPPorts []PortCount
}

const (
	// tallyKinds bounds the EtherTypes and link types that are told apart.
	tallyKinds = 64
	// tallyPorts bounds the ports that stats hands out.
	tallyPorts = 64
)

// counters is what the decoder counts as it goes.
type counters struct {
	outcomes   [outcomeCount]int64
	protocols  [256]int64
	etherTypes map[uint16]int64
	linkTypes  map[int32]int64
	tunnelled  int64

	tcpPorts, udpPorts portCounts
}

func (c *counters) etherType(t uint16) outcome {
	c.etherTypes = tally(c.etherTypes, t)
	return outcomeEtherType
}

func (c *counters) linkType(t int32) outcome {
	c.linkTypes = tally(c.linkTypes, t)
	return outcomeLink
}

func (c *counters) protocol(p uint8) outcome {
	c.protocols[p]++
	return outcomeProtocol
}

// tally counts key in m, which is made on first use and does not grow beyond
// tallyKinds.
func tally[K comparable](m map[K]int64, key K) map[K]int64 {
	if m == nil {
		m = make(map[K]int64)
	}
	if _, known := m[key]; known || len(m) < tallyKinds {
		m[key]++
	}
	return m
}

// stats gives the counters so far. The maps and slices are the caller's.
func (d *decoder) stats() DecodeStats {
	o, f := &d.counts.outcomes, &d.fragments
	s := DecodeStats{
		TCP: o[outcomeTCP], Quotes: o[outcomeQuote], ICMP: o[outcomeICMP],
		UDP: o[outcomeUDP], ARP: o[outcomeARP], LLC: o[outcomeLLC],
		EtherType: o[outcomeEtherType], EtherTypes: clone(d.counts.etherTypes),
		Protocol: o[outcomeProtocol], Protocols: make(map[uint8]int64),
		Link: o[outcomeLink], LinkTypes: clone(d.counts.linkTypes),
		Fragments: f.seen, FragmentsHeld: o[outcomeFragment],
		Reassembled: f.reassembled, FragmentsGivenUp: f.givenUp,
		FragmentsOpen: f.open(), FragmentOverlaps: f.overlaps,
		Truncated: o[outcomeTruncated], Malformed: o[outcomeMalformed],
		TooDeep: o[outcomeTooDeep], Tunnelled: d.counts.tunnelled,
		TCPPorts: d.counts.tcpPorts.frequent(), UDPPorts: d.counts.udpPorts.frequent(),
	}
	for p, n := range d.counts.protocols {
		if n > 0 {
			s.Protocols[uint8(p)] = n
		}
	}
	return s
}

func clone[K comparable](m map[K]int64) map[K]int64 {
	c := make(map[K]int64, len(m))
	for k, n := range m {
		c[k] = n
	}
	return c
}
