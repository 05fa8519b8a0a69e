package smtpstate

// Machine runs one conversation. It is not safe for concurrent use. Everything
// that its accessors return is the machine's own and may still change while
// bytes are fed.
type Machine struct {
	obs Observer
	lim Limits

	// Where the conversation stands: what the replies have confirmed, and the
	// commands that wait for theirs.
	phase      Phase
	doubt      bool  // missing bytes may have moved the phase
	inferred   bool  // the phase is forced by one side's acts
	before     Phase // where an AUTH exchange began
	helloed    bool  // a hello was accepted, or must have been
	queue      []*Command
	projection projection
	told       Phase // what the observer heard last

	client clientSide
	server serverSide

	greeting   *Reply
	greetingAt Mark
	hello      *Hello
	auth       *Auth
	authOpen   bool
	strayAuth  bool // an AUTH exchange failed: what comes may be credentials still
	xclient    *XClient
	tls        *tlsSession
	lmtp       bool
	closing    *Reply
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
	if obs == nil {
		obs = deaf{}
	}
	m := &Machine{obs: obs, lim: limits.withDefaults(), phase: PhaseBanner, told: PhaseBanner}
	m.queue = append(m.queue, &Command{Verb: VerbGreeting, row: rowGreeting})
	m.server.shortest = minReplyBytes
	return m
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
	m.feed(data, at)
}

// Server takes the next bytes of the server, in any segmentation. data is not
// kept.
func (m *Machine) Server(data []byte, at Mark) {
	m.server.delivered += int64(len(data))
	for len(data) > 0 {
		n := m.hear(data, at)
		data = data[n:]
		m.server.pos += int64(n)
		m.tell(at)
	}
}

// Phase is where the conversation stands (record.md): the state that replies
// have confirmed, then the commands still unanswered among MAIL, RCPT, DATA,
// BDAT, AUTH and RSET applied as if accepted. inferred: the visible side's
// acts force it although the other side's bytes were not captured.
func (m *Machine) Phase() (p Phase, inferred bool) {
	p = m.projected()
	if p == PhaseData && m.endMayBeHidden() {
		p = PhaseUnknown
	}
	return p, m.inferred && p != PhaseUnknown
}

// projection is what the unanswered commands make of the phase, kept so that a
// long queue is not walked for each command. It holds while what it was made
// from stays.
type projection struct {
	phase   Phase
	from    Phase
	helloed bool
	head    *Command
	n       int // entries of the queue that are in it
}

func (m *Machine) projected() Phase {
	was := &m.projection
	now := projection{from: m.phase, helloed: m.helloed}
	if m.doubt {
		now.from = PhaseUnknown
	}
	if len(m.queue) > 0 {
		now.head = m.queue[0]
	}
	if was.from != now.from || was.helloed != now.helloed || was.head != now.head || was.n > len(m.queue) || was.n == 0 {
		now.phase = now.from
		*was = now
	}
	for ; was.n < len(m.queue); was.n++ {
		switch c := m.queue[was.n]; {
		case c.passed, c.row == rowHidden && c.weak:
		case c.row == rowHidden:
			was.phase = PhaseUnknown
		default:
			was.phase = m.advance(was.phase, c)
		}
	}
	return was.phase
}

// reproject: an entry of the queue has changed.
func (m *Machine) reproject() { m.projection.n = 0 }

// advance applies an unanswered command as if it were accepted.
func (m *Machine) advance(p Phase, c *Command) Phase {
	if c.row.sent == stay || p != PhaseUnknown && !m.mayAdvance(p, c) {
		return p
	}
	if p == PhaseUnknown && c.row.sent == toBase {
		return PhaseReady
	}
	return m.lead(c.row.sent, p, c)
}

// mayAdvance: the table's allowed phases, and MAIL inside a transaction, which
// the server may take (RFC 5321 section 4.1.4 leaves it to the order of
// commands; many do).
func (m *Machine) mayAdvance(p Phase, c *Command) bool {
	return c.row.in.has(p) || c.row.opensMail() && opened.has(p) || c.row.sent == toAuth && p == PhaseHello || c.row.sent == toAuth && p == PhaseAuth
}

// lead is the phase that a target means.
func (m *Machine) lead(t target, p Phase, c *Command) Phase {
	switch t {
	case toHello:
		return PhaseHello
	case toBase:
		return m.base()
	case toReady:
		return PhaseReady
	case toAuth:
		return PhaseAuth
	case toBack:
		return m.backFromAuth(p)
	case toMail:
		return PhaseMail
	case toRcpt:
		return PhaseRcpt
	case toOpen:
		return m.open(p)
	case toCommand:
		return PhaseDataCommand
	case toContent:
		return PhaseData
	case toDot:
		return PhaseDot
	case toTLS:
		return PhaseTLSHandshake
	case toUnknown:
		return PhaseUnknown
	case toChunk:
		if c.chunk.last && c.chunk.whole {
			return PhaseDot
		}
		return PhaseData
	case toChunked:
		if c.chunk.last {
			return PhaseReady
		}
		return PhaseData
	}
	return p
}

