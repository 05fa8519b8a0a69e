package wirescript

import (
	"fmt"
	"strings"
	"time"
)

// parser reads a script line by line.
type parser struct {
	script  *Script
	session *Session
	headed  bool // the comment at the head is over
}

// line reads one line.
func (p *parser) line(text string, n int) error {
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "#") {
		p.about(strings.TrimSpace(trimmed[1:]))
		return nil
	}
	l := &lexer{rest: text}
	if l.peek() == "" {
		return nil
	}
	p.headed = true
	return p.words(l, n)
}

// about collects the comment at the head of the script.
func (p *parser) about(text string) {
	if p.headed {
		return
	}
	p.script.About = strings.TrimSpace(p.script.About + "\n" + text)
}

// words reads a line that says something: the capture's header, a session's
// header, or an action.
func (p *parser) words(l *lexer, n int) error {
	w := l.peek()
	if read, ok := captureWords[w]; ok {
		l.word()
		return finish(read(p.script, l), l)
	}
	if w == "session" {
		l.word()
		return finish(p.newSession(l, n), l)
	}
	if p.session == nil {
		p.open(n)
	}
	if _, ok := sessionWords[w]; ok {
		return p.header(l, n)
	}
	return p.action(l, n)
}

// header reads a line of a session's header. Short ones may share a line:
// "client A server B rtt 20ms".
func (p *parser) header(l *lexer, n int) error {
	for w := l.word(); w != ""; w = l.word() {
		read, ok := sessionWords[w]
		if !ok {
			return fmt.Errorf("%q is one word too many", w)
		}
		if len(p.session.steps) > 0 {
			return fmt.Errorf("%s comes before the session's first packet", w)
		}
		if err := read(p.session, l, n); err != nil {
			return err
		}
	}
	return nil
}

// finish reports err, or what is left of a line.
func finish(err error, l *lexer) error {
	if err != nil {
		return err
	}
	return l.end()
}

// open begins a session that goes on with the last one's header: the same
// server, the next client port.
func (p *parser) open(n int) {
	s := &Session{Number: len(p.script.Sessions) + 1, Line: n, config: defaultConfig()}
	if old := p.session; old != nil {
		s.config = old.config
		s.hasISN = [2]bool{}
		s.after = old.after + time.Second
		c := old.addr[Client]
		s.addr[Client] = addrPortFrom(c.Addr(), c.Port()+1)
	}
	p.session = s
	p.script.Sessions = append(p.script.Sessions, s)
}

// newSession reads "session [after 66m]". Header lines before the first
// session belong to it.
func (p *parser) newSession(l *lexer, n int) error {
	if p.session == nil || len(p.session.steps) > 0 {
		p.open(n)
	}
	if !l.take("after") {
		return nil
	}
	var err error
	p.session.after, err = l.duration()
	return err
}

// action reads the words before a side, the side and what it does, or an
// action that has no side.
func (p *parser) action(l *lexer, n int) error {
	var f fate
	for {
		w := l.word()
		switch w {
		case "C:", "S:":
			line := append([]byte(l.raw()), "\r\n"...)
			p.add(n, payloadStep(sideOf(w), fixed(line), f))
			return nil
		case "C", "S":
			return p.sideAction(sideOf(w), f, l, n)
		}
		ok, err := f.fateWord(w, l)
		if err != nil {
			return err
		}
		if ok {
			continue
		}
		if !f.plain() {
			return fmt.Errorf("%q: after the words for the wire a C or S is due", w)
		}
		read, known := plainWords[w]
		if !known {
			return fmt.Errorf("unknown word %q", w)
		}
		return finish(read(p, l, n), l)
	}
}

func sideOf(w string) Side {
	if w[0] == 'C' {
		return Client
	}
	return Server
}

// sideAction reads what follows C or S.
func (p *parser) sideAction(s Side, f fate, l *lexer, n int) error {
	w := l.word()
	if read, ok := payloadWords[w]; ok {
		make, err := read(l)
		if err == nil {
			err = l.end()
		}
		if err == nil {
			p.add(n, payloadStep(s, make, f))
		}
		return err
	}
	read, ok := packetWords[w]
	if !ok {
		return fmt.Errorf("unknown action %q of a side", w)
	}
	do, err := read(s, &f, l)
	if err != nil {
		return err
	}
	for w := l.word(); w != ""; w = l.word() {
		ok, err := f.fieldWord(w, l)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%q is not a word for a packet's fields", w)
		}
	}
	p.add(n, func(p *play) error {
		if !f.joined {
			p.flush(fate{})
		}
		return do(p, f)
	})
	return nil
}

// add appends a step to the session.
func (p *parser) add(n int, do func(*play) error) {
	p.session.steps = append(p.session.steps, step{n, do})
}

// macro reads lines of the language on behalf of a macro at line n.
func (p *parser) macro(n int, lines ...string) error {
	for _, text := range lines {
		if err := p.action(&lexer{rest: text}, n); err != nil {
			return fmt.Errorf("in %q: %w", text, err)
		}
	}
	return nil
}
