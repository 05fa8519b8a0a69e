package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// Ladder is what a ladder diagram of one session shows, from top to bottom.
type Ladder struct {
	Number             int64
	ClientIs, ServerIs string // "client", "server (gateway)"
	Client, Server     string
	Verdict            string
	Steps              []Step
}

// Shape is how a step is drawn.
type Shape uint8

// The shapes.
const (
	Arrow  Shape = iota // from one side to the other
	Burst               // many packets in one direction
	Dashed              // a packet that was not news: sent again, or not acceptable
	Hole                // bytes that are missing
	Mark                // something about one side, or none
	Break               // time in which nothing happened
	Left                // steps that were left out
)

// Step is one step of a ladder.
type Step struct {
	Shape Shape
	Side  string // "client" or "server": the sender; "" = neither
	Class string // "open", "command", "reply", "content", "tls", "fin", "rst", "odd", "missing", "window", "icmp", "note", "end", "break"
	At    string // seconds since the first frame
	Frame int64
	Label string // short
	Words string // the whole of it
	// Shut marks the side whose receive window is shut from this step on
	// (ShutBegins) or opens again with it (ShutEnds).
	ShutBegins, ShutEnds bool
}

const (
	maxSteps  = 90                     // steps of a ladder
	maxBreaks = 12                     // of them breaks
	minBreak  = 200 * time.Millisecond // shorter pauses are not drawn
)

// class is how an event is drawn.
type class struct {
	name  string
	shape Shape
}

var classes = map[session.EventKind]class{
	session.EventSYN: {"open", Arrow}, session.EventSYNACK: {"open", Arrow}, session.EventEstablished: {"open", Arrow},
	session.EventProxy: {"open", Arrow}, session.EventCommand: {"command", Arrow}, session.EventReply: {"reply", Arrow},
	session.EventContent: {"content", Burst}, session.EventTLS: {"tls", Arrow},
	session.EventFIN: {"fin", Arrow}, session.EventRST: {"rst", Arrow}, session.EventRSTIgnored: {"rst", Dashed},
	session.EventRSTVoid: {"note", Mark},
	session.EventGap:     {"missing", Hole}, session.EventLost: {"missing", Hole}, session.EventCut: {"missing", Hole},
	session.EventRetransmission: {"odd", Dashed}, session.EventOutOfOrder: {"odd", Dashed},
	session.EventKeepAlive: {"odd", Dashed}, session.EventOverlap: {"odd", Dashed}, session.EventLate: {"odd", Dashed},
	session.EventZeroWindow: {"window", Mark}, session.EventWindowOpen: {"window", Mark},
	session.EventICMP: {"icmp", Mark}, session.EventNote: {"note", Mark}, session.EventEnd: {"end", Mark},
}

func classOf(e *session.Event) class {
	c, known := classes[e.Kind]
	if !known {
		c = class{"note", Mark}
	}
	if c.shape != Mark && c.shape != Hole && e.Side != "client" && e.Side != "server" {
		c.shape = Mark
	}
	return c
}

func ladderOf(s *session.Session) *Ladder {
	r := &s.Record
	l := &Ladder{Number: r.Session, Client: r.Client.String(), Server: r.Server.String(), Verdict: report.Verdict(r)}
	shortest := breakLimit(s)
	for i := range s.Events {
		e := &s.Events[i]
		if d := pauseBefore(s, i); d >= shortest {
			l.Steps = append(l.Steps, Step{Shape: Break, Class: "break", Label: report.Span(d), Words: report.Span(d) + " without a packet worth telling"})
		}
		l.Steps = append(l.Steps, stepOf(e, r))
	}
	l.Steps = shortened(l.Steps, s.EventsCut)
	return l
}

// pauseBefore is how long nothing happened before an event; 0 where events were
// left out there.
func pauseBefore(s *session.Session, i int) time.Duration {
	if i == 0 || s.EventsCut > 0 && i == s.CutAt {
		return 0
	}
	return s.Events[i].Time.Sub(s.Events[i-1].Until)
}

