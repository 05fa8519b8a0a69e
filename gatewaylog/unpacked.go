package gatewaylog

import (
	"errors"
	"io"
)

// A compressed log that unpacks to more than maxRatio times its size is taken
// for a bomb, once it has given bombBytes. Logs stay below 100; zstd can make
// more of one line that is repeated for ever.
const (
	maxRatio  = 1000
	bombBytes = 64 << 20
)

var errBomb = errors.New("unpacks to more than 1,000 times its size, as no log does: a decompression bomb")

// storedBytes counts what a decompressor has taken.
type storedBytes struct {
	from io.Reader
	n    int64
}

func (s *storedBytes) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.n += int64(n)
	return n, err
}

// unpacked is what a decompressor gives, until it looks like a bomb.
type unpacked struct {
	from   io.Reader
	stored *storedBytes
	given  int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	u.given += int64(n)
	if u.given > bombBytes && u.given/maxRatio > u.stored.n {
		return n, errBomb
	}
	return n, err
}
