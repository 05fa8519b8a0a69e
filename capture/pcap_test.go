package capture

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestPcapVariants reads every variant of the format, plain and packed.
func TestPcapVariants(t *testing.T) {
	packets := testPackets(30)
	for _, style := range []struct {
		magic uint32
		words string
		unit  Time
	}{
		{0xa1b2c3d4, "pcap, microseconds", 1000},
		{0xa1b23c4d, "pcap, nanoseconds", 1},
		{0xa1b2cd34, "pcap (modified), microseconds", 1000},
	} {
		for _, order := range []testOrder{little, big} {
			file := pcapStyle{order: order, magic: style.magic, snaplen: 1500, link: 276}.file(packets)
			byteOrder := map[testOrder]string{little: ", little-endian", big: ", big-endian"}[order]
			want := wanted(packets, 276, style.unit)
			t.Run(style.words+byteOrder, func(t *testing.T) {
				got, s, err := readBytes(file)
				if err != nil {
					t.Fatal(err)
				}
				sameFrames(t, got, want)
				if s.info.Format != style.words+byteOrder {
					t.Errorf("format %q", s.info.Format)
				}
				if s.info.Snaplen != 1500 || len(s.info.Links) != 1 || s.info.Links[0] != 276 {
					t.Errorf("snaplen %d, links %v", s.info.Snaplen, s.info.Links)
				}
			})
			for name, pack := range testPackings {
				t.Run(style.words+byteOrder+", "+name, func(t *testing.T) {
					got, s, err := readBytes(pack(t, file))
					if err != nil {
						t.Fatal(err)
					}
					sameFrames(t, got, want)
					if s.info.Format != style.words+byteOrder+", "+name {
						t.Errorf("format %q", s.info.Format)
					}
				})
			}
		}
	}
}

// TestPcapLink: the bits above the link type say how long the frame check
// sequence is, and are not part of it.
func TestPcapLink(t *testing.T) {
	for field, want := range map[uint32]int32{1: 1, 276: 276, 0x54000001: 1, 0xf4000114: 276} {
		file := pcapStyle{order: big, magic: 0xa1b2c3d4, snaplen: 96, link: field}.file(testPackets(2))
		got, _, err := readBytes(file)
		if err != nil || len(got) != 2 {
			t.Fatal(len(got), err)
		}
		if got[1].link != want {
			t.Errorf("field %#x: link %d, want %d", field, got[1].link, want)
		}
	}
}

// TestPcapLengths: records may be longer than the snaplen of their file, up
// to the bound, and a wire length below the captured one is not believed.
func TestPcapLengths(t *testing.T) {
	longest := testPacket{data: bytes.Repeat([]byte("x"), 256<<10)}
	short := testPacket{data: []byte("0123456789"), wire: 4}
	style := pcapStyle{order: little, magic: 0xa1b2c3d4, snaplen: 64, link: 1}
	got, _, err := readBytes(style.file([]testPacket{longest, short, longest}))
	if err != nil || len(got) != 3 {
		t.Fatal(len(got), err)
	}
	for i, want := range []int{256 << 10, 10, 256 << 10} {
		if len(got[i].data) != want || got[i].wire != want {
			t.Errorf("frame %d: %d of %d bytes, want %d", i+1, len(got[i].data), got[i].wire, want)
		}
	}
}

// TestPcapDamage has a line for all that can be wrong with a pcap file.
func TestPcapDamage(t *testing.T) {
	whole := plainPcap([]testPacket{{data: []byte("0123456789")}, {data: []byte("abcdef")}})
	const second = 24 + 16 + 10 // where the second record begins
	tooLong := bytes.Clone(whole)
	copy(tooLong[second+8:], []byte{1, 0, 4, 0}) // 262145
	version := bytes.Clone(whole)
	version[4] = 3
	for _, c := range []struct {
		name   string
		file   []byte
		frames int
		want   string // with the path taken off
	}{
		{"cut in the header", whole[:23], 0,
			"the file ends inside a file header, of which 23 of 24 bytes are there"},
		{"header only", whole[:24], 0, ""},
		{"cut in a record header", whole[:second+3], 1,
			"the file ends inside a record header, of which 3 of 16 bytes are there, at offset 50, frame 2; everything before it was read"},
		{"cut in a record", whole[:second+18], 1,
			"the file ends inside a record, of which 18 of 22 bytes are there, at offset 50, frame 2; everything before it was read"},
		{"length beyond sense", tooLong, 1,
			"a record claims 262145 bytes, more than the 262144 that a capture can have: the file is damaged, at offset 50, frame 2; everything before it was read"},
		{"version 3", version, 0,
			"pcap version 3.4 is not known; smtpscope reads version 2, which every program writes since 1998: the header may be damaged"},
		{"whole", whole, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := readBytes(c.file)
			if len(got) != c.frames {
				t.Errorf("%d frames, want %d", len(got), c.frames)
			}
			if line := errorLine(err); line != c.want {
				t.Errorf("\n got %q\nwant %q", line, c.want)
			}
		})
	}
}

// errorLine is an error of standard input without the name in front.
func errorLine(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), "standard input: ")
}

// TestRecordAllocations: a record costs no memory, in either format.
func TestRecordAllocations(t *testing.T) {
	packets := testPackets(4000)
	for name, file := range map[string][]byte{
		"pcap":   plainPcap(packets),
		"pcapng": plainPcapng(big, packets),
	} {
		in := bytes.NewReader(file)
		s := testSource(stdinPath, nil)
		s.in = newInputBuffer(in, bufferSize)
		records, err := openRecords(s.in, s.report)
		if err != nil {
			t.Fatal(err)
		}
		var r record
		read := 0
		perRun := testing.AllocsPerRun(3, func() {
			for range 999 {
				if err := records.next(&r); err != nil {
					panic(fmt.Sprint(name, " ", read, " ", err))
				}
				read++
			}
		})
		if perRun != 0 {
			t.Errorf("%s: %v allocations in 999 records", name, perRun)
		}
		if read < 3*999 {
			t.Errorf("%s: %d records", name, read)
		}
	}
}
