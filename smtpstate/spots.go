package smtpstate

// After missing bytes of the server it is not known how many replies they
// held. The machine then keeps every place in the queue that the next reply
// may belong to (the spots), strikes out those whose row cannot get such a
// reply, and is in step again once one is left.

// unclear is what there is to say of the server while missing bytes, or a line
// without its end, leave open what belongs to what.
type unclear struct {
	spots    []int     // the entries of the queue that the next reply may belong to, as indexes; nil = the first, as always
	floats   []*Reply  // replies since then whose entry is not clear yet
	copies   []*Answer // of serverSide.partial
	seamAt   Mark      // of the bytes before the line's seam; see seam.go
	turnedAt int64     // where the line ended behind which the client spoke
}

func (s *serverSide) open() *unclear {
	if s.unclear == nil {
		s.unclear = new(unclear)
	}
	return s.unclear
}

func (s *serverSide) spots() []int {
	if s.unclear == nil {
		return nil
	}
	return s.unclear.spots
}

func (s *serverSide) setSpots(spots []int) {
	if s.unclear != nil || spots != nil {
		s.open().spots = spots
	}
}

// find is the entry that a reply belongs to; nil = none. floats: there are
// several, and the reply is kept until one is left.
func (m *Machine) find(r *Reply) (c *Command, floats bool) {
	if m.server.spots() != nil {
		return m.findSpot(r)
	}
	if len(m.queue) == 0 {
		return nil, false
	}
	if m.outOfStep {
		if c := m.passEnd(r); c != nil {
			return c, false
		}
	}
	if m.queue[0].row == rowGreeting || r.Code == 354 {
		m.skipUnanswered(r)
	}
	if m.queue[0].row == rowHidden {
		return m.findPastHidden(r), false
	}
	return m.queue[0], false
}

func (m *Machine) findSpot(r *Reply) (*Command, bool) {
	s := m.server.open()
	if r.Code == 421 && s.spots[len(s.spots)-1] == len(m.queue) {
		return nil, false // a server says that of itself, and all there was to answer may be answered
	}
	var fit []int
	for _, i := range s.spots {
		if i < len(m.queue) && m.queue[i].row.explains(r) {
			fit = append(fit, i)
		}
	}
	fit = m.prefer(fit, r)
	switch len(fit) {
	case 0:
		return nil, false
	case 1:
		m.inStep(fit[0])
		return m.queue[0], false
	}
	if s.floats = append(s.floats, m.keep(r)); len(s.floats) > floatsMax {
		m.announceFloats()
	}
	for i := range fit {
		fit[i]++
	}
	s.spots = fit
	return nil, true
}

// prefer lets a reply's words decide between places: enhanced codes that name
// the sender's or the recipient's address (RFC 3463 section 3.2), a queue id,
// EHLO's keywords.
func (m *Machine) prefer(fit []int, r *Reply) []int {
	verb := spokenTo(r)
	if verb == "" || len(fit) < 2 {
		return fit
	}
	var better []int
	for _, i := range fit {
		switch row := m.queue[i].row; {
		case row.verb == verb, verb == "EHLO" && row.verb == "LHLO", verb == VerbEndOfData && row.verb == "BDAT":
			better = append(better, i)
		}
	}
	if len(better) == 0 { // nothing visible has this reply
		for _, i := range fit {
			if m.queue[i].row == rowHidden {
				better = append(better, i)
			}
		}
	}
	if len(better) == 1 {
		return better
	}
	return fit
}

// passHidden: bytes of the server were missed before those of the client that
// may hide commands. The replies to these may be among them.
func (m *Machine) passHidden() {
	s := &m.server
	last := len(m.queue) - 1
	if spots := s.spots(); s.gapped && len(spots) > 0 && spots[len(spots)-1] == last {
		s.setSpots(append(spots, last+1))
	}
}

// spokenTo is the verb that a reply's words give away; "" = none.
func spokenTo(r *Reply) Verb {
	switch {
	case r.Class != 2:
	case r.enhanced == enhancedSender:
		return "MAIL"
	case r.enhanced == enhancedRecipient:
		return "RCPT"
	case looksLikeHello(r):
		return "EHLO"
	case queueID(r) != "":
		return VerbEndOfData
	}
	return ""
}

// inStep makes the queue's entry i the first: the replies to those before it
// are the ones that float, or were missed.
func (m *Machine) inStep(i int) {
	s := m.server.open()
	floats := s.floats
	s.spots, s.floats = nil, nil
	for i > len(floats) {
		m.drop()
		i--
	}
	for _, r := range floats[len(floats)-i:] {
		m.answer(m.queue[0], r)
	}
}

func (m *Machine) announceFloats() {
	u := m.server.unclear
	if u == nil {
		return
	}
	for _, r := range u.floats {
		m.obs.Reply(r, nil)
	}
	u.floats = nil
}
