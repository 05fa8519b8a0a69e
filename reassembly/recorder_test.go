package reassembly

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

// recorder writes the calls of all handlers as lines:
//
//	C "EHLO"        Bytes (over 16: C +100)
//	C gap 4 missed
//	C fin           an event, then: again, refused, and its number
//	end closed      End
//
// Those of the second connection begin with @2. Connections are numbered in the
// order of their New.
type recorder struct {
	start   capture.Time
	lines   []string
	conns   []*recorded
	frames  bool                             // write the frames, too
	on      func(h *recorded, call string)   // to ask for Ignore from within a call
	refuse  func(c *Conn) bool               // New answers nil
	violate func(format string, args ...any) // a broken promise
}

type recorded struct {
	rec     *recorder
	n       int
	conn    *Conn
	ended   bool
	stream  [2]strings.Builder
	numbers [2]HalfStats // at the end
	last    Conn
}

func (r *recorder) open(c *Conn) Handler {
	if r.refuse != nil && r.refuse(c) {
		r.lines = append(r.lines, "refused")
		return nil
	}
	h := &recorded{rec: r, n: len(r.conns) + 1, conn: c}
	r.conns = append(r.conns, h)
	return h
}

func (h *recorded) say(at Stamp, format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if h.ended && h.rec.violate != nil {
		h.rec.violate("%s after End", line)
	}
	if h.n > 1 {
		line = fmt.Sprintf("@%d %s", h.n, line)
	}
	if h.rec.frames {
		line = fmt.Sprintf("%s #%d", line, at.Frame)
	}
	h.rec.lines = append(h.rec.lines, line)
	if h.rec.on != nil {
		h.rec.on(h, line)
	}
}

func name(s Side) string { return [2]string{"C", "S"}[s] }

func (h *recorded) Bytes(side Side, data []byte, at Stamp) {
	h.stream[side].Write(data)
	if len(data) > 16 {
		h.say(at, "%s +%d", name(side), len(data))
		return
	}
	h.say(at, "%s %q", name(side), data)
}

var gapNames = map[GapKind]string{GapMissed: "missed", GapLost: "lost", GapCut: "cut", GapEvicted: "evicted"}

func (h *recorded) Gap(side Side, n int64, kind GapKind, at Stamp) {
	h.stream[side].WriteString(strings.Repeat("?", int(min(n, 1<<24))))
	h.say(at, "%s gap %d %s", name(side), n, gapNames[kind])
}

var eventNames = map[EventKind]string{
	EventSYN: "syn", EventSYNACK: "synack", EventEstablished: "established", EventFIN: "fin", EventRST: "rst",
	EventRSTVoid: "rst-void", EventRetransmission: "retransmission", EventOutOfOrder: "out-of-order",
	EventDuplicate: "duplicate", EventZeroWindow: "zero-window", EventWindowOpen: "window-open",
	EventKeepAlive: "keep-alive", EventOverlap: "overlap", EventLate: "late", EventICMP: "icmp",
}

func (h *recorded) Event(e *Event) {
	words := []string{name(e.Side), eventNames[e.Kind]}
	if e.Repeat {
		words = append(words, "again")
	}
	if e.Kind == EventRST && !e.Accepted {
		words = append(words, "refused")
	}
	if e.Kind == EventWindowOpen {
		words = append(words, time.Duration(e.N).String())
	} else if e.N != 0 {
		words = append(words, strconv.FormatInt(e.N, 10))
	}
	h.say(e.At, "%s", strings.Join(words, " "))
}

var endNames = map[EndReason]string{
	EndClosed: "closed", EndUnanswered: "unanswered", EndIdle: "idle", EndReplaced: "replaced",
	EndEvicted: "evicted", EndCapture: "capture", EndIgnored: "ignored",
}

func (h *recorded) End(reason EndReason, now capture.Time) {
	h.last = *h.conn
	h.numbers = h.conn.Half
	h.say(h.conn.Last, "end %s %v", endNames[reason], now.Sub(h.rec.start).Truncate(time.Millisecond))
	h.ended = true
}

// calls compares what was recorded with what is wanted. A wanted "open" stands
// for the calls of a whole handshake; a time after "end" may be left out.
func (r *recorder) calls(t testing.TB, want string) {
	t.Helper()
	var wanted []string
	for _, line := range strings.Split(want, "\n") {
		at, line := "", strings.Join(strings.Fields(line), " ")
		if rest, found := strings.CutSuffix(line, "open"); found && (rest == "" || rest[0] == '@') {
			at = rest
			wanted = append(wanted, at+"C syn", at+"S synack", at+"C established")
		} else if line != "" {
			wanted = append(wanted, line)
		}
	}
	got := make([]string, len(r.lines))
	for i, line := range r.lines {
		got[i] = line
		if i < len(wanted) && strings.HasPrefix(line, wanted[i]+" ") && strings.Contains(line, "end ") {
			got[i] = wanted[i]
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(wanted, "\n"); g != w {
		t.Errorf("calls:\n%s\nwant:\n%s", indent(g), indent(w))
	}
}

func indent(s string) string { return "\t" + strings.ReplaceAll(s, "\n", "\n\t") }
