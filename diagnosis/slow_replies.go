package diagnosis

import (
	"fmt"
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// fewestSlow is how many replies of pause and more are a slow server, and not one
// command that took its time.
const fewestSlow = 3

// slowReplies: commands were answered, and late. RFC 5321 section 4.5.3.2 asks clients
// to wait 5 minutes for the replies to MAIL and RCPT and 2 for that to DATA, so nothing
// breaks by itself; but clients are about that leave after 30 s (causes.md 0.6), and no
// mail passes quickly.
var slowReplies = rule{
	code:     "slow-replies",
	needs:    slow,
	after:    slowAnswer,
	severity: Warning,
	advice: "On the server look at what it does before it answers: DNS first (PTR, SPF and blocklist lookups; one that is not answered costs 5 s a try: capture port 53 there), " +
		"then a policy service, a milter or a recipient check that answers late, then load and disk. A delay on purpose stands in its configuration (Exim: delay in an ACL; Postfix: sleep in a restriction; Exchange: TarpitInterval).",
	find: func(c *Case) *claim {
		if !c.bothHeard() || !c.serverHeard() || !c.clientHeard() || len(c.events()) >= eventsKept {
			return nil
		}
		s := c.slowness()
		if len(s.waits) == 0 || slices.Max(s.waits) < slowAnswer && len(s.waits)+s.others < fewestSlow || len(s.waits) == 1 && c.ranOut(s.reply) {
			return nil
		}
		out := &claim{certainty: Proven, frames: s.frames, summary: s.summary(),
			against:   "each reply and what it answers are in the capture, and in no such wait were packets repeated or a window shut",
			elsewhere: "What kept the server is seen on the server only."}
		if c.vantage() != "server" {
			out.certainty = Strong
			out.elsewhere += " That replies were lost on the way and came when they were repeated is not seen here. " + c.captureNear("server", "it shows when they leave it.")
		}
		if s.accepting == 0 {
			out.severity = Info
			out.against += "; all of them are refusals, which servers delay on purpose against those who guess"
		}
		return out
	},
}

// slowness is how a server answered commands. Its greeting and its replies to messages
// have rules of their own: they only add to the number.
type slowness struct {
	waits     []time.Duration // of the commands that were answered late
	accepting int             // how many of these replies were no refusals
	longest   awaited
	reply     *session.Event // that took longest
	commands  int            // that were answered
	others    int            // late replies to messages, and a late greeting
	frames    []int64
}

func (c *Case) slowness() (s slowness) {
	if b := c.Banner; b != nil && b.After != nil && b.After.Duration() >= pause {
		s.others++
	}
	c.eachAnswer(func(asked awaited, reply *session.Event, since capture.Time) {
		wait := reply.Time.Sub(since)
		slow := wait >= pause && !c.hindered(reply.Time, wait)
		switch {
		case asked.content() != nil && slow:
			s.others++
		case asked.content() != nil || asked.event == nil || verb(asked.event.Text) == "QUIT": // who takes leave waits for nothing
		case !slow:
			s.commands++
		default:
			s.commands++
			if len(s.waits) == 0 || wait > slices.Max(s.waits) {
				s.longest, s.reply = asked, reply
			}
			if replyCode(reply) < 400 {
				s.accepting++
			}
			s.waits = append(s.waits, wait)
			s.frames = append(s.frames, asked.event.Last, reply.Frame)
		}
	})
	return s
}

// hindered: the path, or a window, may be what a reply waited for.
func (c *Case) hindered(at capture.Time, wait time.Duration) bool {
	return c.struggled(at, wait) != nil || c.filledIn(at-capture.Time(wait), at) != nil || c.during(session.EventZeroWindow, at, wait) != nil
}

func (s *slowness) summary() string {
	longest := slices.Max(s.waits)
	what := verb(s.longest.event.Text)
	if len(s.waits) == 1 {
		return fmt.Sprintf("The server took %s to answer %s with %s%s", seconds(longest), what, quote(s.reply.Text), s.otherReplies())
	}
	least, took, most := slices.Min(s.waits), seconds(longest), ""
	even := longest-least <= alike
	if !even {
		took, most = fmt.Sprintf("%s to %s", seconds(least), took), ", the longest for "+what
	}
	var all time.Duration
	for _, w := range s.waits {
		all += w
	}
	words := fmt.Sprintf("The server took %s to answer each of %d commands, of %d that it answered: %s together%s",
		took, len(s.waits), s.commands, seconds(all), most)
	words += s.otherReplies()
	if even {
		words += "; waits as equal as these are those of a delay on purpose, or of a lookup or filter that runs into its own timer"
	}
	return words
}

// ranOut: the client did not wait for that reply to the end, and the rule of how the
// session ended says so.
func (c *Case) ranOut(reply *session.Event) bool {
	if !c.wentWrong() {
		return false
	}
	l := c.leftInOrder()
	return l != nil && l.late == reply || c.Ended.Phase == "tls-handshake"
}

// otherReplies names those that other rules speak of.
func (s *slowness) otherReplies() string {
	switch s.others {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; its greeting, or its reply to a message, took %s or more as well", seconds(pause))
	}
	return fmt.Sprintf("; %d others, to messages or its greeting, took %s or more as well", s.others, seconds(pause))
}

// alike is how far delays are apart at most that load would not give (tarpit).
const alike = 300 * time.Millisecond
