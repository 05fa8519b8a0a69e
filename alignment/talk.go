package alignment

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/session"
)

// talk is a session, with what can be compared at hand.
type talk struct {
	r          *session.Record
	start, end int64 // nanoseconds, capture clock
	callers    []netip.Addr
	called     []netip.Addr
	ports      []netip.AddrPort // of the client, as the log may name it
	translated bool             // an address of it is mapped: ports may differ
	opaque     bool             // under TLS: nothing of a mail can be seen
	whole      bool             // no byte of the conversation is missing, nor its end
	unheard    bool             // the server's program never learnt of it
	greeted    int64            // when the server's greeting passed; never = it was not seen
	closed     int64            // when the server closed (FIN); never = that was not seen
	left       bool             // the client ended it, in clear: the server wrote of the end no earlier
	crowded    bool             // the same client has another session near by

	trace      *trace // its certain partner
	place      int    // while groups are made
	more       []*trace
	edge       *edge
	margin     float64
	candidates []*trace
}

func newTalk(r *session.Record, mapped map[netip.Addr][]netip.Addr) *talk {
	t := &talk{r: r, start: r.Start.Time().UnixNano(), end: r.Ended.Time.Time().UnixNano()}
	if t.end < t.start {
		t.end = r.End.Time().UnixNano()
	}
	t.callers = t.names(r.Client.IP.Unmap(), mapped)
	t.called = t.names(r.Server.IP.Unmap(), mapped)
	t.ports = append(t.ports, netip.AddrPortFrom(r.Client.IP.Unmap(), r.Client.Port))
	if o := r.Origin; o != nil && o.IP.IsValid() {
		t.callers = append(t.callers, t.names(o.IP.Unmap(), mapped)...)
		t.ports = append(t.ports, netip.AddrPortFrom(o.IP.Unmap(), o.Port))
	}
	for _, a := range mapped[r.Client.IP.Unmap()] {
		t.ports = append(t.ports, netip.AddrPortFrom(a, r.Client.Port))
	}
	t.opaque = r.TLS != nil && r.TLS.Handshake == "complete"
	t.whole = r.Seen.Client && r.Seen.Server && r.Seen.MissingBytes == 0 && r.Seen.Handshake &&
		r.Ended.How != session.ByCaptureEnd && r.Ended.How != session.ByEvicted // what came behind that the log has, too
	t.unheard = r.Ended.Phase == "connect" || r.Ended.How == session.BySYNRefused || r.Ended.How == session.BySYNUnanswered
	t.greeted, t.closed = never, never
	if r.ServerFIN != 0 {
		t.closed = r.ServerFIN.Time().UnixNano()
	}
	if b := r.Banner; b != nil && b.Time != 0 {
		t.greeted = b.Time.Time().UnixNano()
	}
	switch r.Ended.How {
	case session.ByQuit, session.ByFIN, session.ByRST:
		t.left = r.Ended.By == "client" && r.TLS == nil
	}
	return t
}

// headless: it had begun before the capture. Of one side's packets alone that is
// not told, for a handshake takes both.
func (t *talk) headless() bool {
	return !t.r.Seen.Handshake && t.greeted == never && t.r.Hello == nil && !t.r.OneSided()
}

// findCrowded marks the sessions of clients that come several times at once.
func findCrowded(talks []*talk) {
	sorted := slices.Clone(talks)
	slices.SortFunc(sorted, func(a, b *talk) int {
		return cmp.Or(a.r.Client.IP.Compare(b.r.Client.IP), cmp.Compare(a.start, b.start))
	})
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		if a.r.Client.IP == b.r.Client.IP && b.start-a.start < crowd {
			a.crowded, b.crowded = true, true
		}
	}
}

func (t *talk) names(a netip.Addr, mapped map[netip.Addr][]netip.Addr) []netip.Addr {
	if !a.IsValid() {
		return nil
	}
	others := mapped[a]
	t.translated = t.translated || len(others) > 0
	return append([]netip.Addr{a}, others...)
}

// peers are the addresses that a connection of that direction is known by.
func (t *talk) peers(outbound bool) []netip.Addr {
	if outbound {
		return t.called
	}
	return t.callers
}

// envelopes are the keys of its messages' envelopes.
func (t *talk) envelopes() []string {
	var keys []string
	for _, m := range t.r.Messages {
		if m.From == nil || len(m.Recipients) == 0 || len(keys) >= maxKeys {
			continue
		}
		keys = append(keys, envelopeKey(*m.From, m.Recipients[0].Address))
	}
	return keys
}

func envelopeKey(from, to string) string {
	return strings.ToLower(from) + "\x00" + strings.ToLower(to)
}
