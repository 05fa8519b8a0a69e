package smtpstate

import "strconv"

// Tally are the conversation's counters.
type Tally struct {
	Notes           int64 // oddities, those included that the observer no longer heard of
	PipelinedGroups int64 // runs of commands of which one did not wait for the reply before it (RFC 2920)
	BareLF          int64 // lines of content that ended in LF without CR
	NUL             int64 // NUL bytes in content
	LongLines       int64 // lines of content longer than RFC 5321 section 4.5.3.1.6 allows
	UnknownVerbs    int64 // commands that are not in the table

	// Every client byte fed is in one of these.
	CommandBytes int64 // command lines with their ends, lines of AUTH exchanges among them
	ContentBytes int64 // content as it stood on the wire: with stuffed dots and the final dot, and chunks
	TLSBytes     int64 // TLS records, or what stood in their place
	SkippedBytes int64 // read, but part of nothing that could be told
	WaitingBytes int64 // still undecided: a line that has not ended, or bytes behind an unanswered DATA or STARTTLS
	MissingBytes int64 // gaps
}

// tally keeps the counters: those of every session, and the others where there
// is something to count.
type tally struct {
	commandBytes, contentBytes, pipelinedGroups int64
	odd                                         *oddities `dormant:"ref"`
}

type oddities struct {
	Tally
	heard map[string]int // notes
}

func (m *Machine) odd() *oddities {
	if m.tally.odd == nil {
		m.tally.odd = new(oddities)
	}
	return m.tally.odd
}

// Tally gives the counters as they stand.
func (m *Machine) Tally() (t Tally) {
	c := &m.client
	if m.tally.odd != nil {
		t = m.tally.odd.Tally
	}
	t.CommandBytes, t.ContentBytes, t.PipelinedGroups = m.tally.commandBytes, m.tally.contentBytes, m.tally.pipelinedGroups
	t.WaitingBytes = c.waitingBytes()
	if s := c.content; s != nil && (c.mode == modeContent || c.mode == modeMiddle) {
		t.BareLF += s.bareLF
		t.NUL += s.nul
		t.LongLines += s.long
	}
	return t
}

// waitingBytes are those that are still undecided.
func (c *clientSide) waitingBytes() int64 {
	n := c.line.total
	if c.wait != nil {
		n += c.wait.bytes
	}
	if c.fork != nil {
		n += len(c.fork.buf)
	}
	return int64(n)
}

const (
	sideClient = "client"
	sideServer = "server"
)

// note tells the observer of an oddity, the same one a few times at most.
func (m *Machine) note(text, side string, at Mark) {
	o := m.odd()
	o.Notes++
	if o.heard == nil {
		o.heard = make(map[string]int)
	}
	n := o.heard[text]
	if n == noteRepeat || n == 0 && len(o.heard) >= 256 {
		return
	}
	o.heard[text] = n + 1
	m.obs.Note(text, side, at)
}

func byteCount(n int) string {
	if n == 1 {
		return "<1 byte>"
	}
	return "<" + strconv.Itoa(n) + " bytes>"
}
