package session

import (
	"time"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// phaseConnect is the phase before the TCP handshake is complete, the only one
// that the SMTP machine does not know.
const phaseConnect = "connect"

// unansweredAfter is the age at which a SYN counts as unanswered although the
// capture shows it only once: a first repetition is due after 1 s (RFC 6298
// section 2) or 3 s (RFC 2988).
const unansweredAfter = 3 * time.Second

// verdict is the event that ended the session, and how the conversation stood
// at that moment.
type verdict struct {
	how      How
	by       string
	at       reassembly.Stamp
	phase    string
	inferred bool
	idle     time.Duration
	hasIdle  bool

	// What the client sends after its own RST or after the server has closed
	// is recorded, but no longer part of the message: the transfer as it stood.
	frozen   bool
	cut      *smtpstate.Message // the message concerned
	transfer smtpstate.Transfer
	empty    bool // nothing of its content had come

	current  *smtpstate.Message // the transaction that was open
	presumed *smtpstate.Message // refused, and its end may not have been sent
	hidden   bool               // the phase is unknown: data, or dot if its end was not captured
	soft     bool               // the phase is data, or dot if the server takes bare LFs for the end

	unanswered int // commands, and ends of messages
	unspoken   bool
	through    int64 // the FIN waited for bytes before it until this frame; 0 = it did not
	unheard    bool  // nothing of the first of these had come to the server when it closed
}

// settle takes down the verdict at the event that ended the session.
func (c *conversation) settle(how How, by string, at reassembly.Stamp) {
	v := &c.verdict
	c.settled = true
	*v = verdict{how: how, by: by, at: at}
	v.phase, v.inferred = c.phase()
	if c.machine != nil {
		v.current, v.presumed = c.machine.Current(), c.machine.Presumed()
		v.unanswered = c.machine.Unanswered()
		v.soft = v.phase == smtpstate.PhaseData.String() && c.machine.EndMayBeSoft()
		v.hidden = v.phase == smtpstate.PhaseUnknown.String() && c.machine.EndMayBeHidden()
	}
	v.unspoken = !c.saidAny
	switch how {
	case ByCaptureEnd, ByEvicted, BySYNUnanswered:
	default:
		if v.hasIdle = c.spoken != 0; v.hasIdle {
			v.idle = max(at.Time.Sub(c.spoken), 0) // times may go back
		}
	}
	c.story.settle(c, how)
}

// freeze keeps the transfer as it stands: nothing that the client sends from
// here on is part of it.
func (c *conversation) freeze() {
	v := &c.verdict
	if v.frozen {
		return
	}
	v.frozen = true
	if c.machine == nil {
		return
	}
	switch m := c.machine.Current(); {
	case m == nil:
	case m.Transfer != nil:
		v.cut, v.transfer = m, *m.Transfer
	case v.phase == smtpstate.PhaseData.String():
		v.cut, v.empty = m, true
	}
}

// answered settles what was hidden when the session ended: a reply to the end
// of the message that came later proves that the end had been sent, or was one
// for this server.
func (v *verdict) answered() {
	if (v.hidden || v.soft) && v.current != nil && v.current.Reply != nil {
		v.phase, v.inferred = smtpstate.PhaseDot.String(), true
	}
}

// phase is where the conversation stands, in the record's words.
func (c *conversation) phase() (string, bool) {
	switch {
	case c.machine != nil:
		p, inferred := c.machine.Phase()
		if p == smtpstate.PhaseData && c.conn.Half[reassembly.Client].Frames == 0 {
			return smtpstate.PhaseUnknown.String(), false // the end of the message may have been sent, unseen
		}
		return p.String(), inferred
	case c.midStream():
		return smtpstate.PhaseUnknown.String(), false
	case !c.conn.Established:
		return phaseConnect, false
	}
	return smtpstate.PhaseBanner.String(), false
}

// watchQuit settles the session when QUIT's turn has come: all that was sent
// before it was answered. That may be after the client's own FIN (it sent the
// whole script at once), but not after a RST or a close by the server.
func (c *conversation) watchQuit(at reassembly.Stamp) {
	if c.settled && c.verdict.how == ByQuit && !c.gone && !c.machine.QuitSaid() { // it was refused, and the session goes on
		c.settled, c.verdict = false, verdict{}
	}
	if v := &c.verdict; c.settled && (v.how != ByFIN || v.by != "client" || v.frozen) {
		return
	}
	if c.machine.QuitsTurn() {
		c.settle(ByQuit, "client", at)
	}
}

func (c *conversation) sawFIN(e *reassembly.Event) {
	if e.Side == reassembly.Client {
		c.gone = true
	}
	if !c.settled {
		by := sideName(e.Side)
		if c.conn.MissedFIN(e.Side.Other()) || c.mayHaveClosed(e.Side.Other()) {
			by = "unknown" // the other side closed first, or may have: that packet is not in the capture
		}
		c.settle(ByFIN, by, e.At)
		c.verdict.unheard = by == "server" && c.unreceived() || by == "client" && c.toldUnheard()
		if last := c.conn.Last.Frame; last > e.At.Frame {
			c.verdict.through = last
		}
	}
	if e.Side == reassembly.Server {
		c.fin = e.At.Time
		c.freeze()
	}
}

// mayHaveClosed reports whether a side of which nothing was captured has said
// something since the other's last word: the last number of what is acknowledged to it
// may be that of its FIN (RFC 9293 section 3.4), which is no byte of content.
func (c *conversation) mayHaveClosed(side reassembly.Side) bool {
	said := c.unread
	if side == reassembly.Client {
		said = c.unreplied
	}
	if !said || c.conn.Half[side].Frames > 0 {
		return false
	}
	if side == reassembly.Client && c.machine != nil {
		c.machine.LastMayBeFIN()
	}
	return true
}

// unreceived reports whether the server closed before anything came of what the
// client had asked last: it acknowledges all that has come (RFC 9293 section
// 3.10.7.4).
func (c *conversation) unreceived() bool {
	if c.machine == nil || !c.unproxied {
		return false
	}
	n := c.conn.Delivered(reassembly.Client) - c.conn.Acked(reassembly.Client)
	return n > 0 && c.machine.Unreceived(n)
}

// toldUnheard reports whether the server had said that it gives up, having had nothing
// of what the client had asked last.
func (c *conversation) toldUnheard() bool { return c.unasked != nil && c.unasked.Unheard }

func (c *conversation) sawRST(e *reassembly.Event) {
	if e.Side == reassembly.Client {
		c.gone, c.clientReset = true, true
	}
	if !c.settled {
		how := ByRST
		if e.Side == reassembly.Server && !c.conn.Established && !c.conn.SYNACK && c.conn.SYN {
			how = BySYNRefused
		}
		c.settle(how, sideName(e.Side), e.At)
		c.verdict.unheard = e.Side == reassembly.Client && c.toldUnheard()
	}
	c.freeze()
}

// voidRST takes a verdict back: the RST's alleged sender went on, and was
// heard.
func (c *conversation) voidRST() {
	if c.verdict.how == ByRST {
		c.settled, c.verdict = false, verdict{}
		c.gone, c.clientReset = false, false
	}
}

// settleAtEnd gives the verdict of a session that no packet ended.
func (c *conversation) settleAtEnd(reason reassembly.EndReason, now capture.Time) {
	// A stray time stamp may lie behind the clock's idea of now.
	last := reassembly.Stamp{Frame: c.conn.Last.Frame, Time: max(now, c.conn.Last.Time)}
	connecting := c.machine == nil && !c.midStream() && !c.conn.Established
	switch {
	case connecting && c.unreachable != nil && !c.conn.SYNACK:
		by := "unknown"
		if c.unreachable.from == c.conn.Server.Addr() {
			by = "server"
		}
		c.settle(BySYNRefused, by, c.unreachable.at)
	case reason == reassembly.EndReplaced:
		c.settle(ByReplaced, "client", c.conn.ReplacedBy)
	case reason == reassembly.EndEvicted:
		c.settle(ByEvicted, "unknown", last)
	case connecting && (reason != reassembly.EndCapture || c.unansweredSYN(now)):
		c.settle(BySYNUnanswered, "unknown", last)
	case reason == reassembly.EndCapture:
		c.settle(ByCaptureEnd, "unknown", last)
	default:
		c.settle(BySilence, "unknown", last)
	}
}

// unansweredSYN reports whether the handshake is late: repeated, or old.
func (c *conversation) unansweredSYN(now capture.Time) bool {
	first := 1
	if c.conn.SYNACK && c.conn.SYN {
		first = 2
	}
	return c.syns > first || now.Sub(c.conn.First.Time) >= unansweredAfter
}
