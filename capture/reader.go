package capture

import (
	"errors"
	"math"
)

// Reader hands out the TCP segments of captures. It is used from one
// goroutine; only Stop may be called from others.
type Reader struct {
	sources    []*source
	merge      *merger
	decoder    *decoder
	filter     *filter // nil = all frames
	expression string  // that it was made of
	progress   *progress
	stop       *stopSignal
	segment    Segment
	frame      Frame
	batch      []Segment // of Batch

	frames    int64
	filtered  int64
	unordered int64
	cut       int64
	latest    Time // of the frame handed out at last

	problems []*FileError // found by Open
}

// Open begins to read. It fails where the filter is wrong or none of the
// inputs is a capture; its error is then one *FileError, or several joined
// (errors.Join), one per line. Where some can be read, the others are in
// Summary.Errors.
//
// Of a single input only the header is read; of several, also the first
// packet of each.
func Open(cfg Config) (*Reader, error) {
	r := newReader(&progress{call: cfg.Progress})
	if err := r.selectBy(cfg.Filter); err != nil {
		return nil, err
	}
	if r.addSources(r.look(cfg)) == 0 {
		return nil, r.failure()
	}
	r.progress.total = r.size()
	return r, nil
}

func newReader(p *progress) *Reader {
	return &Reader{decoder: newDecoder(), progress: p, stop: newStopSignal(), latest: math.MinInt64}
}

func (r *Reader) selectBy(expression string) (err error) {
	if expression != "" {
		r.filter, err = compileFilter(expression)
	}
	r.expression = expression
	return err
}

// Twin gives another Reader of the same inputs, which hands out the same from
// the beginning, for another goroutine; it tells nobody its progress. It is asked
// for before the first Next. Where an input cannot be read twice, or is
// compressed and so best read once, there is none: nil.
func (r *Reader) Twin() *Reader {
	twin := newReader(new(progress))
	var inputs []input
	for _, s := range r.sources {
		if !s.input.again() || s.packing != "" {
			return nil
		}
		inputs = append(inputs, s.input)
	}
	if twin.selectBy(r.expression) != nil {
		return nil
	}
	if twin.addSources(inputs) < len(inputs) { // it was there a moment ago
		twin.Close()
		return nil
	}
	return twin
}

// Size is the bytes of all inputs as they were found by Open, 0 where one of
// them has no size.
func (r *Reader) Size() int64 { return r.size() }

// look gives the inputs that are there, each once.
func (r *Reader) look(cfg Config) []input {
	var found []input
next:
	for _, path := range cfg.Paths {
		in, err := look(path, cfg.Stdin)
		if err != nil {
			r.problem(path, err)
			continue
		}
		for i := range found {
			if in.same(&found[i]) {
				r.problem(path, twiceProblem(path, found[i].path))
				continue next
			}
		}
		found = append(found, in)
	}
	return found
}

// addSources makes a source of each input that is a capture, and gives their
// number.
func (r *Reader) addSources(inputs []input) int {
	for _, in := range inputs {
		s := &source{input: in, index: len(r.sources), progress: r.progress, stop: r.stop}
		s.info.Path = in.path
		var err error
		if len(inputs) == 1 {
			err = s.open(bufferSize)
		} else {
			err = s.peek()
		}
		if err != nil {
			r.problem(in.path, err)
			continue
		}
		r.sources = append(r.sources, s)
	}
	r.merge = newMerger(r.sources)
	return len(r.sources)
}

func (r *Reader) problem(path string, err error) {
	var e *FileError
	if !errors.As(err, &e) {
		e = &FileError{Path: path, What: "cannot be read", Err: err}
	}
	r.problems = append(r.problems, e)
}

// failure is the error of an Open that found nothing to read.
func (r *Reader) failure() error {
	switch len(r.problems) {
	case 0:
		return errors.New("no capture was named")
	case 1:
		return r.problems[0]
	}
	all := make([]error, len(r.problems))
	for i, e := range r.problems {
		all[i] = e
	}
	return errors.Join(all...)
}

// size is the bytes of all inputs, 0 where one has no size.
func (r *Reader) size() int64 {
	var total int64
	for _, s := range r.sources {
		size := s.input.size()
		if size == 0 {
			return 0
		}
		total += size
	}
	return total
}

// Next gives the next TCP segment, or ICMP error that quotes one; it and its
// Payload are valid until the next call. The error is io.EOF at the end of
// the last input, and no other: what is wrong with an input is in
// Summary.Errors, and the reading goes on with what can be read.
func (r *Reader) Next() (*Segment, error) {
	if err := r.step(&r.segment); err != nil {
		return nil, err
	}
	return &r.segment, nil
}

// step reads until a frame has a segment, and fills seg with it.
func (r *Reader) step(seg *Segment) error {
	for {
		s, err := r.merge.next()
		if err != nil {
			r.progress.flush()
			return err
		}
		if r.take(s, seg) {
			return nil
		}
	}
}

// take hands the head of s out, and fills seg where it has a segment.
func (r *Reader) take(s *source, seg *Segment) (found bool) {
	frame := r.count(s)
	if !r.filter.match(frame) {
		r.filtered++
		return false
	}
	if !r.decoder.decode(frame, seg) {
		return false
	}
	seg.Resumed, r.merge.resumed = r.merge.resumed, false
	return true
}

// count numbers the head of s and takes it into the counters.
func (r *Reader) count(s *source) *record {
	r.frames++
	frame := s.count(r.frames)
	if frame.time < r.latest {
		r.unordered++
	}
	r.latest = frame.time
	if len(frame.data) < frame.wire {
		r.cut++
	}
	return frame
}

// Stop ends the reading: Next soon answers io.EOF, also where it waits for a
// packet on a pipe. It may be called from any goroutine, and more than once.
func (r *Reader) Stop() { r.stop.stop() }

// Close lets go of the inputs. The Summary stays.
func (r *Reader) Close() error {
	r.stop.stop()
	for _, s := range r.sources {
		s.close()
	}
	r.merge = &merger{}
	return nil
}

// Summary is what was read so far. It may be called at any time between two
// calls of Next, and after Close.
func (r *Reader) Summary() Summary {
	s := Summary{
		Frames:      r.frames,
		Filtered:    r.filtered,
		Unordered:   r.unordered,
		Cut:         r.cut,
		First:       math.MaxInt64,
		Last:        math.MinInt64,
		FilterError: r.filter.err(),
		DecodeStats: r.decoder.stats(),
		Errors:      append([]*FileError(nil), r.problems...),
	}
	for _, from := range r.sources {
		info := from.describe()
		s.Sources = append(s.Sources, info)
		s.Errors = append(s.Errors, from.reports...)
		s.Bytes += info.Bytes
		if info.Packets > 0 {
			s.First, s.Last = min(s.First, info.First), max(s.Last, info.Last)
		}
	}
	if r.frames == 0 {
		s.First, s.Last = 0, 0
	}
	return s
}
