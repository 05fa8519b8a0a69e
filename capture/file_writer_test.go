package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// A writer of capture files for the tests. It shares nothing with the readers
// but the constants of encoding/binary, so that an error in one of them is
// not an error in both.

type testPacket struct {
	at    Time
	data  []byte
	wire  int // 0 = len(data)
	iface int
}

func (p testPacket) wireLen() uint32 {
	if p.wire == 0 {
		return uint32(len(p.data))
	}
	return uint32(p.wire)
}

// testPackets are n packets of different lengths, a few of them cut, from
// 2024-01-01 on, apart by a third of a second and a nanosecond.
func testPackets(n int) []testPacket {
	const start = 1704067200_000000000
	packets := make([]testPacket, n)
	for i := range packets {
		data := make([]byte, (i*i*7+i)%1501)
		for j := range data {
			data[j] = byte(i*31 + j)
		}
		packets[i] = testPacket{at: start + Time(i)*333_333_334, data: data}
		if i%5 == 4 {
			packets[i].wire = len(data) + 1000
		}
	}
	return packets
}

type testOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

var (
	little testOrder = binary.LittleEndian
	big    testOrder = binary.BigEndian
)

// pcapStyle is a variant of the pcap format.
type pcapStyle struct {
	order        testOrder
	magic        uint32
	major, minor uint16
	snaplen      uint32
	link         uint32
}

func (s pcapStyle) file(packets []testPacket) []byte {
	o := s.order
	major, minor := uint16(2), uint16(4)
	if s.major != 0 {
		major, minor = s.major, s.minor
	}
	b := o.AppendUint32(nil, s.magic)
	b = o.AppendUint16(b, major)
	b = o.AppendUint16(b, minor)
	b = append(b, make([]byte, 8)...) // zone, accuracy
	b = o.AppendUint32(b, s.snaplen)
	b = o.AppendUint32(b, s.link)
	for _, p := range packets {
		b = s.record(b, p)
	}
	return b
}

func (s pcapStyle) record(b []byte, p testPacket) []byte {
	o := s.order
	fraction := uint32(p.at % 1e9)
	if s.magic != 0xa1b23c4d {
		fraction /= 1000
	}
	b = o.AppendUint32(b, uint32(p.at/1e9))
	b = o.AppendUint32(b, fraction)
	first, second := uint32(len(p.data)), p.wireLen()
	if s.major == 2 && s.minor < 3 {
		first, second = second, first
	}
	b = o.AppendUint32(b, first)
	b = o.AppendUint32(b, second)
	if s.magic == 0xa1b2cd34 {
		b = o.AppendUint32(b, 2) // interface index
		b = o.AppendUint16(b, 0x0800)
		b = append(b, 4, 0) // packet type, padding
	}
	return append(b, p.data...)
}

// plainPcap is what tcpdump writes on a PC.
func plainPcap(packets []testPacket) []byte {
	return pcapStyle{order: little, magic: 0xa1b2c3d4, snaplen: 262144, link: 1}.file(packets)
}

// ngWriter writes pcapng blocks.
type ngWriter struct {
	bytes.Buffer
	o testOrder
}

func (w *ngWriter) block(kind uint32, body []byte) *ngWriter {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	size := uint32(len(body) + 12)
	b := w.o.AppendUint32(nil, kind)
	b = w.o.AppendUint32(b, size)
	b = append(b, body...)
	b = w.o.AppendUint32(b, size)
	w.Write(b)
	return w
}

// option is an option with its padding.
func (w *ngWriter) option(code uint16, value []byte) []byte {
	b := w.o.AppendUint16(nil, code)
	b = w.o.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func (w *ngWriter) endOfOptions() []byte { return []byte{0, 0, 0, 0} }

func (w *ngWriter) section(o testOrder, length int64, options ...[]byte) *ngWriter {
	w.o = o
	b := o.AppendUint32(nil, 0x1a2b3c4d)
	b = o.AppendUint16(b, 1)
	b = o.AppendUint16(b, 0)
	b = o.AppendUint64(b, uint64(length))
	return w.block(0x0a0d0d0a, append(b, bytes.Join(options, nil)...))
}

func (w *ngWriter) iface(link uint16, snaplen uint32, options ...[]byte) *ngWriter {
	b := w.o.AppendUint16(nil, link)
	b = append(b, 0, 0)
	b = w.o.AppendUint32(b, snaplen)
	return w.block(1, append(b, bytes.Join(options, nil)...))
}

// enhanced writes a packet at ticks of its interface's clock.
func (w *ngWriter) enhanced(p testPacket, ticks uint64, options ...[]byte) *ngWriter {
	b := w.o.AppendUint32(nil, uint32(p.iface))
	return w.block(6, w.packet(b, p, ticks, options))
}

func (w *ngWriter) obsolete(p testPacket, ticks uint64, options ...[]byte) *ngWriter {
	b := w.o.AppendUint16(nil, uint16(p.iface))
	b = w.o.AppendUint16(b, 0xffff) // drops not known
	return w.block(2, w.packet(b, p, ticks, options))
}

func (w *ngWriter) packet(b []byte, p testPacket, ticks uint64, options [][]byte) []byte {
	b = w.o.AppendUint32(b, uint32(ticks>>32))
	b = w.o.AppendUint32(b, uint32(ticks))
	b = w.o.AppendUint32(b, uint32(len(p.data)))
	b = w.o.AppendUint32(b, p.wireLen())
	b = append(b, p.data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return append(b, bytes.Join(options, nil)...)
}

func (w *ngWriter) simple(p testPacket) *ngWriter {
	return w.block(3, append(w.o.AppendUint32(nil, p.wireLen()), p.data...))
}

func (w *ngWriter) statistics(iface uint32, options ...[]byte) *ngWriter {
	b := w.o.AppendUint32(nil, iface)
	return w.block(5, append(append(b, make([]byte, 8)...), bytes.Join(options, nil)...))
}

// plainPcapng is what dumpcap writes: one section, one interface, nanoseconds.
func plainPcapng(o testOrder, packets []testPacket) []byte {
	w := &ngWriter{}
	w.section(o, -1)
	w.iface(1, 262144, w.option(9, []byte{9}), w.endOfOptions())
	for _, p := range packets {
		w.enhanced(p, uint64(p.at))
	}
	return w.Bytes()
}

// testPackings wrap a file as a user's tools would.
var testPackings = map[string]func(testing.TB, []byte) []byte{
	"gzip": func(t testing.TB, b []byte) []byte {
		return packedBy(t, b, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
	},
	"zstd": func(t testing.TB, b []byte) []byte {
		return packedBy(t, b, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	},
	"lz4": func(t testing.TB, b []byte) []byte {
		return packedBy(t, b, func(w io.Writer) (io.WriteCloser, error) {
			z := lz4.NewWriter(w)
			return z, z.Apply(lz4.BlockSizeOption(lz4.Block64Kb))
		})
	},
}

func packedBy(t testing.TB, b []byte, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := open(&out)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// testFile writes a file into the test's own folder and gives its path.
func testFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
