package wirescript

import (
	"fmt"
	"strings"
	"testing"
)

// mustFrames plays a script that is written in the test.
func mustFrames(t *testing.T, text string) []Frame {
	t.Helper()
	script, err := Parse(strings.NewReader(text), "test")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// summary writes one line a TCP frame: milliseconds, side (C sends to the
// lower port), flags, numbers relative to the side's first, payload.
func summary(frames []Frame) []string {
	first := map[flow]uint32{}
	var out []string
	for _, f := range frames {
		v, ok := tcpView(f)
		if !ok {
			out = append(out, "not TCP")
			continue
		}
		w := flowOf(v.ip, v.tcp)
		if _, ok := first[w]; !ok {
			first[w] = v.seq()
		}
		side := "C"
		if w.src.Port() < w.dst.Port() {
			side = "S"
		}
		line := fmt.Sprintf("%d %s %s %d", f.Time.Sub(defaultStart).Milliseconds(), side, flagLetters(v.flags()), v.seq()-first[w])
		if v.flags()&flagACK != 0 {
			if _, ok := first[w.reverse()]; !ok {
				first[w.reverse()] = v.ackno()
			}
			line += fmt.Sprintf(" ack %d", v.ackno()-first[w.reverse()])
		}
		if len(v.payload) > 40 {
			line += fmt.Sprintf(" %d bytes", len(v.payload))
		} else if len(v.payload) > 0 {
			line += fmt.Sprintf(" %q", v.payload)
		}
		out = append(out, line)
	}
	return out
}

func flagLetters(flags uint8) string {
	var b strings.Builder
	for i, c := range "FSRPA" {
		if flags&(1<<i) != 0 {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// directions puts the payload of each direction together, naively: first copy
// of every byte, ordered by sequence number.
func directions(frames []Frame) map[flow]string {
	type placed struct {
		base uint32
		data map[uint32]byte
	}
	all := map[flow]*placed{}
	for _, f := range frames {
		v, ok := tcpView(f)
		if !ok || len(v.payload) == 0 {
			continue
		}
		w := flowOf(v.ip, v.tcp)
		p := all[w]
		if p == nil {
			p = &placed{v.seq(), map[uint32]byte{}}
			all[w] = p
		}
		for i, b := range v.payload {
			at := v.seq() + uint32(i)
			if before(at, p.base) {
				p.base = at
			}
			if _, ok := p.data[at]; !ok {
				p.data[at] = b
			}
		}
	}
	out := map[flow]string{}
	for w, p := range all {
		var b strings.Builder
		for at := p.base; b.Len() < len(p.data); at++ {
			if c, ok := p.data[at]; ok {
				b.WriteByte(c)
			} else if at-p.base > 1<<20 {
				break
			}
		}
		out[w] = b.String()
	}
	return out
}
