package diagnosis

import (
	"fmt"
	"time"
)

// endLike is what the open content stops with, where that is an end for some
// programs and none for SMTP.
func (c *Case) endLike() string {
	m := c.message()
	if c.Ended.Phase != "data" || m == nil || m.Transfer == nil || m.Transfer.Complete || !c.clientHeard() {
		return ""
	}
	return m.Transfer.EndLike
}

// almostEnds says what EndLike means.
var almostEnds = map[string]string{
	"LF.LF": "a dot between bare line feeds (LF.LF)", "CR.CR": "a dot between bare carriage returns (CR.CR)",
	"CRLF.": "a dot without a line end (CRLF.)", "CRLF.CR": "a dot with half a line end (CRLF.CR)",
	"CRLF.CRCRLF": "a dot with a line end of CRCRLF, as programs write that convert line ends twice",
}

// dotMissing: the client thinks that it ended its message, the server does not
// (causes.md 4.4).
var dotMissing = rule{
	code:     "dot-missing",
	needs:    wrong,
	severity: Error,
	advice: "Repair the client: lines end in CRLF on the wire, and the message ends in CRLF.CRLF (RFC 5321 section 4.1.1.4). " +
		"Scripts that pipe a text file into a connection are the usual culprits.",
	find: func(c *Case) *claim {
		like := c.endLike()
		if like == "" || c.open() || !c.bothHeard() {
			return nil
		}
		wait, least := c.idle(), pause-time.Second
		if f := c.farewell(); f != nil {
			if wait = f.after; f.timeout() != nil { // it says itself that it waited
				least = leastSilence
			}
		}
		if wait < least {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary: fmt.Sprintf("The content stopped with %s, which is not the end of a message (that is CRLF.CRLF): the client thought that it had finished, the server waited %s for more",
				almostEnds[like], seconds(wait)),
			against: "no byte of the client is missing in the capture or on the way"}
	},
}
