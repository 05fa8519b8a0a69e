package capture

import (
	"errors"
	"io"
	"sync"
)

// errStopped is what a read answers after Reader.Stop.
var errStopped = errors.New("stopped")

// stopSignal lets another goroutine end the reading.
type stopSignal struct {
	once sync.Once
	done chan struct{}
}

func newStopSignal() *stopSignal { return &stopSignal{done: make(chan struct{})} }

func (s *stopSignal) stop() { s.once.Do(func() { close(s.done) }) }

func (s *stopSignal) stopped() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

const (
	// pipeSize is how much a pipe is asked to hold: sixteen times what it does by
	// itself (pipe(7)), so that who writes and who reads wait for each other less
	// often.
	pipeSize = 1 << 20
	// streamBufferSize is how much of it is read at once, into one of two buffers.
	// With a quarter of the pipe mail takes the CPU time that it takes with all of
	// it (medians of five runs in turn), and some MiB less.
	streamBufferSize = 256 << 10
)

// stream reads a pipe in a goroutine of its own, so that a reader who waits
// for a quiet interface can be stopped. It hands out what came as soon as it
// came. The goroutine ends with the pipe; after a stop it may wait in its
// last read for as long as the process runs, as no system call gives up a
// read of standard input.
type stream struct {
	stop   *stopSignal
	filled chan chunk  // from the goroutine: what was read
	free   chan []byte // to the goroutine: a buffer to read into
	now    chunk       // what Read is handing out
	buf    []byte      // the buffer that now lies in
}

type chunk struct {
	data []byte
	err  error
}

func newStream(from io.Reader, stop *stopSignal) *stream {
	s := &stream{stop: stop, filled: make(chan chunk, 1), free: make(chan []byte, 2)}
	s.free <- make([]byte, streamBufferSize)
	s.free <- make([]byte, streamBufferSize)
	widen(from)
	go s.pump(from)
	return s
}

func (s *stream) pump(from io.Reader) {
	for {
		select {
		case buf := <-s.free:
			n, err := from.Read(buf)
			select {
			case s.filled <- chunk{buf[:n], err}:
			case <-s.stop.done:
				return
			}
			if err != nil {
				return
			}
		case <-s.stop.done:
			return
		}
	}
}

func (s *stream) Read(p []byte) (int, error) {
	if len(s.now.data) == 0 {
		if s.now.err != nil {
			return 0, s.now.err
		}
		if err := s.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.now.data)
	s.now.data = s.now.data[n:]
	if len(s.now.data) == 0 {
		return n, s.now.err
	}
	return n, nil
}

// wait gives the used buffer back and takes the next one.
func (s *stream) wait() error {
	if s.buf != nil {
		s.free <- s.buf
		s.buf = nil
	}
	if s.stop.stopped() { // also where more is there already
		return errStopped
	}
	select {
	case s.now = <-s.filled:
		s.buf = s.now.data[:cap(s.now.data)]
		return nil
	case <-s.stop.done:
		return errStopped
	}
}
