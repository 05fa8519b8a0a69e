package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// zeroWindow: a side did not read its input (causes.md 1.11).
var zeroWindow = rule{
	code:     "zero-window",
	needs:    shut,
	severity: Warning,
	advice: "Find out what kept the program from reading: a full or slow disk, a content filter or milter that does not take more, " +
		"a process that is stopped, a rate limit. Its own log at this time says it.",
	find: func(c *Case) *claim {
		if !c.whole() {
			return nil // the window may have opened unseen
		}
		for _, side := range []string{"server", "client"} {
			w := c.Wire.Side(side)
			shut := w.ShutSince
			if shut.Frame != 0 && (c.closed(side, shut.Frame+1) || c.closed(other(side), shut.Frame+1)) {
				continue // who has closed reads no more
			}
			if last := w.ShutFor(c.ended()); shut.Frame != 0 && last >= time.Second {
				out := c.didNotRead(side, last, shut.Frame)
				out.summary += " until " + c.endWords()
				if c.abnormal() {
					out.severity = Error
				}
				return out
			}
			if total := c.shutTime(side); total >= time.Second {
				return c.didNotRead(side, total, c.first(session.EventZeroWindow, side).Frame)
			}
		}
		return nil
	},
}

func (c *Case) shutTime(side string) time.Duration {
	if c.TCP.ZeroWindowSec == nil || c.first(session.EventZeroWindow, side) == nil {
		return 0
	}
	if side == "server" {
		return c.TCP.ZeroWindowSec.Server.Duration()
	}
	return c.TCP.ZeroWindowSec.Client.Duration()
}

func (c *Case) didNotRead(side string, d time.Duration, frame int64) *claim {
	out := &claim{certainty: Proven, frames: []int64{frame},
		summary:   fmt.Sprintf("The %s did not read its input for %s: it announced that it takes no more (window 0)", side, span(d)),
		against:   "the window is 0 however it is scaled, and shut for a second or more; shorter stops are usual and not told",
		elsewhere: fmt.Sprintf("Why the program did not read is only visible on the %s itself.", side)}
	if e := c.last(session.EventWindowOpen, side); e != nil && e.Frame > frame {
		out.frames = append(out.frames, e.Frame)
	}
	return out
}

// endWords names what came to an end: the session, or the capture before it.
func (c *Case) endWords() string {
	if c.open() {
		return "the capture ended"
	}
	return "the session ended"
}
