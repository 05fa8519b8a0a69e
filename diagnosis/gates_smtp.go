package diagnosis

import (
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// A dialogue is what many rules ask of a session, worked out once.
type dialogue struct {
	said      []*session.Event
	listed    bool // said is known
	farewell  *farewell
	settled   bool // farewell is known, nil included
	complains []complaint
	heard     bool   // complains is known
	text, why string // what about was asked last, and found
	searched  bool   // they are known
}

// pause is the least silence that counts as waiting: below it a host is merely
// slow, or somebody left at once.
const pause = 10 * time.Second

// endedBy reports whether a close by FIN or RST ended the session, in a phase
// that the capture shows, with both sides in the capture. Without that nobody
// is accused of an end.
func (c *Case) endedBy(side string) bool {
	return (c.Ended.How == session.ByFIN || c.Ended.How == session.ByRST) && c.Ended.By == side &&
		c.bothHeard() && c.Ended.Phase != "unknown" && !c.livedOn() && !c.otherClosedFirst()
}

// bothHeard reports whether the capture has packets of both sides.
func (c *Case) bothHeard() bool { return c.Seen.Client && c.Seen.Server }

// otherClosedFirst reports whether the packet that ended the session
// acknowledges the other side's FIN: the capture missed that FIN, and the other
// side had closed before.
func (c *Case) otherClosedFirst() bool {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Frame != c.Ended.Frame || e.Side != c.Ended.By || e.Header == nil || e.Kind != session.EventFIN && e.Kind != session.EventRST {
			continue
		}
		if e.Side == "server" {
			return e.Header.Ack != 0 && c.beyond("client", e.Header.Ack)
		}
		return e.Header.Ack != 0 && c.beyond("server", e.Header.Ack)
	}
	return false
}

// beyond reports whether a sequence number stands just behind the FIN of a
// side, all of whose bytes are known.
func (c *Case) beyond(side string, seq uint32) bool {
	kind, bytes := session.EventSYN, c.Bytes.Client
	if side == "server" {
		kind, bytes = session.EventSYNACK, c.Bytes.Server
	}
	syn := c.first(kind, side)
	return syn != nil && syn.Header != nil && seq-syn.Header.Seq == uint32(bytes)+2 // SYN and FIN count as one each (RFC 9293 section 3.4)
}

// livedOn reports whether the side that is said to have reset the connection
// went on sending payload: then somebody else sent the RST, or it crossed with
// what was under way, and that side is not to be blamed for the end.
func (c *Case) livedOn() bool {
	if c.Ended.How != session.ByRST {
		return false
	}
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Side != c.Ended.By || e.Last <= c.Ended.Frame {
			continue
		}
		switch e.Kind {
		case session.EventRetransmission, session.EventLate, session.EventCommand, session.EventReply, session.EventContent:
			return true
		}
	}
	return false
}

// serverHeard reports whether all that the server said is in the capture and
// can be read, as far as sequence numbers and acknowledgements tell: "no
// reply" needs it. A frame that the snap length cut may hide a reply, and what
// was lost before the capture point may have been one.
func (c *Case) serverHeard() bool {
	return c.Seen.Server && c.TCP.Missed.Server == 0 && c.TCP.Lost.Server == 0 && c.TCP.Cut.Server == 0 && c.Wire.Server.Unseen == nil
}

// clientHeard is the same of the client: "it sent no more" needs it.
func (c *Case) clientHeard() bool {
	return c.Seen.Client && c.TCP.Missed.Client == 0 && c.TCP.Lost.Client == 0 && c.TCP.Cut.Client == 0 && c.Wire.Client.Unseen == nil
}

// wentWrong: the record says so, or cannot say that all was well.
func (c *Case) wentWrong() bool { return c.Abnormal != nil && *c.Abnormal }

// gotThrough reports whether at least one mail was accepted and none was lost.
func (c *Case) gotThrough() bool {
	n := 0
	for _, m := range c.Messages {
		switch m.Outcome {
		case session.Accepted:
			if c.Finals(m).Open() {
				return false
			}
			n++
		case session.Aborted, session.Unanswered, session.Unknown:
			return false
		}
	}
	return n > 0
}

// allAnswered says what became of the session's mail, where it got through: some of it,
// or of its recipients, may have been refused.
func (c *Case) allAnswered() string {
	for _, m := range c.Messages {
		if m.Outcome != session.Accepted {
			return "all mail of the session was answered, not all of it accepted"
		}
		for _, r := range m.Recipients {
			if r.Code >= 400 || r.Final != nil && r.Final.Code >= 400 {
				return "all mail of the session was answered, not all recipients accepted"
			}
		}
	}
	return "all mail of the session was accepted"
}

