package alignment

import (
	"math"
	"slices"
	"strings"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
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
	byMap // the address is known by a mapping
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

// times compares when they began and ended.
func (e *edge) times() bool {
	t, x := e.talk, e.trace
	if !x.timed() || !x.clock.known {
		return true // names alone must do
	}
	k := x.clock
	slack := 4*k.spread + x.precision + int64(time.Second)
	e.off = x.start - k.expect(t.start)
	early := early(k, x)
	core := float64(early + int64(50*time.Millisecond))
	if e.off < -slack {
		return false
	}
	end := k.expect(t.end)
	if x.closed && x.end < k.expect(t.start)-slack {
		return false
	}
	at, within, finer := x.opened.moment(x.precision)
	switch {
	case !x.begun:
		if x.start > end+slack+int64(latest) {
			return false
		}
		e.weight += weightStart / 2
	case e.off > slack+int64(latest):
		return false
	case finer:
		e.weight += e.beginning(at-t.start, float64(within), float64(within))
	default:
		e.weight += e.beginning(e.off, float64(early), core)
	}
	if !x.closed || openEnd(t.r) {
		return true
	}
	fit := closeness(t.late(x.end-end, x), core, weightEnd)
	if at, within, finer := x.shut.moment(x.precision); finer {
		fit = closeness(t.late(at-t.end, x), float64(within), weightEnd)
	}
	e.weight += max(fit, -weightEnd/2)
	return true
}

// early is how far before the expected moment the log's time may lie by its
// precision and by the spread of its clock.
func early(k *clockwork, x *trace) int64 {
	// Uniform within the log's precision would be a spread of a quarter of it.
	return 3*max(k.spread-x.precision/4, 0) + x.precision/2 + int64(5*time.Millisecond)
}

// late is how far a line of the end is off: up to the server's close any
// moment fits as well.
func (t *talk) late(off int64, x *trace) int64 {
	if closed := closedBy(t, x); off > 0 && closed != never {
		return max(off-max(closed-t.end, 0), 0)
	}
	return off
}

// beginning weighs how far behind the first packet the log has the connection.
// Up to the greeting any moment fits as well: a server looks up the client's
// name first. Behind it is as strange as before the first packet.
func (e *edge) beginning(off int64, early, late float64) float64 {
	greeted := e.greeting()
	if greeted == never {
		return delayed(off, early, late)
	}
	switch wait := max(greeted-e.talk.start, 0); {
	case off > wait:
		return delayed(wait-off, early, late)
	case off > 0:
		off = 0
	}
	return delayed(off, early, late)
}

// logsFirst are the products that log a connection before they greet it, and
// its end before they close it (smtpd.c; daemon.c of sendmail and of Exim;
// smtp_session.c).
var logsFirst = map[gatewaylog.Product]bool{
	gatewaylog.Postfix: true, gatewaylog.Sendmail: true, gatewaylog.Exim: true, gatewaylog.OpenSMTPD: true,
}

// greeting is the moment before which the product has logged the connection;
// never = that is not known.
func (e *edge) greeting() int64 { return greetedBy(e.talk, e.trace) }

func greetedBy(t *talk, x *trace) int64 {
	if !logsFirst[x.c.Product] {
		return never
	}
	return t.greeted
}

// closeness is full within core, and falls by half of it with each doubling.
func closeness(off int64, core, full float64) float64 {
	d := math.Abs(float64(off)) / core
	if d <= 1 {
		return full - d*d/2
	}
	return full - 0.5 - full/2*math.Log2(d)
}

// busy is how late a server that is busy, or waits for a name server, still
// often logs a connection.
const busy = 5 * time.Second

// delayed is closeness of a beginning. Late is less strange than early: a
// line is not written before what it tells.
func delayed(off int64, early, late float64) float64 {
	if off < 0 {
		fit := closeness(off, early, weightStart)
		if fit < weightStart/2 {
			fit -= weightStart
		}
		return fit
	}
	fit := closeness(off, late, weightStart)
	if off < int64(busy) {
		return max(fit, -0.5)
	}
	return fit
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

func count(c *gatewaylog.Connection, verb string) int {
	for _, n := range c.Commands {
		if n.Verb == verb {
			return n.Total
		}
	}
	return 0
}

// counts compares how often commands were given, where the log counts. The
// server may have read less than was sent, never more.
func (e *edge) counts() {
	t, c := e.talk, e.trace.c
	if len(c.Commands) == 0 || t.opaque || !t.whole {
		return
	}
	given := commandsOf(t.r)
	e.compare(count(c, "mail"), given.mails)
	if t.r.MessagesCut == 0 {
		e.compare(count(c, "rcpt"), given.recipients)
		e.within(taken(c, "rcpt"), given.rcptLeast, given.rcptMost)
		e.within(taken(c, "data"), given.dataLeast, given.dataMost)
		if count(c, "data") < given.transfers {
			e.weight += against
		}
	}
	quit := t.r.Ended.How == session.ByQuit
	switch logged := count(c, "quit") > 0; {
	case logged && quit:
		e.weight += weightCount
	case logged != quit:
		e.weight += against / 2
	}
	if count(c, "starttls") > 0 && t.r.TLS == nil {
		e.weight += against
	}
	if (count(c, "ehlo")+count(c, "helo") > 0) != (t.r.Hello != nil) {
		e.weight += against / 2
	}
}

// taken is how many commands of that name the product took.
func taken(c *gatewaylog.Connection, verb string) int {
	for _, n := range c.Commands {
		if n.Verb == verb {
			return n.Accepted
		}
	}
	return 0
}

// given are the commands of a session as far as its record counts them: all,
// and those that were answered 2xx at least and at most.
type given struct {
	mails, recipients, transfers int
	rcptLeast, rcptMost          int
	dataLeast, dataMost          int
}

func commandsOf(r *session.Record) given {
	g := given{mails: len(r.Messages) + r.MessagesCut}
	for _, m := range r.Messages {
		g.recipients += max(len(m.Recipients), m.RecipientCount)
		for _, x := range m.Recipients {
			if x.Code/100 == 2 {
				g.rcptLeast++
			}
			if x.Code/100 == 2 || x.Code == 0 {
				g.rcptMost++
			}
		}
		g.rcptMost += max(m.RecipientCount-len(m.Recipients), 0)
		t := m.Transfer
		if t == nil || t.Command != "DATA" {
			continue
		}
		g.transfers++
		if m.Outcome == session.Accepted {
			g.dataLeast++
		}
		if m.Outcome == session.Accepted || m.Outcome == session.Unanswered {
			g.dataMost++
		}
	}
	return g
}

// within compares a count of what was taken with what was answered. A reply
// that was seen had been counted.
func (e *edge) within(logged, least, most int) {
	switch {
	case logged < least, logged > most:
		e.weight += against
	case logged > 0:
		e.weight += weightCount
	}
}

func (e *edge) compare(logged, seen int) {
	switch {
	case logged == seen && seen > 0:
		e.weight += weightCount
	case logged > seen:
		e.weight += against
	case logged < seen:
		e.weight += against / 4
	}
}

// ending compares how it ended; little weight, for what the log says of it is
// to be judged, not believed.
func (e *edge) ending() {
	said := &e.trace.c.Ended
	if len(said.Stages) > 0 && !e.talk.opaque {
		if fitsPhase(said.Stages, e.talk.r.Ended.Phase) {
			e.weight += weightCount
		} else {
			e.weight -= weightCount
		}
	}
	if said.Bytes.Known && !e.talk.opaque {
		e.received(said.Bytes.N)
	}
}

// received compares the octets of content that the product had when the
// connection broke. It cannot have had more than were sent.
func (e *edge) received(n int64) {
	last := lastMessage(e.talk.r)
	switch {
	case last == nil || last.Transfer == nil:
		e.weight += against / 2
	case last.Transfer.AtLeast:
	case n > last.Transfer.Bytes+contentSlack:
		e.weight += against
	case last.Transfer.Bytes-n <= bufferSlack:
		e.weight += weightSize / 2
	}
}

func lastMessage(r *session.Record) *session.Message {
	if len(r.Messages) == 0 {
		return nil
	}
	return r.Messages[len(r.Messages)-1]
}
