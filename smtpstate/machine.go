package smtpstate

// Machine runs one conversation. It is not safe for concurrent use. Everything
// that its accessors return is the machine's own and may still change while
// bytes are fed.
//
// Thousands of machines are open at once, and when the next packet of one comes
// its memory has left the processor's cache: time goes by the cache lines that
// a packet touches, not by instructions. So a machine holds what every packet
// needs, in about the order in which it is needed; what only some moments need
// hangs on a pointer. What many of them need (a message's content, bytes that
// wait) comes from the Store when the moment comes, and goes back to it behind
// it: there it is still in the cache when the next machine asks.
type Machine struct {
	obs   Observer `dormant:"-"`
	store *Store   `dormant:"-"`
	lim   *Limits  `dormant:"-"`

	// Where the conversation stands: what the replies have confirmed, and the
	// commands that wait for theirs.
	phase     Phase
	told      Phase // what the observer heard last
	before    Phase // where an AUTH exchange began
	doubt     bool  // missing bytes may have moved the phase
	inferred  bool  // the phase is forced by one side's acts
	helloed   bool  // a hello was accepted, or must have been
	authOpen  bool
	holed     bool // the server may have heard commands that were not seen
	spilled   bool // content may come where commands are due, until MAIL that comes behind it is accepted: see strict
	stray     bool // an AUTH exchange failed, or DATA that content had followed: what comes may be credentials, or content, still
	lmtp      bool
	outOfStep bool // the next reply may not be that of the queue's first entry: see early.go
	quitSaid  bool
	quitsTurn bool
	grouped   bool // the commands that wait are counted as pipelined
	reuse     bool // the store gets back what was handed out
	queue     []*Command
	near      [4]*Command // the memory of a short queue

	spilledAt  int64 // where in the client's stream that begins
	projection projection
	client     clientSide
	server     serverSide

	hello    *Hello
	messages []*Message
	sent     *Message // the transaction that the client's next command belongs to
	current  *Message // the transaction that the server has open
	envelope int32    // bytes of addresses and replies kept, and of replies to what is not; stops where it is full: see weigh
	count    int32    // transactions
	text     text
	kept     *Reply // the last of the replies that something points to
	greeting *Reply
	crossing *Reply // a 421 that nothing asked for, nothing said since
	closing  *Reply
	trace    *tracing `dormant:"ref"` // nil: nobody asks which bytes are what
	tally    tally

	auth     *Auth
	withheld *withheld `dormant:"ref"` // nil: nothing was dropped
	xclient  *XClient
	tls      *tlsSession `dormant:"ref"`
}

// New makes a machine for a conversation that is captured from its beginning.
// obs may be nil.
func New(obs Observer, limits Limits) *Machine {
	m := &Machine{store: new(Store)}
	m.begin(obs, limits)
	return m
}

// Reset makes the machine as good as new, for another conversation. What its
// accessors and the observer were given stays as it is and is no longer the
// machine's; only working memory that nobody else has seen is used again.
func (m *Machine) Reset(obs Observer, limits Limits) {
	m.shed()
	m.messages, m.reuse = nil, false
	m.begin(obs, limits)
}

// begin begins a conversation on a machine that has shed the one before.
func (m *Machine) begin(obs Observer, limits Limits) {
	if obs == nil {
		obs = deaf{}
	}
	store, reuse, messages, text := m.store, m.reuse, m.messages[:0], m.text
	*m = Machine{}
	m.obs, m.store, m.lim, m.reuse = obs, store, store.bounds(limits), reuse
	m.phase, m.told = PhaseBanner, PhaseBanner
	m.messages, m.text = messages, text
	m.text.store = store
	m.server.shortest = minReplyBytes
	greeting := m.blankCommand()
	greeting.Verb, greeting.row = VerbGreeting, rowGreeting
	m.push(greeting)
}

// MidStream says that the capture began inside the conversation: the phase is
// unknown until something explains it. Call it before any bytes.
func (m *Machine) MidStream() {
	m.queue = m.queue[:0]
	m.pushNew(Command{Verb: VerbHidden, row: rowHidden, first: true})
	m.changed()
	m.phase, m.told, m.doubt, m.helloed = PhaseUnknown, PhaseUnknown, true, true
	m.server.line.suspect = true
	m.client.astray, m.holed = true, true
	m.spill(0)
	m.newScan(contentScan{state: atLost})
	m.client.forkTo(forkMiddle)
}

// Client takes the next bytes of the client, in any segmentation. data is not
// kept.
func (m *Machine) Client(data []byte, at Mark) {
	m.client.delivered += int64(len(data))
	if s := &m.server; (s.reply != nil || s.line.total > 0) && len(data) > 0 {
		s.turn(m.lim.Line)
	}
	m.feed(data, at)
}

// Server takes the next bytes of the server, in any segmentation. data is not
// kept.
func (m *Machine) Server(data []byte, at Mark) {
	if len(data) == 0 {
		return
	}
	m.server.delivered += int64(len(data))
	m.listen(data, at)
	m.server.at = at
}

// Phase is where the conversation stands (record.md): the state that replies
// have confirmed, then the commands still unanswered among MAIL, RCPT, DATA,
// BDAT, AUTH and RSET applied as if accepted. inferred: the visible side's
// acts force it although the other side's bytes were not captured.
func (m *Machine) Phase() (p Phase, inferred bool) {
	p = m.stands()
	return p, m.inferred && p != PhaseUnknown
}

// stands is the phase.
func (m *Machine) stands() Phase {
	p := m.phase
	if m.doubt {
		p = PhaseUnknown
	}
	if len(m.queue) == 0 {
		m.projection.n = 0
	} else {
		p = m.projected(p)
	}
	if p == PhaseData && m.EndMayBeHidden() || p == PhaseTLSHandshake && m.tls != nil && m.tls.mayBeComplete() || m.server.presumed {
		p = PhaseUnknown
	}
	return p
}

// tell lets the observer know that the phase changed.
func (m *Machine) tell(at Mark) {
	if p := m.stands(); p != m.told {
		m.told = p
		m.obs.Phase(p, at)
	}
}
