package reassembly

import (
	"testing"
	"time"
)

// TestUnseen: what a side has sent, by its own numbers, and nobody has seen.
func TestUnseen(t *testing.T) {
	at := func(frame int64) Stamp { return Stamp{frame, scriptStart.Add(time.Duration(frame) * time.Millisecond)} }
	for _, tc := range []struct {
		name, script string
		want         Unseen
	}{
		{"nothing", `open
			C +100
			S
			C`, Unseen{}},
		{"bare ACKs stand ahead", `open
			C +100
			S
			C hide +1400
			C
			C`, Unseen{Bytes: 1400, First: at(6), Last: at(7), Packets: 2, Sure: true}},
		{"it comes in the end", `open
			C hide +1400
			C
			C 0 +1400`, Unseen{}},
		{"it comes in the end, and more is lost", `open
			C hide +1400
			C
			C 0 +1400
			C hide +90
			C`, Unseen{Bytes: 90, First: at(6), Last: at(6), Packets: 1, Sure: true}},
		{"a FIN ends it", `open
			C hide +1400
			C
			C fin`, Unseen{Bytes: 1400, First: at(4), Last: at(4), Packets: 1, Sure: true}},
		{"the capture missed it: it was acknowledged", `open
			C hide +1400
			C
			S ack 1400
			close`, Unseen{}},
		{"one number is a FIN", `open
			C +100
			S
			C 101`, Unseen{}},
		{"only a RST says so", `open
			C 0 +100
			S ack 100
			C 900 rst`, Unseen{Bytes: 800, First: at(6), Last: at(6), Packets: 1}},
		{"further than the window allows", `open
			S win 100
			C 5000`, Unseen{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := evidenceOf(t, tc.script)
			var got Unseen
			if u := c.Unseen(Client); u != nil {
				got = *u
			}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}
