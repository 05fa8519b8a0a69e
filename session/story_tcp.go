package session

import (
	"fmt"
	"strings"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

var gapKinds = [...]kind{
	reassembly.GapMissed: kindGap, reassembly.GapLost: kindLost,
	reassembly.GapCut: kindCut, reassembly.GapEvicted: kindGap,
}

func (s *story) gap(side reassembly.Side, n int64, kind reassembly.GapKind, at reassembly.Stamp) {
	s.run(&entry{kind: gapKinds[kind], side: 1 + uint8(side), frame: at.Frame, time: at.Time, bytes: n})
}

// A tcpEvent says how an event of the reassembly stands in the story.
type tcpEvent struct {
	kind   kind
	run    bool // many in a row become one
	header bool // its header fields are evidence
}

// tcpEvents has a row for each kind; one without a name is not told: a
// mirror's duplicates are counted, not told one by one.
var tcpEvents = [...]tcpEvent{
	reassembly.EventSYN:            {kindSYN, false, true},
	reassembly.EventSYNACK:         {kindSYNACK, false, true},
	reassembly.EventEstablished:    {kindEstablished, false, false},
	reassembly.EventFIN:            {kindFIN, false, true},
	reassembly.EventRST:            {kindRST, false, true},
	reassembly.EventRSTVoid:        {kindRSTVoid, false, true},
	reassembly.EventRetransmission: {kindRetransmission, true, false},
	reassembly.EventOutOfOrder:     {kindOutOfOrder, true, false},
	reassembly.EventZeroWindow:     {kindZeroWindow, false, false},
	reassembly.EventWindowOpen:     {kindWindowOpen, false, false},
	reassembly.EventKeepAlive:      {kindKeepAlive, true, false},
	reassembly.EventOverlap:        {kindOverlap, true, false},
	reassembly.EventLate:           {kindLate, true, true},
	reassembly.EventICMP:           {kindICMP, false, true},
}

// tcp tells of an event of the reassembly, which is reused by its owner.
func (s *story) tcp(e *reassembly.Event) {
	if s == nil || int(e.Kind) >= len(tcpEvents) || tcpEvents[e.Kind].kind == 0 {
		return
	}
	how := tcpEvents[e.Kind]
	if how.kind == kindRST && !e.Accepted {
		how.kind = kindRSTIgnored
	}
	told := entry{kind: how.kind, side: 1 + uint8(e.Side), frame: e.At.Frame, time: e.At.Time, bytes: e.N}
	if how.header {
		told.header = &s.pool.header
		*told.header = headerOf(e)
	}
	if e.Repeat {
		told.text = "repeated"
	}
	if e.Prior != nil {
		told.header.Prior = keptPrior(e.Prior)
	}
	if how.kind == kindSYN && !s.glance.SYN.Seen {
		s.glance.SYN = SYNStamp{Seen: true, HasTS: e.HasTS, TSVal: e.TSVal}
	}
	if how.run {
		s.run(&told)
		return
	}
	s.add(&told)
}

// keptPrior is a copy. It is large, and rare (see add).
//
//go:noinline
func keptPrior(p *Prior) *Prior {
	kept := *p
	return &kept
}

func headerOf(e *reassembly.Event) Header {
	return Header{TTL: e.TTL, HasIPID: e.HasIPID, IPID: e.IPID, Window: e.Window,
		Seq: e.Seq, Ack: e.Ack, Flags: e.Flags, ICMP: e.ICMP, HasTS: e.HasTS, TSVal: e.TSVal}
}

// reply tells of a reply as it was sent, the code in front of each line (RFC
// 5321 section 4.2.1).
func (s *story) reply(r *smtpstate.Reply) {
	if s == nil {
		return
	}
	if r.Code >= 400 || r.Code == 0 && (r.Class == 0 || r.Class >= 4) {
		s.glance.Refused = true
	}
	text := r.Sent
	if text == "" {
		s.pool.reply = r.AppendSent(s.pool.reply[:0])
		text = asText(s.pool.reply)
	}
	s.add(&entry{kind: kindReply, side: sideServer, frame: r.First.Frame, time: capture.Time(r.First.Time),
		last: r.Last.Frame, until: capture.Time(r.Last.Time), text: text})
}

// NoteHalfGreeting and NoteHalfReply begin the note of a greeting, or another
// reply, that never ended; behind a colon follows what there is of it, of a
// greeting a host's name first.
const (
	NoteHalfGreeting = "not the whole greeting"
	NoteHalfReply    = "not the whole reply"
)

// halfReply tells of a reply that never ended: the server had begun to answer,
// and somebody who left in the middle of it had heard something.
func (s *story) halfReply(m *smtpstate.Machine) {
	if s == nil || m == nil {
		return
	}
	said, at, greeting, ok := m.HalfReply()
	if !ok {
		return
	}
	what := NoteHalfReply
	if greeting {
		what = NoteHalfGreeting
	}
	// Not as it was sent: behind the code's hyphen nobody would know a host's name, and redaction must.
	sent := (&smtpstate.Answer{Code: said.Code, Class: said.Class}).AppendSent(nil)
	text := fmt.Sprintf("%s, code %s", what, sent[:3])
	if said.Text != "" {
		text += ": " + strings.ReplaceAll(said.Text, "\n", " / ")
	}
	s.add(&entry{kind: kindNote, side: sideServer, frame: at.Frame, time: capture.Time(at.Time), text: text})
}
