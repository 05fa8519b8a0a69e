package capture

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
)

// TestPcapng reads both byte orders, plain and packed.
func TestPcapng(t *testing.T) {
	packets := testPackets(30)
	want := wanted(packets, 1, 1)
	for order, words := range map[testOrder]string{little: "pcapng, little-endian", big: "pcapng, big-endian"} {
		file := plainPcapng(order, packets)
		got, s, err := readBytes(file)
		if err != nil || s.info.Format != words {
			t.Fatal(s.info.Format, err)
		}
		sameFrames(t, got, want)
		for name, pack := range testPackings {
			got, s, err := readBytes(pack(t, file))
			if err != nil || s.info.Format != words+", "+name {
				t.Fatal(s.info.Format, err)
			}
			sameFrames(t, got, want)
		}
	}
}

// TestPcapngAll has in one file what the format allows: sections of both byte
// orders, interfaces that differ in everything, every kind of packet block,
// unknown blocks and options, and counters.
func TestPcapngAll(t *testing.T) {
	a, b, c := []byte("ethernet"), []byte("raw ip"), []byte("x")
	w := &ngWriter{}
	w.section(little, -1,
		w.comment(little, "taken at the mirror port"), little.AppendUint32(nil, 0x0000_1234), // unknown, empty
		w.textOption(little, 2, "PC"), w.textOption(little, 3, "Linux"), w.textOption(little, 4, "dumpcap"))
	w.iface(1, 8, w.option(2, []byte("eth0")), w.option(3, []byte("the uplink")),
		w.option(11, []byte("\x00tcp port 25")), w.option(9, []byte{9}), w.endOfOptions())
	w.block(0x0bad, []byte("an unknown block"))
	w.enhanced(testPacket{data: a, wire: 100}, 1_000_000_001, w.option(1, []byte("a comment")), w.endOfOptions())
	w.iface(276, 0, w.option(14, little.AppendUint64(nil, 60)))
	w.enhanced(testPacket{data: b, iface: 1}, 2_000_000)
	w.simple(testPacket{data: a, wire: 1000}) // as much as the snaplen of eth0
	w.simple(testPacket{data: c})
	w.obsolete(testPacket{data: b, iface: 1}, 3_000_000)
	w.statistics(0, w.counter(4, 10), w.counter(5, 2), w.counter(7, 1))
	w.statistics(0, w.counter(4, 1000), w.counter(5, 20), w.counter(7, 3), w.endOfOptions())
	w.section(big, 12345, w.comment(big, "second"))
	w.iface(113, 0, w.option(9, []byte{0x80 + 10}))
	w.enhanced(testPacket{data: c}, 5*1024+512)
	w.statistics(0, w.counter(5, 100))

	got, s, err := readBytes(w.Bytes())
	if err != nil || len(s.reports) > 0 {
		t.Fatal(err, s.reports)
	}
	sameFrames(t, got, []frameCopy{
		{1_000_000_001, a, 100, 1, 0},
		{62_000_000_000, b, 6, 276, 1},
		{62_000_000_000, a, 1000, 1, 0},
		{62_000_000_000, c, 1, 1, 0},
		{63_000_000_000, b, 6, 276, 1},
		{5_500_000_000, c, 1, 113, 2},
	})
	want := SourceInfo{
		Path: "-", Format: "pcapng, both byte orders", Links: []int32{1, 276, 113}, Snaplen: 8,
		Packets: 6, Bytes: 30, First: 1_000_000_001, Last: 63_000_000_000,
		Interfaces: []InterfaceInfo{
			{Name: "eth0", Description: "the uplink", Filter: "tcp port 25", Link: 1, Snaplen: 8,
				Received: 1000, Dropped: 20, DroppedByOS: 3, DropsKnown: true},
			{Link: 276},
			{Link: 113, Dropped: 100, DropsKnown: true},
		},
		Dropped: 123, DropsKnown: true,
		Hardware: "PC", OS: "Linux", Application: "dumpcap",
		Comments: []string{"taken at the mirror port", "second"},
	}
	if !reflect.DeepEqual(s.info, want) {
		t.Errorf("\n got %+v\nwant %+v", s.info, want)
	}
}

