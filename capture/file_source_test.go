package capture

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"
)

// frameCopy is a record that outlives the next one.
type frameCopy struct {
	at    Time
	data  []byte
	wire  int
	link  int32
	iface int
}

func (f frameCopy) String() string {
	return fmt.Sprintf("%d: %d of %d bytes, link %d, interface %d", f.at, len(f.data), f.wire, f.link, f.iface)
}

func (f frameCopy) equal(g frameCopy) bool {
	return f.at == g.at && f.wire == g.wire && f.link == g.link && f.iface == g.iface && bytes.Equal(f.data, g.data)
}

func copyOf(r *record) frameCopy {
	return frameCopy{r.time, bytes.Clone(r.data), r.wire, r.link, r.iface}
}

// testSource is a source without a Reader around it. path may be "-", with
// the content given.
func testSource(path string, stdin io.Reader) *source {
	s := &source{input: input{path: path, stdin: stdin}, progress: &progress{}, stop: newStopSignal()}
	s.input.status, _ = os.Stat(path)
	s.info.Path = path
	return s
}

// readSource reads a source to its end. The error is nil at an orderly end.
func readSource(s *source, bufferSize int) (frames []frameCopy, err error) {
	if err := s.open(bufferSize); err != nil {
		return nil, err
	}
	defer s.close()
	for {
		if err := s.advance(); err == io.EOF {
			return frames, nil
		} else if err != nil {
			return frames, err
		}
		frames = append(frames, copyOf(s.count(int64(len(frames)+1))))
	}
}

// readBytes reads a file that is in memory.
func readBytes(b []byte) ([]frameCopy, *source, error) {
	s := testSource(stdinPath, bytes.NewReader(b))
	frames, err := readSource(s, bufferSize)
	return frames, s, err
}

// wanted are the frames that packets should be read as; unit is the
// resolution of the file in nanoseconds.
func wanted(packets []testPacket, link int32, unit Time) []frameCopy {
	frames := make([]frameCopy, len(packets))
	for i, p := range packets {
		frames[i] = frameCopy{p.at / unit * unit, p.data, int(p.wireLen()), link, p.iface}
	}
	return frames
}

func sameFrames(t testing.TB, got, want []frameCopy) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if !got[i].equal(want[i]) {
			t.Fatalf("frame %d:\n got %v\nwant %v", i+1, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("got %d frames, want %d", len(got), len(want))
	}
}
