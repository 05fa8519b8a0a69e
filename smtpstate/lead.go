package smtpstate

// projection is what the unanswered commands make of the phase, kept so that a
// long queue is not walked for each command and each reply. Every entry holds
// the phase behind it (Command.behind), so where the beginning changes the walk
// ends as soon as it meets the phase that it met before.
type projection struct {
	phase   Phase // behind the last of them
	from    Phase
	helloed bool
	head    *Command `dormant:"known"`
	n       int      // entries of the queue that are in it
}

// projected is the phase behind the last entry of the queue, which begins with
// the phase from. It is asked for at each command and each reply, mostly where
// nothing has changed since: that costs a comparison.
func (m *Machine) projected(from Phase) Phase {
	p := &m.projection
	if p.n == len(m.queue) && p.head == m.queue[0] && p.from == from && p.helloed == m.helloed {
		return p.phase
	}
	return m.project(from)
}

// project brings the projection up to date.
func (m *Machine) project(from Phase) Phase {
	p := &m.projection
	switch head := m.queue[0]; {
	case p.head != head || p.helloed != m.helloed || p.n > len(m.queue) || p.n == 0:
		*p = projection{phase: from, from: from, helloed: m.helloed, head: head}
	case p.from != from:
		m.reproject(from)
	}
	for ; p.n < len(m.queue); p.n++ {
		p.phase = m.past(p.phase, m.queue[p.n])
	}
	return p.phase
}

// reproject begins the projection with another phase.
func (m *Machine) reproject(from Phase) {
	p := &m.projection
	p.from = from
	for _, c := range m.queue[:p.n] {
		was := c.behind
		if from = m.past(from, c); from == was {
			return // and so is all that follows
		}
	}
	p.phase = from
}

// past is the phase behind an entry of the queue that begins with the phase p.
func (m *Machine) past(p Phase, c *Command) Phase {
	switch {
	case c.passed, c.row == rowHidden && c.weak:
	case c.early:
		p = PhaseReady
	case c.row == rowHidden:
		p = PhaseUnknown
	default:
		p = m.advance(p, c)
	}
	c.behind = p
	return p
}

// changed: an entry of the queue has changed.
func (m *Machine) changed() { m.projection.n = 0 }

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

// meant is the phase that a target means whatever the conversation was; 0 = that
// depends.
var meant = [...]Phase{
	toHello: PhaseHello, toReady: PhaseReady, toAuth: PhaseAuth, toMail: PhaseMail, toRcpt: PhaseRcpt, toCommand: PhaseDataCommand,
	toContent: PhaseData, toDot: PhaseDot, toTLS: PhaseTLSHandshake, toUnknown: 0,
}

// lead is the phase that a target means.
func (m *Machine) lead(t target, p Phase, c *Command) Phase {
	if known := meant[t]; known != 0 {
		return known
	}
	switch t {
	case toUnknown:
		return PhaseUnknown
	case toBase:
		return m.base()
	case toBack:
		return m.backFromAuth(p)
	case toOpen:
		return m.open(p)
	case toChunk:
		if c.chunk.last && c.chunk.whole {
			return PhaseDot
		}
		return PhaseData
	case toChunked:
		if c.chunk.last && !c.comes() {
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
