package smtpstate

import (
	"bytes"
	"strings"
)

// command takes a command line, whole or cut by missing bytes: it becomes an
// entry of the queue, and what the client's having said it means is noted.
func (m *Machine) command(l *commandLine, at Mark) {
	loose := m.spilled || m.client.astray
	if loose && !(m.client.astray && l.row.isHello()) && !l.strict() {
		l.row = rowUnknown // a line of prose that begins as a command does
	}
	c := m.blankCommand()
	c.Verb, c.row, c.At, c.Offset, c.Cut, c.rcpt = l.row.verb, l.row, at, m.client.lineStart, l.cut, -1
	var line string
	if l.row == rowUnknown {
		m.nameUnknown(c, l, at)
	} else {
		m.stray = false
		m.client.astray = false
		switch n := l.secondLine(); {
		case n >= 0:
			m.dropBehind(l, n)
			m.note("what looks like another line in a command's argument is not shown", sideClient, at)
		case len(l.arg) == 0:
		case l.row == rowData: // it has no argument (RFC 5321 section 4.1.1.4): "data" may begin a line of prose
			m.dropBehind(l, 0)
			m.note("what stands behind DATA is not shown", sideClient, at)
		case l.row.isHello() && (loose || m.withheld != nil) && !m.mayBeName(l.arg):
			m.dropBehind(l, 0)
			m.note("a name that may be a word of a message is not shown", sideClient, at)
		case m.withheld != nil && l.mayBeProse():
			n = 0
			if l.row == rowBDAT { // its size says what follows
				n = wordLen(l.arg)
			}
			m.dropBehind(l, n)
			m.note("what may be words of a message is not shown", sideClient, at)
		}
		switch {
		case l.row.auth:
			m.withholdResponse(l)
		case l.row.names():
			line, c.Arg = m.lineText(l.withoutLogin())
			m.withholdLogin(l)
		default:
			line, c.Arg = m.lineText(l)
		}
	}
	m.wentOn(c)
	m.noteOrder(c, at)
	if l.row.said != nil {
		l.row.said(m, c, l.arg)
	}
	if m.crossing != nil {
		m.cross(c)
	}
	if line == "" {
		line = l.shown(c)
	}
	if m.trace != nil {
		m.traceCommand(c, l)
	}
	m.obs.Command(c, line)
	m.enqueue(c, at)
	m.tell(at)
}

// withholdLogin takes the names that withoutLogin leaves out.
func (m *Machine) withholdLogin(l *commandLine) {
	l.eachLogin(l.arg, func(from, to int) { m.withholdLine(l.arg[from:to]) })
}

// cross lends a RCPT the 421 that the server, about to close (RFC 5321 section
// 3.8), sent of itself while the RCPT was on its way: the client, which reads
// replies in order, finds it where the recipient's reply is due. The command
// still waits; a reply that comes after all is the one that counts.
func (m *Machine) cross(c *Command) {
	if c.rcpt >= 0 {
		c.Message.Recipients[c.rcpt].Reply = m.crossing.Answer
	}
	m.crossing = nil
}

// nameUnknown keeps the word of an unknown command where it cannot be part of
// an AUTH exchange that went astray.
func (m *Machine) nameUnknown(c *Command, l *commandLine, at Mark) {
	m.odd().UnknownVerbs++
	if m.spilled {
		m.spill(c.Offset)
	}
	loose := m.stray || m.spilled || m.client.astray
	known := !loose && knownWord(l.word) && !m.withheld.hasWord(l.word)
	switch verb := upperVerb(l.word); {
	case loose && masked(l.word), known && carrying[string(verb)]:
		c.Verb = verb
		m.withholdLine(l.arg)
	case known, masked(l.word):
		c.Verb = verb
		m.withholdAside(l.arg)
	default:
		m.withholdCoded(l.raw) // it may be an answer to a 334 that was not seen
		m.withholdEnd()
		if !m.helloed { // who begins like this may not speak SMTP at all
			m.spill(c.Offset)
		}
	}
	if l.cut || l.total > len(l.raw) {
		m.withholdUnseen()
	}
	if bytes.IndexByte(l.word, 0) >= 0 {
		m.note("NUL in a command line", sideClient, at)
	}
}

