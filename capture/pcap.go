package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The pcap savefile format: draft-ietf-opsawg-pcap; the variants are
// described in Wireshark's wiretap and libpcap's pcap-savefile(5).
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34 // A. Kuznetzov's patch of 1998: longer record headers

	pcapHeaderLen         = 24
	pcapRecordLen         = 16
	pcapModifiedRecordLen = 24 // also interface index, protocol, packet type

	// linkMask selects the LINKTYPE_ value; the bits above it tell the length
	// of the frame check sequence.
	linkMask = 0xffff
)

// maxCaptured is the most captured bytes that a record may have: libpcap's
// MAXIMUM_SNAPLEN, beyond which no capture program writes. A larger length is
// damage. Files whose records exceed their own snaplen are common, so that is
// no bound.
const maxCaptured = 256 << 10

// pcapReader reads the records of a pcap file.
type pcapReader struct {
	in        *inputBuffer
	big       bool // the file is big-endian
	recordLen int  // bytes of a record header
	fraction  Time // nanoseconds in a unit of the second time field
	lengths   lengthOrder
	link      int32
	snaplen   uint32
	format    string
}

// lengthOrder says which length of a record comes first. Version 2.3 and
// before had the wire length first; writers of 2.3 disagreed (libpcap,
// sf-pcap.c).
type lengthOrder uint8

const (
	capturedFirst lengthOrder = iota
	wireFirst
	smallerIsCaptured
)

// pcapMagic tells whether head begins a pcap file, and in which byte order.
func pcapMagic(head []byte) (magic uint32, big, ok bool) {
	if len(head) < 4 {
		return 0, false, false
	}
	for _, big := range []bool{false, true} {
		switch magic := word32(head, big); magic {
		case magicMicro, magicNano, magicModified:
			return magic, big, true
		}
	}
	return 0, false, false
}

// word32 reads a number in the byte order of the file.
func word32(b []byte, big bool) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if big {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func word16(b []byte, big bool) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if big {
		v = bits.ReverseBytes16(v)
	}
	return v
}

// openPcap reads the file header.
func openPcap(in *inputBuffer) (recordReader, error) {
	head, err := in.need(pcapHeaderLen)
	if err != nil {
		return nil, in.ending(err, "file header", len(head), pcapHeaderLen)
	}
	magic, big, _ := pcapMagic(head)
	p := &pcapReader{in: in, big: big, recordLen: pcapRecordLen, fraction: 1000}
	p.format = "pcap, microseconds"
	switch magic {
	case magicNano:
		p.fraction, p.format = 1, "pcap, nanoseconds"
	case magicModified:
		p.recordLen, p.format = pcapModifiedRecordLen, "pcap (modified), microseconds"
	}
	p.format += ", " + orderName(big)
	if err := p.version(word16(head[4:], big), word16(head[6:], big)); err != nil {
		return nil, err
	}
	p.snaplen = word32(head[16:], big)
	p.link = int32(word32(head[20:], big) & linkMask)
	in.skip(pcapHeaderLen)
	return p, nil
}

// version draws the consequences of the version of the file.
func (p *pcapReader) version(major, minor uint16) error {
	switch {
	case major == 2 && minor >= 4:
	case major == 2 && minor == 3:
		p.lengths = smallerIsCaptured
	case major == 2, major == 543: // 543: DG/UX
		p.lengths = wireFirst
	default:
		return &FileError{What: fmt.Sprintf("pcap version %d.%d is not known", major, minor),
			Do: "smtpscope reads version 2, which every program writes since 1998: the header may be damaged"}
	}
	return nil
}

func orderName(big bool) string {
	if big {
		return "big-endian"
	}
	return "little-endian"
}

func (p *pcapReader) next(r *record) error {
	head, err := p.in.need(p.recordLen)
	if err != nil {
		return p.in.ending(err, "record header", len(head), p.recordLen)
	}
	captured, wire := p.sizes((*[pcapRecordLen]byte)(head))
	if captured > maxCaptured {
		return p.tooLong(captured)
	}
	want := p.recordLen + int(captured)
	whole, err := p.in.need(want)
	if err != nil {
		return p.in.ending(err, "record", len(whole), want)
	}
	p.in.skip(want)
	r.data = whole[p.recordLen:]
	p.fill(r, (*[pcapRecordLen]byte)(whole), wire)
	return nil
}

// sizes gives the lengths that a record header claims.
func (p *pcapReader) sizes(head *[pcapRecordLen]byte) (captured, wire uint32) {
	captured, wire = word32(head[8:], p.big), word32(head[12:], p.big)
	if p.lengths != capturedFirst && (p.lengths == wireFirst || captured > wire) {
		return wire, captured
	}
	return captured, wire
}

// fill takes what the header of r's data says.
func (p *pcapReader) fill(r *record, head *[pcapRecordLen]byte, wire uint32) {
	r.wire = max(int(wire), len(r.data))
	r.time = Time(word32(head[:], p.big))*1e9 + Time(word32(head[4:], p.big))*p.fraction
	r.link = p.link
	r.iface = 0
}

func (p *pcapReader) tooLong(captured uint32) error {
	return &FileError{
		Offset: p.in.offset(),
		What:   fmt.Sprintf("a record claims %d bytes, more than the %d that a capture can have: the file is damaged", captured, maxCaptured),
		Do:     "everything before it was read",
	}
}

func (p *pcapReader) describe(info *SourceInfo) {
	info.Format = p.format
	info.Interfaces = []InterfaceInfo{{Link: p.link, Snaplen: int64(p.snaplen)}}
}
