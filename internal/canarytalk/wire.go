package canarytalk

import (
	"math/rand/v2"
	"strings"
)

// A Segment is a run of bytes that one side sent, and what the capture has of it:
// its first Seen bytes.
type Segment struct {
	Server bool
	Text   string
	Seen   int
	Cut    bool   // what is missing ends where a segment of the wire did
	Again  string // the segment is repeated, with this content
}

// Faults say what the wire and the capture do to a conversation.
type Faults struct {
	Client, Server int  // of a hundred segments of a side are missed
	Snap           int  // bytes of each segment that are captured; 0 = all
	Skip           int  // turns before the capture began
	Deaf, Mute     bool // nothing of the client, of the server was captured
	Again          int  // of a hundred segments are sent once more, with other content
	MidStream      bool
	size           int // of most segments; 0 = a turn each
}

// Wire lets the conversation pass a wire; the faults are those of a seed.
func (c *Conversation) Wire(seed uint64) (list []Segment, f Faults) {
	n := &nest{Rand: rand.New(rand.NewPCG(seed, 8))}
	f = faults(n, len(c.Turns))
	for _, turn := range c.Turns[f.Skip:] {
		for text := turn.Text; len(text) > 0; {
			s := Segment{Server: turn.Server, Text: text[:f.cut(n, text)]}
			text = text[len(s.Text):]
			s.Seen, s.Cut = f.seen(n, &s)
			if n.chance(f.Again) {
				s.Again = strings.Map(func(r rune) rune {
					if n.chance(20) {
						return 'n'
					}
					return r
				}, s.Text)
			}
			list = append(list, s)
		}
	}
	return list, f
}

func faults(n *nest, turns int) (f Faults) {
	f.size = pick(n, 0, 0, 0, 1, 7, 20)
	if n.chance(20) {
		f.Again = 20
	}
	switch n.IntN(10) {
	case 0, 1: // all is there
	case 2:
		f.Snap = 1 + n.IntN(30)
	case 3:
		f.Client = pick(n, 5, 20, 50)
	case 4:
		f.Server = pick(n, 5, 20, 50)
	case 5:
		f.Client, f.Server = pick(n, 5, 20, 50), pick(n, 5, 20, 50)
	case 6:
		f.Deaf = n.chance(50)
		f.Mute = !f.Deaf
	case 7:
		f.Skip, f.MidStream = n.IntN(turns), true
		f.Client = pick(n, 0, 0, 20)
	case 8:
		f.Skip, f.MidStream = n.IntN(turns), true
		f.Server = pick(n, 0, 20)
	case 9:
		f.Snap, f.Client, f.Server = pick(n, 0, 10, 30), 10, 10
	}
	return f
}

// cut is how many bytes of text the next segment has.
func (f *Faults) cut(n *nest, text string) int {
	switch {
	case f.size > 0:
		return min(len(text), 1+n.IntN(2*f.size))
	case n.chance(50): // a line
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			return i + 1
		}
	}
	return len(text)
}

// seen is how many bytes of a segment the capture has.
func (f *Faults) seen(n *nest, s *Segment) (seen int, cut bool) {
	lost := f.Client
	if s.Server {
		lost = f.Server
	}
	switch {
	case s.Server && f.Mute, !s.Server && f.Deaf, n.chance(lost):
		return 0, n.chance(50)
	case f.Snap > 0:
		return min(len(s.Text), f.Snap), true
	}
	return len(s.Text), false
}
