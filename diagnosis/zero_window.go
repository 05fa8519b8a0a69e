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
		for _, side := range c.firstShut() {
			w := c.Wire.Side(side)
			shut := w.ShutSince
			if shut.Frame != 0 && (c.closed(side, shut.Frame+1) || c.closed(other(side), shut.Frame+1)) {
				continue // who has closed reads no more
			}
			if c.unheard(other(side)) != nil || c.deafToProbes(other(side)) != nil {
				continue // its window is the last that was heard of it: peer-vanished
			}
			if c.shutToTheEnd(side) {
				out := c.didNotRead(side, w.ShutFor(c.ended()), shut.Frame)
				out.summary += " until " + c.endWords()
				if o := c.Wire.Side(other(side)).ShutSince.Frame; c.shutToTheEnd(other(side)) {
					out.frames = append(out.frames, o)
					out.against = fmt.Sprintf("both windows are 0 at the end, however they are scaled; the %s's was first (frame %d before %d), "+
						"and a program that cannot send its replies or commands does not read on either", side, shut.Frame, o)
				}
				if y := &c.Wire.Side(other(side)).Probes; y.Count > 0 && w.Last.At.Frame < y.First.Frame {
					out.certainty = Likely // too few to say that it was gone
					out.frames = append(out.frames, y.First.Frame)
					out.against += "; the last probe of the " + other(side) + " was not answered, so whether it was there to the end is not known"
				}
				if c.abnormal() {
					out.severity = Error
				}
				return out
			}
			if opened := c.longestShut(side); opened != nil && stop(opened) >= time.Second {
				return c.didNotRead(side, stop(opened), c.shutBefore(opened), opened.Frame)
			}
			if shut := c.shutAtFirst(side); shut >= time.Second {
				out := c.didNotRead(side, shut, c.Frames.First)
				out.summary += " when the capture began"
				return out
			}
		}
		return nil
	},
}

// firstShut are the sides in the order in which they are looked at. Where both took
// no more until the end, the one that shut its window first kept the other waiting.
func (c *Case) firstShut() [2]string {
	if c.shutToTheEnd("client") && c.shutToTheEnd("server") && c.Wire.Side("client").ShutSince.Frame < c.Wire.Side("server").ShutSince.Frame {
		return [2]string{"client", "server"}
	}
	return [2]string{"server", "client"}
}

// shutToTheEnd reports whether a side, which had not closed yet, took no more
// until the end: the other could not go on, and did not fall silent.
func (c *Case) shutToTheEnd(side string) bool {
	w := c.Wire.Side(side)
	shut := w.ShutSince.Frame
	return shut != 0 && w.ShutFor(c.ended()) >= time.Second && !c.closed(side, shut+1) && !c.closed(other(side), shut+1) && c.whole()
}

// longestShut is where a side opened its window after it had been shut for
// longest; nil = it never did.
func (c *Case) longestShut(side string) (longest *session.Event) {
	if of(c.TCP.ZeroWindow, side) == 0 {
		return nil
	}
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind == session.EventWindowOpen && e.Side == side && (longest == nil || stop(e) > stop(longest)) {
			longest = e
		}
	}
	return longest
}

// shutAtFirst is how long a side's window was shut where the capture began inside
// the connection, before anything was said: nothing tells of that but the sum.
func (c *Case) shutAtFirst(side string) time.Duration {
	if !c.midstream() || c.TCP.ZeroWindowSec == nil || c.has(session.EventWindowOpen) {
		return 0
	}
	if side == "server" {
		return c.TCP.ZeroWindowSec.Server.Duration()
	}
	return c.TCP.ZeroWindowSec.Client.Duration()
}

// stop is how long the window was shut that an event opens.
func stop(opened *session.Event) time.Duration { return time.Duration(opened.Bytes) }

// shutBefore is the frame that shut the window which an event opens, 0 where it
// was cut out of the story.
func (c *Case) shutBefore(opened *session.Event) (frame int64) {
	events := c.events()
	for i := range events {
		switch e := &events[i]; {
		case e == opened:
			return frame
		case e.Kind == session.EventZeroWindow && e.Side == opened.Side:
			frame = e.Frame
		}
	}
	return frame
}

func (c *Case) didNotRead(side string, d time.Duration, frames ...int64) *claim {
	return &claim{certainty: Proven, frames: frames,
		summary:   fmt.Sprintf("The %s did not read its input for %s: it announced that it takes no more (window 0)", side, span(d)),
		against:   "the window is 0 however it is scaled, and shut for a second or more; shorter stops are usual and not told",
		elsewhere: fmt.Sprintf("Why the program did not read is only visible on the %s itself.", side)}
}

// endWords names what came to an end: the session, or the capture before it.
func (c *Case) endWords() string {
	if c.open() {
		return "the capture ended"
	}
	return "the session ended"
}
