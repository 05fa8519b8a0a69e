package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// repeatDue is when a host has repeated at least once what was not acknowledged:
// the first time-out is 1 s, or 3 s with older hosts (RFC 6298 section 2, RFC 2988).
const repeatDue = 3 * time.Second

// acceptanceUnread words the claim where the server accepted the message and the
// client is not known to have read that. That it did not is sure only where its host
// had forgotten the connection: behind a reset there is no one to read.
func (c *Case) acceptanceUnread(claim *claim, r *session.Reply) *claim {
	reply, late := c.lastReply(), c.lateReply()
	accepted := "The server accepted the message (" + quote(fmt.Sprintf("%d %s", r.Code, r.Text)) + "), but "
	if reply == nil && late == nil {
		return nil // left out of a very long story
	}
	if late != nil {
		reply = late
		claim.frames = append(claim.frames, late.Frame)
	}
	if c.goneFor(reply) {
		claim.summary = accepted + "the client had gone and never read it: it has to send the same mail again"
		return claim
	}
	later := captureTime(c.End).Sub(reply.Until)
	if rst := c.endingRST(); late == nil && rst != nil && rst.Side == "client" && rst.Header != nil && rst.Header.Flags.Has(capture.ACK) && c.endedBy("client") {
		claim.summary = fmt.Sprintf("%sthe client had not received that when it %s %s later, for its reset does not acknowledge it: it has to send the same mail again",
			accepted, c.closing(), span(rst.Time.Sub(reply.Until)))
		return claim
	}
	claim.certainty = Likely
	unseen := "no acknowledgement of it was seen"
	if u := &c.Wire.Server.Stuck; u.Tries > 1 {
		unseen = fmt.Sprintf("though it was sent %d times, %s", u.Tries, unseen)
	} else if later >= repeatDue {
		claim.against += fmt.Sprintf("; but the server did not repeat its reply in the %s that were captured behind it, as it does where no acknowledgement comes: that the capture missed one is not excluded", span(later))
	}
	switch {
	case late != nil:
		claim.summary = accepted + "the client had closed its side (FIN) before, and " + unseen + ": if the client did not read it all the same, it has to send the same mail again"
	case c.endedBy("client"):
		claim.summary = fmt.Sprintf("%s%s before the client %s, %s later: it may have been lost on the way, and then the client has to send the same mail again",
			accepted, unseen, c.closing(), span(c.ended().Sub(reply.Until)))
	default:
		claim.summary = accepted + unseen + ": it may have been lost on the way, and then the client has to send the same mail again"
	}
	return claim
}

// goneFor reports whether the client cannot have read a reply that it did not
// acknowledge: it reset the connection before it, or had closed its side and then
// had no more connection, which a reset tells (RFC 9293 section 3.5.2).
func (c *Case) goneFor(reply *session.Event) bool {
	rst := c.last(session.EventRST, "client")
	return rst != nil && (rst.Frame < reply.Frame || c.closed("client", rst.Frame))
}

// lateReply is the first reply behind the session's end.
func (c *Case) lateReply() *session.Event {
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventReply && c.behindEnd(e) {
			return e
		}
	}
	return nil
}
