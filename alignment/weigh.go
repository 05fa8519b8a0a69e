package alignment

import (
	"slices"
	"strings"
	"time"

	"smtpscope/gatewaylog"
)

// basis is what a match rests on, as bits.
type basis uint8

const (
	byAddress basis = 1 << iota
	byPort
	byID
	byMessageID
	byEnvelope
	byHelo
	byMap   // the address is known by a mapping
	byTaken // the Message-ID is the same, and both sides took the mail
)

// The weights are natural logarithms of how much likelier a fact is for the
// same connection than for another one near by, in round numbers. What
// contradicts weighs more than what fits: the first wrong fact outweighs an
// address and a time.
const (
	weightID        = 20.0
	weightPort      = 14.0
	weightMessageID = 8.0
	weightAddress   = 4.0
	weightHelo      = 2.5
	weightSender    = 2.0
	weightRecipient = 2.0
	weightOrder     = 0.5
	weightSize      = 2.0
	weightStart     = 4.0
	weightEnd       = 2.0
	weightCount     = 0.7

	against       = -6.0 // a fact that hardly ever differs
	againstStrong = -12.0

	// certainMargin is how far a match must be ahead of every other way to
	// match (a factor of 20).
	certainMargin = 3.0
	// certainBare is the same where only address, time and ending speak for it.
	certainBare = 4.5
	// certainDamaged is the same where the log lacks lines and counts coarsely,
	// and the same client has another session near by: then its connection may
	// look like this one's. Only what contends with nothing is ahead by so much.
	certainDamaged = certainBare
	// leastWeight is what must speak for a match besides: an address and a
	// time that fit well, or more.
	leastWeight = 6.0
	// leastAlone is what must speak for a pair without rivals.
	leastAlone = 3.0
	// hopeless is how far behind the best a candidate is not looked at.
	hopeless = 12.0
)

// coarse is a precision that sessions of one client can fall into together;
// crowd is how near by another session is taken for this one.
const (
	coarse = int64(100 * time.Millisecond)
	crowd  = int64(3 * time.Second)
)

// weigh holds one session against one log connection. fits is false where they
// cannot be the same.
func weigh(t *talk, x *trace) (edge, bool) {
	e := edge{talk: t, trace: x}
	if t.unheard || !e.names() || !e.times() || !e.inOrder() {
		return e, false
	}
	e.hello()
	e.security()
	e.counts()
	e.ending()
	if !e.messages() {
		return e, false
	}
	if e.basis&(byAddress|byID|byMessageID|byMap) == 0 && (len(x.peers) > 0 || e.basis&byEnvelope == 0) {
		return e, false
	}
	return e, e.weight > 0
}

// names compares addresses and ports.
func (e *edge) names() bool {
	t, x := e.talk, e.trace
	if slices.ContainsFunc(x.peers, func(a netAddr) bool { return slices.Contains(t.peers(x.outbound), a) }) {
		e.basis |= byAddress
		e.weight += weightAddress
	}
	if x.outbound {
		if p := x.c.Server.Port; p != 0 && p != t.r.Server.Port && !t.translated {
			return false
		}
		return true
	}
	if x.server.IsValid() && !slices.Contains(t.called, x.server) {
		e.weight += against // it came to another address of the product, or to another node
	}
	if !x.port.IsValid() {
		return true
	}
	switch {
	case slices.Contains(t.ports, x.port):
		e.basis |= byPort
		e.weight += weightPort
	case e.basis&byAddress != 0 && !t.translated && t.r.Origin == nil:
		return false // the same client on another port is another connection
	}
	return true
}

func (e *edge) hello() {
	h, name := e.talk.r.Hello, e.trace.c.Helo
	if h == nil || h.Name == "" || name == "" {
		return
	}
	switch {
	case strings.EqualFold(strings.Trim(h.Name, "[]"), strings.Trim(name, "[]")):
		e.basis |= byHelo
		e.weight += weightHelo
	case e.talk.opaque: // the greeting within TLS may be another
	default:
		e.weight += against
	}
}

// security compares what each side says about TLS and AUTH.
func (e *edge) security() {
	t, c := e.talk, e.trace.c
	if c.TLS.Established == gatewaylog.Yes {
		if t.r.TLS == nil && t.whole {
			e.weight += againstStrong
		} else if t.r.TLS != nil {
			e.weight++
		}
	}
	if t.opaque && c.TLS.Established == "" && c.Product == gatewaylog.Postfix && e.trace.begun && count(c, "starttls") == 0 && t.r.TLS.Mode == "starttls" && len(c.Commands) > 0 {
		e.weight += against
	}
	if c.Auth.User != "" && t.r.Auth == nil && !t.opaque && t.whole {
		e.weight += against
	}
}
