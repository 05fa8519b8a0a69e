package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// A provenance is what speaks against a RST being from the host whose address
// it bears (causes.md 0.7). The scorers are independent of each other.
type provenance struct {
	known      bool // there is enough to compare with
	scores     []string
	ttl        bool   // its TTL breaks the host's
	impossible string // it acknowledges what cannot have reached that host yet
	outlived   string // that host went on with new data, a round trip later
	heard      bool   // it went on, maybe less than a round trip later
	repeats    int64  // frame of the last SYN-ACK that it repeated, 0 = none
	compared   string // what was compared, for the reader
}

// fewestPackets of a host tell how it looks.
const fewestPackets = 3

// provenanceOf compares a RST with its alleged sender's packets before it.
func (c *Case) provenanceOf(e *session.Event) (v provenance) {
	if e.Header == nil || e.Header.Prior == nil {
		return v
	}
	h, p := e.Header, e.Header.Prior
	if v.judgeHandshake(c, e); v.outlived != "" {
		return v
	}
	if !p.Known || p.Packets < fewestPackets {
		return v
	}
	v.known = true
	v.compared = fmt.Sprintf("%d earlier packets of the %s were compared (TTL %s)", p.Packets, e.Side, ttls(p))
	v.scoreTTL(h, p)
	v.scoreIPID(h, p)
	if h.Window != 0 && h.Window == p.Peer.Window && h.Window != p.Last.Window {
		v.scores = append(v.scores, fmt.Sprintf("its window of %d is the other side's", h.Window))
	}
	if c.resetsBothWays(e) {
		v.scores = append(v.scores, "a reset in the other side's name came in the same moment, before anything could have provoked it")
	}
	if c.steppedResets(e) {
		v.scores = append(v.scores, "several resets with stepped sequence numbers came at once")
	}
	v.judgeAck(p)
	v.judgeLife(c, e)
	return v
}

func ttls(p *session.Prior) string {
	if p.TTLMin == p.TTLMax {
		return fmt.Sprint(p.TTLMin)
	}
	return fmt.Sprintf("%d to %d", p.TTLMin, p.TTLMax)
}

// scoreTTL: a host's packets to one address come the same way. Another initial
// TTL with as many routers is the same host's other habit (the RSTs of its
// kernel, the data of a proxy), and several TTLs are several hosts.
func (v *provenance) scoreTTL(h *session.Header, p *session.Prior) {
	near := int(h.TTL) >= int(p.TTLMin)-1 && int(h.TTL) <= int(p.TTLMax)+1
	hops := routers(h.TTL) - routers(p.TTLMax)
	if near || p.TTLMax-p.TTLMin > 1 || -1 <= hops && hops <= 1 {
		return
	}
	v.ttl = true
	v.scores = append(v.scores, fmt.Sprintf("its TTL is %d, the host's packets have %s", h.TTL, ttls(p)))
}

// scoreIPID: an IP-ID of 0 is usual in RSTs (Linux), and a jump says something
// only where the host counts.
func (v *provenance) scoreIPID(h *session.Header, p *session.Prior) {
	step := h.IPID - p.Last.IPID // modulo 2^16
	switch {
	case !h.HasIPID || h.IPID == 0:
	case h.IPID == p.Peer.IPID && p.Peer.HasIPID && step != 1:
		v.scores = append(v.scores, fmt.Sprintf("its IP-ID %d is copied from the other side's last packet", h.IPID))
	case breaksCount(h, p):
		v.scores = append(v.scores, fmt.Sprintf("its IP-ID %d breaks the host's count, which stood at %d", h.IPID, p.Last.IPID))
	}
}

// breaksCount: a RST's IP-ID lies far off the host's count.
func breaksCount(h *session.Header, p *session.Prior) bool {
	step := h.IPID - p.Last.IPID // modulo 2^16
	return h.HasIPID && h.IPID != 0 && counts(p) && step > 4096 && step < 1<<16-4096
}

// judgeAck: a host cannot acknowledge a byte before it has arrived. What was
// measured may be longer than the path's round trip (delayed ACKs, a slow
// first packet), so the handshake and at least three samples of data have to
// agree within a factor of two, and a quarter of the shorter counts.
func (v *provenance) judgeAck(p *session.Prior) {
	shorter, longer := min(p.Answered, p.RTTMin), max(p.Answered, p.RTTMin)
	if p.AckAge < 0 || p.RTTs < 3 || shorter < 10*time.Millisecond || longer > 2*shorter || p.AckAge >= shorter/4 {
		return
	}
	v.impossible = fmt.Sprintf("it acknowledges a byte that had passed here only %s before, while the way to that host and back takes %s at least (measured %d times)",
		span(p.AckAge), span(shorter), p.RTTs+1)
}

