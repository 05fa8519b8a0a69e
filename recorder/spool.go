package recorder

import "smtpscope/capture"

// A spool holds the frames of one flow in bounded memory: the first ones, and
// the last ones. What becomes too much in the middle is counted and let go.
// Three stretches of bytes make that cheap: head is filled once; newer is
// filled, becomes older, and takes over what older was.
type spool struct {
	head, older, newer stretch
	skipped            skipped
}

// A stretch is frames with their bytes in one piece of memory.
type stretch struct {
	bytes  []byte
	frames []kept
}

// kept is where a frame lies in its stretch.
type kept struct {
	number   int64
	time     capture.Time
	from, to int32
	wire     int32
	link     int32
	source   int32
}

// skipped are frames that were let go.
type skipped struct {
	frames, bytes int64
	first         int64 // number of the first one
}

const (
	// headBytes is how much of the beginning of a flow is kept: greeting,
	// envelope, the first of the content. tailBytes is how much of its end at
	// least; twice as much where the middle was let go just before.
	headBytes = 128 << 10
	tailBytes = 64 << 10
	keptCost  = 40 // of a kept, bytes
	// frameCost stands for what a small frame costs beside its bytes, so that
	// a flow of empty ACKs is bounded too.
	frameCost = keptCost
)

func (s *stretch) size() int { return len(s.bytes) + frameCost*len(s.frames) }

// cost is what the stretch takes of memory, bytes.
func (s *stretch) cost() int { return cap(s.bytes) + keptCost*cap(s.frames) }

func (s *stretch) add(f *capture.StoredFrame) {
	from := len(s.bytes)
	s.bytes = append(s.bytes, f.Data...)
	s.frames = append(s.frames, kept{number: f.Number, time: f.Time, from: int32(from), to: int32(len(s.bytes)),
		wire: int32(f.Wire), link: f.Link, source: int32(f.Source)})
}

// frame gives one; its data is that of the stretch.
func (s *stretch) frame(k *kept) capture.StoredFrame {
	return capture.StoredFrame{Number: k.number, Source: int(k.source), Link: k.link, Wire: int(k.wire), Time: k.time,
		Data: s.bytes[k.from:k.to:k.to]}
}

func (s *spool) cost() int { return s.head.cost() + s.older.cost() + s.newer.cost() }

// add copies a frame.
func (s *spool) add(f *capture.StoredFrame) {
	size := len(f.Data) + frameCost
	switch {
	case len(s.newer.frames) == 0 && len(s.older.frames) == 0 && s.head.size()+size <= headBytes:
		s.head.add(f)
		return
	case len(s.newer.frames) > 0 && s.newer.size()+size > tailBytes:
		s.letGo()
	}
	s.newer.add(f)
}

// letGo drops the older stretch; newer takes its place.
func (s *spool) letGo() {
	if o := &s.older; len(o.frames) > 0 {
		if s.skipped.frames == 0 {
			s.skipped.first = o.frames[0].number
		}
		s.skipped.frames += int64(len(o.frames))
		s.skipped.bytes += int64(len(o.bytes))
	}
	s.older, s.newer = s.newer, stretch{s.older.bytes[:0], s.older.frames[:0]}
}

// each shows the frames in order.
func (s *spool) each(show func(capture.StoredFrame)) {
	for _, part := range []*stretch{&s.head, &s.older, &s.newer} {
		for i := range part.frames {
			show(part.frame(&part.frames[i]))
		}
	}
}

// split takes the frames up to a number out, and leaves those behind it. The
// bytes of what was taken belong to the caller.
func (s *spool) split(last int64) (taken []capture.StoredFrame, gone skipped) {
	var rest spool
	s.each(func(f capture.StoredFrame) {
		if f.Number <= last {
			taken = append(taken, f)
		} else {
			rest.add(&f)
		}
	})
	if s.skipped.frames > 0 && s.skipped.first <= last {
		gone = s.skipped
	} else {
		rest.skipped = s.skipped
	}
	*s = rest
	return taken, gone
}
