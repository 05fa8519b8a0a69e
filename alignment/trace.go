package alignment

import (
	"net/netip"
	"time"

	"smtpscope/gatewaylog"
)

// maxKeys bounds the names under which one session or connection is looked up.
const maxKeys = 64

// trace is a log connection, with what can be compared at hand.
type trace struct {
	c           *gatewaylog.Connection
	order       int
	start, end  int64 // nanoseconds, log clock
	precision   int64
	outbound    bool
	internal    bool
	begun       bool // start is when the product saw the connection come
	closed      bool
	peers       []netip.Addr
	port        netip.AddrPort // of the client, zero if unknown
	clock       *clockwork
	server      netip.Addr       // of the product, where sessions of the capture went to it; else none
	first, last *gatewaylog.Line // of its beginning and its end; nil if unknown
	opened      bracket          // of the line of its beginning, while it has no partner
	shut        bracket          // of the line of its end
	early       bracket          // of its first line
	piece       bool             // a message without its connection, where the log has connections
	part        bool             // of a connection that the log runs together with another

	find     finder  // of its messages; nil until it is asked for
	talk     *talk   // its certain partner
	place    int     // while groups are made
	wanted   []*talk // fit about equally
	attached bool    // is a further piece of talk
}

func newTrace(c *gatewaylog.Connection, order int) *trace {
	t := &trace{c: c, order: order, outbound: c.Direction == gatewaylog.Outbound,
		internal: c.Direction == gatewaylog.Internal,
		begun:    c.Begun && !c.Fragment, closed: c.Closed,
		opened: unbounded, shut: unbounded, early: unbounded}
	t.setTimes()
	t.first, t.last = ends(c)
	peer := c.Client
	if t.outbound {
		peer = c.Server
	}
	for _, a := range []netip.Addr{peer.Addr, c.Origin.Addr} {
		if a.IsValid() {
			t.peers = append(t.peers, a)
		}
	}
	if c.Client.Port != 0 && c.Client.Addr.IsValid() {
		t.port = netip.AddrPortFrom(c.Client.Addr, c.Client.Port)
	}
	return t
}

func (t *trace) setTimes() {
	first, last := t.c.Start, t.c.End
	for _, l := range t.c.Lines {
		if l.Time.IsZero() {
			continue
		}
		if first.IsZero() {
			first = l.Time
		}
		if last.IsZero() {
			last = l.Time
		}
	}
	if first.IsZero() {
		return
	}
	t.start, t.end = first.At.UnixNano(), last.At.UnixNano()
	if t.end < t.start {
		t.end = t.start
	}
	t.precision = int64(max(first.Precision, time.Microsecond))
	// A time is cut, not rounded: in the middle it is half a step later.
	t.start += t.precision / 2
	t.end += t.precision / 2
}

// findServers notes the product's own address where the capture knows it: one
// that no session went to may be translated, and says nothing.
func findServers(talks []*talk, traces []*trace) {
	called := map[netip.Addr]bool{}
	for _, t := range talks {
		for _, a := range t.called {
			called[a] = true
		}
	}
	for _, x := range traces {
		if a := x.c.Server.Addr; !x.outbound && called[a] {
			x.server = a
		}
	}
}

// timed says that the log gives a time at all.
func (t *trace) timed() bool { return t.start != 0 }

func (t *trace) envelopes() []string {
	var keys []string
	for _, m := range t.c.Messages {
		if !m.HasFrom || len(m.Recipients) == 0 || len(keys) >= maxKeys {
			continue
		}
		for _, r := range m.Recipients[:min(len(m.Recipients), 4)] {
			keys = append(keys, envelopeKey(m.From, r.Address))
		}
	}
	return keys
}

// names are the ids that a server's reply may have given its messages. At the
// other end of an outbound connection the id is the next server's.
func (t *trace) names() []string {
	var ids []string
	for _, m := range t.c.Messages {
		if len(ids) >= maxKeys*maxKeys {
			break
		}
		if !t.outbound && m.ID != "" {
			ids = append(ids, m.ID)
		}
		if t.outbound || m.Product == gatewaylog.SymantecSMG || m.Product == gatewaylog.Exchange {
			ids = append(ids, m.RelatedIDs...)
		}
	}
	return ids
}
