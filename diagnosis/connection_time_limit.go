package diagnosis

import "fmt"

// connectionTimeLimit: the listener's limit for a whole connection.
var connectionTimeLimit = rule{
	code:  "connection-time-limit",
	needs: refusal,
	advice: "See why the session took so long: a slow path, a slow client, or many mails in one connection. " +
		"The limit is the listener's total time limit for inbound connections, 15 minutes by default.",
	find: func(c *Case) *claim {
		f := c.farewell()
		severity := c.severityOfEnd()
		if c.Ended.Phase == "ready" && c.gotThrough() {
			severity = Info
		}
		if t := c.serverTimeout(); t != nil && t.unprovoked() && !c.young(f) {
			return &claim{certainty: Likely, severity: severity, frames: t.frames,
				summary: fmt.Sprintf("The server ended the session %s, %s, within %s of its own last reply: it said %s, but no silence of the client came before",
					c.atAge(f), c.where(), span(t.silence), quote(f.text)),
				against: "that the limit is one on the whole session, or on commands without a mail, fits; a server that was stopped at that moment may say the same",
				advice:  "Look up in the server's settings how long a session may last, and how many commands it may have that bring no mail (NOOP, RSET). See what the client holds the connection open for."}
		}
		if f == nil || f.why != "connection-time-limit" {
			return nil
		}
		out := &claim{certainty: Proven, severity: severity, frames: []int64{f.frame, c.Ended.Frame},
			summary: fmt.Sprintf("The gateway allows a connection only so much time, and ended this one %s, %s: it said %s",
				c.atAge(f), c.where(), quote(f.text)),
			against: "the gateway's own words"}
		if c.young(f) {
			out.certainty = Likely
			out.against += ", which do not fit the connection's age: no limit is as short, and the words may stand for another one"
		}
		return out
	},
}

// young: a session was seen from its beginning and is younger than any limit on a
// whole connection.
func (c *Case) young(f *farewell) bool { return !c.midstream() && c.age(f) < pause }

// atAge says when in the session's life its end came, as far as it was captured.
func (c *Case) atAge(f *farewell) string {
	if c.midstream() {
		return seconds(c.age(f)) + " after its capture began (its age is not known)"
	}
	return "at the age of " + seconds(c.age(f))
}
