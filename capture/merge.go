package capture

import (
	"cmp"
	"io"
	"slices"
)

// merger reads several sources as one, in the order of the time of their
// packets; of packets with the same time, that of the source named first
// comes first. Each source keeps its own order, also where its times go back.
// A source is opened when its first packet is due and closed after its last,
// so the files of a ring are open one or two at a time.
type merger struct {
	waiting []*source // not started, by the time at which they begin
	active  []*source // a heap by the time of their head
	spent   bool      // the head of active[0] was handed out
	ended   bool      // a source was read to its end
	resumed bool      // since then no source was active, and no segment was handed out
}

func newMerger(sources []*source) *merger {
	m := &merger{waiting: slices.Clone(sources)}
	slices.SortStableFunc(m.waiting, func(a, b *source) int { return cmp.Compare(a.begins, b.begins) })
	return m
}

// next gives the source whose head comes next, or io.EOF. The head is valid
// until the next call. Sources that fail keep their error and are left.
func (m *merger) next() (*source, error) {
	if m.spent && m.active[0].advance() != nil {
		m.drop()
	}
	return m.first()
}

// first finds that source once the first of the active ones has another head.
func (m *merger) first() (*source, error) {
	m.sink(0)
	for len(m.waiting) > 0 && (len(m.active) == 0 || m.waiting[0].due(m.active[0])) {
		m.start()
	}
	m.spent = len(m.active) > 0
	if !m.spent {
		return nil, io.EOF
	}
	return m.active[0], nil
}

// due reports whether s, which is not started, may have a packet that comes
// before the head of first.
func (s *source) due(first *source) bool {
	return s.begins < first.head.time || s.begins == first.head.time && s.index < first.index
}

// start moves the first waiting source to the active ones, if it has a record.
func (m *merger) start() {
	s := m.waiting[0]
	m.waiting = m.waiting[1:]
	if !s.start() {
		return
	}
	m.resumed = m.resumed || m.ended && len(m.active) == 0
	m.active = append(m.active, s)
	for i := len(m.active) - 1; i > 0 && m.active[i].before(m.active[(i-1)/2]); i = (i - 1) / 2 {
		m.active[i], m.active[(i-1)/2] = m.active[(i-1)/2], m.active[i]
	}
}

// before is the order of the merge.
func (s *source) before(other *source) bool {
	return s.head.time < other.head.time || s.head.time == other.head.time && s.index < other.index
}

// drop takes the first source off the heap; sink must follow.
func (m *merger) drop() {
	last := len(m.active) - 1
	m.active[0] = m.active[last]
	m.active[last] = nil
	m.active = m.active[:last]
	m.ended = true
}

// sink moves the source at i down to where it belongs.
func (m *merger) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.active); child++ {
			if m.active[child].before(m.active[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		m.active[i], m.active[least] = m.active[least], m.active[i]
		i = least
	}
}
