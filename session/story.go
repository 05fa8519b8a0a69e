package session

import (
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/smtpstate"
)

// storyHalf is how many events of a session are kept from its beginning, and
// as many again up to its end.
const storyHalf = 2000

// story is the bounded list of a session's events. While the session goes on
// they are written one behind the other as a few bytes each (entry); they
// become Events where somebody asks for them (teller). All methods may be
// called on a nil story, which keeps nothing.
type story struct {
	pool    *pool `dormant:"-"`
	serial  int64 // of the event that came last, from 1
	frame   int64 // of the entry written last
	time    capture.Time
	pages   pages        `dormant:"-"`
	texts   int32        // bytes of the events' texts
	before  kind         // of the entry written last
	delays  uint8        // replies that may have come TarpitDelay behind what they answer
	masked  bool         // a command begins with XXXX
	rare    *rareStory   `dormant:"ref"` // nil until there is something of the kind
	content int64        // serial of the content event that is open, 0 = none
	ended   capture.Time // of the content that ended last, whole, then of the last reply to it; 0 = none, or the client has gone on
	due     int32        // replies that are awaited
	since   capture.Time // since when at the earliest the next of them is
	glance  Glance
}

// rareStory is what most sessions have nothing of.
type rareStory struct {
	run   entry    // the last event, where more may be counted to it; not written yet
	large []Header // those that entries have no room for, in order
	tail  []entry  // events beyond the first storyHalf: a ring once it is full
	next  int      // place in tail that is overwritten next
	cut   int64
}

func (s *story) rarely() *rareStory {
	if s.rare == nil {
		s.rare = new(rareStory)
	}
	return s.rare
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
	w := len(s.pages.list) * pageBytes
	if s.serial > storyHalf {
		w += cap(s.rare.tail)*eventWeight + max(int(s.texts)-w, 0)
	}
	return w
}

// eventWeight is an entry and, as some of them have one, a part of a Header.
const eventWeight = 192

// add puts e at the end. Its text need not stay. What only some events need stands
// in functions of its own, here and in what add calls: a session's next event
// comes when the processor's first cache has none of this, and what counts is
// how few lines of code are fetched (go:noinline).
func (s *story) add(e *entry) {
	if s == nil {
		return
	}
	if e.last == 0 {
		e.last, e.until = e.frame, e.time
	}
	if int(s.texts)+len(e.text) > storyText {
		e.shorten()
	}
	s.texts += int32(len(e.text))
	s.glance.Kinds |= 1 << e.kind
	if s.rare != nil {
		s.endRun()
	}
	s.look(e)
	if s.serial++; s.serial <= storyHalf {
		s.write(e)
	} else {
		s.overflow(e)
	}
}

// shorten cuts the text of an entry for which the story has no room any more.
func (e *entry) shorten() {
	if len(e.text) > shortText {
		e.text = e.text[:shortText] + "..."
	}
}

// look notes what an event shows at first sight. A reply inside of content, or
// what comes with a frame below that of the event before (write), may be told
// in another order than it came: then it is not clear how long a reply took.
func (s *story) look(e *entry) {
	switch e.kind {
	case kindCommand:
		s.awaits(e.time)
		if s.before == kindReply { // the client goes on
			s.ended = 0
		}
		if c := firstByte(e.text); c == 'X' || c|0x20 == 'b' {
			s.lookAtCommand(e.text)
		}
	case kindContent:
		s.lookAtCommand(e.text)
		s.ended = 0
	case kindReply:
		if s.since != 0 && e.time.Sub(s.since) >= SlowReply {
			s.glance.Slow = true
		}
		s.due, s.since = max(s.due-1, 0), e.time
		if s.content != 0 || s.ended != 0 && e.time.Sub(s.ended) >= LongWait {
			s.glance.Waited = true
		}
		if s.ended != 0 { // over LMTP a second reply may be due
			s.ended = e.time | 1
		}
		if s.delayed(e) {
			s.delays = min(s.delays, 254) + 1
		}
		if len(e.text) > 3 && e.text[3] == '-' {
			s.lookAtLines(e.text)
		}
	}
}

// awaits notes that a reply is due. It is counted from where it was asked for, or from
// the reply before: later than that the server cannot have begun with it.
func (s *story) awaits(since capture.Time) {
	if s.due == 0 {
		s.since = since
	}
	s.due++
}

func firstByte(text string) byte {
	if text == "" {
		return 0
	}
	return text[0]
}

// lookAtCommand looks at a command that may be BDAT, or masked.
func (s *story) lookAtCommand(text string) {
	s.glance.Chunked = s.glance.Chunked || len(text) >= 4 && strings.EqualFold(text[:4], "BDAT")
	s.masked = s.masked || strings.HasPrefix(text, "XXXX")
}

// lookAtLines looks at a reply of several lines.
func (s *story) lookAtLines(text string) {
	first, _, _ := strings.Cut(text, "\n")
	s.glance.Unnamed = s.glance.Unnamed || strings.HasPrefix(first, "250-") && strings.IndexByte(first, '.') < 0
}

