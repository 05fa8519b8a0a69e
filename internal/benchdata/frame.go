package benchdata

import (
	"encoding/binary"
	"math/bits"
)

// Sizes of headers, and the largest payload (RFC 6691: options count).
const (
	etherLen = 14
	ip4Len   = 20
	tcpLen   = 20
	stampLen = 12 // two NOPs and Timestamps (RFC 7323 appendix A)
	mss      = 1460
	frameMax = etherLen + ip4Len + 60 + mss
)

// TCP flags.
const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

// A packet is one frame before it is put into bytes.
type packet struct {
	at       int64 // nanoseconds
	from     side
	flags    byte
	seq, ack uint32
	id       uint16
	payload  int // bytes, of act's data from offset on
	offset   int
	act      int  // whose payload it carries; without one, the act's number from 1, 0 = of none
	last     bool // the last bytes of its act
	again    bool // sent a second time
	late     bool // comes behind one that was sent later
	known    bool // it comes twice, so the capture misses nothing without it
}

// host is one end's address.
type host struct {
	addr [4]byte
	port uint16
}

// frame writes a packet into b, payload in place at the end, and gives its
// length. Ethernet II, IPv4 and TCP, with good checksums.
func (c *conn) frame(b []byte, p *packet) int {
	from, to := &c.hosts[p.from], &c.hosts[p.from.other()]
	copy(b[0:], []byte{2, 0, 0, 0, 0, byte(p.from.other()), 2, 0, 0, 0, 0, byte(p.from), 8, 0})
	t := b[etherLen+ip4Len:]
	options := c.options(t[tcpLen:], p)
	head := tcpLen + options
	c.payload(t[head:head+p.payload], p)
	total := head + p.payload

	ip := b[etherLen : etherLen+ip4Len]
	ip[0], ip[1] = 0x45, 0
	binary.BigEndian.PutUint16(ip[2:], uint16(ip4Len+total))
	binary.BigEndian.PutUint16(ip[4:], p.id)
	binary.BigEndian.PutUint32(ip[6:], 0x40004006) // do not fragment, TTL 64, TCP
	if p.from == client {
		ip[8] = 52
	}
	ip[10], ip[11] = 0, 0
	copy(ip[12:], from.addr[:])
	copy(ip[16:], to.addr[:])
	binary.BigEndian.PutUint16(ip[10:], ^fold(sum(ip)))

	binary.BigEndian.PutUint16(t[0:], from.port)
	binary.BigEndian.PutUint16(t[2:], to.port)
	binary.BigEndian.PutUint32(t[4:], p.seq)
	binary.BigEndian.PutUint32(t[8:], p.ack)
	t[12], t[13] = byte(head/4)<<4, p.flags
	binary.BigEndian.PutUint16(t[14:], 501)
	binary.BigEndian.PutUint32(t[16:], 0)
	check := sum(t[:total])
	check = add64(check, sum(ip[12:20]))
	check = add64(check, uint64(6+total))
	binary.BigEndian.PutUint16(t[16:], ^fold(check))
	return etherLen + ip4Len + total
}

// options writes the TCP options of a packet.
func (c *conn) options(b []byte, p *packet) int {
	n := 0
	if p.flags&syn != 0 {
		n += copy(b, []byte{2, 4, mss >> 8, mss & 0xff, 4, 2, 1, 3, 3, 7, 1, 1}) // MSS, SACK permitted, window scale 7
	}
	if c.stamps && p.flags&rst == 0 {
		n += copy(b[n:], []byte{1, 1, 8, 10})
		binary.BigEndian.PutUint32(b[n:], uint32(p.at/1e6))
		binary.BigEndian.PutUint32(b[n+4:], uint32(p.at/1e6-20))
		n += 8
	}
	return n
}

// sum adds the 16-bit words of b in one's complement (RFC 1071), four at once.
func sum(b []byte) uint64 {
	var s uint64
	for len(b) >= 8 {
		s = add64(s, binary.BigEndian.Uint64(b))
		b = b[8:]
	}
	var rest [8]byte
	copy(rest[:], b)
	return add64(s, binary.BigEndian.Uint64(rest[:]))
}

func add64(a, b uint64) uint64 {
	s, carry := bits.Add64(a, b, 0)
	return s + carry
}

func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
