package session

import (
	"time"

	"smtpscope/capture"
)

// EventKind names one thing that happened in a session, in the words that the
// transcript uses.
type EventKind string

// The kinds of event.
const (
	EventSYN            EventKind = "syn"
	EventSYNACK         EventKind = "syn-ack"
	EventEstablished    EventKind = "established"
	EventProxy          EventKind = "proxy"
	EventCommand        EventKind = "command"
	EventReply          EventKind = "reply"
	EventContent        EventKind = "content" // content of a message, in one piece however many segments; Bytes, Until
	EventTLS            EventKind = "tls"
	EventFIN            EventKind = "fin"
	EventRST            EventKind = "rst"
	EventRSTIgnored     EventKind = "rst-ignored" // its sequence number is not acceptable to the receiver
	EventRSTVoid        EventKind = "rst-void"    // a RST that did not end anything
	EventGap            EventKind = "gap"         // bytes that the capture missed
	EventLost           EventKind = "lost"        // bytes that the network lost for good
	EventCut            EventKind = "cut"         // bytes cut by the snap length
	EventRetransmission EventKind = "retransmission"
	EventOutOfOrder     EventKind = "out-of-order"
	EventZeroWindow     EventKind = "zero-window"
	EventWindowOpen     EventKind = "window-open"
	EventKeepAlive      EventKind = "keep-alive"
	EventOverlap        EventKind = "overlap"
	EventLate           EventKind = "late" // payload after the sender's end
	EventICMP           EventKind = "icmp"
	EventNote           EventKind = "note"
	EventEnd            EventKind = "end" // the event that ended the session, where no packet shows it
)

// Event is one line of a session's story. Text never holds credentials or
// message content; it is as it came from the wire and must be escaped for
// where it is shown.
type Event struct {
	Kind  EventKind
	Side  string // "client", "server", or "" where neither sent it
	Frame int64  // first frame
	Time  capture.Time
	// Last and Until are the last frame and moment of an event that stands
	// for a run (content, retransmissions, gaps, cut bytes); else as Frame and Time.
	Last  int64
	Until capture.Time
	Count int64  // packets of a run
	Bytes int64  // payload bytes concerned
	Text  string // command line; reply with its codes, lines joined by "\n"; or a sentence

	// Header fields of SYN, FIN, RST, late payload (the first of the run) and
	// ICMP, for evidence; at rst-void of the packet that acknowledges too much.
	Header *Header
}

// Header is what a RST, FIN, SYN or ICMP packet looked like.
type Header struct {
	TTL     uint8
	HasIPID bool
	IPID    uint16
	Window  uint16
	Seq     uint32
	Ack     uint32
	Flags   capture.Flags
	ICMP    capture.ICMP
	// Prior is set for RSTs, believed or not.
	Prior *Prior
	// TSVal is the timestamp of a SYN that carries one (RFC 7323).
	HasTS bool
	TSVal uint32
}

// Session is one finished session: its record and its story.
type Session struct {
	Record Record
	// Events are in order. They are kept only where Config.Events asks for
	// them; the middle of a very long session is left out.
	Events []Event
	// EventsCut is how many events were left out, CutAt before which index.
	EventsCut int64
	CutAt     int
	// Glance, Delayed, Masked and EventsCut are known also before the events are
	// told.
	Glance
	Delayed bool // three replies may have come TarpitDelay behind what they answer
	Masked  bool // a command begins with XXXX
	// Wire is how the packets looked; kept with Events.
	Wire Wire
	// LogMoments are when the lines of Record.Log were written, by the
	// capture's clock, one for each; 0 where it is not known, nil without a log.
	LogMoments []Time
	// Trace is kept only where Config.Trace asks for it.
	Trace *Trace

	untold *story
	teller *teller
	sheet  *sheet // that it is written on
}

// A Glance is what a session's events show at first sight. It is noted while
// the story is written: most sessions are asked for no more, and their events
// need not be told. Where it says no, no event shows the like.
type Glance struct {
	Kinds   Kinds // of all events, also those that were cut out
	Refused bool  // a reply neither accepts nor asks for more
	Chunked bool  // BDAT was sent
	Unnamed bool  // a reply of 250 and several lines begins without a dot: with no host's name
	Waited  bool  // the reply to the end of a message took LongWait or more, or it is not clear how long
	Slow    bool  // a reply may have taken SlowReply or more; it did not where it says no
	SYN     SYNStamp
}

// TarpitDelay is what Session.Delayed looks for, within half a second:
// Exchange's TarpitInterval.
const TarpitDelay = 5 * time.Second

// SlowReply is how long a reply takes that Glance.Slow notes.
const SlowReply = 10 * time.Second

// LongWait is how long a reply takes that Glance.Waited notes.
const LongWait = 25 * time.Second

// SYNStamp is the timestamp of a SYN (RFC 7323).
type SYNStamp struct {
	Seen  bool // the SYN
	HasTS bool
	TSVal uint32
}

// Tell fills Events in where Config.OnDemand has left them out. They are valid
// while Emit runs.
func (s *Session) Tell() {
	if s.untold != nil {
		s.tell()
	}
}

// FirstReply is the frame of the server's first reply that is among the events,
// 0 where there is none. They need not be told for it.
func (s *Session) FirstReply() int64 {
	if s.untold != nil && s.EventsCut == 0 {
		if frame := s.teller.firstReply(s.untold); frame > 0 {
			return frame
		}
	}
	s.Tell()
	for i := range s.Events {
		if e := &s.Events[i]; e.Kind == EventReply {
			return e.Frame
		}
	}
	return 0
}

func (s *Session) tell() {
	s.Events, s.EventsCut, s.CutAt = s.teller.tell(s.untold)
	s.untold = nil
}
