package capture

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxZstdWindow is the largest window of a zstd frame that is unpacked, in
// bytes: what the zstd command allows without --long (its -M, 128 MiB).
const maxZstdWindow = 128 << 20

// packing is a compression that a capture may be wrapped in.
type packing struct {
	name  string
	magic []byte
	mask  []byte // bits of magic that count; nil = all
	open  func(io.Reader) (io.ReadCloser, error)
}

// packings are told by how a file begins: RFC 1952 section 2.3.1, RFC 8878
// section 3.1.1, the lz4 frame format (and the legacy frame of lz4 -l). A zstd
// file may begin with a skippable frame (RFC 8878 section 3.1.2), as those of
// pzstd do.
var packings = []packing{
	{"gzip", []byte{0x1f, 0x8b, 0x08}, nil, openGzip},
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}, nil, openZstd},
	{"zstd", []byte{0x50, 0x2a, 0x4d, 0x18}, []byte{0xf0, 0xff, 0xff, 0xff}, openZstd},
	{"lz4", []byte{0x04, 0x22, 0x4d, 0x18}, nil, openLZ4},
	{"lz4", []byte{0x02, 0x21, 0x4c, 0x18}, nil, openLZ4},
}

// packedWith tells the compression from the first bytes; nil = none known.
func packedWith(head []byte) *packing {
	for i := range packings {
		if packings[i].matches(head) {
			return &packings[i]
		}
	}
	return nil
}

func (p *packing) matches(head []byte) bool {
	if len(head) < len(p.magic) {
		return false
	}
	if p.mask == nil {
		return bytes.HasPrefix(head, p.magic)
	}
	for i, want := range p.magic {
		if head[i]&p.mask[i] != want {
			return false
		}
	}
	return true
}

// unpackError is what a decompressor said. It is kept apart from the errors
// of reading, as the advice differs.
type unpackError struct {
	format string
	err    error
}

func (e *unpackError) Error() string { return e.format + ": " + e.err.Error() }
func (e *unpackError) Unwrap() error { return e.err }

// A compressed file that unpacks to more than maxRatio times its size is taken
// for a bomb, once it has given bombBytes: captures of mail stay below 100,
// and what DEFLATE makes of nothing but zeros is 1,029.
const (
	maxRatio  = 1000
	bombBytes = 64 << 20
)

// errBomb is the end of such a file.
var errBomb = errors.New("unpacks to more than 1,000 times its size, as no capture does: a decompression bomb")

// unpacker is a stream that is unpacked while it is read.
type unpacker struct {
	packing *packing
	stored  *storedBytes
	from    io.ReadCloser
	given   int64 // bytes unpacked
}

// storedBytes counts what the decompressor has taken.
type storedBytes struct {
	from io.Reader
	n    atomic.Int64 // a decompressor may read in a goroutine of its own
}

func (s *storedBytes) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.n.Add(int64(n))
	return n, err
}

func (p *packing) unpack(from io.Reader) (*unpacker, error) {
	stored := &storedBytes{from: from}
	r, err := p.open(stored)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, &unpackError{p.name, err}
	}
	return &unpacker{packing: p, stored: stored, from: r}, nil
}

// Read unpacks, until it looks like a bomb: that would cost time, though not
// memory, as the window on the stream has a fixed size.
func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	u.given += int64(n)
	if u.given > bombBytes && u.given/maxRatio > u.stored.n.Load() {
		return n, &unpackError{u.packing.name, errBomb}
	}
	if err != nil && err != io.EOF && err != errStopped {
		err = &unpackError{u.packing.name, err}
	}
	return n, err
}

func (u *unpacker) Close() error { return u.from.Close() }

func openGzip(from io.Reader) (io.ReadCloser, error) {
	return gzip.NewReader(bufio.NewReaderSize(from, 64<<10))
}

// zstdGoroutines parts the decoder's work: where blocks are unpacked side by side with
// what is read of them, mail as .zst takes 1.40 s of wall time in place of 1.95 on two
// processors, and no more of theirs.
const zstdGoroutines = 4

func openZstd(from io.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(zstdGoroutines), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func openLZ4(from io.Reader) (io.ReadCloser, error) {
	return io.NopCloser(lz4.NewReader(from)), nil
}
