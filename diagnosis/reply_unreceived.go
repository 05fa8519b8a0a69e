package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// replyUnreceived is the server's last reply where it had not come to the client when
// that ended the session: the packet that ends it bears an acknowledgement (RFC 9293
// section 3.4), which does not count the reply, though there was time enough for it.
// nil where it had come, or the capture does not tell.
func (c *Case) replyUnreceived() *session.Event {
	if !c.endedBy("client") || !c.serverHeard() || c.lateReply() != nil || c.TLS != nil || c.halfReply() != nil || c.codelessLine() != nil {
		return nil // other bytes of the server may be what the client did not have
	}
	reply, end, synack := c.lastReply(), c.ending(), c.first(session.EventSYNACK, "server")
	if reply == nil || end == nil || end.Header == nil || synack == nil || synack.Header == nil || !end.Header.Flags.Has(capture.ACK) {
		return nil
	}
	if since := c.ended().Sub(reply.Until); since < time.Second || since < c.rtt() {
		return nil
	}
	acked := int64(end.Header.Ack - synack.Header.Seq - 1) // modulo 2^32
	if acked >= c.Bytes.Server || c.Bytes.Server > 1<<31 {
		return nil
	}
	return reply
}

// ending is the FIN or RST that ended the session, nil where none did.
func (c *Case) ending() *session.Event {
	if rst := c.endingRST(); rst != nil {
		return rst
	}
	if fin := c.first(session.EventFIN, c.Ended.By); fin != nil && fin.Frame == c.Ended.Frame {
		return fin
	}
	return nil
}

// replyLost: the client did not have the server's last reply when it gave up.
func (c *Case) replyLost() *claim {
	reply := c.replyUnreceived()
	if reply == nil {
		return nil
	}
	sent := ""
	if c.saidAgain() {
		sent = fmt.Sprintf(", though it was sent %s", times(int(c.Wire.Server.Stuck.Tries)))
	}
	return &claim{certainty: Strong, severity: Error, frames: []int64{reply.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The server's reply %s had not come when the client %s %s later%s: the path from the server to the client loses packets",
			quote(reply.Text), c.closing(), span(c.ended().Sub(reply.Until)), sent),
		against:   "the packet with which the client ended the session acknowledges what the server had said before, and not this; there was more than a round trip for it",
		elsewhere: c.captureNear("client", "it shows whether the reply arrives.")}
}

// saidAgain: the server repeated what was not acknowledged. Where it did not, its
// repetitions, or an acknowledgement, are not in the capture.
func (c *Case) saidAgain() bool { return c.Wire.Server.Stuck.Tries > 1 }