// message is the one that was open when the session ended, or the last one.
func (c *Case) message() *session.Message {
	if len(c.Messages) == 0 {
		return nil
	}
	return c.Messages[len(c.Messages)-1]
}

// transferred is how much of the open message's content came, bytes.
func (c *Case) transferred() int64 {
	if m := c.message(); m != nil && m.Transfer != nil {
		return m.Transfer.Bytes
	}
	return 0
}

// said are the commands, replies and contents up to the event that ended the
// session, in order.
func (c *Case) said() []*session.Event {
	if d := &c.dialogue; !d.listed {
		d.said, d.listed = c.readSaid(d.said[:0]), true
	}
	return c.dialogue.said
}

func (c *Case) readSaid(list []*session.Event) []*session.Event {
	events := c.events()
	list = slices.Grow(list, len(events))
	for i := range events {
		e := &events[i]
		if c.behindEnd(e) {
			continue
		}
		switch e.Kind {
		case session.EventCommand, session.EventReply, session.EventContent:
			list = append(list, e)
		}
	}
	return list
}

// behindEnd reports whether an event came behind the one that ended the session: in
// the order of the bytes, for a FIN that has overtaken a reply is read behind it.
func (c *Case) behindEnd(e *session.Event) bool {
	if c.Ended.Frame == 0 || e.Frame <= c.Ended.Frame {
		return false
	}
	return e.Side != c.Ended.By || e.Frame > c.Ended.Through
}

// eventsKept is how many events session keeps of a session: at that number
// some were left out, and commands can no longer be counted against replies.
const eventsKept = 4000

// serverOwes reports whether it was the server's turn to speak when the
// session ended.
func (c *Case) serverOwes() bool {
	if c.Ended.Unheard {
		return false
	}
	switch c.Ended.Phase {
	case "banner", "dot", "data-command":
		return true
	case "data":
		return c.chunkUnanswered() != nil
	}
	return len(c.events()) < eventsKept && c.owed(c.said()) > 0
}

// noteNoGreeting: the first reply was that to the client's first command.
const noteNoGreeting = "no greeting"

// greetingDue reports whether the server's first reply is its greeting.
func (c *Case) greetingDue() bool { return c.Seen.Handshake && !c.hasNote(noteNoGreeting) }

// ofChunk: the bytes of a BDAT chunk; Count is 1 where they are all of them.
func ofChunk(e *session.Event) bool { return e.Kind == session.EventContent && e.Text == "BDAT" }

// chunkUnanswered is the last BDAT chunk where it was sent whole and nothing
// came after it.
func (c *Case) chunkUnanswered() *session.Event {
	if c.signs&chunks == 0 {
		return nil
	}
	said := c.said()
	if len(said) == 0 {
		return nil
	}
	if last := said[len(said)-1]; ofChunk(last) && last.Count == 1 {
		return last
	}
	return nil
}

// waiting is the last command that was not answered, as the client sent it.
func (c *Case) waiting() *session.Event {
	said := c.said()
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].Kind == session.EventReply {
			return nil
		}
		if said[i].Kind == session.EventCommand {
			return said[i]
		}
	}
	return nil
}

// idle is the silence before the end; 0 where there is none to speak of.
func (c *Case) idle() time.Duration {
	if c.Ended.Idle == nil {
		return 0
	}
	return c.Ended.Idle.Duration()
}

// struggled gives what shows that a silence was not simply a pause: a side was
// repeating segments (they, or their acknowledgements, were lost), or the
// server took no more (zero window). Then the path, or the server's host, is to
// be looked at. What was repeated in the first half of the silence and has arrived
// explains nothing of the rest.
func (c *Case) struggled(before capture.Time, silence time.Duration) *session.Event {
	begin := before - capture.Time(silence)
	events := c.events()
	for i := range events {
		e := &events[i]
		lately := e.Until > begin && e.Time <= before
		switch {
		case !lately:
		case e.Kind == session.EventRetransmission && e.Until-begin <= capture.Time(silence/2) && c.Wire.Side(e.Side).Stuck.Tries == 0:
		case e.Kind == session.EventRetransmission, e.Kind == session.EventZeroWindow && e.Side == "server":
			return e
		}
	}
	return nil
}

// hasNote reports whether the conversation showed an oddity.
func (c *Case) hasNote(text string) bool {
	for _, n := range c.Notes {
		if n == text {
			return true
		}
	}
	return false
}

// noteFrame is where it was first, 0 where it was not.
func (c *Case) noteFrame(text string) int64 {
	if e := c.note(text); e != nil {
		return e.Frame
	}
	return 0
}

func captureTime(t session.Time) capture.Time { return capture.Time(t) }

// lastReply is the server's last line before the end, nil where it said nothing.
func (c *Case) lastReply() *session.Event {
	said := c.said()
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].Kind == session.EventReply {
			return said[i]
		}
	}
	return nil
}
