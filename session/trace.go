package session

import (
	"bytes"
	"cmp"
	"slices"

	"smtpscope/reassembly"
)

// RunKind says what a Run of bytes is.
type RunKind uint8

// The kinds of Run.
const (
	RunShown     RunKind = iota + 1 // text that the story of the session shows: commands, replies, Message-IDs; Data
	RunMasked                       // a word of a reply that may repeat a credential
	RunContent                      // content of a message
	RunOpaque                       // TLS records
	RunProxy                        // a PROXY header; Data
	RunHandshake                    // messages of a TLS handshake that may name hosts
)

// Run is a run of bytes of one side's stream whose nature is known. Offsets
// count from the first byte of the stream, missing bytes included.
type Run struct {
	Kind     RunKind
	From, To int64
	Data     []byte // the bytes, of RunShown and RunProxy
}

// Trace says which bytes of a session's packets are what, for those who copy
// the packets. Bytes in no Run are credentials, or their nature is not known:
// no copy may show them.
type Trace struct {
	// Last is the last frame that belongs to the session, ICMP errors that
	// quote it included.
	Last int64
	// Base is the sequence number of the first byte of each side's stream,
	// valid where Based.
	Base  [2]uint32
	Based [2]bool
	// Runs are those of each side, by their beginning. Runs of different kinds
	// may overlap.
	Runs [2][]Run
	// Dots are offsets of dots of the client that stand where a line begins or
	// may begin: they carry the end of a message and its stuffing (RFC 5321
	// section 4.5.2), and no secret.
	Dots []int64
	// Overlaps are frames that repeat bytes with other content.
	Overlaps map[int64]bool
	// Full says that the session is too long for all of it to be known: what
	// came later is in no Run.
	Full bool
}

// traceMax bounds what is kept of one session for its Trace, in bytes, unless
// Config.TraceBytes does.
const traceMax = 32 << 20

// runCost is what a Run costs besides its bytes.
const runCost = 64

// tracer gathers the Trace of a conversation. A nil tracer gathers nothing.
type tracer struct {
	Trace
	pos   [2]int64 // bytes delivered so far, gaps included
	shift int64    // bytes of the client before those that the machine was fed
	edge  bool     // the next byte of the client may begin a line
	cost  int64
	most  int64
}

func (t *Tracker) tracer(session int64) *tracer {
	if !t.cfg.Trace || t.cfg.KeepTrace != nil && !t.cfg.KeepTrace(session) {
		return nil
	}
	return &tracer{edge: true, most: cmp.Or(t.cfg.TraceBytes, traceMax), Trace: Trace{Overlaps: map[int64]bool{}}}
}

// heard takes bytes as they are delivered.
func (t *tracer) heard(side reassembly.Side, data []byte) {
	if t == nil {
		return
	}
	if side == reassembly.Client {
		t.dots(data)
	}
	t.pos[side] += int64(len(data))
}

// dots notes those that stand behind a CR or LF, a gap, or nothing.
func (t *tracer) dots(data []byte) {
	for i := 0; i < len(data); i++ {
		if data[i] == '.' && t.edge && t.room(8) {
			t.Dots = append(t.Dots, t.pos[reassembly.Client]+int64(i))
		}
		t.edge = data[i] == '\r' || data[i] == '\n'
		if !t.edge { // to where the next line may begin
			j := bytes.IndexAny(data[i:], "\r\n")
			if j < 0 {
				return
			}
			i += j - 1
		}
	}
}

func (t *tracer) gap(side reassembly.Side, n int64) {
	if t == nil {
		return
	}
	t.pos[side] += n
	t.edge = t.edge || side == reassembly.Client
}

// proxied notes the PROXY header that the client's stream begins with.
func (t *tracer) proxied(header []byte) {
	if t == nil {
		return
	}
	t.add(reassembly.Client, Run{Kind: RunProxy, To: int64(len(header)), Data: bytes.Clone(header)})
	t.shift = int64(len(header))
}

func (t *tracer) event(e *reassembly.Event) {
	if t == nil {
		return
	}
	t.Last = max(t.Last, e.At.Frame)
	if e.Kind == reassembly.EventOverlap && t.room(16) {
		t.Overlaps[e.At.Frame] = true
	}
}

// weight is about how many bytes of memory the trace takes.
func (t *tracer) weight() int {
	if t == nil {
		return 0
	}
	return int(min(t.cost, traceMax))
}

// room reports whether cost more bytes may be kept.
func (t *tracer) room(cost int64) bool {
	if t.cost += cost; t.cost > t.most {
		t.Full = true
	}
	return !t.Full
}

// add keeps a run, joined to the one before where that is possible.
func (t *tracer) add(side reassembly.Side, r Run) {
	runs := t.Runs[side]
	if n := len(runs); n > 0 && r.Data == nil {
		if last := &runs[n-1]; last.Kind == r.Kind && last.To == r.From && last.Data == nil {
			last.To = r.To
			return
		}
	}
	if t.room(runCost + int64(len(r.Data))) {
		t.Runs[side] = append(runs, r)
	}
}

func sideOf(server bool) reassembly.Side {
	if server {
		return reassembly.Server
	}
	return reassembly.Client
}

func (t *tracer) base(server bool) int64 {
	if server {
		return 0
	}
	return t.shift
}

// Shown implements smtpstate.Tracer.
func (t *tracer) Shown(server bool, from int64, data []byte) {
	from += t.base(server)
	t.add(sideOf(server), Run{Kind: RunShown, From: from, To: from + int64(len(data)), Data: bytes.Clone(data)})
}

// Masked implements smtpstate.Tracer.
func (t *tracer) Masked(server bool, from, to int64) {
	t.add(sideOf(server), Run{Kind: RunMasked, From: from + t.base(server), To: to + t.base(server)})
}

// Content implements smtpstate.Tracer.
func (t *tracer) Content(from, to int64) {
	t.add(reassembly.Client, Run{Kind: RunContent, From: from + t.shift, To: to + t.shift})
}

// NoContent implements smtpstate.Tracer.
func (t *tracer) NoContent(from int64) {
	from += t.shift
	runs := t.Runs[reassembly.Client]
	kept := runs[:0]
	for _, r := range runs {
		if r.Kind == RunContent && r.To > from {
			r.To = max(r.From, from)
		}
		if r.To > r.From {
			kept = append(kept, r)
		}
	}
	t.Runs[reassembly.Client] = kept
}

// Opaque implements smtpstate.Tracer.
func (t *tracer) Opaque(server bool, from, to int64) {
	t.add(sideOf(server), Run{Kind: RunOpaque, From: from + t.base(server), To: to + t.base(server)})
}

// Handshake implements smtpstate.Tracer.
func (t *tracer) Handshake(server bool, from, to int64) {
	t.add(sideOf(server), Run{Kind: RunHandshake, From: from + t.base(server), To: to + t.base(server)})
}

// trace is what was gathered, when the conversation is over.
func (c *conversation) trace() *Trace {
	t := c.tracer
	if t == nil {
		return nil
	}
	if c.machine != nil {
		c.machine.EndTrace()
	}
	t.Last = max(t.Last, c.conn.Last.Frame)
	for side := range t.Runs {
		t.Base[side], t.Based[side] = c.conn.Base(reassembly.Side(side))
		slices.SortStableFunc(t.Runs[side], func(a, b Run) int { return int(min(max(a.From-b.From, -1), 1)) })
	}
	slices.Sort(t.Dots)
	return &t.Trace
}