// breakLimit is from which length on a pause is drawn: from minBreak, but no
// more than the longest maxBreaks of them, and those as long.
func breakLimit(s *session.Session) time.Duration {
	var pauses []time.Duration
	for i := range s.Events {
		if d := pauseBefore(s, i); d >= minBreak {
			pauses = append(pauses, d)
		}
	}
	if len(pauses) <= maxBreaks {
		return minBreak
	}
	slices.Sort(pauses)
	return pauses[len(pauses)-maxBreaks]
}

func stepOf(e *session.Event, r *session.Record) Step {
	c := classOf(e)
	words := report.EventWords(e)
	return Step{Shape: c.shape, Side: e.Side, Class: c.name, At: brief(sinceStart(int64(e.Time), r)), Frame: e.Frame,
		Label: labelOf(e, words), Words: words,
		ShutBegins: e.Kind == session.EventZeroWindow, ShutEnds: e.Kind == session.EventWindowOpen}
}

// timeRoom is how many characters of a time a ladder has room for.
const timeRoom = 10

// brief takes decimals off a time that is too long.
func brief(at string) string {
	if len(at) <= timeRoom {
		return at
	}
	return strings.TrimRight(at[:max(timeRoom, strings.IndexByte(at, '.'))], ".")
}

// labelOf is the event in few words.
func labelOf(e *session.Event, words string) string {
	switch e.Kind {
	case session.EventSYN, session.EventSYNACK, session.EventFIN, session.EventRST:
		return report.PacketName(e.Kind)
	case session.EventRSTIgnored:
		return "RST out of window"
	case session.EventContent:
		words = "content, " + report.Size(e.Bytes)
		if d := e.Until.Sub(e.Time); d > 0 {
			words += " in " + report.Span(d)
		}
		if e.Count == 0 {
			words += ", no end"
		}
		return words
	}
	if name, run := runLabels[e.Kind]; run {
		return runLabel(name, e)
	}
	if e.Kind == session.EventEnd {
		words, _, _ = strings.Cut(words, ":")
	}
	first, rest, several := strings.Cut(words, "\n")
	if several {
		first += fmt.Sprintf(" (+%d)", strings.Count(rest, "\n")+1)
	}
	return first
}

// runLabels name events that stand for a run of packets or bytes.
var runLabels = map[session.EventKind]string{
	session.EventRetransmission: "sent again", session.EventOutOfOrder: "out of order", session.EventKeepAlive: "keep-alive",
	session.EventOverlap: "with other content", session.EventLate: "after its end",
	session.EventGap: "not captured", session.EventLost: "lost on the way", session.EventCut: "cut by the snap length",
}

// runLabel is "6 × sent again, 8.7 kB, 27.3 s".
func runLabel(name string, e *session.Event) string {
	if e.Count > 1 {
		name = report.Thousands(e.Count) + " × " + name
	}
	if e.Bytes > 0 && e.Kind != session.EventKeepAlive {
		name += ", " + report.Size(e.Bytes)
	}
	if d := e.Until.Sub(e.Time); d >= time.Millisecond {
		name += ", " + report.Span(d)
	}
	return name
}

func left(n int64) Step {
	return Step{Shape: Left, Class: "break", Label: report.Count(n, "step", "steps") + " left out",
		Words: report.Count(n, "step", "steps") + " left out"}
}

// shortened keeps the beginning and the end of a long ladder. unseen is how many
// events the session has besides: only of a story that is longer than any
// ladder are some left out.
func shortened(steps []Step, unseen int64) []Step {
	if len(steps) <= maxSteps {
		return steps
	}
	const half = maxSteps / 2
	for i := range steps[half : len(steps)-half] {
		if steps[half+i].Shape != Break {
			unseen++
		}
	}
	return slices.Concat(steps[:half], []Step{left(unseen)}, steps[len(steps)-half:])
}
