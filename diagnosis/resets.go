package diagnosis

import (
	"slices"
	"sort"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// resetIndex is where the RSTs stand among a session's events, by the side whose
// address they bear. A conversation may be made of them: what is asked of each
// looks at its neighbours only.
type resetIndex struct {
	listed         bool
	client, server []int
}

// neighbours is how many resets before one, and behind it, are looked at.
const neighbours = 64

// resetsOf are those of a side, in the order of the capture.
func (c *Case) resetsOf(side string) []int {
	r := &c.resets
	if !r.listed {
		r.listed = true
		for i, e := range c.events() {
			switch {
			case e.Kind != session.EventRST && e.Kind != session.EventRSTIgnored:
			case e.Side == "client":
				r.client = append(r.client, i)
			default:
				r.server = append(r.server, i)
			}
		}
	}
	if side == "client" {
		return r.client
	}
	return r.server
}

// around are the resets of a side before a frame, the latest first, and those
// from it on.
func (c *Case) around(side string, frame int64) (before, from []int) {
	list, events := c.resetsOf(side), c.events()
	at := sort.Search(len(list), func(i int) bool { return events[list[i]].Frame >= frame })
	before = slices.Clone(list[max(at-neighbours, 0):at])
	slices.Reverse(before)
	return before, list[at:min(at+neighbours, len(list))]
}

// resetsBothWays reports whether there is a RST of the other side within a
// round trip that no packet of this side's can have provoked, and no FIN. If any
// is such, the nearest before or behind it is: less lies between.
func (c *Case) resetsBothWays(e *session.Event) bool {
	before, behind := c.around(other(e.Side), e.Frame)
	return c.unprovoked(before, e) || c.unprovoked(behind, e)
}

// unprovoked: of the resets whose circumstances are known the first came in the
// same moment as e, with nothing between that explains the later one.
func (c *Case) unprovoked(list []int, e *session.Event) bool {
	events := c.events()
	for _, i := range list {
		o := &events[i]
		if o.Header.Prior == nil {
			continue
		}
		first, second := e, o
		if o.Frame < e.Frame {
			first, second = o, e
		}
		return second.Time.Sub(first.Time) <= c.rtt() && !c.closed("client", second.Frame) && !c.closed("server", second.Frame) &&
			second.Header.Prior.Known && second.Header.Prior.Peer.At.Frame < first.Frame
	}
	return false
}

// steppedResets reports whether a RST is one of three or more of its side
// within 50 ms, with sequence numbers that all differ, none of which is the
// answer of a closed socket (those bear no ACK, RFC 9293 section 3.10.7.1).
func (c *Case) steppedResets(e *session.Event) bool {
	const differing = 3
	var seqs []uint32
	events := c.events()
	before, from := c.around(e.Side, e.Frame)
	for _, list := range [][]int{before, from} {
		for _, i := range list {
			o := &events[i]
			if !o.Header.Flags.Has(capture.ACK) || o.Time.Sub(e.Time).Abs() > 50*time.Millisecond || slices.Contains(seqs, o.Header.Seq) {
				continue
			}
			if seqs = append(seqs, o.Header.Seq); len(seqs) == differing {
				return true
			}
		}
	}
	return false
}
