package capture

import "io"

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
		s, err := r.merge.next()
		if err != nil {
			if n > 0 {
				return r.batch[:n], nil
			}
			r.progress.flush()
			return nil, err
		}
		frame := r.count(s)
		if !r.filter.match(frame) {
			r.filtered++
			continue
		}
		if r.decoder.decode(frame, &r.batch[n]) {
			n++
			if r.decoder.borrowed {
				break
			}
		}
	}
	if n == 0 {
		return nil, io.EOF
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

func (n *pcapngReader) ready() bool {
	if !n.in.buffered(minBlockLen) {
		return false
	}
	head := n.in.buf[n.in.pos:]
	size := n.word(head[4:])
	return n.word(head) == blockEnhanced && size <= maxHeldBlock && n.in.buffered(int(size))
}
