package session

// Finals are the replies to the end of a message over LMTP: one is due for each
// recipient that was accepted (RFC 2033 section 4.2).
type Finals struct {
	Given int    // replies that came
	Due   int    // recipients without one
	Whose string // the last of these
	// Closed: a 421 stands where the first of those due was awaited. It speaks of
	// the connection (RFC 5321 section 3.8): no other reply comes, and none is owed.
	Closed bool
}

// Finals counts the replies to the end of m. Nothing is due where the session is not
// LMTP, where the end was not sent, or where bytes of the server are missing, which
// may be the reply.
func (r *Record) Finals(m *Message) (f Finals) {
	if r.Protocol != "lmtp" || m == nil || m.Transfer == nil || !m.Transfer.Complete || r.TCP.Missed.Server+r.TCP.Lost.Server+r.TCP.Cut.Server > 0 {
		return f
	}
	for _, to := range m.Recipients {
		switch {
		case to.Final != nil && to.Final.Code == closing:
			f.Closed = true
		case to.Final != nil:
			f.Given++
			continue
		case to.Code/100 != 2:
			continue
		}
		f.Due++
		f.Whose = to.Address
	}
	return f
}

// closing is the code of a server that ends the connection.
const closing = 421

// Open reports whether the server owes replies for some recipients.
func (f Finals) Open() bool { return f.Due > 0 && !f.Closed }

// Partly reports whether the server answered for some recipients, and owes
// replies for others.
func (f Finals) Partly() bool { return f.Given > 0 && f.Open() }