func (m *Machine) base() Phase {
	if m.helloed {
		return PhaseReady
	}
	return PhaseHello
}

// open is the phase of the transaction that is open.
func (m *Machine) open(p Phase) Phase {
	switch {
	case m.current == nil && p == PhaseBanner:
		return p
	case m.current == nil:
		return m.base()
	case m.current.RecipientCount > 0:
		return PhaseRcpt
	}
	return PhaseMail
}

func (m *Machine) backFromAuth(p Phase) Phase {
	switch {
	case p == PhaseAuth && m.before != PhaseUnknown:
		return m.before
	case p == PhaseAuth || p == PhaseUnknown:
		return PhaseReady
	}
	return p
}

// move takes the phase to where a reply leads.
func (m *Machine) move(t target, c *Command) {
	if t == stay {
		return
	}
	if t == toAuth && m.phase != PhaseAuth {
		m.before = m.phase
		if m.doubt {
			m.before = PhaseUnknown
		}
	}
	p := m.phase
	if m.doubt {
		p = PhaseUnknown
	}
	m.phase, m.doubt, m.inferred = m.lead(t, p, c), false, false
	if m.phase == PhaseUnknown {
		m.doubt = true
	}
}

// tell lets the observer know that the phase changed.
func (m *Machine) tell(at Mark) {
	if p, _ := m.Phase(); p != m.told {
		m.told = p
		m.obs.Phase(p, at)
	}
}

// Unanswered is how many commands, and ends of messages, have had no reply.
// Commands whose reply was missed are not among them, nor is the greeting.
func (m *Machine) Unanswered() int {
	n := 0
	for _, c := range m.queue {
		if !c.passed && c.row != rowHidden && c.row != rowGreeting {
			n += 1 + c.repeat
		}
	}
	return n
}

// QuitSaid reports whether the client sent QUIT.
func (m *Machine) QuitSaid() bool { return m.quitSaid }

// QuitsTurn reports whether QUIT was said and everything sent before it was
// answered, the greeting included.
func (m *Machine) QuitsTurn() bool {
	if m.quitsTurn {
		return true
	}
	for _, c := range m.queue {
		switch {
		case c.row.verb == "QUIT":
			m.quitsTurn = true
			return true
		case !c.passed && c.row != rowHidden:
			return false
		}
	}
	return false
}

// ClientOffset and ServerOffset are how many bytes of each side were fed,
// gaps included.
func (m *Machine) ClientOffset() int64 { return m.client.delivered }

// ServerOffset: see ClientOffset.
func (m *Machine) ServerOffset() int64 { return m.server.delivered }

// Greeting is the server's greeting; nil until it is complete.
func (m *Machine) Greeting() *Reply { return m.greeting }

// GreetingAt is where the greeting's last line ended; zero until then.
func (m *Machine) GreetingAt() Mark { return m.greetingAt }

// Hello is the last accepted hello, or the last one sent; nil = none.
func (m *Machine) Hello() *Hello { return m.hello }

// Auth is the last AUTH exchange; nil = none.
func (m *Machine) Auth() *Auth { return m.auth }

// Messages are the transactions in the order of their MAIL, at most
// Limits.Messages.
func (m *Machine) Messages() []*Message { return m.messages }

// MessageCount counts all transactions, also those that are not kept.
func (m *Machine) MessageCount() int { return m.count }

// Current is the open transaction, or nil. Between the end of a message and
// its reply that is this message, unless the client has begun the next.
func (m *Machine) Current() *Message {
	if m.sent != nil {
		return m.sent
	}
	return m.current
}

// LMTP reports whether the client said LHLO (RFC 2033).
func (m *Machine) LMTP() bool { return m.lmtp }

// XClient is what the last accepted XCLIENT and XFORWARD said; nil = none.
func (m *Machine) XClient() *XClient { return m.xclient }

// Closing is the last 421: the server said that it closes the connection (RFC
// 5321 section 3.8); nil = none.
func (m *Machine) Closing() *Reply { return m.closing }

// TLS is what was seen of TLS; nil = none.
func (m *Machine) TLS() *TLS {
	if m.tls == nil {
		return nil
	}
	return m.tls.report()
}
