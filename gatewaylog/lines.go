package gatewaylog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	readBuffer = 256 << 10
	// maxZstdWindow bounds what a compressed file may ask for.
	maxZstdWindow = 64 << 20
)

// content undoes compression and UTF-16, both recognised by their first
// bytes, whatever the file is called.
func content(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, readBuffer)
	for range 2 { // a compressed file within a compressed file is not opened
		head, _ := b.Peek(4)
		switch {
		case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
			stored := &storedBytes{from: b}
			z, err := gzip.NewReader(bufio.NewReaderSize(stored, readBuffer))
			if err != nil {
				return nil, err
			}
			b = bufio.NewReaderSize(&unpacked{from: z, stored: stored}, readBuffer)
		case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			stored := &storedBytes{from: b}
			z, err := zstd.NewReader(stored, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
			if err != nil {
				return nil, err
			}
			b = bufio.NewReaderSize(&unpacked{from: z.IOReadCloser(), stored: stored}, readBuffer)
		case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
			return bufio.NewReaderSize(&utf16Reader{in: b}, readBuffer), nil
		case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
			return bufio.NewReaderSize(&utf16Reader{in: b, big: true}, readBuffer), nil
		case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
			_, _ = b.Discard(3)
			return b, nil
		default:
			return b, nil
		}
	}
	return b, nil
}

// lineReader gives the lines of a log, each bounded.
type lineReader struct {
	in     *bufio.Reader
	number int64
	bytes  int64
	buf    []byte // for lines longer than the buffer
}

// next is the next line without its end and without NULs, which a crash or a
// rotation by truncation leaves in a log. cut says that it was over-long, and
// nuls that it held NULs. The error is io.EOF at the orderly end.
func (l *lineReader) next() (text string, cut, nuls bool, err error) {
	line, err := l.in.ReadSlice('\n')
	l.bytes += int64(len(line))
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.long(line)
		cut = true
	}
	if len(line) == 0 && err != nil {
		return "", false, false, err
	}
	l.number++
	line = bytes.TrimSuffix(line, []byte{'\n'})
	line = bytes.TrimRight(line, "\r")
	if len(line) > maxLineBytes {
		line, cut = line[:maxLineBytes], true
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return strings.ReplaceAll(string(line), "\x00", ""), cut, true, nil
	}
	return string(line), cut, false, nil
}

// long keeps the beginning of a line that is longer than the buffer and skips
// the rest of it.
func (l *lineReader) long(head []byte) ([]byte, error) {
	l.buf = append(l.buf[:0], head[:maxLineBytes]...)
	for {
		more, err := l.in.ReadSlice('\n')
		l.bytes += int64(len(more))
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.buf, err
		}
	}
}

// utf16Reader turns UTF-16 into UTF-8; what is broken becomes U+FFFD.
type utf16Reader struct {
	in      io.Reader
	big     bool
	started bool
	pending []byte // UTF-8 not yet given out
	raw     [4096]byte
	kept    int // bytes of raw left over: half a unit
	high    rune
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.pending) == 0 {
		n, err := u.in.Read(u.raw[u.kept:])
		n += u.kept
		u.decode(u.raw[:n&^1])
		u.kept = n & 1
		if u.kept == 1 {
			u.raw[0] = u.raw[n-1]
		}
		if err != nil && len(u.pending) == 0 {
			return 0, err
		}
	}
	n := copy(p, u.pending)
	u.pending = u.pending[n:]
	return n, nil
}

func (u *utf16Reader) decode(raw []byte) {
	out := make([]rune, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		c := rune(raw[i]) | rune(raw[i+1])<<8
		if u.big {
			c = rune(raw[i])<<8 | rune(raw[i+1])
		}
		switch {
		case c == 0xfeff && !u.started: // the byte order mark
		case c >= 0xd800 && c < 0xdc00:
			u.high = c
		case c >= 0xdc00 && c < 0xe000 && u.high != 0:
			out = append(out, 0x10000+(u.high-0xd800)<<10+(c-0xdc00))
			u.high = 0
		default:
			out, u.high = append(out, c), 0
		}
		u.started = true
	}
	u.pending = []byte(string(out))
}
