package wirescript

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

const oneSession = "snaplen 96\nup to data 3000\nC rst"

// same compares frames; times only to the unit of the format.
func same(t *testing.T, got, want []Frame, unit time.Duration) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d frames, want %d", len(got), len(want))
	}
	for i := range got {
		g, w := got[i], want[i]
		if !bytes.Equal(g.Data, w.Data) || g.Wire != w.Wire || g.Link != w.Link || !g.Time.Equal(w.Time.Truncate(unit)) {
			t.Fatalf("frame %d: %v link %d %d/%d bytes, want %v link %d %d/%d", i+1,
				g.Time, g.Link, len(g.Data), g.Wire, w.Time, w.Link, len(w.Data), w.Wire)
		}
	}
}

// packets reads with gopacket, a reader that is not ours.
func packets(t *testing.T, r interface {
	ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
}, link int) []Frame {
	t.Helper()
	var out []Frame
	for {
		data, info, err := r.ReadPacketData()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Frame{info.Timestamp.UTC(), link, append([]byte(nil), data...), info.Length})
	}
}

func TestPcapVariants(t *testing.T) {
	frames := mustFrames(t, oneSession)
	for _, o := range []PcapOptions{{}, {Nano: true}, {BigEndian: true}, {Nano: true, BigEndian: true}, {Modified: true}, {Modified: true, BigEndian: true}} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			var b bytes.Buffer
			if err := WritePcap(&b, frames, o); err != nil {
				t.Fatal(err)
			}
			unit := time.Microsecond
			if o.Nano {
				unit = 1
			}
			got, err := ReadFrames(b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, frames, unit)
			if o.Modified {
				return // gopacket does not know it
			}
			r, err := pcapgo.NewReader(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if r.LinkType() != layers.LinkTypeEthernet {
				t.Errorf("link type %v", r.LinkType())
			}
			same(t, packets(t, r, LinkEthernet), frames, unit)
		})
	}
}

func TestPcapngVariants(t *testing.T) {
	frames := mustFrames(t, oneSession)
	for _, test := range []struct {
		o        PcapngOptions
		unit     time.Duration
		gopacket bool // it can read that variant
	}{
		{PcapngOptions{}, time.Microsecond, true},
		{PcapngOptions{BigEndian: true}, time.Microsecond, true},
		{PcapngOptions{TSResol: 9, Comment: "made by a script"}, 1, true},
		{PcapngOptions{TSResol: 3}, time.Millisecond, true},
		{PcapngOptions{TSResol: 9, TSOffset: 1000}, 1, false},
		{PcapngOptions{TSResol: 0x80 | 30}, 0, false},
		{PcapngOptions{Unknown: true, Drops: 17}, time.Microsecond, true},
		{PcapngOptions{TSResol: 9, SectionEvery: 3, Interfaces: 2}, 1, false},
	} {
		t.Run(fmt.Sprintf("%+v", test.o), func(t *testing.T) {
			var b bytes.Buffer
			if err := WritePcapng(&b, frames, test.o); err != nil {
				t.Fatal(err)
			}
			got, err := ReadFrames(b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if test.unit == 0 { // powers of two lose a nanosecond
				for i := range got {
					if d := got[i].Time.Sub(frames[i].Time).Abs(); d > 2 {
						t.Fatalf("frame %d is %v away", i+1, d)
					}
				}
				return
			}
			same(t, got, frames, test.unit)
			if !test.gopacket {
				return
			}
			r, err := pcapgo.NewNgReader(bytes.NewReader(b.Bytes()), pcapgo.DefaultNgReaderOptions)
			if err != nil {
				t.Fatal(err)
			}
			same(t, packets(t, r, LinkEthernet), frames, test.unit)
		})
	}
}

// TestSimplePacketBlocks: they have lengths and bytes, and no time.
func TestSimplePacketBlocks(t *testing.T) {
	frames := mustFrames(t, oneSession)
	var b bytes.Buffer
	if err := WritePcapng(&b, frames, PcapngOptions{Simple: true, Snaplen: 96}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFrames(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, ShiftTimeTo(frames, time.Unix(0, 0).UTC()), 1)
}

// ShiftTimeTo gives every frame the same time.
func ShiftTimeTo(frames []Frame, t time.Time) []Frame {
	out := append([]Frame(nil), frames...)
	for i := range out {
		out[i].Time = t
	}
	return out
}

// TestTwoLinkTypes: a pcapng file has them, a pcap file cannot.
func TestTwoLinkTypes(t *testing.T) {
	frames := mustFrames(t, "up to ready\nsession\nlink sll2\nup to ready")
	var b bytes.Buffer
	if err := WritePcapng(&b, frames, PcapngOptions{TSResol: 9}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFrames(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, frames, 1)
	if err := WritePcap(io.Discard, frames, PcapOptions{}); err == nil {
		t.Error("WritePcap took two link types")
	}
}

func TestCompressedFiles(t *testing.T) {
	frames := mustFrames(t, oneSession)
	var b bytes.Buffer
	if err := WritePcap(&b, frames, PcapOptions{Nano: true}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"gzip", "zstd", "lz4"} {
		packed, err := Compress(b.Bytes(), method)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(name, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFile(name)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		same(t, got, frames, 1)
	}
	if _, err := Compress(nil, "rar"); err == nil {
		t.Error("rar was written")
	}
}

// TestCutFile: the frames before the cut are there, and an error that says
// where it is.
func TestCutFile(t *testing.T) {
	frames := mustFrames(t, oneSession)
	var b bytes.Buffer
	if err := WritePcap(&b, frames, PcapOptions{Nano: true}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFrames(b.Bytes()[:b.Len()-3])
	if err == nil {
		t.Fatal("no error")
	}
	same(t, got, frames[:len(frames)-1], 1)
}
