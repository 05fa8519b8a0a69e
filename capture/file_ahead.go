package capture

import "io"

const (
	// aheadBytes is how much is read, or unpacked, at once ahead of who asks.
	aheadBytes = 256 << 10
	// aheadRoom is left in front of it for the beginning of a record that the
	// piece before ended in. Longer ones are copied to where there is room.
	aheadRoom = 64 << 10
	// aheadDepth: one is read into while one is used, and one lies between.
	aheadDepth = 3
)

// readAhead unpacks a file in a goroutine of its own, so that this costs the
// reader no time where there is a second processor. Pieces are handed over and
// not copied.
type readAhead struct {
	filled chan filledPiece
	free   chan []byte
	done   chan struct{}
	stop   *stopSignal
	now    []byte // the memory that is in use
}

// filledPiece is memory with what was read behind its aheadRoom.
type filledPiece struct {
	mem []byte
	n   int
	err error
}

// newReadAhead begins to read. The goroutine closes from when it ends.
func newReadAhead(from io.ReadCloser, stop *stopSignal) *readAhead {
	a := &readAhead{stop: stop, filled: make(chan filledPiece, aheadDepth), free: make(chan []byte, aheadDepth), done: make(chan struct{})}
	for range aheadDepth {
		a.free <- make([]byte, aheadRoom+aheadBytes)
	}
	go a.pump(from)
	return a
}

func (a *readAhead) pump(from io.ReadCloser) {
	defer from.Close()
	for empty := 0; empty < maxEmptyReads; {
		select {
		case mem := <-a.free:
			n, err := from.Read(mem[aheadRoom:])
			if n == 0 && err == nil {
				empty++
				a.free <- mem
				continue
			}
			empty = 0
			a.filled <- filledPiece{mem, n, err} // there is a place for every piece
			if err != nil {
				return
			}
		case <-a.done:
			return
		}
	}
	a.filled <- filledPiece{err: io.ErrNoProgress}
}

// follow makes the next piece the window's memory, behind the bytes that were
// not consumed yet. It waits.
func (a *readAhead) follow(b *inputBuffer) {
	if a.stop.stopped() { // also where more is there already
		b.err = errStopped
		return
	}
	p := <-a.filled
	b.err = p.err
	if p.n == 0 {
		return
	}
	rest, piece := b.buf[b.pos:b.end], p.mem[aheadRoom:aheadRoom+p.n]
	if a.now == nil && len(rest) > aheadRoom && cap(b.buf)-b.end >= p.n { // more of a long record
		b.buf, b.end = append(b.buf[:b.end], piece...), b.end+p.n
		a.free <- p.mem
		return
	}
	b.base += int64(b.pos)
	if len(rest) <= aheadRoom {
		b.buf, b.pos, b.end = p.mem, aheadRoom-copy(p.mem[aheadRoom-len(rest):aheadRoom], rest), aheadRoom+p.n
		b.base -= int64(b.pos)
		a.release()
		a.now = p.mem
		return
	}
	// What a length claims is not allocated until it came, or nearly: half of that
	// on top, or a record of many pieces would be copied as often as it has pieces.
	joined := make([]byte, 0, (len(rest)+p.n)*3/2)
	joined = append(append(joined, rest...), piece...)
	b.buf, b.pos, b.end = joined, 0, len(joined)
	a.release()
	a.free <- p.mem
}

// release lets the memory be read into again.
func (a *readAhead) release() {
	if a.now != nil {
		a.free <- a.now
		a.now = nil
	}
}

// Close ends the reading soon.
func (a *readAhead) Close() error {
	close(a.done)
	return nil
}
