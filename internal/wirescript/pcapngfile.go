package wirescript

import (
	"encoding/binary"
	"io"
	"math/bits"
	"time"
)

// PcapngOptions choose how a pcapng file is written
// (draft-ietf-opsawg-pcapng). The zero value is a little-endian file with
// microseconds, one interface a link type.
type PcapngOptions struct {
	BigEndian bool
	// TSResol is if_tsresol: 6, 9 or another power of ten up to 18; with the
	// high bit set a power of two. 0 leaves the option out: microseconds.
	TSResol uint8
	// TSOffset is if_tsoffset in seconds, subtracted from every time stamp.
	TSOffset int64
	Comment  string // opt_comment of the section and of the first packet
	// Simple writes Simple Packet Blocks, which have no time.
	Simple bool
	// Drops is written as isb_ifdrop in an Interface Statistics Block.
	Drops uint64
	// SectionEvery begins a new section after so many frames; 0 = never. The
	// second, fourth, ... section has the other byte order.
	SectionEvery int
	// Interfaces is how many interfaces of the same link type the frames are
	// spread over; 0 = 1.
	Interfaces int
	// Unknown writes a block and an option that no reader knows.
	Unknown bool
	Snaplen uint32
}

const (
	blockSection    = 0x0a0d0d0a
	blockInterface  = 1
	blockSimple     = 3
	blockStatistics = 5
	blockPacket     = 6
	blockCustom     = 0x40000bad // of nobody
	byteOrderMagic  = 0x1a2b3c4d
)

// ngWriter writes the blocks of one section.
type ngWriter struct {
	PcapngOptions
	order      binary.AppendByteOrder
	out        []byte
	interfaces map[[2]int]uint32 // link type and turn -> number in the section
}

// WritePcapng writes frames as a pcapng file.
func WritePcapng(w io.Writer, frames []Frame, o PcapngOptions) error {
	n := &ngWriter{PcapngOptions: o}
	n.section(o.BigEndian)
	for i, f := range frames {
		if o.SectionEvery > 0 && i > 0 && i%o.SectionEvery == 0 {
			n.section(o.BigEndian != (i/o.SectionEvery%2 == 1))
		}
		n.packet(f, i)
	}
	if o.Drops > 0 && len(n.interfaces) > 0 {
		b := n.order.AppendUint32(nil, 0)
		b = append(b, make([]byte, 8)...)
		n.block(blockStatistics, n.option(b, 5, n.order.AppendUint64(nil, o.Drops)))
	}
	_, err := w.Write(n.out)
	return err
}

// block appends a block with its two length fields.
func (n *ngWriter) block(kind uint32, body []byte) {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n.out = n.order.AppendUint32(n.out, kind)
	n.out = n.order.AppendUint32(n.out, uint32(len(body)+12))
	n.out = append(n.out, body...)
	n.out = n.order.AppendUint32(n.out, uint32(len(body)+12))
}

func (n *ngWriter) option(b []byte, code uint16, value []byte) []byte {
	b = n.order.AppendUint16(b, code)
	b = n.order.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func (n *ngWriter) section(bigEndian bool) {
	n.order = binary.LittleEndian
	if bigEndian {
		n.order = binary.BigEndian
	}
	n.interfaces = map[[2]int]uint32{}
	b := n.order.AppendUint32(nil, byteOrderMagic)
	b = n.order.AppendUint16(n.order.AppendUint16(b, 1), 0)
	b = n.order.AppendUint64(b, 1<<64-1) // length not given
	if n.Comment != "" {
		b = n.option(b, 1, []byte(n.Comment))
	}
	n.block(blockSection, b)
	if n.Unknown {
		n.block(blockCustom, []byte("not for you"))
	}
}

// onInterface gives the number of the interface for a frame; where it is
// new, its block is written first.
func (n *ngWriter) onInterface(link, i int) uint32 {
	key := [2]int{link, 0}
	if n.Interfaces > 1 {
		key[1] = i % n.Interfaces
	}
	if number, ok := n.interfaces[key]; ok {
		return number
	}
	number := uint32(len(n.interfaces))
	n.interfaces[key] = number
	b := n.order.AppendUint16(nil, uint16(link))
	b = n.order.AppendUint32(append(b, 0, 0), snaplenOr(n.Snaplen))
	b = n.option(b, 2, []byte{'e', 't', 'h', '0' + byte(number%10)})
	if n.TSResol != 0 {
		b = n.option(b, 9, []byte{n.TSResol})
	}
	if n.TSOffset != 0 {
		b = n.option(b, 14, n.order.AppendUint64(nil, uint64(n.TSOffset)))
	}
	if n.Unknown {
		b = n.option(b, 0x7abc, []byte("unknown"))
	}
	n.block(blockInterface, n.order.AppendUint32(b, 0))
	return number
}

func (n *ngWriter) packet(f Frame, i int) {
	number := n.onInterface(f.Link, i)
	if n.Simple && number == 0 {
		n.block(blockSimple, append(n.order.AppendUint32(nil, uint32(f.Wire)), f.Data...))
		return
	}
	ticks := timeTicks(f.Time, n.TSResol, n.TSOffset)
	b := n.order.AppendUint32(nil, number)
	b = n.order.AppendUint32(n.order.AppendUint32(b, uint32(ticks>>32)), uint32(ticks))
	b = n.order.AppendUint32(n.order.AppendUint32(b, uint32(len(f.Data))), uint32(f.Wire))
	b = append(b, f.Data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	if n.Comment != "" && i == 0 {
		b = n.order.AppendUint32(n.option(b, 1, []byte(n.Comment)), 0)
	}
	n.block(blockPacket, b)
}

// ticksPerSecond reads if_tsresol.
func ticksPerSecond(resol uint8) uint64 {
	if resol == 0 {
		resol = 6
	}
	if resol&0x80 != 0 {
		return 1 << (resol & 0x7f)
	}
	n := uint64(1)
	for range resol {
		n *= 10
	}
	return n
}

// timeTicks is a moment in units of the interface.
func timeTicks(t time.Time, resol uint8, offset int64) uint64 {
	per := ticksPerSecond(resol)
	seconds := uint64(t.Unix() - offset)
	hi, lo := bits.Mul64(uint64(t.Nanosecond()), per)
	fraction, _ := bits.Div64(hi, lo, 1e9)
	return seconds*per + fraction
}

// ticksTime is the way back.
func ticksTime(ticks uint64, resol uint8, offset int64) time.Time {
	per := ticksPerSecond(resol)
	hi, lo := bits.Mul64(ticks%per, 1e9)
	ns, _ := bits.Div64(hi, lo, per)
	return time.Unix(int64(ticks/per)+offset, int64(ns)).UTC()
}
