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

// tally is a Tally with what is needed to keep it.
type tally struct {
	Tally
	heard   map[string]int
	grouped bool
}

// Tally gives the counters as they stand.
func (m *Machine) Tally() Tally {
	t := m.tally.Tally
	c := &m.client
	t.WaitingBytes = int64(c.line.total + c.wait.bytes + len(c.fork.buf))
	if c.mode == modeContent || c.mode == modeMiddle {
		t.BareLF += c.content.bareLF
		t.NUL += c.content.nul
		t.LongLines += c.content.long
	}
	return t
}

const (
	sideClient = "client"
	sideServer = "server"
)

// note tells the observer of an oddity, the same one a few times at most.
func (m *Machine) note(text, side string, at Mark) {
	m.tally.Notes++
	if m.tally.heard == nil {
		m.tally.heard = make(map[string]int)
	}
	n := m.tally.heard[text]
	if n == noteRepeat || n == 0 && len(m.tally.heard) >= 256 {
		return
	}
	m.tally.heard[text] = n + 1
	m.obs.Note(text, side, at)
}

func byteCount(n int) string {
	if n == 1 {
		return "<1 byte>"
	}
	return "<" + strconv.Itoa(n) + " bytes>"
}
