package smtpstate

// Mark is the caller's word for where bytes were seen: a frame number and a
// time in nanoseconds. The machine hands it back and compares nothing.
type Mark struct {
	Frame int64
	Time  int64
}

// Observer is told what happens as it happens. Any method may be a no-op.
// Text handed over never holds credentials or message content.
type Observer interface {
	// Command: a command line was read whole. line is the line as sent
	// without its end, credentials replaced by "<credentials>"; bounded.
	// Of a verb that the machine does not know only the verb is handed over
	// (see Verb), with the number of bytes that followed it.
	Command(c *Command, line string)
	// Reply: a reply ended; to is the command it answers, nil for
	// replies that nothing asked for. The greeting's is VerbGreeting.
	Reply(r *Reply, to *Command)
	// ContentBegin and ContentEnd frame a message's content (or a BDAT chunk).
	// end=false in ContentEnd: the conversation went on without an end that was seen.
	ContentBegin(command Verb, at Mark)
	ContentEnd(bytes int64, end bool, at Mark)
	// Note: something odd, in one short lower-case sentence. side is
	// "client" or "server". The same sentence comes at most 8 times.
	Note(text string, side string, at Mark)
	// TLSMessage: a message of the TLS handshake that could be read, or an alert,
	// in its own name: "ClientHello (TLS 1.3 at most)", "alert unknown_ca". side is
	// "client" or "server".
	TLSMessage(text string, side string, at Mark)
	// Phase: the machine moved.
	Phase(p Phase, at Mark)
}

// deaf is the observer of a caller that wants none.
type deaf struct{}

func (deaf) Command(*Command, string)        {}
func (deaf) Reply(*Reply, *Command)          {}
func (deaf) ContentBegin(Verb, Mark)         {}
func (deaf) ContentEnd(int64, bool, Mark)    {}
func (deaf) Note(string, string, Mark)       {}
func (deaf) TLSMessage(string, string, Mark) {}
func (deaf) Phase(Phase, Mark)               {}
