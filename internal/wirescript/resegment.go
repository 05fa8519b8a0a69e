package wirescript

import (
	"encoding/binary"
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// OneByteSegments is Resegment with segments of one byte.
func OneByteSegments(frames []Frame) []Frame { return Resegment(frames, 1) }

// Resegment cuts TCP segments with more than n bytes of payload into ones of
// at most n. Sequence numbers follow; FIN and PSH stay on the last piece;
// IP-IDs of a direction are moved up so that each piece has its own, a zero
// one stays zero; pieces lie in time before the next frame. A packet that was
// captured twice (the same headers within a second) is cut into the same
// pieces twice. Left whole are SYNs, fragments, and payload that the snap
// length cut, which a reader could not tell from the pieces.
func Resegment(frames []Frame, n int) []Frame {
	r := resegmenter{n: n, shift: map[flow]uint16{}, seen: map[packetKey]packetSeen{}}
	out := make([]Frame, 0, len(frames))
	for i, f := range frames {
		room := time.Millisecond
		if i+1 < len(frames) {
			room = frames[i+1].Time.Sub(f.Time)
		}
		out = r.frame(out, f, max(0, room))
	}
	return out
}

// packetKey tells a second copy of a packet from a retransmission.
type packetKey struct {
	flow
	id       uint16
	seq, ack uint32
	length   int
}

type packetSeen struct {
	at    time.Time
	shift uint16
}

type resegmenter struct {
	n     int
	shift map[flow]uint16 // how far IP-IDs of a direction have moved
	seen  map[packetKey]packetSeen
}

func (r *resegmenter) frame(out []Frame, f Frame, room time.Duration) []Frame {
	v, ok := tcpView(f)
	if !ok {
		return append(out, f)
	}
	pieces := (len(v.payload) + r.n - 1) / r.n
	if pieces < 1 || v.flags()&flagSYN != 0 || v.length != len(v.payload) {
		pieces = 1
	}
	id := r.renumber(v, f.Time, pieces)
	if pieces == 1 && (v.v6() || id == binary.BigEndian.Uint16(v.ip[4:])) {
		return append(out, f)
	}
	if v.length != len(v.payload) {
		return append(out, f)
	}
	step := min(time.Microsecond, room/time.Duration(pieces+1))
	for i := range pieces {
		out = append(out, r.piece(v, f, i, pieces, id).at(f.Time.Add(time.Duration(i)*step)))
	}
	return out
}

func (f Frame) at(t time.Time) Frame {
	f.Time = t
	return f
}

// piece is the i-th part of a segment.
func (r *resegmenter) piece(v frameView, f Frame, i, pieces int, id uint16) Frame {
	p := v
	p.ip = append([]byte(nil), v.ip...)
	p.tcp = append([]byte(nil), v.tcp...)
	if pieces > 1 {
		p.payload = v.payload[i*r.n : min((i+1)*r.n, len(v.payload))]
	}
	binary.BigEndian.PutUint32(p.tcp[4:], v.seq()+uint32(i*r.n))
	if i < pieces-1 {
		p.tcp[13] &^= flagFIN | flagPSH
	}
	if !v.v6() && binary.BigEndian.Uint16(v.ip[4:]) != 0 {
		binary.BigEndian.PutUint16(p.ip[4:], id+uint16(i))
	}
	return p.frame(f)
}

// renumber gives the first IP-ID of a segment's pieces.
func (r *resegmenter) renumber(v frameView, t time.Time, pieces int) uint16 {
	if v.v6() {
		return 0
	}
	old := binary.BigEndian.Uint16(v.ip[4:])
	if old == 0 {
		return 0
	}
	key := packetKey{flowOf(v.ip, v.tcp), old, v.seq(), v.ackno(), v.length}
	if s, ok := r.seen[key]; ok && t.Sub(s.at) < time.Second {
		return old + s.shift
	}
	shift := r.shift[key.flow]
	r.seen[key] = packetSeen{t, shift}
	r.shift[key.flow] = shift + uint16(pieces-1)
	return old + shift
}
