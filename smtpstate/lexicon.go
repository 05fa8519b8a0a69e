package smtpstate

import (
	"bytes"
	"hash/maphash"
	"strconv"
)

// lexicon holds replies that many conversations hear: servers say the same to
// everybody, but for queue ids. They are found by a hash of the bytes as sent,
// each at one of two places: of a hundred at one place each some ten would fight
// for theirs. A reply comes in when it comes twice in a row, so those that are
// never said again do not drive out the others.
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
	hash   uint64
	phrase *phrase // nil: none yet
	next   uint64  // the hash of the last reply that has its first place here, and was in neither
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

// phrase gives the one that was sent as wire; nil where it is not known. There are
// none where there is only one conversation. What may repeat credentials is not
// looked up, for what is in the lexicon stays.
func (m *Machine) phrase(wire []byte) *phrase {
	if !m.reuse || m.authOpen || m.withheld != nil || len(wire) < len("250 x\n") || len(wire) > lexiconText {
		return nil
	}
	switch a, b, c := wire[0], wire[1], wire[2]; {
	case a == '2' && !(b == '3' && c == '5'), a == '3' && b == '5' && c == '4':
	default:
		return nil
	}
	if m.store.lexicon == nil {
		m.store.lexicon = &lexicon{seed: maphash.MakeSeed()}
	}
	return m.store.lexicon.find(wire, m.lim)
}

// find is phrase for all conversations whose limits are lim.
func (x *lexicon) find(wire []byte, lim *Limits) *phrase {
	hash := maphash.Bytes(x.seed, wire)
	e, other := &x.entries[hash%lexiconSize], &x.entries[hash>>32%lexiconSize]
	switch {
	case e.holds(hash, wire):
		x.found = e.phrase
	case other.holds(hash, wire):
		x.found = other.phrase
	case e.next != hash:
		e.next = hash
		return nil
	default:
		p := newPhrase(wire, lim)
		if p == nil {
			return nil
		}
		x.found = p
		if e.phrase != nil && other.phrase == nil {
			e = other
		}
		e.hash, e.phrase, e.next = hash, p, 0
	}
	return x.found
}

func (e *entry) holds(hash uint64, wire []byte) bool {
	return e.hash == hash && e.phrase != nil && e.phrase.wire == string(wire)
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
	n := len(data)
	switch data[3] {
	case ' ':
		n = bytes.IndexByte(data, '\n') + 1
	case '-': // of several lines: nearly always all that comes
	default:
		return 0
	}
	p := m.phrase(data[:n])
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
	waits := m.client.mode != modeLine || s.unclear != nil
	m.heard(r)
	if waits { // otherwise whoever takes a reply tells the phase
		m.tell(at)
	}
	return n
}

// word gives a reply its text. What was looked up as it came, or can be, is not
// looked up again. A text of one line is kept with the code in front, so that it
// is there both ways.
func (m *Machine) word(r *Reply, text []byte) {
	if !m.server.sought && len(text) > 0 && m.reuse && !m.authOpen && (r.Class == 2 && r.Code > 0 && r.Code != 235 || r.Code == 354) {
		wire := appendWire(m.store.scratch[:0], r.Code, text)
		m.store.scratch = wire
		if p := m.phrase(wire); p != nil {
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
