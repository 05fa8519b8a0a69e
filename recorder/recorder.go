package recorder

import (
	"fmt"
	"net/netip"
	"os"
	"sync/atomic"
	"time"

	"smtpscope/capture"
	"smtpscope/evidence"
	"smtpscope/session"
)

// Config says what is kept and where.
type Config struct {
	Dir     string
	Memory  int64 // bound on the packets of sessions that are open or wait for the disk, bytes
	Quota   Quota // on the files of sessions
	Ring    int64 // bytes of the ring of everything in Dir/ring; 0 = none
	Options evidence.Options
	// Comment is what stands on a session's first packet.
	Comment func(*session.Session) string
	// Sources describe the interfaces.
	Sources func() []capture.SourceInfo
	// Alarm is told, from any goroutine, when recording fails (err) and when
	// it goes on (nil).
	Alarm func(what string, err error)
	// PerMinute is how many sessions with the same verdict are written a
	// minute; 0 = 60. A flood of one kind must not push out everything else.
	PerMinute int
}

// Counts are what was done so far.
type Counts struct {
	Files, Bytes int64 // written
	Failures     int64 // sessions that could not be written
	TooMany      int64 // sessions not written as too many were alike
	Evicted      int64 // connections whose packets were given up for want of memory
	Memory       int64 // bytes of packets held now
	RingLost     int64 // packets that the ring did not take
	Stopped      bool  // the disk takes nothing now
}

// A Recorder is used from one goroutine; Counts may be called from any.
type Recorder struct {
	cfg       Config
	lock      *os.File // held while the folder is this Recorder's
	flows     *flows
	fragments fragments
	alike     alike
	writing   *writing
	closed    bool
	ring      *ring
	stored    capture.StoredFrame

	evicted, memory, tooMany atomic.Int64
}

// expireAfter is when packets of a flow that has ended without a session, or
// that went on behind one, are let go: longer than any session may be idle.
const expireAfter = 70 * time.Minute

// Open prepares the folders and begins. A folder takes one Recorder at a time.
func Open(cfg Config) (*Recorder, error) {
	if err := os.MkdirAll(cfg.Dir, folderMode); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	r, err := begin(cfg)
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("record: %w", err)
	}
	r.lock = lock
	return r, nil
}

// begin prepares folders that nobody else uses.
func begin(cfg Config) (*Recorder, error) {
	shelf, err := openShelf(cfg.Dir, cfg.Quota)
	if err != nil {
		return nil, err
	}
	if cfg.PerMinute == 0 {
		cfg.PerMinute = 60
	}
	r := &Recorder{cfg: cfg, flows: newFlows(int(cfg.Memory - cfg.Memory/jobsPart)), alike: alike{most: cfg.PerMinute}}
	if cfg.Ring > 0 {
		if r.ring, err = openRing(&r.cfg); err != nil {
			return nil, err
		}
	}
	r.writing = startWriting(shelf, &r.cfg)
	return r, nil
}

// Frame takes the next frame, before the session that it belongs to hears of
// it. Nothing of it is kept in place.
func (r *Recorder) Frame(f *capture.Frame) {
	r.stored = capture.StoredFrame{Number: f.Number, Source: f.Source, Link: f.Link, Wire: f.Wire, Time: f.Time, Data: f.Data}
	r.ring.frame(&r.stored)
	s := f.Segment
	switch {
	case s == nil && f.Fragment != nil:
		r.fragments.add(f.Fragment.ID, r.stored)
		return
	case s == nil:
		return
	}
	key := flowOf(s.Src, s.Dst)
	if f.Fragment != nil {
		r.fragments.take(f.Fragment.ID, func(part *capture.StoredFrame) { r.flows.add(key, part, false) })
	}
	r.flows.add(key, &r.stored, s.Kind == capture.KindTCP && s.Flags.Has(capture.SYN))
}

// Dropped lets go of a connection that was no mail.
func (r *Recorder) Dropped(client, server netip.AddrPort) { r.flows.ignore(flowOf(client, server)) }

// Session takes a finished session with its Trace, which is the Recorder's
// from then on where it is wanted; otherwise its packets are let go. What is
// missing of the packets of a session that is wanted is noted in its record.
func (r *Recorder) Session(s *session.Session, wanted bool) {
	k := &s.Record
	last := k.Frames.Last
	if s.Trace != nil {
		last = max(last, s.Trace.Last)
	}
	frames, gone := r.flows.take(flowOf(netip.AddrPortFrom(k.Client.IP, k.Client.Port), netip.AddrPortFrom(k.Server.IP, k.Server.Port)), last)
	if !wanted || s.Trace == nil {
		return
	}
	if !r.alike.more(k) {
		r.tooMany.Add(1)
		return
	}
	missing := missingWords(k, frames, gone)
	if missing != "" {
		k.Notes = append(k.Notes, "the flight recorder's copy is not whole: "+missing)
	}
	if len(frames) == 0 {
		r.writing.fail()
		return
	}
	comment := r.cfg.Comment(s)
	if missing != "" {
		comment += "; this copy is not whole: " + missing
	}
	r.writing.take(&job{session: &session.Session{Record: *k, Trace: s.Trace}, frames: frames, comment: comment, sources: r.cfg.Sources()})
}

// missingWords say what is not in a copy; "" = nothing is missing.
func missingWords(k *session.Record, frames []capture.StoredFrame, gone skipped) string {
	switch {
	case len(frames) == 0:
		return "its packets were let go for want of memory (--record-memory)"
	case frames[0].Number > k.Frames.First:
		return "its first packets were let go for want of memory (--record-memory)"
	case gone.frames > 0:
		return fmt.Sprintf("%d packets in its middle, %d bytes, were not kept; the first and the last were", gone.frames, gone.bytes)
	}
	return ""
}

// Beat is called about once a second, with the time of the last packet.
func (r *Recorder) Beat(now capture.Time) {
	r.flows.expire(now.Add(-expireAfter))
	r.ring.flush()
	r.evicted.Store(r.flows.evicted)
	r.memory.Store(int64(r.flows.used))
}

// Counts may be called from any goroutine.
func (r *Recorder) Counts() Counts {
	c := r.writing.counts()
	c.TooMany, c.Evicted, c.Memory = r.tooMany.Load(), r.evicted.Load(), r.memory.Load()
	if r.ring != nil {
		c.RingLost = r.ring.lost.Load()
	}
	return c
}

// Close writes what waits. A second call does nothing.
func (r *Recorder) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.writing.close()
	r.ring.close()
	_ = r.lock.Close()
}
