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
	if p, alone := r.merge.alone(); alone {
		n = r.run(p, n)
	}
	for m := r.merge; n < maxBatch && m.spent && !r.decoder.borrowed; {
		from := m.active[0]
		if !from.records.holds() || from.records.next(&from.head) != nil {
			break
		}
		from, _ = m.first()
		if r.take(from, &r.batch[n]) {
			n++
		}
	}
	return r.batch[:n], nil
}

// Dry reports whether the next Batch has to read, or may have to: of a pipe that
// may take hours.
func (r *Reader) Dry() bool {
	m := r.merge
	return len(m.active) != 1 || m.spent && !m.active[0].records.holds()
}

// alone gives the reader of a pcap file that is read by itself.
func (m *merger) alone() (p *pcapReader, ok bool) {
	if !m.spent || len(m.active)+len(m.waiting) > 1 {
		return nil, false
	}
	p, ok = m.active[0].records.(*pcapReader)
	return p, ok
}

// run goes on with the batch, of n segments so far, where a pcap file is read by
// itself, as most captures are: all that lies between two frames is done in
// place, without calls, which saves a fifth of it.
func (r *Reader) run(p *pcapReader, n int) int {
	from := r.merge.active[0]
	frame := &from.head
	for n < maxBatch && !r.decoder.borrowed {
		window := p.in.buf[p.in.pos:p.in.end]
		if len(window) < p.recordLen {
			break
		}
		head := (*[pcapRecordLen]byte)(window)
		captured, wire := p.sizes(head)
		size := p.recordLen + int(captured)
		if captured > maxCaptured || len(window) < size {
			break
		}
		p.in.skip(size)
		frame.data = window[p.recordLen:size:size]
		p.fill(frame, head, wire)
		r.count(from)
		if !r.filter.match(frame) {
			r.filtered++
		} else if r.decoder.decode(frame, &r.batch[n]) {
			n++
		}
	}
	return n
}

// buffered reports whether n bytes are there without reading.
func (b *inputBuffer) buffered(n int) bool { return b.end-b.pos >= n }

func (p *pcapReader) holds() bool {
	if !p.in.buffered(p.recordLen) {
		return false
	}
	captured, _ := p.sizes((*[pcapRecordLen]byte)(p.in.buf[p.in.pos:]))
	return captured <= maxCaptured && p.in.buffered(p.recordLen+int(captured))
}

// holds counts only a packet block that next would hand out: behind one that
// it leaves out it would go on to the next, and perhaps have to read.
func (n *pcapngReader) holds() bool {
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
	return int64(n.word(body)) < int64(len(n.ifaces)) && captured <= maxCaptured && captured <= size-minBlockLen-enhancedLen
}
