package wirescript

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"time"
)

// Script is a parsed conversation script: one or more sessions of one capture.
type Script struct {
	Name     string // as given to Parse
	About    string // the comment lines at the head: what the case pins
	Sessions []*Session
	// Unfit names the rewriters after which the case's verdict is allowed to
	// differ, with the reason.
	Unfit map[string]string

	start   time.Time
	snaplen int
}

// Session is one TCP connection of a script.
type Session struct {
	Number int // from 1, in the order of the script
	Line   int // where it begins
	// Expect is what must be found, nil where the script does not say.
	Expect *Expectation

	config
	after time.Duration // start, counted from the script's
	steps []step
	level int // how far "up to" has brought it
	count int // messages begun by macros, for queue ids
}

// step is one action with the line that wrote it.
type step struct {
	line int
	do   func(*play) error
}

// Error is what is wrong with a script, and where.
type Error struct {
	Name string
	Line int // from 1
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// Start is the moment from which a script's times count, unless it says start.
var defaultStart = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// ParseFile reads the script in a file.
func ParseFile(path string) (*Script, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Parse(f, path)
}

// Parse reads a script. The error of a wrong line is an *Error that names it.
func Parse(r io.Reader, name string) (*Script, error) {
	p := parser{script: &Script{Name: name, start: defaultStart, Unfit: map[string]string{}}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := p.line(strings.TrimRight(lines.Text(), "\r"), n); err != nil {
			return nil, &Error{name, n, err}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, s := range p.script.Sessions {
		if len(s.steps) == 0 {
			return nil, &Error{name, s.Line, fmt.Errorf("the session has no packet")}
		}
	}
	if len(p.script.Sessions) == 0 {
		return nil, &Error{name, 1, fmt.Errorf("no session: the script has no packet")}
	}
	return p.script, nil
}

// Frames plays the script. The same script gives the same frames.
func (s *Script) Frames() ([]Frame, error) {
	var out []captured
	var begins, ends *time.Duration
	for _, session := range s.Sessions {
		p := newPlay(session, s, &out)
		if err := p.steps(session.steps); err != nil {
			err.Name = s.Name
			return nil, err
		}
		if p.begins != nil {
			begins = p.begins
		}
		if p.ends != nil {
			ends = p.ends
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].at < out[j].at })
	frames := fileOrder(out, begins, ends)
	if len(frames) == 0 {
		return nil, &Error{s.Name, 1, fmt.Errorf("nothing was captured")}
	}
	if s.snaplen > 0 {
		frames = Snap(frames, s.snaplen)
	}
	return frames, nil
}

// steps plays a session to its end.
func (p *play) steps(steps []step) *Error {
	for _, s := range steps {
		if err := s.do(p); err != nil {
			return &Error{Line: s.line, Err: err}
		}
	}
	p.flush(fate{})
	p.finish()
	return nil
}

// finish closes the side of the connection that a FIN left open, and lets the
// delayed ACKs run out.
func (p *play) finish() {
	c, s := p.hosts[Client], p.hosts[Server]
	if !p.rst && !p.alone && p.state == connOpen && c.finSent != s.finSent {
		open := c
		if c.finSent {
			open = s
		}
		p.act(open, fate{})
		open.finSent = true
		p.send(open, segment{flags: flagFIN | flagACK}, fate{})
	}
	p.run(1 << 62)
}

// fileOrder cuts the capture at its begin and end and files late what the
// script wants so.
func fileOrder(in []captured, begins, ends *time.Duration) []Frame {
	kept := in[:0]
	for _, c := range in {
		if begins != nil && c.at <= *begins || ends != nil && c.at > *ends {
			continue
		}
		kept = append(kept, c)
	}
	for i := len(kept) - 1; i >= 0; i-- {
		end := min(i+kept[i].filedLate, len(kept)-1)
		for at := i; at < end; at++ {
			kept[at], kept[at+1] = kept[at+1], kept[at]
		}
	}
	frames := make([]Frame, len(kept))
	for i, c := range kept {
		frames[i] = c.Frame
	}
	return frames
}
