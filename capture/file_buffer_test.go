package capture

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// numbered are n bytes that tell where they stand.
func numbered(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8)
	}
	return b
}

// TestBufferNeed asks for pieces of all sizes, from readers that give them in
// pieces of all sizes, with a buffer that is too small for most.
func TestBufferNeed(t *testing.T) {
	content := numbered(5000)
	for name, from := range map[string]io.Reader{
		"whole":          bytes.NewReader(content),
		"one byte":       iotest.OneByteReader(bytes.NewReader(content)),
		"half":           iotest.HalfReader(bytes.NewReader(content)),
		"data with EOF":  iotest.DataErrReader(bytes.NewReader(content)),
		"nothing at all": bytes.NewReader(nil),
	} {
		b := newInputBuffer(from, 16)
		at := 0
		for size := 1; ; size = size*3%251 + 1 {
			got, err := b.need(size)
			if b.offset() != int64(at) {
				t.Fatalf("%s: offset %d at %d", name, b.offset(), at)
			}
			if name == "nothing at all" {
				if err != io.EOF || len(got) != 0 {
					t.Errorf("%s: %d bytes, %v", name, len(got), err)
				}
				break
			}
			if !bytes.Equal(got, content[at:at+len(got)]) {
				t.Fatalf("%s: wrong bytes at %d", name, at)
			}
			if err != nil {
				if err != io.EOF || at+len(got) != len(content) {
					t.Errorf("%s: %v at %d", name, err, at+len(got))
				}
				break
			}
			b.skip(size)
			at += size
		}
	}
}

// TestBufferGrowth: a length that is claimed costs nothing until so many
// bytes are there.
func TestBufferGrowth(t *testing.T) {
	b := newInputBuffer(bytes.NewReader(numbered(1000)), 64)
	got, err := b.need(1 << 30)
	if err != io.EOF || len(got) != 1000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if len(b.buf) > 2048 {
		t.Errorf("a buffer of %d bytes for 1000", len(b.buf))
	}
}

// TestBufferDiscard skips more than the buffer holds, and says how much of it
// was there.
func TestBufferDiscard(t *testing.T) {
	b := newInputBuffer(bytes.NewReader(numbered(1000)), 16)
	if n, err := b.discard(900); n != 900 || err != nil || b.offset() != 900 {
		t.Errorf("%d, %v, offset %d", n, err, b.offset())
	}
	if n, err := b.discard(101); n != 100 || err != io.EOF {
		t.Errorf("%d, %v", n, err)
	}
}

// TestBufferNoProgress: a reader that gives nothing, for ever, is given up.
func TestBufferNoProgress(t *testing.T) {
	b := newInputBuffer(idleReader{}, 16)
	if _, err := b.need(1); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

// TestBufferAsReader: what was looked at is not lost to a decompressor.
func TestBufferAsReader(t *testing.T) {
	content := numbered(3000)
	b := newInputBuffer(iotest.HalfReader(bytes.NewReader(content)), 100)
	if _, err := b.need(50); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
