package capture

import "io"

// Config says what to read.
type Config struct {
	// Paths are files in any order; "-" is Stdin. They are read as one
	// capture in the order of their packets' time. A file named twice is read
	// once, and Summary.Errors says so.
	Paths []string
	// Stdin is read where Paths has "-". It is not closed.
	Stdin io.Reader
	// Filter is a BPF expression in pcap-filter(7) syntax; empty = all. A
	// frame it drops still counts and keeps its frame number. Where libpcap
	// was not built in, Open answers ErrNoFilter for a non-empty one.
	Filter string
	// Progress, if not nil, is called now and then (not per packet) with the
	// bytes of input (as stored, before decompression) read so far, and the
	// total size of all inputs, 0 where one of them has no size. It is called
	// from within Open and Next, in their goroutine.
	Progress func(done, total int64)
}
