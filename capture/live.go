package capture

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// LiveConfig says what to listen to. The zero value of a field stands for its
// default.
type LiveConfig struct {
	// Interfaces are names as the system has them; "any" is all of them
	// (Linux). Each is named once.
	Interfaces []string
	// Filter is an expression of pcap-filter(7) that the kernel applies. ""
	// stands for mail on Ports, in tags and tunnels too; without Ports
	// everything comes.
	Filter string
	Ports  []uint16
	// Snaplen is how much of each frame is kept, bytes; 0 = 262,144, all.
	Snaplen int
	// Buffer is the kernel's buffer for each interface, bytes; 0 = 16 MiB.
	Buffer int
	// Local leaves the interface out of promiscuous mode: only frames for
	// this host are seen.
	Local bool
	// Batched lets the kernel hand frames over in blocks rather than at once,
	// up to liveWait later. It packs them tightly then (TPACKET_V3); else each
	// takes a slot of up to 64 KiB of Buffer where the interface has offloads.
	Batched bool
	// Down is called when an interface has failed and is tried again, whenever
	// that fails for another reason, and with a nil error when it is back. It
	// may be called from any goroutine.
	Down func(name string, err error)
	// Frames is shown every frame before Next goes on, whatever is in it. The
	// frame is valid during the call. Nil costs nothing.
	Frames func(*Frame)
}

const (
	liveSnaplen = 262144
	liveBuffer  = 16 << 20
	// liveWait is how long a read waits for a frame, and with it how late a
	// frame may be when another interface is idle.
	liveWait = 50 * time.Millisecond
	// liveLag is how far behind the host's clock a silent interface is taken
	// to be: what the kernel has stamped before is in our hands by then.
	liveLag = 4 * liveWait
	// liveLinger is how long is read on behind Stop: a block of the kernel's
	// that is not full is handed over after liveWait.
	liveLinger = 3 * liveWait
	// tickEvery is how often Next answers with KindTick, by the host's clock
	// that no step of the time of day moves.
	tickEvery = time.Second
	// retryEvery is how often an interface that went down is tried.
	retryEvery = time.Second
)

// A tap is one interface that is listened to. All but close are called from
// one goroutine.
type tap interface {
	// read fills data, wire, time and link of r, whose data is valid until
	// the next call. It answers errIdle where nothing came for liveWait; any
	// other error is final.
	read(r *record) error
	// drops are the counters since the tap was opened.
	drops() Drops
	// links is the LINKTYPE_ value of its frames.
	links() int32
	close()
}

// errIdle: nothing came.
var errIdle = errors.New("nothing came")

// Drops are what the capturing machine says of its own work, packets.
type Drops struct {
	Received  int64 // that the kernel took, the dropped ones included
	Kernel    int64 // dropped for want of room in the buffer: the reader was too slow
	Interface int64 // dropped by the interface or its driver
}

func (d *Drops) add(more Drops) {
	d.Received += more.Received
	d.Kernel += more.Kernel
	d.Interface += more.Interface
}

// Live hands out the TCP segments of interfaces as they come. It is used from
// one goroutine; only Stop and Counters may be called from others.
type Live struct {
	cfg      LiveConfig
	feeds    []*liveFeed
	decoder  *decoder
	segment  Segment
	frame    record
	shown    Frame
	frames   atomic.Int64
	bytes    atomic.Int64
	first    Time
	latest   Time
	unsorted int64
	cut      int64
	ticked   Time      // time as far as it was told
	tickedAt time.Time // when it was, by the host's clock
	due      bool      // a tick is

	stopping sync.Once
	stop     chan struct{}
}

// OpenLive begins to listen. It fails where an interface cannot be opened; its
// error is one line that says what to do.
func OpenLive(cfg LiveConfig) (*Live, error) {
	if len(cfg.Interfaces) == 0 {
		return nil, errors.New("no interface was named")
	}
	if cfg.Snaplen == 0 {
		cfg.Snaplen = liveSnaplen
	}
	if cfg.Buffer == 0 {
		cfg.Buffer = liveBuffer
	}
	l := &Live{cfg: cfg, decoder: newDecoder(), stop: make(chan struct{})}
	if cfg.Frames != nil {
		l.decoder.notes = new(layerNotes)
	}
	if err := l.openAll(openTap); err != nil {
		return nil, err
	}
	l.tickedAt = time.Now()
	for _, f := range l.feeds {
		go f.listen(&l.cfg, l.stop)
	}
	return l, nil
}

// openAll makes a feed of each interface. Where one cannot be opened those
// before it are closed: nobody listens to them yet, so there is no goroutine
// whose end Close could wait for.
func (l *Live) openAll(open func(string, *LiveConfig) (tap, error)) error {
	for i, name := range l.cfg.Interfaces {
		t, err := open(name, &l.cfg)
		if err != nil {
			for _, f := range l.feeds {
				f.tap.close()
			}
			return liveProblem(name, err)
		}
		l.feeds = append(l.feeds, newFeed(i, name, t))
	}
	return nil
}

