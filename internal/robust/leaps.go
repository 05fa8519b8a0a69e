package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"smtpscope/internal/wirescript"
)

// leaps has every packet more than a day from the one before: forwards by two
// days, back to the beginning, to the last second that a pcap can say. Nothing
// confirms any of these times, so each packet waits for the next one as a copy.
func leaps(t *trial, w io.Writer) error {
	x := newWire(w)
	const clients, turns = 1000, 4
	payload := slices.Repeat(line, mss/len(line))
	var seqs [clients]uint32
	var acked uint32
	for n := range clients {
		seqs[n], acked = x.opened(client(n), 1)
	}
	begun := x.now
	for n := range t.part(1_000_000) {
		switch n % turns {
		case 0, 1:
			x.now += 2 * 86_400_000_000
		case 2:
			x.now = math.MaxUint32 * 1_000_000
		case 3:
			x.now = begun
		}
		c := n % clients
		x.tcp(client(c), server, seqs[c], acked, ack, payload)
		seqs[c] += uint32(len(payload))
	}
	return x.close()
}

// farTimes gives the packets of golden captures times at the extremes of what a
// pcapng can say, and leaps between them.
func farTimes(t *trial) (o outcome) {
	names, files := t.golden()
	every := 3
	if t.sample {
		every = 40
	}
	first, last := time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)
	for _, name := range few(names, every) {
		frames, err := wirescript.ReadFrames(files[name])
		if err != nil {
			panic(err)
		}
		for pattern, at := range map[string]func(n int) time.Time{
			"up to the last":         func(n int) time.Time { return last.Add(time.Duration(n-len(frames)) * time.Millisecond) },
			"from the first on":      func(n int) time.Time { return first.Add(time.Duration(n) * time.Second) },
			"first and last in turn": func(n int) time.Time { return []time.Time{first, last}[n%2] },
			"the same, two each":     func(n int) time.Time { return []time.Time{first, last}[n/2%2] },
			"first, then its own":    func(n int) time.Time { return []time.Time{first, frames[n].Time}[min(n, 1)] },
			"last, then its own":     func(n int) time.Time { return []time.Time{last, frames[n].Time}[min(n, 1)] },
			"two days each":          func(n int) time.Time { return frames[n].Time.Add(time.Duration(n) * 48 * time.Hour) },
			"two days, two each":     func(n int) time.Time { return frames[n].Time.Add(time.Duration(n/2) * 48 * time.Hour) },
			"two days back each":     func(n int) time.Time { return frames[n].Time.Add(time.Duration(n) * -48 * time.Hour) },
		} {
			moved := slices.Clone(frames)
			for n := range moved {
				moved[n].Time = at(n)
			}
			for _, form := range []wirescript.PcapngOptions{
				{TSResol: 9, TSOffset: first.Unix()}, {TSResol: 6, TSOffset: math.MinInt64}, {TSResol: 6, TSOffset: math.MaxInt64}, {TSResol: 0x80 | 60}, {TSResol: 18},
			} {
				o.lookAt(fmt.Sprintf("%s: %s, ticks %#x, offset %d", name, pattern, form.TSResol, form.TSOffset), ngOf(moved, form), true) // spans are put into words
			}
		}
	}
	return o
}
