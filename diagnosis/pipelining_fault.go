package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// group is a run of commands that the client sent in one segment.
type group struct {
	commands, replies int
	frame, last       int64
	quit              bool
	refused           bool // one of the replies is a refusal, or the last one due
}

// dropped is a group of commands to which the server gave some replies and not
// all, and then nothing more; nil where there is none.
func (c *Case) dropped() *group {
	if !c.bothHeard() || !c.serverHeard() || !c.clientHeard() {
		return nil
	}
	switch c.Ended.Phase {
	case "hello", "ready", "mail", "rcpt", "data-command":
	default:
		return nil
	}
	if c.open() || c.endedBy("client") && c.idle() < pause-time.Second || c.Ended.By == "unknown" || len(c.events()) >= eventsKept {
		return nil
	}
	g := lastGroup(c.said())
	if g.commands < 2 || g.replies == 0 || g.replies >= g.commands || g.refused || !c.serverOwes() && !g.quit {
		return nil
	}
	return &g
}

// lastGroup counts the last run of commands in one segment and the replies
// behind it. A refusal among them explains what follows it.
func lastGroup(said []*session.Event) (g group) {
	for _, e := range said {
		switch e.Kind {
		case session.EventCommand:
			if e.Frame != g.frame {
				g = group{frame: e.Frame}
			}
			if strings.HasPrefix(e.Text, "<") {
				continue // a line of content that was taken for a command, or another that asks nothing
			}
			g.commands++
			g.quit = verb(e.Text) == "QUIT"
		case session.EventContent:
			g = group{}
		case session.EventReply:
			g.replies++
			if g.last = e.Frame; replyCode(e) >= 400 || replyCode(e) == 221 && !g.quit {
				g.refused = true // lines that followed it may be told behind it
			}
		}
	}
	return g
}

// pipeliningFault: commands sent together are not all answered, or the server
// minds that they came together (causes.md 4.3; RFC 2920).
var pipeliningFault = rule{
	code:  "pipelining-fault",
	needs: wrong | refusal,
	advice: "Let the client send one command at a time to this server, or the server not offer PIPELINING (Postfix: smtpd_discard_ehlo_keywords = pipelining), to try. " +
		"Devices that inspect SMTP and old servers lose commands that share a packet.",
	find: func(c *Case) *claim {
		if e := c.refusal("pipelining-fault"); e != nil && c.tooEarly() == nil && !c.clientSpokeTLS() && !c.foreign() && c.spilled() == nil && c.pressedOn() == nil {
			return c.mindedPipelining(e)
		}
		g := c.dropped()
		if g == nil {
			return nil
		}
		return &claim{certainty: Proven, severity: c.severityOfEnd(), frames: []int64{g.frame, g.last, c.Ended.Frame},
			summary: fmt.Sprintf("The client sent %d commands in one packet, and the server answered %d of them before the end",
				g.commands, g.replies),
			against:   "no byte of the server is missing in the capture, and none of the replies was a refusal",
			elsewhere: "Whether the server read all the commands, or a device between lost some, is seen by capturing on the server."}
	},
}

// mindedPipelining: the server says so itself. That it is right takes the client's
// bytes: a server that has refused a message may take the rest of its content for
// commands (left-data-mode), and minds these.
func (c *Case) mindedPipelining(e *session.Event) *claim {
	out := &claim{certainty: Proven, severity: Error, frames: []int64{e.Frame},
		summary: "The server refused that the client sent commands without waiting: it said " + quote(e.Text),
		against: "the server's own words"}
	if c.clientHeard() {
		return out
	}
	out.certainty, out.severity = Likely, Warning
	out.summary = "The server minds that the client sent commands without waiting: it said " + quote(e.Text)
	out.against = "the server's own words; not all that the client sent is in the capture, so that it did wait is not excluded"
	if first := c.refusedBefore(e); first != nil {
		out.frames = append(out.frames, first.Frame)
		out.against += "; right before the server had said " + quote(first.Text) + ": it may have taken the rest of what it refused for commands, and then that refusal is the cause"
		out.advice = "Act on the first refusal first. Capture whole packets of both sides (tcpdump -s 0) to see whether the client sent commands without waiting."
	}
	return out
}

// refusedBefore is the reply right before one, where it refuses something.
func (c *Case) refusedBefore(e *session.Event) *session.Event {
	var before *session.Event
	for _, o := range c.said() {
		switch {
		case o.Frame == e.Frame:
			return before
		case o.Kind == session.EventReply && replyCode(o) >= 400:
			before = o
		case o.Kind != session.EventContent:
			before = nil
		}
	}
	return nil
}
