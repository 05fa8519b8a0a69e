package main

import (
	"cmp"
	"time"

	"smtpscope/capture"
	"smtpscope/live"
	"smtpscope/session"
)

// watch is the loop: the same as that for files, and once a second, when the
// source says so, a look at everything else.
func (w *watching) watch() error {
	stop := onSignal(w.source.Stop)
	hangup := onHangup()
	defer hangup.end()
	if err := live.Notify("READY=1"); err != nil {
		w.log.Warn("systemd was not told", "error", err)
	}
	for {
		segment, err := w.source.Next()
		if err != nil {
			break
		}
		if w.shown.first == 0 && segment.Kind != capture.KindTick {
			w.shown.first = session.Time(segment.Time)
		}
		w.mirror.Segment(segment)
		w.tracker.Segment(segment)
		if segment.Kind == capture.KindTick {
			w.beat(segment.Time, hangup.came())
		}
		if w.shown.failed != nil {
			w.source.Stop()
		}
	}
	stop.end()
	return w.finish()
}

// beat is done once a second.
func (w *watching) beat(at capture.Time, hangup bool) {
	if hangup && w.file != nil {
		if err := w.file.Reopen(); err != nil {
			w.log.Error("the output could not be opened anew", "error", err)
		}
	}
	now := time.Now()
	if part := w.memory.Excess(); part > 0 {
		n := int(w.tracker.Assembly().Open)/part + 1
		w.log.Warn("memory is short: sessions are given up, those idle for longest first", "sessions", n)
		w.tracker.Evict(n)
	}
	w.logsChanged()
	if w.follow.beat(now) {
		w.log.Error("the log cannot be read any more: sessions stand without it; start anew")
	}
	w.recording.beat(at)
	w.linked()
	numbers := w.numbers()
	w.metrics.Set(numbers)
	w.status.show(numbers, now)
	for _, text := range w.mirror.Look(at, numbers.Duplicates) {
		w.log.Warn(text)
	}
	w.lost(at, numbers)
	w.account(numbers, now)
	w.flush()
	_ = live.Notify("WATCHDOG=1") // systemd notices by itself
}

// logsChanged says which of the gateway's logs cannot be read, and which are
// read again.
func (w *watching) logsChanged() {
	for _, t := range w.follow.changed() {
		w.metrics.Log(t.File, t.Err == nil)
		if t.Err == nil {
			w.log.Info("the log is read again", "log", t.File)
		} else {
			w.log.Warn("the log cannot be read; sessions may stand without their lines", "log", t.File, "because", t.Err)
		}
	}
}

// lost notes which time drops fall into, so that the sessions of that time
// can say so.
func (w *watching) lost(at capture.Time, n live.Numbers) {
	dropped := n.KernelDrops + n.InterfaceDrops
	if more := dropped - w.lastDrops; more > 0 {
		w.losses.Add(w.lastLook, max(at, capture.Time(time.Now().UnixNano())), more)
		w.log.Warn("packets were lost before they could be read; sessions of this moment may show gaps",
			"kernel", n.KernelDrops, "interface", n.InterfaceDrops, "since", more)
		w.lastDrops = dropped
	}
	w.lastLook = at
}

// accountEvery is how often the log gets a line with all counts.
const accountEvery = 10 * time.Minute

// account writes that line.
func (w *watching) account(n live.Numbers, now time.Time) {
	if w.lastAccount.IsZero() {
		w.lastAccount = now
	}
	if now.Sub(w.lastAccount) < accountEvery {
		return
	}
	w.lastAccount = now
	w.log.Info("so far", n.Attrs()...)
}

func (w *watching) numbers() live.Numbers {
	c, q, a := w.source.Counters(), w.tracker.Quality(), w.tracker.Assembly()
	s, r := w.source.Summary(), w.recording.counts()
	return live.Numbers{
		Packets: c.Frames, Bytes: c.Bytes, KernelDrops: c.Kernel, InterfaceDrops: c.Interface,
		Undecodable: s.Truncated + s.Malformed + s.TooDeep,
		Open:        a.Open, Sessions: q.Sessions, Abnormal: q.Abnormal, Evicted: q.Evicted,
		MissedBytes: q.MissedBytes, Duplicates: a.Duplicates, Memory: w.memory.Used(),
		RecordedFiles: r.Files, RecordedBytes: r.Bytes, RecordingFailures: r.Failures, RecordingTooMany: r.TooMany,
		RecordingEvicted: r.Evicted, RecordingMemory: r.Memory, RingLost: r.RingLost, RecordingStopped: r.Stopped,
	}
}

// flush hands the output to the disk, and says when that begins to fail, and
// when it goes well again.
func (w *watching) flush() {
	if w.file == nil {
		return
	}
	err := w.file.Flush()
	lost, why := w.file.Trouble()
	switch {
	case (err != nil || why != nil) && !w.unwritten:
		w.unwritten = true
		w.log.Error("the output does not take everything; sessions are missing from it", "error", cmp.Or(err, why), "lines_lost", lost)
	case why == nil && w.unwritten && err == nil:
		w.unwritten = false
		w.log.Info("the output is written again", "lines_lost", lost)
	}
}
