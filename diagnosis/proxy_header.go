package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// proxied reports whether the client began with a PROXY protocol header.
func (c *Case) proxied() bool { return c.first(session.EventProxy, "client") != nil }

// proxyHeader: a load balancer speaks the PROXY protocol to a server that does
// not expect it (causes.md 2.6).
var proxyHeader = rule{
	code:     "proxy-header",
	needs:    odd,
	severity: Error,
	advice: "Make both ends agree: switch the PROXY protocol on at the server for this load balancer's address (Postfix: smtpd_upstream_proxy_protocol = haproxy; Exim: hosts_proxy; sendmail has none), " +
		"or off at the load balancer.",
	find: func(c *Case) *claim {
		header := c.first(session.EventProxy, "client")
		if header == nil || !c.bothHeard() || c.gotThrough() || c.open() {
			return nil
		}
		frames := []int64{header.Frame, c.Ended.Frame}
		if e := c.takenForCommand(); e != nil {
			return &claim{certainty: Proven, frames: append(frames, e.Frame),
				summary: "The client began with a PROXY protocol header, and the server took it for a command: it said " + quote(e.Text),
				against: "the header is the client's first bytes"}
		}
		if c.Ended.Phase != "banner" || !c.serverHeard() || c.Bytes.Server > 0 {
			return nil
		}
		claim := &claim{certainty: Likely, frames: frames,
			against:   "a server that expects the header and is slow looks the same",
			elsewhere: "Whether the server is set up for the PROXY protocol stands in its configuration."}
		switch {
		case c.endedBy("server"):
			claim.certainty = Strong
			claim.summary = fmt.Sprintf("The client began with a PROXY protocol header, and the server %s after %s without a word", c.closing(), seconds(c.idle()))
		case c.endedBy("client") && c.idle() >= bannerPatience-time.Second:
			claim.summary = fmt.Sprintf("The client began with a PROXY protocol header, and the server had not spoken %s later, when the client closed", seconds(c.idle()))
		default:
			return nil
		}
		return claim
	},
}

// takenForCommand is a refusal that the server sent before it had accepted a
// hello: a greeting that refuses, or 500 to 503 to what it read as a command.
func (c *Case) takenForCommand() *session.Event {
	for i, e := range c.said() {
		if e.Kind != session.EventReply {
			continue
		}
		code := replyCode(e)
		if code >= 500 && (code <= 503 || i <= 1) {
			return e
		}
		if code == 250 {
			return nil
		}
	}
	return nil
}
