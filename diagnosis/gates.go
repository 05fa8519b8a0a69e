package diagnosis

import (
	"time"

	"smtpscope/session"
)

// The capture gates (causes.md 0.2): what the capture itself explains is no
// fault of anybody's network. Rules ask here before they accuse.

// blind reports whether bytes of a side were acknowledged and are not in the
// capture: what that side did cannot be told for sure.
func (c *Case) blind(side string) bool { return of(c.TCP.Missed, side) > 0 }

// oneSided is the side of which no packet was captured although it was there,
// "" where both were seen, or where the other side really was silent.
func (c *Case) oneSided() string {
	switch {
	case c.Seen.Server && !c.Seen.Client && c.Wire.Server.Packets > 0:
		return "client" // somebody is answered
	case c.Seen.Client && !c.Seen.Server && (c.has(session.EventEstablished) || c.midstream()):
		return "server" // its SYN-ACK was acknowledged
	}
	return ""
}

// midstream reports whether the capture began inside the connection.
func (c *Case) midstream() bool {
	return !c.has(session.EventSYN) && !c.has(session.EventSYNACK)
}

// open reports whether the session did not end in this capture.
func (c *Case) open() bool {
	return c.Ended.How == session.ByCaptureEnd || c.Ended.How == session.ByEvicted
}

// whole reports whether nothing stands against judging how both sides' packets
// fared: both were captured, and nothing is missing.
func (c *Case) whole() bool {
	return c.oneSided() == "" && !c.blind("client") && !c.blind("server")
}

// usualMSS is what one packet carries at most on Ethernet (RFC 6691); larger
// packets are taken for the work of a network card where no MSS was seen.
const usualMSS = 1460

// mss is the largest payload that a side may put in one packet.
func (c *Case) mss(side string) int {
	if n := c.Wire.Side(other(side)).SentMSS; n > 0 {
		return int(n)
	}
	return usualMSS
}

// offload reports whether the capture shows larger packets of a side than the
// wire can have carried: it was taken on a host whose network card cuts and
// joins them. Packets above the MSS that are merely lost are no proof.
func (c *Case) offload(side string) bool {
	w := c.Wire.Side(side)
	return w.LargestAcked > c.mss(side) || w.LargestSegment >= 2*c.mss(side)
}

// abnormal reports whether the session is known to have ended badly.
func (c *Case) abnormal() bool { return c.Abnormal != nil && *c.Abnormal }

// closed reports whether a side had sent its FIN before a frame.
func (c *Case) closed(side string, frame int64) bool {
	fin := c.firstFIN(side)
	return fin != 0 && fin < frame
}

// left reports whether a side had closed or reset before a frame: it owes no
// answer to what came later.
func (c *Case) left(side string, frame int64) bool {
	rst := c.first(session.EventRST, side)
	return c.closed(side, frame) || rst != nil && rst.Frame < frame
}

// vantage is the side near which the capture was taken, "" where that is not
// clear. Hosts begin with a TTL of 64, 128 or 255: one that arrives whole has
// crossed no router. Else the round trips tell.
func (c *Case) vantage() string {
	client, server := &c.Wire.Client, &c.Wire.Server
	if a, b := unrouted(client), unrouted(server); a != b {
		if a {
			return "client"
		}
		return "server"
	}
	toClient, toServer := client.Answered, server.Answered
	switch {
	case toClient == 0 || toServer == 0:
		return ""
	case toClient*4 < toServer:
		return "client"
	case toServer*4 < toClient:
		return "server"
	}
	return ""
}

func unrouted(w *session.SideWire) bool {
	return w.Packets > 0 && w.TTLMax == w.TTLMin && routers(w.TTLMax) == 0
}

// routers is how many routers a packet has crossed, by the initial TTLs that
// hosts use: 64, 128 or 255. 32 is not told from a far 64.
func routers(ttl uint8) int {
	for _, initial := range []uint8{64, 128} {
		if ttl <= initial {
			return int(initial - ttl)
		}
	}
	return int(255 - ttl)
}

// notArrived is what a side had sent when the session ended, by the numbers of
// its own packets, and what was lost before it came here; and since when that is
// known. nil = nothing, or nothing that is sure: a RST's number may be anybody's
// guess, and near the sender the capture may have missed it.
func (c *Case) notArrived(side string) (*session.Unseen, time.Duration) {
	n := c.Wire.Side(side).Unseen
	if n == nil || !n.Sure || c.vantage() == side {
		return nil, 0
	}
	return n, c.ended().Sub(n.First.Time)
}

// captureNear is the sentence for what only a capture near a side can tell.
func (c *Case) captureNear(side, why string) string {
	if c.vantage() == side {
		return "This capture was taken near the " + side + " already; capture on that host itself: " + why
	}
	return "Capture near the " + side + " at the same time: " + why
}

func other(side string) string {
	if side == "client" {
		return "server"
	}
	return "client"
}

// of picks a side's number.
func of(n session.Sides, side string) int64 {
	if side == "server" {
		return n.Server
	}
	return n.Client
}

// rtt is the longest round trip that is known from here to either side, and a
// little more; 200 ms, the least retransmission time-out of today's hosts,
// where that is longer.
func (c *Case) rtt() time.Duration {
	longest := 200 * time.Millisecond
	for _, w := range []*session.SideWire{&c.Wire.Client, &c.Wire.Server} {
		longest = max(longest, 2*w.Answered, 2*w.RTTMin)
	}
	return longest
}
