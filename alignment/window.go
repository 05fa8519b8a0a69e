package alignment

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// A Window tells, in a second pass over a long log, which connections can
// belong to a short capture, so that the others need not be kept. In the first
// pass it learns from the names that both sides have how the log's clocks
// stand to the capture's. It takes the memory of the sessions' names and at
// most 64 Ki differences for each clock, however long the log is.
type Window struct {
	ids   map[string]int64 // queue ids and Message-IDs of sessions: when the session began
	ports map[netip.AddrPort]int64
	first int64 // of the capture
	last  int64

	found map[clockKey][]int64
	spans map[clockKey][]int64 // offsets that many differences have
	given *time.Duration
	// Outside counts the connections that were not held.
	Outside int64
}

const (
	maxFound = 1 << 16
	// windowStep is how far differences of one offset lie apart: delays, and a
	// drift over the capture.
	windowStep = int64(time.Minute)
	// windowMargin is how far from the capture's span a connection may lie: it
	// may have been open before, and be logged late.
	windowMargin = int64(15 * time.Minute)
	// windowUnknown is the margin where nothing tells the clock: all zones.
	windowUnknown = int64(26 * time.Hour)
	maxWindows    = 64
)

// NewWindow takes the sessions' names. offset is --clock-offset, or nil.
func NewWindow(records []*session.Record, offset *time.Duration) *Window {
	w := &Window{ids: map[string]int64{}, ports: map[netip.AddrPort]int64{}, first: never, last: long,
		found: map[clockKey][]int64{}, given: offset}
	for _, r := range records {
		at := r.Start.Time().UnixNano()
		w.first, w.last = min(w.first, at), max(w.last, r.End.Time().UnixNano())
		w.ports[netip.AddrPortFrom(r.Client.IP.Unmap(), r.Client.Port)] = at
		for _, m := range r.Messages {
			if m.QueueID != "" {
				w.ids[strings.ToLower(m.QueueID)] = at
			}
			if id := messageID(m); id != "" {
				w.ids[id] = at
			}
		}
	}
	return w
}

func keyOf(c *gatewaylog.Connection) clockKey { return clockKey{c.Product, c.Host, c.Start.ZoneKnown} }

// Learn is called for every connection of the first pass.
func (w *Window) Learn(c *gatewaylog.Connection) {
	at, known := w.ports[netip.AddrPortFrom(c.Client.Addr, c.Client.Port)]
	for _, m := range c.Messages {
		for _, id := range append([]string{strings.ToLower(m.ID), m.MessageID}, m.RelatedIDs...) {
			if t, there := w.ids[id]; there && !known {
				at, known = t, true
			}
		}
	}
	if k := keyOf(c); known && !c.Start.IsZero() && len(w.found[k]) < maxFound {
		w.found[k] = append(w.found[k], c.Start.At.UnixNano()-at)
	}
}

// Learnt ends the first pass: of each clock those offsets are believed that
// at least half as many names have as the best one. A queue id comes again
// after some time, so one alone says little.
func (w *Window) Learnt() {
	w.spans = map[clockKey][]int64{}
	for k, list := range w.found {
		votes := map[int64]int{}
		most := 0
		for _, d := range list {
			for _, step := range []int64{d / windowStep, d/windowStep + 1} {
				votes[step]++
				most = max(most, votes[step])
			}
		}
		var steps []int64
		for step, n := range votes {
			if 2*n >= most {
				steps = append(steps, step)
			}
		}
		slices.SortFunc(steps, func(a, b int64) int { return cmp.Or(votes[b]-votes[a], cmp.Compare(a, b)) })
		for _, step := range steps[:min(len(steps), maxWindows)] {
			w.spans[k] = append(w.spans[k], step*windowStep)
		}
	}
	w.found = nil
}

// Holds says, in the second pass, whether a connection can belong to the
// capture.
func (w *Window) Holds(c *gatewaylog.Connection) bool {
	if w.near(c) {
		return true
	}
	w.Outside++
	return false
}

func (w *Window) near(c *gatewaylog.Connection) bool {
	if c.Start.IsZero() {
		return true
	}
	start, end := c.Start.At.UnixNano(), c.Start.At.UnixNano()
	if !c.End.IsZero() {
		end = max(end, c.End.At.UnixNano())
	}
	within := func(offset, margin int64) bool {
		return start <= w.last+offset+margin && end >= w.first+offset-margin
	}
	if w.given != nil {
		return within(int64(*w.given), windowMargin)
	}
	offsets, known := w.spans[keyOf(c)]
	if !known {
		return within(0, windowUnknown)
	}
	// A Message-ID may be that of a later attempt: what a clock that is set says
	// is kept in any case.
	return within(0, windowMargin) || slices.ContainsFunc(offsets, func(o int64) bool { return within(o, windowMargin) })
}
