package diagnosis

import (
	"fmt"
	"strings"

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
		if early == nil || c.plainTextOnTLSPort() {
			return nil
		}
		if e := c.protocolError(); e != nil {
			return &claim{certainty: Proven, frames: []int64{early.Frame, e.Frame, c.Ended.Frame},
				summary: fmt.Sprintf("The client sent %s before the server had greeted, and the server refused it: it said %s", verb(early.Text), quote(ownWords(e.Text))),
				against: c.greetedAfter(early) + "; the server's words are those of postscreen to a client that did not wait"}
		}
		f := c.farewell()
		if f == nil && !(c.endedBy("server") && (c.Ended.Phase == "banner" || c.Ended.Phase == "hello")) {
			return nil
		}
		if f != nil && !f.greeting && f.why != "pipelining-fault" && c.served() {
			return nil
		}
		did, frames := c.closing(), []int64{early.Frame, c.Ended.Frame}
		if f != nil {
			did, frames = "said "+quote(f.text), append(frames, f.frame)
		}
		return &claim{certainty: Proven, frames: frames,
			summary: fmt.Sprintf("The client sent %s before the server had greeted, and the server %s", verb(early.Text), did),
			against: c.greetedAfter(early)}
	},
}

// served reports whether the server greeted the client that had not waited, and did
// what it asked: what it refused later was something else.
func (c *Case) served() bool {
	answered := 0
	for _, e := range c.said() {
		if e.Kind == session.EventReply && replyCode(e)/100 == 2 {
			answered++
		}
	}
	return answered > 1
}

// protocolError is the first refusal in postscreen's words, with which it turns
// down the recipients of a client that did not wait, or ends the session
// (postscreen_early.c; docs POSTSCREEN_README, "Tests before the 220 greeting").
func (c *Case) protocolError() *session.Event {
	if c.signs&refusal == 0 {
		return nil
	}
	for _, e := range c.said() {
		if e.Kind == session.EventReply && replyCode(e) >= 500 && strings.Contains(ownWords(e.Text), "5.5.1 Protocol error") {
			return e
		}
	}
	return nil
}

// greetedAfter says what the server had said before the client spoke: nothing, or
// the first line of a greeting of several, with which postscreen baits.
func (c *Case) greetedAfter(early *session.Event) string {
	if first := firstReply(c.said()); first != nil && first.Frame < early.Frame {
		line, _, _ := strings.Cut(first.Text, "\n")
		return "only the first line of a greeting had come before, " + quote(line) + ", whose hyphen says that more is to come; no PROXY header, no TLS"
	}
	if c.Bytes.Server == 0 {
		return "the server said nothing at all, and none of it is missing in the capture; no PROXY header, no TLS"
	}
	return "the server's first bytes are in the capture, and come after the client's; no PROXY header, no TLS"
}
