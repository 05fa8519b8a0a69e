//go:build cgo

package capture

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/gopacket/pcap"
)

// sharedRoot holds public captures; the tests use it where it is there.
const sharedRoot = "../../shared"

// oracle is what libpcap reads of a file: times, lengths and bytes. It knows
// later times than a packet may have here.
func oracle(path string) ([]frameCopy, error) {
	h, err := pcap.OpenOffline(path)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	var frames []frameCopy
	for {
		data, info, err := h.ReadPacketData()
		if err == io.EOF {
			return frames, nil
		}
		if err != nil {
			return frames, err
		}
		frames = append(frames, frameCopy{at: min(maxTime, Time(info.Timestamp.UnixNano())), data: data, wire: info.Length})
	}
}

// difference says how what is read here differs from what libpcap reads.
type difference struct {
	why    string
	frames int // read here
	// noTime: the times are not to be compared.
	noTime bool
}

// Why libpcap reads less of a file that is in order.
const (
	oneLink   = "libpcap's interface has one link type and one snaplen a file, and refuses those with several"
	noIface   = "libpcap wants an interface in every file; one without has no packets, and that is no damage"
	noTimes   = "simple packet blocks have no time: libpcap says 1970, here it is that of the packet before"
	newMinor  = "libpcap knows versions 1.0 and 1.2; a minor version is compatible by definition"
	newPcap   = "libpcap knows pcap 2.0 to 2.4; 2.5 would be compatible too"
	otherMain = "a section of a version that is not known is passed over, libpcap stops"
)

// differences are by the end of the path; the files be__ and le__ are the
// same in both byte orders.
var differences = map[string]difference{
	"e__test002.pcapng":            {noIface, 0, false},
	"e__test004.pcapng":            {oneLink, 4, false},
	"e__test005.pcapng":            {oneLink, 4, false},
	"e__test006.pcapng":            {oneLink, 5, false},
	"e__test008.pcapng":            {oneLink, 4, false},
	"e__test011.pcapng":            {noTimes, 4, true},
	"e__test014.pcapng":            {oneLink, 0, false},
	"e__test016.pcapng":            {noTimes, 4, true},
	"e__test017.pcapng":            {noIface, 0, false},
	"e__test018.pcapng":            {noTimes, 4, true},
	"e__test100.pcapng":            {oneLink, 5, false},
	"e__test101.pcapng":            {oneLink, 4, false},
	"e__test102.pcapng":            {oneLink, 5, false},
	"e__test200.pcapng":            {oneLink, 0, false},
	"e__test201.pcapng":            {oneLink, 4, false},
	"e__test202.pcapng":            {oneLink, 8, false},
	"e__test901.pcapng":            {otherMain, 2, false},
	"pcapng-invalid-vers-2.pcapng": {newMinor, 1, false},
	"pcap-invalid-version-2.pcap":  {newPcap, 1, false},
}

func explained(path string) (difference, bool) {
	for end, d := range differences {
		if strings.HasSuffix(path, end) {
			return d, true
		}
	}
	return difference{}, false
}

// againstOracle holds what is read here against what libpcap reads. Where
// libpcap gives up, it must be with a reason that is known, or be damage that
// is found here as well, at the same frame.
func againstOracle(t *testing.T, path string) (frames int) {
	t.Helper()
	want, wantErr := oracle(path)
	in, err := look(path, nil)
	var got []frameCopy
	if err == nil {
		s := testSource(path, nil)
		s.input = in
		got, err = readSource(s, bufferSize)
	}
	d, known := explained(path)
	if !known && (err == nil) != (wantErr == nil) {
		t.Errorf("%s: error %v, libpcap says %v", path, err, wantErr)
	}
	if known && len(got) != d.frames || !known && len(got) != len(want) {
		t.Errorf("%s: %d frames, libpcap reads %d, expected difference %v", path, len(got), len(want), d)
	}
	for i := range min(len(got), len(want)) {
		g, w := got[i], want[i]
		w.wire = max(w.wire, len(w.data)) // a wire length of 0 is nonsense
		sameTime := g.at == w.at || d.noTime && w.at == 0
		if !sameTime || g.wire != w.wire || !bytes.Equal(g.data, w.data) {
			t.Errorf("%s: frame %d:\n got %v\nwant %v", path, i+1, g, w)
			break
		}
	}
	return len(got)
}

