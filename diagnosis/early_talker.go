package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// tooEarly is the client's command before the server's first word, where the
// capture shows the beginning; nil where it waited as it must.
func (c *Case) tooEarly() *session.Event {
	if !c.Seen.Handshake || !c.bothHeard() || !c.serverHeard() || c.proxied() || !c.hasNote("command before the greeting") {
		return nil
	}
	for _, e := range c.said() {
		switch e.Kind {
		case session.EventReply:
			return nil
		case session.EventCommand:
			return e
		}
	}
	return nil
}

// earlyTalker: the client spoke before the greeting, and the server took it
// amiss (causes.md 3.2). Where the server did not mind, nothing is said.
var earlyTalker = rule{
	code:     "early-talker",
	needs:    odd,
	severity: Error,
	advice: "Clients must wait for the greeting (RFC 5321 section 3.1); those that do not are mostly spam programs. If this one is wanted, repair it: " +
		"a broken client, a monitor that pipes a script, or a proxy that speaks first. An exception on the server (postscreen, Exim's enforce_sync, sendmail's greet_pause) is the second choice.",
	find: func(c *Case) *claim {
		early := c.tooEarly()
		if early == nil {
			return nil
		}
		f := c.farewell()
		if f == nil && !(c.endedBy("server") && (c.Ended.Phase == "banner" || c.Ended.Phase == "hello")) {
			return nil
		}
		did, frames := c.closing(), []int64{early.Frame, c.Ended.Frame}
		if f != nil {
			did, frames = "said "+quote(f.text), append(frames, f.frame)
		}
		return &claim{certainty: Proven, frames: frames,
			summary: fmt.Sprintf("The client sent %s before the server had greeted, and the server %s", verb(early.Text), did),
			against: "the server's first bytes are in the capture, and come after the client's; no PROXY header, no TLS"}
	},
}
