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
	if err := r.step(&r.batch[0]); err != nil {
		return nil, err
	}
	n := 1
	for m := r.merge; n < maxBatch && m.spent && !r.decoder.borrowed; {
		from := m.active[0]
		if !from.records.buffered(&from.head) {
			break
		}
		if len(m.active)+len(m.waiting) > 1 { // one file alone is in order
			from, _ = m.first()
		}
		if r.take(from, &r.batch[n]) {
			n++
		}
	}
	return r.batch[:n], nil
}

// buffered reports whether n bytes are there without reading.
func (b *inputBuffer) buffered(n int) bool { return b.end-b.pos >= n }

func (p *pcapReader) buffered(r *record) bool {
	window := p.in.buf[p.in.pos:p.in.end]
	if len(window) < p.recordLen {
		return false
	}
	head := (*[pcapRecordLen]byte)(window)
	captured, wire := p.sizes(head)
	want := p.recordLen + int(captured)
	if captured > maxCaptured || len(window) < want {
		return false
	}
	p.in.skip(want)
	r.data = window[p.recordLen:want:want]
	p.fill(r, head, wire)
	return true
}

// buffered takes only a packet block that next would hand out: behind one that
// it leaves out it would go on to the next, and perhaps have to read.
func (n *pcapngReader) buffered(r *record) bool {
	if n.unknown || !n.in.buffered(minBlockLen) {
		return false
	}
	head := n.in.buf[n.in.pos:]
	size := n.word(head[4:])
	if n.word(head) != blockEnhanced || size < minBlockLen+enhancedLen || size > maxHeldBlock ||
		size%4 != 0 || !n.in.buffered(int(size)) || n.word(head[size-blockTrailerLen:]) != size {
		return false
	}
	body := head[blockHeaderLen:]
	captured := n.word(body[12:])
	return int64(n.word(body)) < int64(len(n.ifaces)) && captured <= maxCaptured && captured <= size-minBlockLen-enhancedLen &&
		n.next(r) == nil
}
