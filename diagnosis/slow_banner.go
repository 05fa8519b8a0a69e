package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// bannerPatience is how long a client that leaves has waited at least before
// the greeting is blamed; quicker ones are health checks.
const bannerPatience = 5 * time.Second

const whyNoBanner = "Why it was silent is seen on the server: lookups of the client's name or of blocklists (capture port 53 there), ident (port 113), load, or a log server that does not answer."

// whoWaits: two kinds of server never greet a client that speaks SMTP to them.
const whoWaits = " A listener that is set to wait for a PROXY header, or for TLS from the first byte, says nothing either: see its configuration."

// slowBanner: the connection stood and the server did not speak (causes.md
// 3.1).
var slowBanner = rule{
	code:  "slow-banner",
	after: bannerPatience,
	advice: "On the server look at DNS first (PTR and blocklist lookups that time out in steps of 5 s), then at load and connection limits, then at remote logging over TCP. " +
		"Clients leave after 30 s and more, RFC 5321 asks them to wait 5 minutes.",
	find: func(c *Case) *claim {
		if w := c.waitedUnseen(); w != nil && w.asked == nil {
			return w.claim(c)
		}
		if !c.Seen.Handshake || !c.bothHeard() || !c.clientHeard() || c.proxied() || c.TLS != nil || c.silentOnTLSPort() {
			return nil
		}
		if c.Banner != nil {
			return c.lateBanner()
		}
		return c.noBanner()
	},
}

func (c *Case) lateBanner() *claim {
	b := c.Banner
	if b.After == nil || b.After.Duration() < pause || b.Code >= 400 {
		return nil
	}
	frame := c.greetedAt()
	if frame == 0 {
		return nil
	}
	return &claim{certainty: Proven, severity: Warning, frames: []int64{frame},
		summary:   fmt.Sprintf("The server took %s to greet after the connection was established%s", seconds(b.After.Duration()), greetPause(b.After.Duration())),
		against:   "the greeting was not repeated: it was not lost before",
		elsewhere: whyNoBanner}
}

// greetedAt is the frame of the server's first reply before the end, 0 where
// there is none.
func (c *Case) greetedAt() int64 {
	if at := c.session.FirstReply(); at > 0 && at <= c.Ended.Frame {
		return at
	}
	if e := firstReply(c.said()); e != nil {
		return e.Frame
	}
	return 0
}

// greetPause: some servers wait on purpose, for a round time.
func greetPause(d time.Duration) string {
	if isRound(d) {
		return "; a round number may be a pause on purpose, against spammers"
	}
	return ""
}

func (c *Case) noBanner() *claim {
	silent := c.Ended.How == session.BySilence
	half := c.halfReply()
	if c.Ended.Phase != "banner" || !c.serverHeard() || !silent && (!c.endedBy("client") || c.idle() < bannerPatience) || c.Bytes.Server > 0 && half == nil {
		return nil
	}
	if half != nil {
		return &claim{certainty: Proven, severity: Error, frames: []int64{half.Frame, c.Ended.Frame},
			summary: fmt.Sprintf("The server began to greet, %s, and did not end its greeting in %s; the client %s%s",
				halfWords(half), seconds(c.idle()), c.leftOrFellSilent(), whoseTimer(c.idle(), "client", "banner")),
			advice:    "A greeting ends with a line of its code and a space, and with CRLF (RFC 5321 section 4.2): without that no client may go on. Look at what writes it on the server, or at a device between that cuts it.",
			against:   "no byte of the server is missing in the capture",
			elsewhere: "Whether the server leaves the end away, or waits before it on purpose (\"220-\" lines against spammers), is seen on the server."}
	}
	waited := "the client is no health check, it waited"
	if c.hasNote("command before the greeting") {
		waited = "the client did not wait for the greeting before it spoke, and then waited for an answer"
	}
	claim := &claim{certainty: Strong, severity: Error, frames: []int64{c.Frames.First, c.Ended.Frame},
		against:   "no byte of the server is missing in the capture; " + waited,
		elsewhere: whyNoBanner + whoWaits + c.orLost()}
	if fin := c.last(session.EventFIN, "server"); fin != nil { // its sequence number leaves no room for a lost greeting
		claim.certainty = Proven
		claim.frames = append(claim.frames, fin.Frame)
	}
	words := "did not speak"
	if c.answerMayBeLost() {
		words = "nothing that it said came here"
	}
	claim.summary = fmt.Sprintf("The server accepted the connection but %s for %s, and the client %s%s",
		words, seconds(c.idle()), c.leftOrFellSilent(), whoseTimer(c.idle(), "client", "banner"))
	return claim
}

func (c *Case) leftOrFellSilent() string {
	if c.Ended.How == session.BySilence {
		return "was not heard of again"
	}
	return c.closing()
}