// Next gives the next segment, and about once a second one of KindTick,
// whatever comes: who watches has to look after other things, too. It and its
// Payload are valid until the next call. The error is io.EOF after Stop, when
// all that was received is handed out.
func (l *Live) Next() (*Segment, error) {
	for {
		f, err := l.next()
		if err != nil {
			return nil, err
		}
		if f == nil {
			l.segment = Segment{Kind: KindTick, Time: l.ticked}
			return &l.segment, nil
		}
		l.take(f)
		if l.decode() {
			return &l.segment, nil
		}
	}
}

// decode looks into the frame in hand and reports whether it holds a segment.
func (l *Live) decode() bool {
	if l.cfg.Frames == nil {
		return l.decoder.decode(&l.frame, &l.segment)
	}
	l.cfg.Frames(l.decoder.frame(&l.frame, &l.segment, &l.shown))
	return l.shown.Segment != nil
}

// next waits for a frame and gives the feed that has it, or nil for a tick,
// whose time is no later than that of any frame to come. Frames of several
// interfaces come in the order of their times: a feed with nothing at hand is
// waited for until it is known to have nothing older.
func (l *Live) next() (*liveFeed, error) {
	for {
		var first, lagging *liveFeed
		live := 0
		for _, f := range l.feeds {
			switch {
			case f.has():
				if first == nil || f.head().time < first.head().time {
					first = f
				}
			case f.over:
				continue
			case lagging == nil || f.until < lagging.until:
				lagging = f
			}
			live++
		}
		switch {
		case live == 0:
			return nil, io.EOF
		case l.due && l.tick(first, lagging):
			return nil, nil
		case first != nil && (lagging == nil || lagging.until >= first.head().time):
			return first, nil
		}
		lagging.receive()
		l.due = time.Since(l.tickedAt) >= tickEvery
	}
}

// tick notes how far time has gone: to the oldest frame at hand, and no
// further than what may still come. False where nothing is known of it yet.
func (l *Live) tick(first, lagging *liveFeed) bool {
	at := Time(math.MaxInt64)
	if first != nil {
		at = first.head().time
	}
	if lagging != nil {
		at = min(at, lagging.until)
	}
	if l.ticked = max(l.ticked, at); l.ticked == 0 {
		return false
	}
	l.due, l.tickedAt = false, time.Now()
	return true
}

// take makes the head of f the frame in hand and counts it.
func (l *Live) take(f *liveFeed) {
	h := f.pop()
	n := l.frames.Add(1)
	l.bytes.Add(int64(len(h.data)))
	l.frame = h
	l.frame.frame, l.frame.source, l.frame.iface = n, f.index, 0 // each interface is a source of its own
	l.frame.sourceFrame = f.frames
	if n == 1 {
		l.first = h.time
	}
	if h.time < l.latest {
		l.unsorted++
	}
	l.latest = max(l.latest, h.time)
	l.ticked = max(l.ticked, h.time)
	if len(h.data) < h.wire {
		l.cut++
	}
}

// Counters are the numbers for a status line.
type Counters struct {
	Frames, Bytes int64
	Drops
}

// Counters may be called from any goroutine.
func (l *Live) Counters() Counters {
	c := Counters{Frames: l.frames.Load(), Bytes: l.bytes.Load()}
	for _, f := range l.feeds {
		c.Drops.add(f.dropped())
	}
	return c
}

// Stop ends the listening: Next hands out what was received, then answers
// io.EOF. It may be called from any goroutine, and more than once.
func (l *Live) Stop() { l.stopping.Do(func() { close(l.stop) }) }

// Close lets go of the interfaces. The Summary stays.
func (l *Live) Close() error {
	l.Stop()
	for _, f := range l.feeds {
		f.drain()
	}
	return nil
}

// Summary is what was received so far, in the form of a Reader's.
func (l *Live) Summary() Summary {
	s := Summary{Frames: l.frames.Load(), Bytes: l.bytes.Load(), Unordered: l.unsorted, Cut: l.cut,
		First: l.first, Last: l.latest, DecodeStats: l.decoder.stats()}
	for _, f := range l.feeds {
		s.Sources = append(s.Sources, f.describe(l.cfg.Snaplen, l.cfg.Filter))
	}
	return s
}

// liveError is why an interface cannot be listened to, in one line.
type liveError struct {
	Interface, What, Do string
}

func (e *liveError) Error() string {
	text := fmt.Sprintf("%s: %s", oneLine(e.Interface), e.What)
	if e.Do != "" {
		text += "; " + e.Do
	}
	return text
}