// noteOrder says what RFC 5321 section 4.1.4 does not allow, as far as the
// machine can know it.
func (m *Machine) noteOrder(c *Command, at Mark) {
	if len(m.queue) > 0 && m.queue[0].row == rowGreeting && !m.queue[0].passed {
		m.note("command before the greeting", sideClient, at)
		return
	}
	p := m.stands()
	if p != PhaseUnknown && p != PhaseDot && !c.row.in.has(p) {
		m.note(string(c.row.verb)+" out of order in phase "+p.String(), sideClient, at)
	}
}

// enqueue lets a command wait for its reply.
func (m *Machine) enqueue(c *Command, at Mark) {
	if m.server.presumed {
		m.saidBehindEnd(c)
	}
	if len(m.queue) == 0 {
		m.grouped = false
		m.push(c)
		return
	}
	m.enqueueBehind(c, at)
}

// enqueueBehind lets a command wait behind others.
func (m *Machine) enqueueBehind(c *Command, at Mark) {
	if m.outOfStep {
		m.goesOn(at)
	}
	m.outOfStep = m.outOfStep || c.row == rowQuit
	if m.pending() {
		if !m.grouped {
			m.grouped = true
			m.tally.pipelinedGroups++
		}
		if m.hello != nil && m.hello.Reply != nil && !m.hello.Reply.Partial && !m.hello.pipelining && c.row != rowCredentials {
			m.note("pipelining that the server does not offer", sideClient, at)
		}
	}
	if len(m.queue) >= m.lim.Commands && !c.row.holdsClient() {
		m.crowd(c, at)
		return
	}
	m.push(c)
}

// crowd takes a command while the queue is full: like ones share an entry, and
// if even these become many, the rest is left to what the replies say.
func (m *Machine) crowd(c *Command, at Mark) {
	n := len(m.queue)
	last := m.queue[n-1]
	switch {
	case last.row == rowHidden:
	case n > m.lim.Commands && last.row == c.row && last.Message == c.Message && last.prior == c.prior && c.row.done == nil,
		n > m.lim.Commands && last.row == c.row && last.Message == c.Message && c.row == rowRCPT:
		last.repeat++
		if c.rcpt >= 0 { // its reply will not be told from the others'
			c.Message.Recipients = c.Message.Recipients[:c.rcpt]
		}
	case n < m.lim.Commands+crowdMax:
		m.note("too many unanswered commands", sideClient, at)
		m.push(c)
	default:
		m.pushNew(Command{Verb: VerbHidden, row: rowHidden})
	}
}

// pending reports whether a command waits for a reply that was not missed.
func (m *Machine) pending() bool {
	for _, c := range m.queue {
		if !c.passed && !c.early && c.row != rowGreeting && c.row != rowHidden && !c.halfFinal() {
			return true
		}
	}
	m.grouped = false
	return false
}

// halfFinal: LMTP's server has answered the end of a message for one recipient at
// least (RFC 2033 section 4.2). Who speaks then has waited for a reply.
func (c *Command) halfFinal() bool {
	return c.row == rowEnd && c.Message != nil && c.Message.finals > 0
}

// holdsClient: what the client sends next depends on the reply.
func (w *row) holdsClient() bool {
	return w == rowData || w == rowStartTLS || w == rowEnd
}

func (m *Machine) saidHello(c *Command, _ []byte) {
	m.lmtp = m.lmtp || c.Verb == "LHLO"
	c.prior = m.sent
	if m.hello == nil || m.hello.Reply == nil || !m.hello.Reply.positive() {
		m.sayHello(c)
	}
}

