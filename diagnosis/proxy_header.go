package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// proxied reports whether the client began with a PROXY protocol header.
func (c *Case) proxied() bool { return c.first(session.EventProxy, "client") != nil }

// proxyHeader: a load balancer speaks the PROXY protocol to a server that does
// not expect it (causes.md 2.6).
var proxyHeader = rule{
	code:     "proxy-header",
	needs:    odd | refusal,
	severity: Error,
	advice: "Make both ends agree: switch the PROXY protocol on at the server for this load balancer's address (Postfix: smtpd_upstream_proxy_protocol = haproxy; Exim: hosts_proxy; sendmail has none), " +
		"or off at the load balancer.",
	find: func(c *Case) *claim {
		header := c.first(session.EventProxy, "client")
		if header == nil && c.headerAwaited() {
			return &claim{certainty: Likely, frames: []int64{c.farewell().frame, c.Ended.Frame},
				summary: fmt.Sprintf("The server said nothing for %s and then turned the client away: it said %s, as a Postfix does that waits for a PROXY protocol header, and the client sent none",
					seconds(c.Banner.After.Duration()), quote(c.farewell().text)),
				against:   "Postfix waits 5 s for the header (smtpd_upstream_proxy_timeout); another fault of that server, after as long, would read the same",
				elsewhere: "The server's log says \"haproxy read: timeout error\" then."}
		}
		if header == nil {
			return c.answersAnother()
		}
		if !c.bothHeard() || c.gotThrough() || c.open() {
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

// answersAnother: between the client and here stands a load balancer, which put
// a header of its own in front of what it passes on. The client sees the answers to
// what it never sent.
func (c *Case) answersAnother() *claim {
	if !c.hasNote(noteNotAsked) || !c.endedBy("server") || !c.serverHeard() || !c.clientHeard() || !c.closedUnheard() {
		return nil
	}
	var first *session.Event
	n := 0
	for i, e := range c.said() {
		if e.Kind != session.EventReply {
			return nil // the client had spoken
		}
		if code := replyCode(e); i > 0 && 500 <= code && code <= 503 {
			if n++; first == nil {
				first = e
			}
		}
	}
	if first == nil {
		return nil
	}
	return &claim{certainty: Likely, frames: []int64{first.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("Behind its greeting the server refused something that the client had not sent (%s, the first %s), and %s before the client's first command: "+
			"a load balancer in front of it seems to have sent a PROXY protocol header, which the server took for commands",
			replies(n), quote(first.Text), c.closing()),
		against:   "the server's close acknowledges no byte of the client, and none is missing in the capture; that a device sends other words in the client's place is not excluded",
		elsewhere: "What the server was sent is seen by capturing on the server, behind the load balancer."}
}

// headerAwaited reports whether the server's greeting is that of a Postfix which
// waited for the header in vain (smtpd_haproxy.c, smtpd_peer.c).
func (c *Case) headerAwaited() bool {
	f := c.farewell()
	return f != nil && f.greeting && f.code == 421 && c.Bytes.Client == 0 && c.clientHeard() && c.Banner.After != nil && near(c.Banner.After.Duration(), 5) &&
		strings.Contains(strings.ToLower(f.text), "server local error")
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

// closedUnheard reports whether nothing of the client had reached the server when it
// closed, by what its close acknowledges.
func (c *Case) closedUnheard() bool {
	syn := c.first(session.EventSYN, "client")
	for _, kind := range []session.EventKind{session.EventFIN, session.EventRST} {
		if e := c.first(kind, "server"); e != nil && e.Frame == c.Ended.Frame {
			return syn != nil && e.Header.Ack == syn.Header.Seq+1
		}
	}
	return false
}

func replies(n int) string {
	if n == 1 {
		return "1 reply"
	}
	return fmt.Sprintf("%d replies", n)
}
