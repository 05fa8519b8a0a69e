package smtpstate

import (
	"bytes"
	"hash/maphash"
	"strconv"
)

// lexicon holds replies that many conversations hear: servers say the same to
// everybody, but for queue ids. They are found by a hash of the bytes as sent,
// each at one place. A reply takes the place of another when it comes twice in a
// row, so those that are never said again do not drive out the others.
type lexicon struct {
	seed    maphash.Seed
	entries [lexiconSize]entry
	found   *phrase // last
}

const (
	lexiconSize = 512
	lexiconText = 1024 // the longest reply in it, as sent
)

type entry struct {
	phrase *phrase // nil: none yet
	next   uint64  // the hash of the last reply that is not this one
}

// phrase is a reply that is said to many, as all of them would read it.
type phrase struct {
	wire     string // as sent
	said     Answer
	enhanced enhanced
	size     int32    // bytes of its line, where it has one only; else 0
	sent     string   // as AppendSent has it
	keywords []string // of its text, if it answered EHLO
}

// words is the lexicon, where there is more than one conversation.
func (m *Machine) words() *lexicon {
	if m.store.lexicon == nil {
		m.store.lexicon = &lexicon{seed: maphash.MakeSeed()}
	}
	return m.store.lexicon
}

// mayShare reports whether replies are looked up here: not where there is only
// one conversation, nor those that may repeat credentials, for what is in the
// lexicon stays.
func (m *Machine) mayShare(code int) bool {
	return m.reuse && !m.authOpen && (code/100 == 2 && code != 235 || code == 354)
}

// find gives the phrase that was sent as wire; nil where it is not known. lim
// are the limits within which it must be read.
func (x *lexicon) find(wire []byte, lim *Limits) *phrase {
	if len(wire) > lexiconText {
		return nil
	}
	hash := maphash.Bytes(x.seed, wire)
	e := &x.entries[hash%lexiconSize]
	switch {
	case e.phrase != nil && e.phrase.wire == string(wire):
	case e.next != hash:
		e.next = hash
		return nil
	default:
		p := newPhrase(wire, lim)
		if p == nil {
			return nil
		}
		e.phrase = p
	}
	x.found = e.phrase
	return e.phrase
}

// newPhrase reads wire, which must be one reply, nothing odd in it.
func newPhrase(wire []byte, lim *Limits) *phrase {
	p := &phrase{wire: string(wire)}
	var text []byte
	for more := true; more; {
		end := bytes.IndexByte(wire, '\n')
		if end < 0 || end > lim.Line {
			return nil
		}
		l, ok := parseReplyLine(trimCR(wire[:end]))
		first := p.said.Code == 0
		if !ok || !first && p.said.Code != l.code {
			return nil
		}
		if first {
			p.said.Code, p.said.Class, p.enhanced = l.code, l.class, enhancedCode(l.text, l.class)
		} else {
			text = append(text, '\n')
		}
		text = append(text, l.text...)
		if first && !l.more {
			p.size = int32(len(trimCR(wire[:end]))) + 2
		}
		wire, more = wire[end+1:], l.more
	}
	if len(wire) > 0 || len(text) == 0 || len(text) > lim.ReplyText {
		return nil
	}
	p.said.Text = string(text)
	p.sent = string(p.said.AppendSent(nil))
	return p
}

// hearPhrase takes a reply that data begins with, where it is one of the
// lexicon, and says how many bytes it has; 0 where it is to be read line by line.
// Most replies are known: they then cost a hash and a comparison, where reading
// and joining their lines took a fourth of the machine's time.
func (m *Machine) hearPhrase(data []byte, at Mark) int {
	s := &m.server
	if s.reply != nil || s.line.total > 0 || s.line.suspect || s.opaque || m.trace != nil || len(data) < len("250 x\n") {
		return 0
	}
	if !m.mayShare(replyCode(data)) {
		return 0
	}
	n := len(data)
	switch data[3] {
	case ' ':
		n = bytes.IndexByte(data, '\n') + 1
	case '-': // of several lines: nearly always all that comes
	default:
		return 0
	}
	p := m.words().find(data[:n], m.lim)
	if p == nil {
		s.sought = true
		return 0
	}
	r := m.newReply()
	r.Answer, r.Sent, r.enhanced = p.said, p.sent, p.enhanced
	r.First, r.Last = at, at
	if p.size > 0 {
		m.measure(p.size)
	}
	s.pos += int64(n)
	r.EndOffset = s.pos
	m.heard(r)
	return n
}

// word gives a reply its text. What was looked up as it came, or can be, is not
// looked up again. A text of one line is kept with the code in front, so that it
// is there both ways.
func (m *Machine) word(r *Reply, text []byte) {
	if !m.server.sought && len(text) > 0 && m.mayShare(int(r.Code)) {
		wire := appendWire(m.store.scratch[:0], r.Code, text)
		m.store.scratch = wire
		if p := m.words().find(wire, m.lim); p != nil {
			r.Text, r.Sent = p.said.Text, p.sent
			return
		}
	}
	if r.Code < 100 || len(text) == 0 || bytes.IndexByte(text, '\n') >= 0 {
		r.Text = m.text.keep(text)
		return
	}
	const code = len("250 ")
	line := strconv.AppendInt(m.store.scratch[:0], int64(r.Code), 10)
	line = append(append(line, ' '), text...)
	r.Sent = m.text.keep(line)
	r.Text = r.Sent[code:]
	clear(line)
	m.store.scratch = line
}

// appendWire writes a reply as most servers send it.
func appendWire(b []byte, code int16, text []byte) []byte {
	for more := true; more; {
		var line []byte
		line, text, more = bytes.Cut(text, []byte("\n"))
		b = strconv.AppendInt(b, int64(code), 10)
		if more {
			b = append(b, '-')
		} else {
			b = append(b, ' ')
		}
		b = append(append(b, line...), "\r\n"...)
	}
	return b
}