// judgeHandshake: a host that repeats its SYN-ACK waits for the handshake's last
// ACK (RFC 9293 section 3.10.7.4, SYN-RECEIVED): it has not heard that, and has not
// reset the connection either, or there were nothing left to repeat. One SYN-ACK
// before the RST is enough to know it by, its number is the same.
func (v *provenance) judgeHandshake(c *Case, e *session.Event) {
	first, last := c.first(session.EventSYNACK, e.Side), c.last(session.EventSYNACK, e.Side)
	if first == nil || first.Frame > e.Frame || last.Header == nil || first.Header == nil ||
		last.Header.Seq != first.Header.Seq || e.Header.Seq != first.Header.Seq+1 || last.Time.Sub(e.Time) < c.rtt() {
		return
	}
	v.known = true
	v.repeats = last.Frame
	v.compared = fmt.Sprintf("the SYN-ACKs before and behind the reset are one: they have the same sequence number, %d", first.Header.Seq)
	v.outlived = fmt.Sprintf("the %s went on with the handshake and repeated its SYN-ACK, up to %s later, so its side of the connection was neither reset nor open yet",
		e.Side, span(last.Time.Sub(e.Time)))
}

// judgeLife: the host that is said to have reset goes on, when all that was
// under way has long come.
func (v *provenance) judgeLife(c *Case, e *session.Event) {
	o := &c.Wire.Side(e.Side).Outlived
	if o.RST.Frame != e.Frame {
		return
	}
	if after := o.NewLast.At.Time.Sub(e.Time); o.NewBytes > 0 && after >= c.rtt() {
		v.outlived = fmt.Sprintf("the %s went on afterwards: %s of new data, up to %s later", e.Side, count(o.NewBytes, "byte"), span(after))
		return
	}
	// Nothing new, but its own next packets: not what was under way before.
	p := e.Header.Prior
	follows := o.Last.IPID != 0 && o.Last.IPID-p.Last.IPID-1 < 256 && counts(p)
	after := o.Last.At.Time.Sub(e.Time)
	switch {
	case o.Packets == 0 || !follows:
	case after >= c.rtt():
		v.outlived = fmt.Sprintf("the %s went on afterwards: %s, up to %s later, whose IP-IDs carry on its count", e.Side, count(o.Packets, "packet"), span(after))
	case after >= c.reordered() && v.ttl && int(o.Last.TTL) >= int(p.TTLMin)-1 && int(o.Last.TTL) <= int(p.TTLMax)+1:
		v.heard = true
		v.scores = append(v.scores, fmt.Sprintf("%s later came a packet with the host's own TTL (%d) and the next IP-ID of its count (%d)", span(after), o.Last.TTL, o.Last.IPID))
	case after >= c.reordered() && o.Packets == 1 && o.Last.IPID-p.Last.IPID == 1 && breaksCount(e.Header, p):
		v.outlived = fmt.Sprintf("the %s went on %s afterwards with a packet whose IP-ID (%d) follows that of its last one before the reset, which has another (%d)",
			e.Side, span(after), o.Last.IPID, e.Header.IPID)
	}
}

// reordered is how long a packet may be overtaken on its way: networks reorder
// within a few milliseconds, and hardly by more than the round trip.
func (c *Case) reordered() time.Duration {
	longest := 3 * time.Millisecond
	for _, w := range []*session.SideWire{&c.Wire.Client, &c.Wire.Server} {
		longest = max(longest, 2*w.Answered, 2*w.RTTMin)
	}
	return longest
}

// counts reports whether a host counts its IP-IDs up.
func counts(p *session.Prior) bool { return p.IPIDSteps >= 3 && p.IPIDSteps*5 >= (p.Packets-2)*4 }

// certainty is how sure it is that another sent the RST; "" = not enough.
func (v *provenance) certainty() Certainty {
	switch {
	case v.impossible != "" || v.outlived != "" && v.ttl:
		return Proven
	case v.outlived != "" || len(v.scores) >= 3:
		return Strong
	}
	return ""
}

// why lists what speaks against the host.
func (v *provenance) why() string {
	list := append([]string(nil), v.scores...)
	if v.outlived != "" {
		list = append(list, v.outlived)
	}
	if v.impossible != "" {
		list = append(list, v.impossible)
	}
	return strings.Join(list, "; ")
}
