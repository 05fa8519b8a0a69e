package diagnosis

import (
	"fmt"
	"strings"
	"time"

	"smtpscope/session"
)

// endLike is what the open content stops with, where that is an end for some
// programs and none for SMTP.
func (c *Case) endLike() string {
	m := c.message()
	if c.Ended.Phase != "data" || m == nil || m.Transfer == nil || m.Transfer.Complete || !c.clientHeard() {
		return ""
	}
	return c.contentEnd().Like
}

// almostEnds says what EndLike means.
var almostEnds = map[string]string{
	"LF.LF": "a dot between bare line feeds (LF.LF)", "CR.CR": "a dot between bare carriage returns (CR.CR)",
	"CRLF.": "a dot without a line end (CRLF.)", "CRLF.CR": "a dot with half a line end (CRLF.CR)",
}

// dotMissing: the client thinks that it ended its message, the server does not
// (causes.md 4.4).
var dotMissing = rule{
	code:     "dot-missing",
	severity: Error,
	advice: "Repair the client: lines end in CRLF on the wire, and the message ends in CRLF.CRLF (RFC 5321 section 4.1.1.4). " +
		"Scripts that pipe a text file into a connection are the usual culprits.",
	find: func(c *Case) *claim {
		like := c.endLike()
		if like == "" || c.open() || !c.bothHeard() {
			return nil
		}
		wait := c.idle()
		if f := c.farewell(); f != nil {
			wait = f.after
		}
		if wait < pause-time.Second {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
			summary: fmt.Sprintf("The content stopped with %s, which is not the end of a message (that is CRLF.CRLF): the client thought that it had finished, the server waited %s for more",
				almostEnds[like], seconds(wait)),
			against: "no byte of the client is missing in the capture or on the way"}
	},
}

// bareLF: the server refused content for lines that end in LF alone
// (causes.md 4.5).
var bareLF = rule{
	code:     "bare-lf",
	severity: Error,
	advice:   "Repair the program that wrote the mail: every line ends in CRLF. Servers refuse bare line feeds since the smuggling attacks of 2023 (Postfix: smtpd_forbid_bare_newline, with exceptions for hosts that cannot be repaired).",
	find: func(c *Case) *claim {
		e := c.refusal("bare-lf")
		if e == nil {
			return nil
		}
		counted := ""
		for _, n := range c.Notes {
			if strings.HasSuffix(n, "end in a bare LF") {
				counted = "; " + n
			}
		}
		return &claim{certainty: Proven, frames: []int64{e.Frame},
			summary: "The server refused the mail because of line ends that are not CRLF: it said " + quote(e.Text),
			against: "the server's own words" + counted}
	},
}

const (
	noteBareDot  = "a dot between bare LFs in content: an end for some servers"
	noteCRDot    = "CR.CR in content: an end for some servers"
	noteTookDot  = "the server took a dot between bare LFs for the end"
	noteNotAsked = "reply that nothing asked for"
)

// smuggling: content holds a false end, and the server answered what stands
// behind it as commands.
var smuggling = rule{
	code:     "smuggling",
	severity: Error,
	advice:   "Update or set up the server so that only CRLF.CRLF ends a message (Postfix: smtpd_forbid_bare_newline = normalize), and look at the second mail: it passed the checks that the first one was given.",
	find: func(c *Case) *claim {
		if !c.hasNote(noteBareDot) && !c.hasNote(noteCRDot) && !c.hasNote(noteTookDot) {
			return nil
		}
		answered := c.answeredContent()
		if len(answered) == 0 {
			return nil
		}
		return &claim{certainty: Strong, frames: append(answered, c.noteFrame(noteBareDot), c.noteFrame(noteTookDot), c.noteFrame(noteCRDot)),
			summary: fmt.Sprintf("The content holds a false end (a dot on a line that does not end in CRLF), and the server answered what stands behind it as %d commands: a second mail was smuggled in",
				len(answered)),
			against: "the server sent replies, a 354 among them, that no command outside of the content had asked for"}
	},
}

// answeredContent are replies to commands that stand inside the content, where
// a 354 is among them.
func (c *Case) answeredContent() (frames []int64) {
	begun := false
	for i := range c.Events {
		e := &c.Events[i]
		if e.Kind != session.EventReply || i == 0 || c.Events[i-1].Kind != session.EventNote || c.Events[i-1].Text != noteNotAsked {
			continue
		}
		frames = append(frames, e.Frame)
		begun = begun || replyCode(e) == 354
	}
	if !begun {
		return nil
	}
	return frames
}
