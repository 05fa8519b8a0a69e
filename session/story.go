package session

import (
	"strings"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// storyHalf is how many events of a session are kept from its beginning, and
// as many again up to its end.
const storyHalf = 2000

// storyUsual is how many events a session with one mail has, about. Room for
// them is made at once: to grow to it took five steps.
const storyUsual = 24

// story is the bounded list of a session's events. All methods may be called
// on a nil story, which keeps nothing.
type story struct {
	words
	headers slab[Header]

	head []Event
	tail []Event // a ring once it is full
	next int     // place in tail that is overwritten next
	cut  int64

	content int64 // serial number of the content event that is open, 0 = none
	serial  int64

	texts int // bytes of the events' texts
}

// storyText is how many bytes of texts a story keeps whole. Where it has more,
// each text is cut to shortText: what a session says at length is nothing that
// anybody reads, and there may be thousands of such sessions.
const (
	storyText = 512 << 10
	shortText = 200
)

// weight is about how many bytes of memory the story takes.
func (s *story) weight() int {
	if s == nil {
		return 0
	}
	return (cap(s.head)+cap(s.tail))*eventWeight + s.texts
}

// eventWeight is an Event and, as some of them have one, a part of a Header.
const eventWeight = 192

// short cuts a text where the story has no room for long ones any more.
func (s *story) short(text string) string {
	if len(text) <= shortText || s.texts+len(text) <= storyText {
		return text
	}
	return strings.Clone(text[:shortText]) + "..."
}

// add puts e at the end.
func (s *story) add(e Event) {
	if s == nil {
		return
	}
	if e.Last == 0 {
		e.Last, e.Until = e.Frame, e.Time
	}
	s.serial++
	e.Text = s.short(e.Text)
	s.texts += len(e.Text)
	switch {
	case s.head == nil:
		s.head = append(make([]Event, 0, storyUsual), e)
	case len(s.head) < storyHalf:
		s.head = append(s.head, e)
	case len(s.tail) < storyHalf:
		s.tail = append(s.tail, e)
	default:
		s.texts -= len(s.tail[s.next].Text)
		s.tail[s.next] = e
		s.next = (s.next + 1) % storyHalf
		s.cut++
	}
}

// at gives the event with a serial number (from 1), nil where it was cut out.
func (s *story) at(serial int64) *Event {
	i := serial - 1
	switch {
	case i < 0 || i >= s.serial:
		return nil
	case i < storyHalf:
		return &s.head[i]
	case i < storyHalf+s.cut:
		return nil
	}
	return &s.tail[(i-storyHalf)%storyHalf]
}

// run adds e, or counts it to the last event where that is of the same kind
// and side: a hundred retransmissions are one line.
func (s *story) run(e Event) {
	if s == nil {
		return
	}
	if last := s.at(s.serial); last != nil && last.Kind == e.Kind && last.Side == e.Side {
		last.Last, last.Until = e.Frame, e.Time
		last.Count++
		last.Bytes += e.Bytes
		return
	}
	e.Count = 1
	s.add(e)
}

var gapEvents = map[reassembly.GapKind]EventKind{
	reassembly.GapMissed: EventGap, reassembly.GapLost: EventLost,
	reassembly.GapCut: EventCut, reassembly.GapEvicted: EventGap,
}

func (s *story) gap(side reassembly.Side, n int64, kind reassembly.GapKind, at reassembly.Stamp) {
	s.run(Event{Kind: gapEvents[kind], Side: sideName(side), Frame: at.Frame, Time: at.Time, Bytes: n})
}

// A tcpEvent says how an event of the reassembly stands in the story.
type tcpEvent struct {
	kind   EventKind
	run    bool // many in a row become one
	header bool // its header fields are evidence
}

// tcpEvents has a row for each kind; one without a name is not told: a
// mirror's duplicates are counted, not told one by one.
var tcpEvents = [...]tcpEvent{
	reassembly.EventSYN:            {EventSYN, false, true},
	reassembly.EventSYNACK:         {EventSYNACK, false, true},
	reassembly.EventEstablished:    {EventEstablished, false, false},
	reassembly.EventFIN:            {EventFIN, false, true},
	reassembly.EventRST:            {EventRST, false, true},
	reassembly.EventRSTVoid:        {EventRSTVoid, false, true},
	reassembly.EventRetransmission: {EventRetransmission, true, false},
	reassembly.EventOutOfOrder:     {EventOutOfOrder, true, false},
	reassembly.EventZeroWindow:     {EventZeroWindow, false, false},
	reassembly.EventWindowOpen:     {EventWindowOpen, false, false},
	reassembly.EventKeepAlive:      {EventKeepAlive, true, false},
	reassembly.EventOverlap:        {EventOverlap, true, false},
	reassembly.EventLate:           {EventLate, true, true},
	reassembly.EventICMP:           {EventICMP, false, true},
}

func (s *story) tcp(e *reassembly.Event) {
	if s == nil {
		return
	}
	if int(e.Kind) >= len(tcpEvents) || tcpEvents[e.Kind].kind == "" {
		return
	}
	how := tcpEvents[e.Kind]
	if how.kind == EventRST && !e.Accepted {
		how.kind = EventRSTIgnored
	}
	told := eventOf(how.kind, e)
	if how.header {
		told.Header = s.headers.put(headerOf(e))
	}
	if e.Repeat {
		told.Text = "repeated"
	}
	if e.Prior != nil {
		prior := *e.Prior
		told.Header.Prior = &prior
	}
	if how.run {
		s.run(told)
		return
	}
	s.add(told)
}

// eventOf takes an event of the reassembly over, which is reused by its owner.
func eventOf(kind EventKind, e *reassembly.Event) Event {
	return Event{
		Kind: kind, Side: sideName(e.Side), Frame: e.At.Frame, Time: e.At.Time,
		Last: e.At.Frame, Until: e.At.Time, Bytes: e.N,
	}
}

func headerOf(e *reassembly.Event) Header {
	return Header{TTL: e.TTL, HasIPID: e.HasIPID, IPID: e.IPID, Window: e.Window,
		Seq: e.Seq, Ack: e.Ack, Flags: e.Flags, ICMP: e.ICMP, HasTS: e.HasTS, TSVal: e.TSVal}
}

// clear makes the story blank; its memory stays, unless the story was long.
func (s *story) clear() {
	const most = 64
	head := s.head
	if cap(head) > most {
		head = nil
	}
	clear(head)
	s.headers.clear()
	*s = story{head: head[:0], headers: s.headers}
}

func (s *story) beginContent(command string, at smtpstate.Mark) {
	if s == nil {
		return
	}
	s.add(Event{Kind: EventContent, Side: "client", Frame: at.Frame, Time: capture.Time(at.Time), Text: command})
	s.content = s.serial
}

func (s *story) endContent(bytes int64, end bool, at smtpstate.Mark) {
	if s == nil || s.content == 0 {
		return
	}
	if e := s.at(s.content); e != nil {
		e.Bytes, e.Last, e.Until = bytes, at.Frame, capture.Time(at.Time)
		if end {
			e.Count = 1
		}
	}
	s.content = 0
}

// settle closes the content that the session's end has cut, and says what
// ended a session that no packet ended.
func (s *story) settle(c *conversation, how How) {
	if s == nil {
		return
	}
	if s.content != 0 && how != ByQuit {
		if m := c.machine.Current(); m != nil && m.Transfer != nil {
			open := s.content
			s.endContent(m.Transfer.Bytes, false, m.Transfer.LastByte)
			s.content = open // a void RST lets it go on
		}
	}
	switch how {
	case BySilence, ByReplaced, ByEvicted, ByCaptureEnd, BySYNUnanswered:
		s.add(Event{Kind: EventEnd, Frame: c.verdict.at.Frame, Time: c.verdict.at.Time, Text: string(how)})
	}
}

// list gives the events in order, how many were cut, and where.
func (s *story) list() (events []Event, cut int64, at int) {
	if s == nil {
		return nil, 0, 0
	}
	at = len(s.head)
	events = append(s.head, s.tail[s.next:]...)
	return append(events, s.tail[:s.next]...), s.cut, at
}