// delayed reports whether a reply may have come TarpitDelay behind what it
// answers. What was said before is not known any more where something else was
// written since.
func (s *story) delayed(e *entry) bool {
	switch s.before {
	case kindReply:
		return false
	case kindCommand, kindContent, kindContentEnd:
		wait := e.time.Sub(s.time) - TarpitDelay
		return -time.Second/2 < wait && wait < time.Second/2
	}
	return true
}

// kept is the entry with what it points to in memory of its own.
func (e *entry) kept() entry {
	k := *e
	k.text = strings.Clone(k.text)
	if k.header != nil {
		k.header = new(Header)
		*k.header = *e.header
	}
	return k
}

// write puts an entry on the pages.
func (s *story) write(e *entry) {
	p, most, full := &s.pages, entryUsual, e.header != nil || e.runs()
	if full {
		most = entryMost
	}
	if p.free >= most+len(e.text) {
		room := p.room()
		n := e.put(room, s.frame, s.time, full)
		p.free -= n + copy(room[n:], e.text)
	} else {
		s.writeAcross(e, full)
	}
	if e.header != nil {
		s.keepLarge(e.header)
	}
	if e.frame < s.frame {
		s.glance.Waited = true
	}
	s.frame, s.time, s.before = e.frame, e.time, e.kind
}

// writeAcross writes an entry that the page may have no room for.
func (s *story) writeAcross(e *entry, full bool) {
	var room [entryMost]byte
	n := e.put(room[:], s.frame, s.time, full)
	s.pages.write(asText(room[:n]), s.pool)
	s.pages.write(e.text, s.pool)
}

// keepLarge keeps a header that entries have no room for.
//
//go:noinline
func (s *story) keepLarge(h *Header) {
	if headerForm(h) == formLarge {
		r := s.rarely()
		r.large = append(r.large, *h)
	}
}

// overflow keeps an event beyond the first storyHalf.
func (s *story) overflow(e *entry) {
	s.glance.Waited = true
	r := s.rarely()
	if len(r.tail) < storyHalf {
		r.tail = append(r.tail, e.kept())
		return
	}
	s.texts -= int32(len(r.tail[r.next].text))
	r.tail[r.next] = e.kept()
	r.next = (r.next + 1) % storyHalf
	r.cut++
}

// cut is how many events were left out.
func (s *story) cut() int64 {
	if s.rare == nil {
		return 0
	}
	return s.rare.cut
}

// inTail gives the event with a serial number beyond the first storyHalf, nil
// where it was cut out.
func (s *story) inTail(serial int64) *entry {
	i := serial - 1 - storyHalf
	if i < s.rare.cut || serial > s.serial {
		return nil
	}
	return &s.rare.tail[i%storyHalf]
}

// run adds e, or counts it to the last event where that is of the same kind
// and side: a hundred retransmissions are one line.
func (s *story) run(e *entry) {
	if s == nil {
		return
	}
	r := s.rarely()
	last := &r.run
	if s.serial > storyHalf {
		last = s.inTail(s.serial)
	}
	if last.kind == e.kind && last.side == e.side {
		last.last, last.until = e.frame, e.time
		last.count++
		last.bytes += e.bytes
		return
	}
	e.count = 1
	if s.serial >= storyHalf {
		s.add(e)
		return
	}
	s.endRun()
	s.serial++
	s.glance.Kinds |= 1 << e.kind
	s.texts += int32(len(e.text))
	r.run = e.kept()
	r.run.last, r.run.until = e.frame, e.time
}

// endRun writes the run that goes on no more. There is something rare.
func (s *story) endRun() {
	if r := s.rare; r.run.kind != 0 {
		s.write(&r.run)
		r.run = entry{}
	}
}

func (s *story) beginContent(command string, at smtpstate.Mark) {
	if s == nil {
		return
	}
	s.add(&entry{kind: kindContent, side: sideClient, frame: at.Frame, time: capture.Time(at.Time), text: command})
	s.content = s.serial
}

func (s *story) endContent(bytes int64, end bool, at smtpstate.Mark) {
	if s == nil || s.content == 0 {
		return
	}
	e := entry{kind: kindContentEnd, frame: at.Frame, time: capture.Time(at.Time), last: s.content, bytes: bytes}
	if end {
		e.count, s.ended = 1, e.time|1 // never 0
		s.awaits(e.time)
	}
	if s.content <= storyHalf {
		s.write(&e)
	} else if begun := s.inTail(s.content); begun != nil {
		e.endContent(begun)
	}
	s.content = 0
}

// endContent says how content ended in the event that says how it began.
func (e *entry) endContent(begun *entry) {
	begun.last, begun.until, begun.bytes = e.frame, e.time, e.bytes
	begun.count = max(begun.count, e.count)
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
		s.add(&entry{kind: kindEnd, frame: c.verdict.at.Frame, time: c.verdict.at.Time, text: string(how)})
	}
}
