package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// PcapngWriter writes a pcapng file of one section
// (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds. It writes a
// block at a time and keeps nothing, so a file that was cut short is readable
// up to there.
type PcapngWriter struct {
	to         io.Writer
	block      []byte
	interfaces int
	err        error
}

// maxComment is how much of one comment is written, in bytes: an option's
// length has 16 bits.
const maxComment = 60000

// NewPcapngWriter writes the section header: who wrote the file, and what
// there is to say of it as a whole.
func NewPcapngWriter(to io.Writer, application string, comments ...string) (*PcapngWriter, error) {
	w := &PcapngWriter{to: to}
	w.begin(blockSection)
	w.word(byteOrderMagic)
	w.block = binary.LittleEndian.AppendUint16(w.block, 1) // version 1.0
	w.block = binary.LittleEndian.AppendUint16(w.block, 0)
	w.block = binary.LittleEndian.AppendUint64(w.block, math.MaxUint64) // length not known
	for _, c := range comments {
		w.text(ngOptComment, c)
	}
	w.text(ngOptApplication, application)
	return w, w.end()
}

// Interface describes an interface and gives its number for Packet. snaplen
// is in bytes, 0 = no limit; name may be empty.
func (w *PcapngWriter) Interface(link int32, snaplen int64, name string) (int, error) {
	w.begin(blockInterface)
	w.block = binary.LittleEndian.AppendUint16(w.block, uint16(link))
	w.block = binary.LittleEndian.AppendUint16(w.block, 0)
	if snaplen < 0 || snaplen > maxCaptured {
		snaplen = 0
	}
	w.word(uint32(snaplen))
	w.text(ngOptName, name)
	w.option(ngOptResolution, []byte{9}) // 10^-9 s
	w.interfaces++
	return w.interfaces - 1, w.end()
}

// Packet writes a packet of an interface. wire is its length on the wire. A
// moment before 1970 cannot be written and becomes 1970.
func (w *PcapngWriter) Packet(iface int, at Time, data []byte, wire int, comments ...string) error {
	if iface < 0 || iface >= w.interfaces {
		return fmt.Errorf("write pcapng: there is no interface %d", iface)
	}
	if len(data) > maxCaptured {
		return fmt.Errorf("write pcapng: a packet of %d bytes is more than the %d that readers take", len(data), maxCaptured)
	}
	ticks := uint64(max(at, 0))
	w.begin(blockEnhanced)
	for _, v := range []uint32{uint32(iface), uint32(ticks >> 32), uint32(ticks), uint32(len(data)), uint32(max(wire, len(data)))} {
		w.word(v)
	}
	w.block = append(w.block, data...)
	w.pad()
	for _, c := range comments {
		w.text(ngOptComment, c)
	}
	return w.end()
}

func (w *PcapngWriter) begin(kind uint32) {
	w.block = w.block[:0]
	w.word(kind)
	w.word(0) // the length, when it is known
}

func (w *PcapngWriter) word(v uint32) { w.block = binary.LittleEndian.AppendUint32(w.block, v) }

func (w *PcapngWriter) pad() {
	for len(w.block)%4 != 0 {
		w.block = append(w.block, 0)
	}
}

// text writes an option that is a text; none for an empty one.
func (w *PcapngWriter) text(code uint16, s string) {
	if s = strings.ToValidUTF8(s[:min(len(s), maxComment)], "?"); s != "" {
		w.option(code, []byte(s))
	}
}

func (w *PcapngWriter) option(code uint16, value []byte) {
	w.block = binary.LittleEndian.AppendUint16(w.block, code)
	w.block = binary.LittleEndian.AppendUint16(w.block, uint16(len(value)))
	w.block = append(w.block, value...)
	w.pad()
}

// end closes the block and writes it. Packets without options need no end of
// options; an empty list of them is legal everywhere.
func (w *PcapngWriter) end() error {
	if w.err != nil {
		return w.err
	}
	w.word(0) // end of options
	size := uint32(len(w.block) + blockTrailerLen)
	binary.LittleEndian.PutUint32(w.block[4:], size)
	w.word(size)
	_, w.err = w.to.Write(w.block)
	return w.err
}

// originalMark begins the comment that keeps a packet's number. What follows
// it is the number in decimal, and nothing else.
const originalMark = "smtpscope frame "

// OriginalFrame is the comment with which a packet keeps the number that it
// had in the capture it was cut out of. The reader gives it back as
// Segment.Original.
func OriginalFrame(n int64) string { return originalMark + strconv.FormatInt(n, 10) }

// originalFrame reads such a comment; 0 = it is none.
func originalFrame(comment []byte) int64 {
	const digits = 19 // of the largest int64
	if len(comment) <= len(originalMark) || len(comment) > len(originalMark)+digits || string(comment[:len(originalMark)]) != originalMark {
		return 0
	}
	n, err := strconv.ParseInt(string(comment[len(originalMark):]), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
