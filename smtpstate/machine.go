package smtpstate

// Machine runs one conversation. It is not safe for concurrent use. Everything
// that its accessors return is the machine's own and may still change while
// bytes are fed.
type Machine struct {
	obs   Observer
	lim   Limits
	trace Tracer // nil: nobody asks which bytes are what

	// Where the conversation stands: what the replies have confirmed, and the
	// commands that wait for theirs.
	phase      Phase
	doubt      bool  // missing bytes may have moved the phase
	inferred   bool  // the phase is forced by one side's acts
	before     Phase // where an AUTH exchange began
	helloed    bool  // a hello was accepted, or must have been
	queue      []*Command
	queueBase  []*Command // where queue's memory begins
	memory     memory
	text       text
	scratch    []byte // for a line that is put together
	projection projection
	told       Phase // what the observer heard last

	client clientSide
	server serverSide

	greeting   *Reply
	greetingAt Mark
	hello      *Hello
	auth       *Auth
	authOpen   bool
	stray      bool // an AUTH exchange failed, or DATA that content had followed: what comes may be credentials, or content, still
	xclient    *XClient
	tls        *tlsSession
	lmtp       bool
	closing    *Reply
	crossing   *Reply // a 421 that nothing asked for, nothing said since
	quitSaid   bool
	quitsTurn  bool

	messages []*Message
	count    int
	sent     *Message // the transaction that the client's next command belongs to
	current  *Message // the transaction that the server has open
	envelope int      // bytes of addresses kept

	tally tally
}

// New makes a machine for a conversation that is captured from its beginning.
// obs may be nil.
func New(obs Observer, limits Limits) *Machine {
	m := &Machine{}
	m.Reset(obs, limits)
	return m
}

// Reset makes the machine as good as new, for another conversation. What its
// accessors and the observer were given stays as it is and is no longer the
// machine's; only working memory that nobody else has seen is used again.
func (m *Machine) Reset(obs Observer, limits Limits) {
	m.begin(obs, limits, memory{})
}

func (m *Machine) begin(obs Observer, limits Limits, memory memory) {
	if obs == nil {
		obs = deaf{}
	}
	m.client.line.reset()
	m.server.line.reset()
	clear(m.queueBase[:cap(m.queueBase)])
	*m = Machine{
		obs: obs, lim: limits.withDefaults(), phase: PhaseBanner, told: PhaseBanner,
		queueBase: m.queueBase[:0],
		memory:    memory,
		scratch:   m.scratch[:0],
		messages:  memory.listed,
		client:    clientSide{line: m.client.line},
		server:    serverSide{line: m.server.line, text: m.server.text[:0], shortest: minReplyBytes},
	}
	m.push(m.newCommand(Command{Verb: VerbGreeting, row: rowGreeting}))
}

// MidStream says that the capture began inside the conversation: the phase is
// unknown until something explains it. Call it before any bytes.
func (m *Machine) MidStream() {
	m.queue = append(m.queue[:0], &Command{Verb: VerbHidden, row: rowHidden, first: true})
	m.phase, m.told, m.doubt, m.helloed = PhaseUnknown, PhaseUnknown, true, true
	m.server.line.suspect = true
	m.client.astray = true
	m.client.content = contentScan{state: atLost}
	m.client.forkTo(forkMiddle)
}

// Client takes the next bytes of the client, in any segmentation. data is not
// kept.
func (m *Machine) Client(data []byte, at Mark) {
	m.client.delivered += int64(len(data))
	if len(data) > 0 {
		m.server.turn(m.lim.Line)
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
	p = m.projected()
	if p == PhaseData && m.EndMayBeHidden() {
		p = PhaseUnknown
	}
	return p, m.inferred && p != PhaseUnknown
}

// tell lets the observer know that the phase changed.
func (m *Machine) tell(at Mark) {
	if p, _ := m.Phase(); p != m.told {
		m.told = p
		m.obs.Phase(p, at)
	}
}
