package capture

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

// TestReadAhead asks for pieces of all sizes, longer ones than are read at once
// too, of what is read ahead in pieces of all sizes.
func TestReadAhead(t *testing.T) {
	content := numbered(40*aheadBytes + 12345)
	broken := errors.New("broken")
	for name, from := range map[string]io.Reader{
		"whole":         bytes.NewReader(content),
		"half":          iotest.HalfReader(bytes.NewReader(content)),
		"data with EOF": iotest.DataErrReader(bytes.NewReader(content)),
		"broken":        io.MultiReader(bytes.NewReader(content), iotest.ErrReader(broken)),
	} {
		arrived := 0
		a := newReadAhead(io.NopCloser(from), newStopSignal())
		b := newInputBufferAhead(a, func() { arrived++ })
		want := io.EOF
		if name == "broken" {
			want = broken
		}
		at := 0
		for size := 1; ; size = size*7%(6*aheadBytes) + 1 {
			got, err := b.need(size)
			if b.offset() != int64(at) || !bytes.Equal(got, content[at:at+len(got)]) {
				t.Fatalf("%s: at %d: offset %d, %d bytes", name, at, b.offset(), len(got))
			}
			if err != nil {
				if err != want || at+len(got) != len(content) {
					t.Errorf("%s: %v at %d", name, err, at+len(got))
				}
				break
			}
			b.skip(size)
			at += size
		}
		if arrived < 4 {
			t.Errorf("%s: told %d times of what came", name, arrived)
		}
		a.Close()
	}
}

// TestReadAheadEnds: the goroutine closes what it reads, whether it came to the
// end or was told to stop.
func TestReadAheadEnds(t *testing.T) {
	for name, from := range map[string]io.Reader{
		"at the end": bytes.NewReader(numbered(10)),
		"before it":  bytes.NewReader(numbered(20 * aheadBytes)),
		"nothing":    idleReader{},
	} {
		closed := make(chan bool)
		a := newReadAhead(closer{from, func() { close(closed) }}, newStopSignal())
		a.Close()
		select {
		case <-closed:
		case <-time.After(time.Minute):
			t.Errorf("%s: it goes on", name)
		}
	}
}

type closer struct {
	io.Reader
	close func()
}

func (c closer) Close() error { c.close(); return nil }