// TestSharedAgainstLibpcap reads every public file, also those that are no
// captures, which libpcap and smtpscope must both refuse.
func TestSharedAgainstLibpcap(t *testing.T) {
	if _, err := os.Stat(sharedRoot); err != nil {
		t.Skip("no shared captures here: ", err)
	}
	files, frames := 0, 0
	for _, folder := range []string{"pcaps", "servers"} {
		err := filepath.WalkDir(filepath.Join(sharedRoot, folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files++
				frames += againstOracle(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files, %d frames", files, frames)
}

// TestWrittenAgainstLibpcap has libpcap read what the tests write, so that
// the writer of the tests is held against it too.
func TestWrittenAgainstLibpcap(t *testing.T) {
	packets := testPackets(40)
	for _, order := range []testOrder{little, big} {
		for _, magic := range []uint32{0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34} {
			style := pcapStyle{order: order, magic: magic, snaplen: 65535, link: 1}
			path := testFile(t, "written.pcap", style.file(packets))
			if n := againstOracle(t, path); n != len(packets) {
				t.Errorf("%v %x: %d frames", order, magic, n)
			}
			cut := style.file(packets)
			againstOracle(t, testFile(t, "cut.pcap", cut[:len(cut)-3]))
		}
		path := testFile(t, "written.pcapng", plainPcapng(order, packets))
		if n := againstOracle(t, path); n != len(packets) {
			t.Errorf("%v pcapng: %d frames", order, n)
		}
		cut := plainPcapng(order, packets)
		againstOracle(t, testFile(t, "cut.pcapng", cut[:len(cut)-3]))
	}
}

// TestOldVersionsAgainstLibpcap: before 2.3 the wire length came first.
func TestOldVersionsAgainstLibpcap(t *testing.T) {
	packets := testPackets(12)
	for minor := range uint16(5) {
		style := pcapStyle{order: little, magic: 0xa1b2c3d4, major: 2, minor: minor, snaplen: 65535, link: 1}
		if n := againstOracle(t, testFile(t, "old.pcap", style.file(packets))); n != len(packets) {
			t.Errorf("version 2.%d: %d frames", minor, n)
		}
	}
}

// TestClockAgainstLibpcap holds if_tsresol and if_tsoffset against libpcap's
// arithmetic, where that one does not refuse them.
func TestClockAgainstLibpcap(t *testing.T) {
	packet := testPacket{data: []byte{1, 2, 3}}
	for _, resolution := range []byte{0, 3, 6, 8, 9, 12, 0x80, 0x8a, 0x94, 0x9e, 0xa0} {
		for _, offset := range []uint64{0, 3600, ^uint64(0)} {
			w := &ngWriter{}
			w.section(little, -1)
			w.iface(1, 65535, w.option(9, []byte{resolution}), w.option(14, little.AppendUint64(nil, offset)), w.endOfOptions())
			w.enhanced(packet, 0x0000_0001_2345_6789)
			w.enhanced(packet, 1_000_000_007)
			againstOracle(t, testFile(t, "clock.pcapng", w.Bytes()))
		}
	}
}

// TestLongRecordAgainstLibpcap: libpcap cuts records at the file's snaplen,
// here they are read whole.
func TestLongRecordAgainstLibpcap(t *testing.T) {
	packets := testPackets(10)
	style := pcapStyle{order: little, magic: 0xa1b2c3d4, snaplen: 96, link: 1}
	path := testFile(t, "long.pcap", style.file(packets))
	theirs, err := oracle(path)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := readSource(testSource(path, nil), bufferSize)
	if err != nil {
		t.Fatal(err)
	}
	sameFrames(t, ours, wanted(packets, 1, 1000))
	for i := range theirs {
		if want := packets[i].data[:min(96, len(packets[i].data))]; !bytes.Equal(theirs[i].data, want) {
			t.Errorf("libpcap no longer cuts at the snaplen: frame %d has %d bytes", i+1, len(theirs[i].data))
		}
	}
}
