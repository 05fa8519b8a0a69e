package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
)

// ethernetTCP is a frame with a TCP segment to port 25, or to another one.
func ethernetTCP(port uint16, payload string) []byte {
	b := make([]byte, 14+20+20, 54+len(payload))
	b[12], b[13] = 0x08, 0x00
	ip := b[14:]
	ip[0], ip[8], ip[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(ip[2:], uint16(40+len(payload)))
	copy(ip[12:], []byte{192, 0, 2, 1})
	copy(ip[16:], []byte{192, 0, 2, 2})
	tcp := ip[20:]
	binary.BigEndian.PutUint16(tcp, 40000)
	binary.BigEndian.PutUint16(tcp[2:], port)
	tcp[12], tcp[13] = 0x50, 0x18
	return append(b, payload...)
}

// conversation has TCP in frames 1, 3 and 5, and something else between.
func conversation() []testPacket {
	other := make([]byte, 60) // EtherType 0
	return []testPacket{
		{at: 10e9, data: ethernetTCP(25, "EHLO a\r\n")},
		{at: 11e9, data: other},
		{at: 13e9, data: ethernetTCP(25, "MAIL FROM:<>\r\n")},
		{at: 12e9, data: other, wire: 1000},
		{at: 14e9, data: ethernetTCP(80, "GET /\r\n"), wire: 2000},
	}
}

// segments reads a Reader to its end.
func segments(t testing.TB, r *Reader) []string {
	t.Helper()
	var got []string
	for {
		s, err := r.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d:%s", s.Frame, s.Payload))
	}
}

// TestReader goes from a file to segments and their summary.
func TestReader(t *testing.T) {
	path := testFile(t, "talk.pcap", plainPcap(conversation()))
	r, err := Open(Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if s.Kind != KindTCP || s.Frame != 1 || s.SourceFrame != 1 || s.Time != 10e9 ||
		s.Dst != netip.MustParseAddrPort("192.0.2.2:25") || string(s.Payload) != "EHLO a\r\n" {
		t.Errorf("%+v", s)
	}
	if mid := r.Summary(); mid.Frames != 1 || mid.TCP != 1 || mid.Sources[0].Packets != 1 {
		t.Errorf("after one frame: %+v", mid)
	}
	if got := fmt.Sprintf("%q", segments(t, r)); got != `["3:MAIL FROM:<>\r\n" "5:GET /\r\n"]` {
		t.Error(got)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("Next after Close: %v", err)
	}
	sum := r.Summary()
	if sum.Frames != 5 || sum.TCP != 3 || sum.Unordered != 1 || sum.Cut != 2 || sum.Filtered != 0 ||
		sum.First != 10e9 || sum.Last != 14e9 || len(sum.Errors) != 0 {
		t.Errorf("%+v", sum)
	}
	source := sum.Sources[0]
	if source.Path != path || source.Format != "pcap, microseconds, little-endian" || source.Packets != 5 ||
		source.Bytes != sum.Bytes || source.First != 10e9 || source.Last != 14e9 || source.DropsKnown {
		t.Errorf("%+v", source)
	}
}

// TestReaderFilter: what the filter drops counts, and keeps its number.
func TestReaderFilter(t *testing.T) {
	path := testFile(t, "talk.pcap", plainPcap(conversation()))
	r, err := Open(Config{Paths: []string{path}, Filter: "tcp dst port 80"})
	if errors.Is(err, ErrNoFilter) {
		return // this build cannot; TestNoFilter holds it to that
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := fmt.Sprintf("%q", segments(t, r)); got != `["5:GET /\r\n"]` {
		t.Error(got)
	}
	if sum := r.Summary(); sum.Frames != 5 || sum.Filtered != 4 || sum.TCP != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestReaderNothing: an Open without anything to read says all that is wrong,
// a line each.
func TestReaderNothing(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for want, paths := range map[string][]string{
		"no capture was named":                                         nil,
		a + ": no such file":                                           {a},
		a + ": no such file\n" + b + ": no such file":                  {a, b},
		"standard input: is not there to be read; name a capture file": {"-"},
	} {
		if _, err := Open(Config{Paths: paths}); err == nil || err.Error() != want {
			t.Errorf("%v:\n got %v\nwant %s", paths, err, want)
		}
	}
}

// TestReaderProgress: progress ends at the size of the input, packed or not,
// and is not told of what is only looked at.
func TestReaderProgress(t *testing.T) {
	packets := testPackets(8000)
	plain := plainPcap(packets)
	a := testFile(t, "a", plain)
	b := testFile(t, "b", testPackings["zstd"](t, plainPcapng(big, packets)))
	var total int64
	for _, path := range []string{a, b} {
		status, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		total += status.Size()
	}
	calls, last := 0, int64(0)
	r, err := Open(Config{Paths: []string{a, b}, Progress: func(done, of int64) {
		if done <= last || of != total {
			t.Errorf("progress %d of %d after %d, total %d", done, of, last, total)
		}
		calls, last = calls+1, done
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	segments(t, r)
	if last != total || calls < 3 || calls > int(total/progressStep)+2 {
		t.Errorf("%d of %d in %d calls", last, total, calls)
	}
}

// TestReaderNoSize: where an input has no size, there is no total.
func TestReaderNoSize(t *testing.T) {
	file := plainPcap(conversation())
	var totals []int64
	r, err := Open(Config{
		Paths: []string{"-", testFile(t, "a", file)}, Stdin: io.MultiReader(bytes.NewReader(file)),
		Progress: func(_, total int64) { totals = append(totals, total) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := len(segments(t, r)); got != 6 {
		t.Errorf("%d segments", got)
	}
	if len(totals) != 1 || totals[0] != 0 {
		t.Errorf("totals %v", totals)
	}
}

// TestReaderAllocations: the whole way from the file to the segment costs no
// memory per packet.
func TestReaderAllocations(t *testing.T) {
	var packets []testPacket
	for range 1000 {
		packets = append(packets, conversation()...)
	}
	r, err := Open(Config{Paths: []string{"-"}, Stdin: bytes.NewReader(plainPcap(packets))})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	per := testing.AllocsPerRun(3, func() {
		for range 700 {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
	})
	// The stream hands over a few buffers; nothing may grow with packets.
	if per > 5 {
		t.Errorf("%v allocations in 700 segments", per)
	}
}
