package canarytalk

import (
	"encoding/binary"
	"time"
)

// Packet is a packet of a capture of link type LINKTYPE_RAW.
type Packet struct {
	Time time.Time
	Data []byte // as far as it was captured
	Wire int
}

// TCP's flags.
const (
	flagFIN = 1
	flagSYN = 2
	flagPSH = 8
	flagACK = 16
)

// end is one side of a connection.
type end struct {
	addr [4]byte
	port uint16
	seq  uint32
}

// Packets are those of the conversation's segments, of client number n, from a
// moment on.
func Packets(list []Segment, f Faults, n int, at time.Time) (out []Packet) {
	client := &end{[4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}, uint16(20000 + n%40000), 1000}
	server := &end{[4]byte{192, 0, 2, 25}, 25, 5_000_000}
	send := func(server bool, from, to *end, flags byte, seq uint32, payload string, seen int, lost bool) {
		at = at.Add(time.Millisecond)
		if lost || server && f.Mute || !server && f.Deaf {
			return
		}
		p := from.packet(to, flags, seq, payload)
		out = append(out, Packet{Time: at, Data: p[:len(p)-len(payload)+seen], Wire: len(p)})
	}
	if !f.MidStream {
		send(false, client, server, flagSYN, client.seq-1, "", 0, false)
		send(true, server, client, flagSYN|flagACK, server.seq-1, "", 0, false)
		send(false, client, server, flagACK, client.seq, "", 0, false)
	}
	for _, s := range list {
		from, to := client, server
		if s.Server {
			from, to = server, client
		}
		seq := from.seq
		from.seq += uint32(len(s.Text))
		send(s.Server, from, to, flagPSH|flagACK, seq, s.Text, s.Seen, s.Seen == 0)
		if s.Again != "" {
			send(s.Server, from, to, flagPSH|flagACK, seq, s.Again, min(len(s.Again), max(s.Seen, f.Snap)), false)
		}
	}
	send(false, client, server, flagFIN|flagACK, client.seq, "", 0, false)
	client.seq++
	send(true, server, client, flagFIN|flagACK, server.seq, "", 0, false)
	return out
}

// packet is an IPv4 packet with a TCP segment.
func (e *end) packet(to *end, flags byte, seq uint32, payload string) []byte {
	const head = 20 + 20
	b := make([]byte, head, head+len(payload))
	b = append(b, payload...)
	b[0], b[8], b[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	copy(b[12:], e.addr[:])
	copy(b[16:], to.addr[:])
	binary.BigEndian.PutUint16(b[10:], sum(b[:20], 0))
	t := b[20:]
	binary.BigEndian.PutUint16(t[0:], e.port)
	binary.BigEndian.PutUint16(t[2:], to.port)
	binary.BigEndian.PutUint32(t[4:], seq)
	if flags&flagACK != 0 {
		binary.BigEndian.PutUint32(t[8:], to.seq)
	}
	t[12], t[13] = 5<<4, flags
	binary.BigEndian.PutUint16(t[14:], 65000)
	pseudo := uint32(6 + len(t))
	for i := 12; i < 20; i += 2 {
		pseudo += uint32(b[i])<<8 | uint32(b[i+1])
	}
	binary.BigEndian.PutUint16(t[16:], sum(t, pseudo))
	return b
}

// sum is the Internet checksum (RFC 1071).
func sum(b []byte, s uint32) uint16 {
	for i := 0; i < len(b); i += 2 {
		s += uint32(b[i]) << 8
		if i+1 < len(b) {
			s += uint32(b[i+1])
		}
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

// Join is a conversation with the canaries of all.
func Join(list []*Conversation) *Conversation {
	c := &Conversation{coded: map[string]bool{}}
	for _, one := range list {
		for code := range one.coded {
			c.coded[code] = true
		}
	}
	return c
}
