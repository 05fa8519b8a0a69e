package capture

import (
	"math"
	"sync"
	"time"
)

// A batch is what one interface received in a short while.
type batch struct {
	bytes  []byte
	frames []batchFrame
	until  Time // nothing older will come from this interface
}

// batchFrame is where a frame lies in batch.bytes.
type batchFrame struct {
	from, to, wire int
	time           Time
	link           int32
}

const (
	// batchFrames and batchBytes bound a batch; a single larger frame makes
	// it grow. batchCount is how many there are for each interface: while all
	// are full the kernel's buffer has to hold what comes.
	batchFrames = 1024
	batchBytes  = 1 << 20
	batchCount  = 8
	// batchRoom is what a batch has of memory once there is much to hold: frames of
	// the largest size that offloads make, behind the last that left room. In small
	// steps each of them would grow to that only over minutes.
	batchRoom = batchBytes + 64<<10
)

// A liveFeed is one interface: its goroutine fills batches, Live empties them.
type liveFeed struct {
	index int
	name  string
	tap   tap
	link  int32

	full  chan *batch
	empty chan *batch

	// Live's goroutine:
	now    *batch // nil = none in hand
	next   int
	until  Time
	over   bool
	frames int64
	bytes  int64
	begins Time // of the first frame
	ends   Time

	mu     sync.Mutex
	past   Drops // of taps that were closed
	latest Drops // of the open one
}

func newFeed(index int, name string, t tap) *liveFeed {
	f := &liveFeed{index: index, name: name, tap: t, link: t.links(),
		full: make(chan *batch, batchCount), empty: make(chan *batch, batchCount)}
	for range batchCount {
		f.empty <- &batch{}
	}
	return f
}

func (f *liveFeed) has() bool { return f.now != nil && f.next < len(f.now.frames) }

// head is the next frame; has must hold.
func (f *liveFeed) head() *batchFrame { return &f.now.frames[f.next] }

// pop takes it. Its data is valid until receive is called.
func (f *liveFeed) pop() record {
	h := f.head()
	f.next++
	if f.frames++; f.frames == 1 {
		f.begins, f.ends = h.time, h.time
	}
	f.bytes += int64(h.to - h.from)
	f.ends = max(f.ends, h.time)
	return record{data: f.now.bytes[h.from:h.to], wire: h.wire, time: h.time, link: h.link}
}

// receive waits for the next batch.
func (f *liveFeed) receive() {
	if f.now != nil {
		f.empty <- f.now
		f.now = nil
	}
	b, open := <-f.full
	if !open {
		f.over = true
		return
	}
	f.now, f.next, f.until = b, 0, max(f.until, b.until)
}

// drain waits for the goroutine's end.
func (f *liveFeed) drain() {
	for !f.over {
		f.receive()
	}
}

// listen reads the interface until stop is closed. A failing interface is
// tried again: it goes down, is taken away, and comes back.
func (f *liveFeed) listen(cfg *LiveConfig, stop <-chan struct{}) {
	defer close(f.full)
	for {
		err := f.pump(stop)
		f.retire()
		if err == nil {
			return
		}
		if cfg.Down != nil {
			cfg.Down(f.name, liveProblem(f.name, err))
		}
		if !f.reopen(cfg, stop, err) {
			return
		}
		if cfg.Down != nil {
			cfg.Down(f.name, nil)
		}
	}
}

// pump moves frames into batches. It answers nil when it was stopped, and all
// frames are read that the kernel had by then: what was received and is not
// handed out would be missing from every count.
func (f *liveFeed) pump(stop <-chan struct{}) error {
	ends := Time(math.MaxInt64)
	for {
		b := <-f.empty // Live goes on emptying batches behind Stop
		err := b.fill(f.tap)
		f.count()
		over := len(b.frames) > 0 && b.frames[len(b.frames)-1].time >= ends || err == errIdle && time.Now().After(ends.Time().Add(liveLinger))
		f.full <- b
		switch {
		case err != nil && err != errIdle:
			return err
		case ends != math.MaxInt64 && over:
			return nil
		case ends == math.MaxInt64:
			select {
			case <-stop:
				ends = Time(time.Now().UnixNano())
			default:
			}
		}
	}
}

// fill reads frames until the batch is full, nothing comes, or it is time to
// hand over what there is: by the frames' own times, which cost nothing, and
// now and then by the clock, as theirs may step back.
func (b *batch) fill(t tap) error {
	b.bytes, b.frames = b.bytes[:0], b.frames[:0]
	begun := time.Now()
	var r record
	for {
		err := t.read(&r)
		if err != nil {
			b.until = Time(time.Now().Add(-liveLag).UnixNano())
			if n := len(b.frames); n > 0 {
				b.until = max(b.until, b.frames[n-1].time)
			}
			return err
		}
		from := len(b.bytes)
		b.room(len(r.data))
		b.bytes = append(b.bytes, r.data...)
		b.frames = append(b.frames, batchFrame{from: from, to: len(b.bytes), wire: r.wire, time: r.time, link: r.link})
		b.until = r.time
		n := len(b.frames)
		if n == batchFrames || len(b.bytes) >= batchBytes || r.time.Sub(b.frames[0].time) > liveWait || n%64 == 0 && time.Since(begun) > liveWait {
			return nil
		}
	}
}

// room makes room for n more bytes, and for all that a batch may hold where it
// has become large.
func (b *batch) room(n int) {
	if need := len(b.bytes) + n; need > cap(b.bytes) && need > batchBytes/8 {
		b.bytes = append(make([]byte, 0, max(batchRoom, need)), b.bytes...)
	}
}

// reopen tries until the interface is there again, and tells when that fails
// for another reason than before. Meanwhile the feed says that time passes, so
// that other interfaces are not held up.
func (f *liveFeed) reopen(cfg *LiveConfig, stop <-chan struct{}, last error) bool {
	timer := time.NewTicker(liveWait)
	defer timer.Stop()
	tried := time.Now()
	for {
		select {
		case <-stop:
			return false
		case <-timer.C:
		}
		if time.Since(tried) >= retryEvery {
			t, err := openTap(f.name, cfg)
			if err == nil {
				f.tap = t
				return true
			}
			if cfg.Down != nil && err.Error() != last.Error() {
				cfg.Down(f.name, liveProblem(f.name, err))
			}
			last, tried = err, time.Now()
		}
		select {
		case b := <-f.empty:
			b.bytes, b.frames = b.bytes[:0], b.frames[:0]
			b.until = Time(time.Now().Add(-liveLag).UnixNano())
			f.full <- b
		default:
		}
	}
}

func (f *liveFeed) count() {
	d := f.tap.drops()
	f.mu.Lock()
	f.latest = d
	f.mu.Unlock()
}

// retire closes the tap and keeps its counters.
func (f *liveFeed) retire() {
	f.count()
	f.tap.close()
	f.mu.Lock()
	f.past.add(f.latest)
	f.latest = Drops{}
	f.mu.Unlock()
}

func (f *liveFeed) dropped() Drops {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.past
	d.add(f.latest)
	return d
}

func (f *liveFeed) describe(snaplen int, filter string) SourceInfo {
	d := f.dropped()
	info := SourceInfo{Path: f.name, Format: "live", Packets: f.frames, Bytes: f.bytes, First: f.begins, Last: f.ends,
		Interfaces: []InterfaceInfo{{Name: f.name, Link: f.link, Snaplen: int64(snaplen), Filter: filter,
			Received: d.Received, Dropped: d.Interface, DroppedByOS: d.Kernel, DropsKnown: true}}}
	info.conclude()
	return info
}
