package main

import (
	"path/filepath"
	"slices"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Of a long log only that part is kept that is near the capture. Where that is,
// is known when the log was read once: names that both have tell how its clock
// stands.
//
// But a long log may be no longer than the capture, as that of a busy server
// and ten minutes. So what is read the first time is kept as long as it is in
// proportion to the sessions: keptEach connections and lines for each, which is
// about what the session takes itself, and keptMore. Only a log with more is
// read a second time, which costs more than all that comes after it.
var (
	longLog  = int64(64 << 20) // octets; compressed files count as ten times their size
	keptMore = 64 << 10        // some 35 MiB; both are other ones in tests
)

const keptEach = 16

func (a *aligned) readLog(o gatewaylog.Options, records []*session.Record) (list []*gatewaylog.Connection, err error) {
	keep := func(c *gatewaylog.Connection) error {
		list = append(list, c)
		return nil
	}
	if !isLong(a.log.sources) || len(records) == 0 {
		a.report, err = gatewaylog.Read(a.log.sources, o, keep)
		return list, err
	}
	w := alignment.NewWindow(records, a.log.align.Offset)
	near := func(c *gatewaylog.Connection) error {
		if w.Holds(c) {
			return keep(c)
		}
		return nil
	}
	first := &draft{room: keptEach*len(records) + keptMore}
	if a.report, err = gatewaylog.Read(a.log.sources, o, func(c *gatewaylog.Connection) error {
		w.Learn(c)
		first.keep(c)
		return nil
	}); err != nil {
		return nil, err
	}
	w.Learnt()
	if first.whole() {
		list = slices.DeleteFunc(first.list, func(c *gatewaylog.Connection) bool { return !w.Holds(c) })
	} else {
		a.report, err = gatewaylog.Read(a.log.sources, o, near)
	}
	a.outside = w.Outside
	return list, err
}

// A draft keeps what a log has until there is no room for it; then nothing.
type draft struct {
	list []*gatewaylog.Connection
	room int // for connections and lines
}

func (d *draft) keep(c *gatewaylog.Connection) {
	if d.room -= 1 + len(c.Lines); d.whole() {
		d.list = append(d.list, c)
	} else {
		d.list = nil
	}
}

func (d *draft) whole() bool { return d.room >= 0 }

// isLong says whether a log is long; a pipe, which cannot be read twice, is
// not.
func isLong(sources []gatewaylog.Source) bool { return logSize(sources) >= longLog }

// logSize is how long a log is, about; 0 of a pipe.
func logSize(sources []gatewaylog.Source) (size int64) {
	for _, s := range sources {
		if s.Once {
			return 0
		}
		switch filepath.Ext(s.Name) {
		case ".gz", ".zst", ".xz", ".bz2":
			size += 10 * s.Size
		default:
			size += s.Size
		}
	}
	return size
}