// textOption writes an option of a section header, whose byte order the
// writer does not have yet.
func (w *ngWriter) textOption(o testOrder, code uint16, value string) []byte {
	return (&ngWriter{o: o}).option(code, []byte(value))
}

func (w *ngWriter) comment(o testOrder, value string) []byte { return w.textOption(o, 1, value) }

func (w *ngWriter) counter(code uint16, value uint64) []byte {
	return w.option(code, w.o.AppendUint64(nil, value))
}

// TestPcapngDamage has a line for all that can be wrong with a pcapng file.
func TestPcapngDamage(t *testing.T) {
	start := func() *ngWriter {
		w := &ngWriter{}
		return w.section(little, -1).iface(1, 0).enhanced(testPacket{data: []byte("good")}, 1)
	}
	good := testPacket{data: []byte("after")}
	const offset = 28 + 20 + 36 // what start wrote
	whole := start().Bytes()
	patched := func(at int, b ...byte) []byte {
		file := bytes.Clone(start().enhanced(good, 2).Bytes())
		copy(file[at:], b)
		return file
	}
	liar := start()
	liar.block(6, append(make([]byte, 12), 200, 0, 0, 0, 200, 0, 0, 0, 'x')).enhanced(good, 2)
	for _, c := range []struct {
		name   string
		file   []byte
		frames int
		want   []string
	}{
		{"orderly", whole, 1, nil},
		{"cut in the section header", whole[:20], 0,
			[]string{"the file ends inside a block, of which 20 of 28 bytes are there"}},
		{"cut in a block header", start().Bytes()[:offset-36+5], 0,
			[]string{"the file ends inside a block header, of which 5 of 12 bytes are there, at offset 48, frame 1; everything before it was read"}},
		{"cut in a block", whole[:offset-1], 0,
			[]string{"the file ends inside a block, of which 35 of 36 bytes are there, at offset 48, frame 1; everything before it was read"}},
		{"length no multiple of 4", patched(offset+4, 33), 1,
			[]string{"a block claims a length of 33 bytes: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"length beyond sense", patched(offset+4, 4, 0, 0, 1), 1,
			[]string{"a block claims a length of 16777220 bytes: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"length too small", patched(offset+4, 8), 1,
			[]string{"a block claims a length of 8 bytes: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"lengths differ", patched(offset+36, 44), 1,
			[]string{"a block's two lengths differ, 40 and 44: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"byte order", append(start().Bytes(), 10, 13, 13, 10, 28, 0, 0, 0, 1, 2, 3, 4), 1,
			[]string{"a section header has the byte order mark 0x01020304: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"section too short", start().block(0x0a0d0d0a, []byte{0x4d, 0x3c, 0x2b, 0x1a}).Bytes(), 1,
			[]string{"a section header is too short: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"interface too short", start().block(1, make([]byte, 4)).Bytes(), 1,
			[]string{"an interface description is too short: the file is damaged, at offset 84, frame 2; everything before it was read"}},
		{"packet too short", start().block(6, make([]byte, 16)).enhanced(good, 2).Bytes(), 2,
			[]string{"a packet block is too short, at offset 84; it was left out"}},
		{"old packet too short", start().block(2, make([]byte, 16)).enhanced(good, 2).Bytes(), 2,
			[]string{"a packet block is too short, at offset 84; it was left out"}},
		{"simple packet too short", start().block(3, nil).enhanced(good, 2).Bytes(), 2,
			[]string{"a packet block is too short, at offset 84; it was left out"}},
		{"packet longer than its block", liar.Bytes(), 2,
			[]string{"a packet claims 200 bytes in a block of 36, at offset 84; it was left out"}},
		{"simple packet longer than its block", start().simple(testPacket{data: []byte("12345678"), wire: 9}).enhanced(good, 2).Bytes(), 2,
			[]string{"a packet claims 9 bytes in a block of 24, at offset 84; it was left out"}},
		{"no such interface", start().enhanced(testPacket{data: []byte("lost"), iface: 7}, 1).enhanced(good, 2).Bytes(), 2,
			[]string{"a packet is of interface 7, which the file does not describe, at offset 84; it was left out"}},
		{"interface of the section before", start().section(little, -1).simple(good).iface(1, 0).enhanced(good, 1).Bytes(), 2,
			[]string{"a packet is of interface 0, which the file does not describe, at offset 112; it was left out"}},
		{"statistics of no interface", start().statistics(1).enhanced(good, 1).Bytes(), 2,
			[]string{"a statistics block is of no interface that the file describes, at offset 84; it was left out"}},
		{"packet block beyond the buffer", start().block(6, make([]byte, 600<<10)).enhanced(good, 1).Bytes(), 2,
			[]string{"a block of type 6 has 614412 bytes, at offset 84; it was left out"}},
		{"long block of another kind", start().block(0x0bad, make([]byte, 2<<20)).enhanced(good, 1).Bytes(), 2, nil},
		{"cut in a long block", start().block(0x0bad, make([]byte, 2<<20)).Bytes()[:1<<20], 1,
			[]string{"the file ends inside a block, of which 1048492 of 2097164 bytes are there, at offset 84, frame 2; everything before it was read"}},
		{"unknown version", (&ngWriter{o: little}).block(0x0a0d0d0a, append([]byte{0x4d, 0x3c, 0x2b, 0x1a, 9}, make([]byte, 11)...)).Bytes(), 0,
			[]string{"pcapng version 9.0 is not known"}},
		{"unknown version in the middle", unknownSection(start()).enhanced(good, 1).section(little, -1).iface(1, 0).enhanced(good, 2).Bytes(), 2,
			[]string{"pcapng version 9.0 is not known, at offset 84; this section was left out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, s, _ := readBytes(c.file)
			if len(got) != c.frames {
				t.Errorf("%d frames, want %d", len(got), c.frames)
			}
			var lines []string
			for _, e := range s.reports {
				lines = append(lines, errorLine(e))
			}
			if fmt.Sprintf("%q", lines) != fmt.Sprintf("%q", c.want) {
				t.Errorf("\n got %q\nwant %q", lines, c.want)
			}
		})
	}
}

func unknownSection(w *ngWriter) *ngWriter {
	return w.block(0x0a0d0d0a, append([]byte{0x4d, 0x3c, 0x2b, 0x1a, 9}, make([]byte, 11)...))
}

// TestPcapngReportsBounded: a file with an error in each block does not make
// a list as long as the file.
func TestPcapngReportsBounded(t *testing.T) {
	w := &ngWriter{}
	w.section(big, -1)
	for range 1000 {
		w.enhanced(testPacket{}, 0)
	}
	_, s, err := readBytes(w.Bytes())
	if err != nil || len(s.reports) != maxReports {
		t.Errorf("%d reports, %v", len(s.reports), err)
	}
}

// TestPcapngTexts: the texts of a file are the outside world's.
func TestPcapngTexts(t *testing.T) {
	w := &ngWriter{}
	long := bytes.Repeat([]byte("y"), 60000)
	w.section(little, -1, w.comment(little, "two\nlines\x1b[31m\xff"), w.textOption(little, 4, string(long)),
		[]byte{3, 0, 0xff, 0xff}) // an option that does not fit
	_, s, err := readBytes(w.Bytes())
	if err != nil || len(s.reports) > 0 {
		t.Fatal(err, s.reports)
	}
	if got := s.info.Comments; len(got) != 1 || got[0] != "two?lines?[31m?" {
		t.Errorf("comments %q", got)
	}
	if n := len(s.info.Application); n != maxText {
		t.Errorf("application of %d bytes", n)
	}
}
