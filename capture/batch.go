package capture

// maxBatch is how many segments Batch gives at most: as many as let a reader
// who looks ahead hide how slow memory is, and no more than fit the cache.
const maxBatch = 32

// Batch gives the next segments, from one to 32, as Next would give them one by
// one; they and their Payloads are valid until the next call of Batch or Next.
// It ends where giving more would mean to read more, so nothing is handed out
// later than Next would. The error is io.EOF at the end of the last input, and
// no other, and comes without segments.
func (r *Reader) Batch() ([]Segment, error) {
	if r.batch == nil {
		r.batch = make([]Segment, maxBatch)
	}
	n := 0
	for n < maxBatch && (n == 0 || r.merge.ready()) {
		found, err := r.step(&r.batch[n])
		if err != nil && n == 0 {
			return nil, err
		}
		if err != nil {
			break // the next call says so again
		}
		if found {
			n++
		}
		if found && r.decoder.borrowed {
			break
		}
	}
	return r.batch[:n], nil
}

// ready reports whether next can answer without that anything of the frames
// before is overwritten.
func (m *merger) ready() bool {
	return m.spent && m.active[0].records.ready()
}

// buffered reports whether n bytes are there without reading.
func (b *inputBuffer) buffered(n int) bool { return b.end-b.pos >= n }

func (p *pcapReader) ready() bool {
	if !p.in.buffered(p.recordLen) {
		return false
	}
	head := p.in.buf[p.in.pos:]
	captured := word32(head[8:], p.big)
	if p.lengths != capturedFirst {
		captured = max(captured, word32(head[12:], p.big))
	}
	return captured <= maxCaptured && p.in.buffered(p.recordLen+int(captured))
}

// ready is true only of a packet block that next will hand out: behind one that
// it leaves out it would go on to the next, and perhaps have to read.
func (n *pcapngReader) ready() bool {
	if n.unknown || !n.in.buffered(minBlockLen) {
		return false
	}
	head := n.in.buf[n.in.pos:]
	size := n.word(head[4:])
	if n.word(head) != blockEnhanced || size < minBlockLen+enhancedLen || size > maxHeldBlock || !n.in.buffered(int(size)) {
		return false
	}
	body := head[blockHeaderLen:]
	captured := n.word(body[12:])
	return int64(n.word(body)) < int64(len(n.ifaces)) && captured <= maxCaptured && captured <= size-minBlockLen-enhancedLen
}
