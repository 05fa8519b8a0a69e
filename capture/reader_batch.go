package capture

import (
	"errors"
	"io"
)

// batchSize is how many segments Batch gives at most. It is about as many
// memory reads as a processor has under way at once; twice as many gained
// nothing.
const batchSize = 32

// errHeld is what an input buffer answers that would have to read while the
// segments of a batch still lie in it.
var errHeld = errors.New("the buffer is held")

// Batch gives the next TCP segments, or ICMP errors that quote one, as Next
// does, as many as are there without waiting: at least one. They and their
// payloads are valid until the next call. Whoever knows what comes next can
// have the memory that it concerns on its way before it is needed.
func (r *Reader) Batch() ([]Segment, error) {
	if r.batch == nil {
		r.batch = make([]Segment, batchSize)
	}
	n := 0
	for n < len(r.batch) {
		s, err := r.merge.next()
		if err != nil {
			if n > 0 && (err == errHeld || err == io.EOF) {
				break
			}
			r.progress.flush()
			return nil, err
		}
		frame := r.count(s)
		if !r.filter.match(frame) {
			r.filtered++
			continue
		}
		assembled := r.decoder.fragments.reassembled
		if !r.decoder.decode(frame, &r.batch[n]) {
			continue
		}
		n++
		if assembled != r.decoder.fragments.reassembled {
			break // its payload lies where that of the next fragments will
		}
		if n == 1 && !r.merge.hold(true) {
			break
		}
	}
	r.merge.hold(false)
	return r.batch[:n], nil
}

// hold keeps what was read where it is: a source then answers errHeld rather
// than read on. Only a source that is alone can be held, as the first record of
// every other is in its buffer, too, when it is compared.
func (m *merger) hold(on bool) bool {
	if len(m.active) != 1 || len(m.waiting) > 0 || m.active[0].in == nil {
		return false
	}
	m.active[0].in.hold = on
	return true
}
