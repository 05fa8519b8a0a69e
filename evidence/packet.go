package evidence

import (
	"bytes"
	"slices"

	"smtpscope/capture"
)

// packet is a frame of the copy.
type packet struct {
	number    int64 // to be kept as a comment
	source    int
	iface     int
	link      int32
	time      capture.Time
	wire      int
	data      []byte
	layers    []capture.Layer
	changed   bool
	fragments capture.Fragment
}

// newPacket makes a copy of a frame.
func newPacket(f *capture.Frame) *packet {
	p := &packet{number: f.Number, source: f.Source, iface: f.Interface, link: f.Link, time: f.Time, wire: f.Wire,
		data: bytes.Clone(f.Data), layers: slices.Clone(f.Layers)}
	if f.Original != 0 { // it was cut out once before
		p.number = f.Original
	}
	if f.Fragment != nil {
		p.fragments = *f.Fragment
	}
	return p
}

// rewrite blanks and renames what is in a packet that is no fragment.
func (c *cutter) rewrite(p *packet, f *capture.Frame, one *chosen) {
	if c.options.Raw {
		return
	}
	before := bytes.Clone(p.data)
	c.payload(p.data, p.layers, f.Segment, one)
	c.padding(p.data, p.layers)
	c.rename(p.data, p.layers)
	fixChecksums(before, p.data, p.layers, change{})
	p.changed = !bytes.Equal(before, p.data)
}

// padding clears what stands behind the innermost packet: it should be zeros
// and a check sequence, and is whatever was in somebody's memory.
func (c *cutter) padding(b []byte, layers []capture.Layer) {
	for i := len(layers) - 1; i >= 0; i-- {
		switch layers[i].Kind {
		case capture.LayerTCP, capture.LayerICMP4, capture.LayerICMP6:
			clear(b[min(layers[i].End, len(b)):])
			return
		}
	}
}

// Offsets in the TCP header (RFC 9293 section 3.1).
const (
	tcpSeq        = 4
	tcpDataOffset = 12
	tcpMinLen     = 20
)

// payload blanks the payload of TCP, also in an ICMP error that quotes it.
func (c *cutter) payload(b []byte, layers []capture.Layer, s *capture.Segment, one *chosen) {
	for i := range layers {
		l := &layers[i]
		if l.Kind != capture.LayerTCP && l.Kind != capture.LayerQuoteTCP {
			continue
		}
		end := min(l.End, len(b))
		if l.Kind == capture.LayerQuoteTCP {
			end = quoteEnd(b, layers[:i], end)
		}
		header := tcpMinLen
		if l.At+tcpDataOffset < end {
			header = max(int(b[l.At+tcpDataOffset]>>4)*4, tcpMinLen)
		}
		if begin := l.At + header; begin < end {
			c.segment(b[begin:end], s, one)
		}
	}
}

// quoteEnd is where a quoted packet ends if extensions follow it (RFC 4884
// section 3).
func quoteEnd(b []byte, outer []capture.Layer, end int) int {
	for i := len(outer) - 1; i >= 0; i-- {
		at := outer[i].At
		words, size := 0, 0
		switch outer[i].Kind {
		case capture.LayerICMP4:
			words, size = int(b[at+5]), 4
		case capture.LayerICMP6:
			words, size = int(b[at+4]), 8
			if b[at] != 1 && b[at] != 3 { // of "packet too big" it is the MTU
				words = 0
			}
		default:
			continue
		}
		if words > 0 {
			return min(end, at+8+words*size)
		}
		return end
	}
	return end
}

// segment blanks the payload of a segment.
func (c *cutter) segment(payload []byte, s *capture.Segment, one *chosen) {
	side := 1
	if s.Src.Addr() == one.record.Client.IP && s.Src.Port() == one.record.Client.Port {
		side = 0
	}
	with := byte(blank)
	if one.trace.Overlaps[s.Frame] {
		with = blankOther
	}
	seq := s.Seq
	if s.Flags.Has(capture.SYN) {
		seq++
	}
	// What a RST carries is no part of the stream (RFC 9293 section 3.5.3).
	one.streams[side].blank(payload, seq, with, !s.Flags.Has(capture.RST))
	if s.Kind == capture.KindTCP && !s.Flags.Has(capture.RST) {
		one.streams[side].reach(seq, s.Length)
	}
}

// rename replaces the addresses in the headers.
func (c *cutter) rename(b []byte, layers []capture.Layer) {
	names := c.options.Names
	if names == nil {
		return
	}
	hardware := func(at int) {
		if at+6 <= len(b) {
			copy(b[at:at+6], names.Hardware(b[at:at+6]))
		}
	}
	for i := range layers {
		l := &layers[i]
		switch l.Kind {
		case capture.LayerEthernet:
			hardware(l.At)
			hardware(l.At + 6)
		case capture.LayerSLL:
			hardware(l.At + 6)
		case capture.LayerSLL2:
			hardware(l.At + 12)
		}
		if from, to := addressesOf(l); to > 0 && to <= len(b) {
			half := (to - from) / 2
			hideIP(b[from:from+half], names)
			hideIP(b[from+half:to], names)
		}
		if l.Kind == capture.LayerIP4 || l.Kind == capture.LayerQuoteIP4 { // options can hold addresses: a route
			for j := l.At + 20; j < min(l.End, len(b)); j++ {
				b[j] = 1 // no operation
			}
		}
	}
}