// sayHello makes a command the hello, in the place of one that has no answer.
func (m *Machine) sayHello(c *Command) {
	if m.hello == nil || m.hello.Reply != nil {
		m.hello = m.store.hellos.take()
	}
	*m.hello = Hello{Verb: c.Verb}
	if !c.Cut {
		m.hello.Name = firstWord(c.Arg)
	}
}

func firstWord(s string) string {
	if len(s) > nameMax {
		s = s[:nameMax]
	}
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[:i]
	}
	if i := strings.IndexByte(s, '\t'); i >= 0 {
		s = s[:i]
	}
	return s
}

func (m *Machine) saidMail(c *Command, arg []byte) {
	address, params, whole := parsePath(arg, "FROM", c.Cut)
	msg := m.newMessage(c.At)
	if whole {
		msg.From, msg.HasFrom = m.keepPart(c, arg, address), true
		msg.FromParams = m.keepPart(c, arg, params)
	}
	c.Message, c.prior = msg, m.sent
	m.sent.withdraw("MAIL")
	m.sent = msg
}

// newMessage begins a transaction.
func (m *Machine) newMessage(at Mark) *Message {
	msg := m.newMessageAt(at)
	m.count++
	if len(m.messages) < m.lim.Messages {
		m.weigh(messageWeight)
		m.messages = append(m.messages, msg)
	}
	return msg
}

// keepPart is a part of a command's argument as a string, or "" once the
// session's envelopes have used up what is allowed. It is a part of the line's
// text where that is kept anyway, side by side with others.
func (m *Machine) keepPart(c *Command, arg, part []byte) string {
	if int(m.envelope)+len(part) > m.lim.Envelope {
		return ""
	}
	m.weigh(len(part))
	at := cap(arg) - cap(part) // where it stands in the argument
	if to := at + len(part); len(part) > 0 && len(c.Arg) <= stripBytes/2 && to <= len(c.Arg) {
		return c.Arg[at:to]
	}
	return m.text.keep(part)
}

func (m *Machine) saidRcpt(c *Command, arg []byte) {
	if m.sent == nil && m.uncertain() {
		m.sent = m.newMessage(c.At) // its MAIL was not captured
	}
	if c.Message = m.sent; c.Message != nil {
		m.addRecipient(c, arg)
	}
}

func (m *Machine) addRecipient(c *Command, arg []byte) {
	address, params, whole := parsePath(arg, "TO", c.Cut)
	var to, more string
	if whole {
		to = m.keepPart(c, arg, address)
		more = m.keepPart(c, arg, params)
	}
	msg := c.Message
	msg.RecipientCount++
	if c.rcpt = -1; !m.mayKeep(msg) {
		return
	}
	n := len(msg.Recipients)
	c.rcpt = int32(n)
	m.moreRecipients(msg)
	msg.Recipients = append(msg.Recipients, Recipient{})
	rcpt := &msg.Recipients[n]
	rcpt.Address, rcpt.Params, rcpt.Cut, rcpt.At = to, more, !whole, c.At
}

// uncertain: missing bytes may hide what led here.
func (m *Machine) uncertain() bool {
	p, _ := m.Phase()
	return p == PhaseUnknown
}

func (m *Machine) saidData(c *Command, _ []byte) {
	c.Message = m.sent
	if m.server.lossy { // its reply may be taken for another's
		m.spill(c.Offset)
	}
	m.client.hold(c)
}

func (m *Machine) saidStartTLS(c *Command, _ []byte) {
	c.prior = m.sent
	m.client.hold(c)
}

func (m *Machine) saidReset(c *Command, _ []byte) {
	c.prior = m.sent
	m.sent.withdraw(c.Verb)
	m.sent = nil
}

func (m *Machine) saidQuit(c *Command, _ []byte) {
	m.quitSaid = true
	c.prior = m.sent
	if m.sent != nil && m.sent.Transfer == nil && !m.sent.DataReply.positive() {
		m.sent.withdraw(c.Verb) // between two chunks, or where the 354 did not come, it is no orderly end
	}
}
