package wirescript

import (
	"fmt"
	"strconv"
)

// rung is one step of "up to": the phase (as record.md names it) that the
// lines bring the session to from the rung below.
type rung struct {
	phase string
	lines []string
}

// ladder is a delivery. %d is the size of the content.
var ladder = []rung{
	{"banner", []string{"handshake"}},
	{"hello", []string{"S: 220 mx.example.com ESMTP"}},
	{"ready", []string{
		"C: EHLO ns.example.com", "S: 250-mx.example.com", "S: 250-PIPELINING", "S: 250-SIZE 20971520",
		"S: 250-STARTTLS", "S: 250-AUTH PLAIN LOGIN", "S: 250-CHUNKING", "S: 250 8BITMIME",
	}},
	{"mail", []string{"C: MAIL FROM:<sender@example.org>", "S: 250 2.1.0 Ok"}},
	{"rcpt", []string{"C: RCPT TO:<rcpt@example.com>", "S: 250 2.1.5 Ok"}},
	{"data-command", []string{"C: DATA", "flush"}},
	{"data", []string{"S: 354 End data with <CR><LF>.<CR><LF>", "C data %d", "flush"}},
	{"dot", []string{"C dot", "flush"}},
}

// rungReady is the level at which "ready" was reached.
const rungReady = 3

// branches leave the ladder at ready.
var branches = map[string][]string{
	"auth":          {"C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6"},
	"tls-handshake": {"C: STARTTLS", "S: 220 2.0.0 Ready to start TLS"},
	"tls":           {"C: STARTTLS", "S: 220 2.0.0 Ready to start TLS", "tls-handshake 1.3 sni mx.example.com"},
}

// readUpTo reads "up to PHASE [N]": plays what is missing of an ordinary
// conversation until the session stands in that phase. N is the size of the
// content, 1000 bytes where it is not given.
func readUpTo(p *parser, l *lexer, line int) error {
	if !l.take("to") {
		return fmt.Errorf("the word to is missing behind up")
	}
	phase := l.word()
	size, err := contentSize(l)
	if err != nil {
		return err
	}
	if lines, ok := branches[phase]; ok {
		if err := p.climb("ready", size, line); err != nil {
			return err
		}
		return p.macro(line, lines...)
	}
	return p.climb(phase, size, line)
}

func contentSize(l *lexer) (int, error) {
	if !isNumber(l.peek()) {
		return 1000, nil
	}
	return l.count("a number of bytes")
}

// climb plays the rungs up to phase.
func (p *parser) climb(phase string, size, line int) error {
	s := p.session
	for level, r := range ladder {
		if r.phase != phase {
			continue
		}
		if level+1 < s.level {
			return fmt.Errorf("the session is beyond %q already", phase)
		}
		for i := s.level; i <= level; i++ {
			if err := p.macro(line, expand(ladder[i].lines, size)...); err != nil {
				return err
			}
		}
		s.level = max(s.level, level+1)
		return nil
	}
	return fmt.Errorf("%q is not a phase that \"up to\" knows", phase)
}

// expand puts the size in.
func expand(lines []string, size int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if line == "C data %d" {
			line = "C data " + strconv.Itoa(size)
		}
		out[i] = line
	}
	return out
}

// readNow reads "now PHASE": the lines before have brought the session there,
// so that "up to" goes on from it.
func readNow(p *parser, l *lexer, line int) error {
	phase := l.word()
	for level, r := range ladder {
		if r.phase == phase {
			p.session.level = level + 1
			p.add(line, func(*play) error { return nil })
			return nil
		}
	}
	return fmt.Errorf("%q is not a phase that \"up to\" knows", phase)
}

// readDeliver reads "deliver [N]": a whole message that is accepted.
func readDeliver(p *parser, l *lexer, line int) error {
	size, err := contentSize(l)
	if err != nil {
		return err
	}
	if err := p.climb("dot", size, line); err != nil {
		return err
	}
	s := p.session
	s.count++
	s.level = rungReady
	return p.macro(line, fmt.Sprintf("S: 250 2.0.0 Ok: queued as 4Zk%02d%02dB1", s.Number, s.count))
}

func readQuit(p *parser, l *lexer, line int) error {
	return p.macro(line, "C: QUIT", "S: 221 2.0.0 Bye", "C fin")
}

// readTLSHandshake reads "tls-handshake [1.2|1.3] [sni NAME]".
func readTLSHandshake(p *parser, l *lexer, line int) error {
	version := ""
	if w := l.peek(); w == "1.2" || w == "1.3" {
		version = " " + l.word()
	}
	sni := ""
	if l.take("sni") {
		sni = " sni " + l.word()
	}
	return p.macro(line, "C tls-clienthello"+version+sni, "S tls-serverhello"+version,
		"C tls-finish"+version, "S tls-finish"+version, "flush")
}
