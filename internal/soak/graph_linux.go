package main

import (
	"bytes"
	"fmt"
	"math"
)

// panel is one curve of the graph.
type panel struct {
	title string
	value func(before, now *sample) float64
	limit float64 // a line that must not be crossed; 0 = none
}

const (
	graphWidth  = 720.0
	panelHeight = 110.0
	left, right = 70.0, 16.0
)

// svg draws the run: five curves above each other.
func (r *result) svg() []byte {
	const mib = 1 << 20
	panels := []panel{
		{"packets received a second", func(b, n *sample) float64 { return (n.packets - b.packets) / (n.at - b.at).Seconds() }, 0},
		{fmt.Sprintf("memory by the runtime&#39;s account, MiB (the bound is %d)", r.options.maxMemory), func(_, n *sample) float64 { return n.memory / mib }, float64(r.options.maxMemory)},
		{"resident memory, MiB: 64 of it the kernel&#39;s buffer", func(_, n *sample) float64 { return n.resident / mib }, 0},
		{"open connections", func(_, n *sample) float64 { return n.open }, 0},
		{"goroutines", func(_, n *sample) float64 { return n.goroutine }, 0},
	}
	var b bytes.Buffer
	height := panelHeight*float64(len(panels)) + 30
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="11">`+"\n", graphWidth, height)
	fmt.Fprintf(&b, `<title>%d packets through smtpscope live</title><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", r.sent)
	for i := range panels {
		r.panel(&b, &panels[i], panelHeight*float64(i))
	}
	fmt.Fprintf(&b, `<text x="%.0f" y="%.0f" text-anchor="end" fill="#444">%.0f s, %d packets</text></svg>`+"\n", graphWidth-right, height-10, r.took.Seconds(), r.sent)
	return b.Bytes()
}

func (r *result) panel(b *bytes.Buffer, p *panel, top float64) {
	last := r.samples[len(r.samples)-1].at.Seconds()
	most := p.limit
	for i := 1; i < len(r.samples); i++ {
		most = max(most, p.value(&r.samples[i-1], &r.samples[i]))
	}
	most = roundUp(most)
	low, high := top+panelHeight-14, top+24
	y := func(v float64) float64 { return low - v/most*(low-high) }
	fmt.Fprintf(b, `<text x="%.0f" y="%.0f" fill="#222">%s</text>`+"\n", left, top+16, p.title)
	for _, v := range []float64{0, most / 2, most} {
		fmt.Fprintf(b, `<path d="M%.0f %.1fH%.0f" stroke="#ddd"/><text x="%.0f" y="%.1f" text-anchor="end" fill="#444">%.0f</text>`+"\n",
			left, y(v), graphWidth-right, left-6, y(v)+4, v)
	}
	if p.limit > 0 {
		fmt.Fprintf(b, `<path d="M%.0f %.1fH%.0f" stroke="#c33" stroke-dasharray="4 3"/>`+"\n", left, y(p.limit), graphWidth-right)
	}
	b.WriteString(`<path fill="none" stroke="#27c" stroke-width="1.3" d="`)
	step := max(len(r.samples)/350, 1)
	for i, letter := step, byte('M'); i < len(r.samples); i, letter = i+step, 'L' {
		s := &r.samples[i]
		fmt.Fprintf(b, "%c%.1f %.1f", letter, left+s.at.Seconds()/last*(graphWidth-left-right), y(p.value(&r.samples[i-step], s)))
	}
	b.WriteString(`"/>` + "\n")
}

// roundUp gives a round number that is not smaller.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if f*unit >= v {
			return f * unit
		}
	}
	return 10 * unit
}
