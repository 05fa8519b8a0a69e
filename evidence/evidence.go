package evidence

import (
	"cmp"
	"errors"
	"io"
	"net/netip"
	"slices"

	"smtpscope/capture"
	"smtpscope/redact"
	"smtpscope/session"
)

// Chosen is a session whose packets are copied.
type Chosen struct {
	Session *session.Session // with its Trace; neither is kept or changed
	Comment string           // stands on the session's first packet
}

// Options say what the copy shows.
type Options struct {
	Bodies bool             // message bodies are shown
	Raw    bool             // everything is shown: the packets are copied as they are
	Names  *redact.Redactor // replaces names, except where Raw; nil = nobody does

	Application string   // who writes the file
	Comments    []string // on the file as a whole
}

// Result counts what was written.
type Result struct {
	Packets  int64
	Sessions int
	Changed  int64 // packets that were changed
	// LeftOut are packets of the sessions that were not copied, as nobody can
	// find what to blank in fragments inside fragments.
	LeftOut int64
	// Clipped are sessions that are too long for all of them to be known: what
	// came later is blanked.
	Clipped int
}

// errNoTrace is a mistake of the program.
var errNoTrace = errors.New("evidence: a session has no trace")

// chosen is a session while its packets come by.
type chosen struct {
	record  *session.Record
	trace   *session.Trace
	comment string
	streams [2]*stream
	written bool
	// reach is the last frame that can be of this session or of one that began
	// earlier on the same addresses and ports.
	reach int64
}

// holds reports whether a frame can be one of the session's.
func (c *chosen) holds(frame int64) bool {
	return frame >= c.record.Frames.First && frame <= c.trace.Last
}

// flow names a connection by its ends in a fixed order.
type flow struct{ a, b netip.AddrPort }

func flowOf(x, y netip.AddrPort) flow {
	if x.Compare(y) > 0 {
		x, y = y, x
	}
	return flow{x, y}
}

// cutter copies the packets of chosen sessions.
type cutter struct {
	options Options
	flows   map[flow][]*chosen
	out     *writer
	result  Result
	waiting []*waiting // frames in order, the first of which is not decided
}

// A Source hands out frames once more: a capture.Reader that has read nothing
// yet, of the same input as the first time, or the capture.Replay of frames that
// were kept.
type Source interface {
	NextFrame() (*capture.Frame, error)
	Summary() capture.Summary
}

// Write copies the packets of the chosen sessions from a source to a pcapng
// file.
func Write(to io.Writer, from Source, sessions []Chosen, o Options) (Result, error) {
	c := &cutter{options: o, flows: map[flow][]*chosen{}}
	var err error
	if c.out, err = newWriter(to, from, o); err != nil {
		return c.result, err
	}
	for i := range sessions {
		if err := c.choose(&sessions[i]); err != nil {
			return c.result, err
		}
	}
	c.order()
	for {
		frame, err := from.NextFrame()
		if err != nil {
			break // io.EOF; what went wrong is in the reader's summary
		}
		if err := c.frame(frame); err != nil {
			return c.result, err
		}
	}
	c.giveUp(0)
	if err := c.flush(); err != nil {
		return c.result, err
	}
	for _, list := range c.flows {
		for _, one := range list {
			if one.written {
				c.result.Sessions++
			}
		}
	}
	return c.result, nil
}

func (c *cutter) choose(s *Chosen) error {
	t := s.Session.Trace
	if t == nil {
		return errNoTrace
	}
	r := &s.Session.Record
	one := &chosen{record: r, trace: t, comment: s.Comment}
	if !c.options.Raw {
		for side := range one.streams {
			one.streams[side] = newStream(t, side, c.options.Bodies, c.options.Names)
		}
		if t.Full {
			c.result.Clipped++
		}
	}
	key := flowOf(netip.AddrPortFrom(r.Client.IP, r.Client.Port), netip.AddrPortFrom(r.Server.IP, r.Server.Port))
	c.flows[key] = append(c.flows[key], one)
	return nil
}

// order makes the sessions of each flow ready to be looked for. A client that
// takes one port over and over has thousands of them.
func (c *cutter) order() {
	for _, list := range c.flows {
		slices.SortFunc(list, func(a, b *chosen) int { return cmp.Compare(a.record.Frames.First, b.record.Frames.First) })
		var reach int64
		for _, one := range list {
			reach = max(reach, one.trace.Last)
			one.reach = reach
		}
	}
}

// owner is the chosen session that a segment belongs to, of several the one that
// began first; nil = none.
func (c *cutter) owner(s *capture.Segment) *chosen {
	if s == nil {
		return nil
	}
	list := c.flows[flowOf(s.Src, s.Dst)]
	i, _ := slices.BinarySearchFunc(list, s.Frame, func(one *chosen, frame int64) int { return cmp.Compare(one.reach, frame) })
	if i == len(list) || !list[i].holds(s.Frame) {
		return nil
	}
	return list[i]
}

// frame takes the next frame of the capture.
func (c *cutter) frame(f *capture.Frame) error {
	one := c.owner(f.Segment)
	switch {
	case one != nil && f.Nested:
		c.result.LeftOut++
		return nil
	case f.Fragment != nil && !f.Nested:
		c.giveUp(f.Time)
		c.wait(f)
		if one != nil {
			c.completed(f, one)
		} else if f.Segment != nil || f.Datagram != nil {
			c.drop(f.Fragment.ID)
		}
		return c.flush()
	case one == nil:
		return nil
	}
	p := newPacket(f)
	c.rewrite(p, f, one)
	if len(c.waiting) > 0 {
		c.waiting = append(c.waiting, &waiting{packet: p, owner: one, decided: true})
		return c.flush()
	}
	return c.write(p, one)
}

func (c *cutter) write(p *packet, one *chosen) error {
	var comments []string
	if !one.written {
		one.written = true
		comments = append(comments, one.comment)
	}
	c.result.Packets++
	if p.changed {
		c.result.Changed++
	}
	return c.out.packet(p, comments)
}
