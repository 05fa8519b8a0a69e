package capture

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// readRecords reads one file, without a source around it. Reports are the
// errors of blocks that were left out.
func readRecords(from io.Reader, bufferSize int) (frames []frameCopy, reports []string, err error) {
	in := newInputBuffer(from, bufferSize)
	records, err := openRecords(in, func(e *FileError) { reports = append(reports, e.Error()) })
	if err != nil {
		return nil, reports, err
	}
	var r record
	for {
		if err = records.next(&r); err != nil {
			return frames, reports, err
		}
		frames = append(frames, copyOf(&r))
	}
}

// fuzzFiles are seeds: each format, byte order and block type, small.
func fuzzFiles() [][]byte {
	packets := testPackets(4)
	var files [][]byte
	for _, order := range []testOrder{little, big} {
		for _, magic := range []uint32{0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34} {
			files = append(files, pcapStyle{order: order, magic: magic, snaplen: 40, link: 1}.file(packets))
		}
		w := &ngWriter{}
		w.section(order, -1, w.comment(order, "a comment"))
		w.iface(1, 12, w.option(9, []byte{0x94}), w.option(14, order.AppendUint64(nil, 60)), w.endOfOptions())
		w.enhanced(packets[1], 77)
		w.obsolete(packets[1], 78)
		w.simple(testPacket{data: []byte("0123456789ab"), wire: 60})
		w.statistics(0, w.counter(5, 3))
		w.block(0x0bad, []byte("unknown"))
		files = append(files, w.Bytes())
	}
	return append(files, old2point0(packets))
}

func old2point0(packets []testPacket) []byte {
	return pcapStyle{order: big, magic: 0xa1b2c3d4, major: 2, minor: 2, snaplen: 40, link: 1}.file(packets)
}

// FuzzRecords holds the readers to what is true of any input.
func FuzzRecords(f *testing.F) {
	for _, file := range fuzzFiles() {
		f.Add(file, uint16(len(file)/2))
	}
	f.Fuzz(func(t *testing.T, file []byte, cut uint16) {
		frames, reports, err := readRecords(bytes.NewReader(file), 4096)
		total := 0
		for i, r := range frames {
			total += len(r.data)
			if len(r.data) > maxCaptured || r.wire < len(r.data) || r.link < 0 || r.link > 0xffff || r.iface < 0 {
				t.Fatalf("frame %d: %v", i+1, r)
			}
		}
		if total > len(file) {
			t.Fatalf("%d bytes of records in a file of %d", total, len(file))
		}
		wantError(t, err, len(file))

		slow, slowReports, slowErr := readRecords(iotest.OneByteReader(bytes.NewReader(file)), 64)
		sameFrames(t, slow, frames)
		if len(slowReports) != len(reports) || errorLine(slowErr) != errorLine(err) {
			t.Fatalf("byte by byte: %v %v, at once: %v %v", slowReports, slowErr, reports, err)
		}

		short, _, _ := readRecords(bytes.NewReader(file[:min(int(cut), len(file))]), 4096)
		if len(short) > len(frames) {
			t.Fatalf("cut at %d: %d frames instead of %d", cut, len(short), len(frames))
		}
		sameFrames(t, short, frames[:len(short)])
	})
}

// wantError: an end is orderly, or it is a *FileError at an offset within the
// file that prints as a line.
func wantError(t *testing.T, err error, size int) {
	t.Helper()
	var e *FileError
	switch {
	case err == io.EOF || err == errEmpty:
	case !errors.As(err, &e):
		t.Fatalf("%v is no *FileError", err)
	case e.Offset < 0 || e.Offset > int64(size):
		t.Fatalf("offset %d in a file of %d bytes", e.Offset, size)
	case e.What == "" || oneLine(e.Error()) != e.Error():
		t.Fatalf("%q", e.Error())
	}
}

// TestTruncatedAnywhere cuts each format after every byte: the records in
// front of the cut are there, the one that it goes through is not, and only a
// cut between records is no error.
func TestTruncatedAnywhere(t *testing.T) {
	for n, file := range fuzzFiles() {
		whole, _, err := readRecords(bytes.NewReader(file), 4096)
		if err != io.EOF || len(whole) < 3 {
			t.Fatalf("file %d: %d frames, %v", n, len(whole), err)
		}
		orderly, last := 0, 0
		for cut := range len(file) {
			got, _, err := readRecords(bytes.NewReader(file[:cut]), 4096)
			sameFrames(t, got, whole[:len(got)])
			if len(got) < last {
				t.Fatalf("file %d cut at %d: %d frames, with a byte less %d", n, cut, len(got), last)
			}
			last = len(got)
			if err == io.EOF {
				orderly++
			}
		}
		if orderly < len(whole) || orderly > len(whole)+5 {
			t.Errorf("file %d: orderly at %d places, with %d frames", n, orderly, len(whole))
		}
	}
}

// FuzzPacked: whatever a decompressor makes of its input, nothing breaks, and
// a cut gives no other records than the whole.
func FuzzPacked(f *testing.F) {
	plain := plainPcap(testPackets(4))
	for _, pack := range testPackings {
		packed := pack(f, plain)
		f.Add(packed, uint16(len(packed)/2))
	}
	f.Fuzz(func(t *testing.T, file []byte, cut uint16) {
		if packedWith(file) == nil {
			return
		}
		whole, _, _ := readBytes(file)
		short, _, err := readBytes(file[:min(int(cut), len(file))])
		if len(short) > len(whole) {
			t.Fatalf("cut at %d: %d frames instead of %d", cut, len(short), len(whole))
		}
		sameFrames(t, short, whole[:len(short)])
		var e *FileError
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%v is no *FileError", err)
		}
	})
}
