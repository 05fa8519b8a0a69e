package gatewaylog

import (
	"slices"
	"strings"
	"time"
)

// An ending is how a session ended as far as products log it differently. The
// values are bits: a row of a table may name several.
type ending uint16

const (
	clientFIN     ending = 1 << iota // the client closed
	clientRST                        // the client reset
	clientQUIT                       // QUIT with a mail begun
	serverTimeout                    // the server waited in vain and gave up
	serverErrors                     // the server had enough of wrong commands or recipients
	serverSize                       // the server gave up on the size of the message
	serverCloses                     // the server closed for another reason, or without one
	nobodyCloses                     // nothing more came, or another connection took the ports
	noConnection                     // the handshake was not completed

	clientGone = clientFIN | clientRST
	serverEnds = serverTimeout | serverErrors | serverSize | serverCloses
	waitEnds   = serverTimeout | nobodyCloses // the server's own timer ran out, seen or not
	anyEnd     = clientGone | clientQUIT | serverEnds | nobodyCloses | noConnection
)

// serverPatience is the least silence that is taken for a server's timer. No
// product waits less: Postfix under stress waits 10 s, and tests set 5 s.
const serverPatience = 4500 * time.Millisecond

// milterPatience is the shortest timer that sendmail has for a milter's reply
// (INPUT_MAIL_FILTER, T=R).
const milterPatience = 10 * time.Second

// manyRefused is how many refused recipients a server may count as errors.
const manyRefused = 3

func (v *Verdict) ending() ending {
	switch {
	case v.Phase == PhaseConnect:
		return noConnection
	case v.How == "quit":
		return clientQUIT
	case v.Unasked.Code != 0:
		return v.partingWord(v.Unasked)
	case v.By == "server":
		return v.serverEnding()
	case v.By == "client" && v.How == "rst":
		return clientRST
	case v.By == "client" && v.How == "fin":
		return clientFIN
	}
	return nobodyCloses
}

// partingWord reads why the server gave up from what it said. A client that
// closes on reading it does not change that.
func (v *Verdict) partingWord(said Said) ending {
	text := strings.ToLower(said.Text)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("timeout", "timed out", "time out", "idle"):
		return serverTimeout
	case has("too many error", "too many syntax", "too many bad", "too many unknown", "too many invalid", "too many unrecognized", "bad smtp command limit", "too many nonmail"):
		return serverErrors
	case said.Code == 552 || has("5.3.4", "message size", "too large", "too big"):
		return serverSize
	case said.Code == 421 && v.Idle >= serverPatience:
		return serverTimeout
	}
	return serverCloses
}

// serverEnding is for a server that closes without a word of its own.
func (v *Verdict) serverEnding() ending {
	m := v.lastMail()
	switch {
	case v.Idle >= serverPatience:
		return serverTimeout
	case m != nil && m.Reply == 552:
		return serverSize
	case m != nil && hangsUp(m.LastCode): // on the recipient, not on their number, unless it says so
		return v.partingWord(Said{m.LastCode, m.LastText})
	case m != nil && m.Accepted == 0 && m.Recipients >= manyRefused:
		return serverErrors
	}
	return serverCloses
}

// hangsUp: after these replies a server closes (RFC 5321 section 3.8; RFC 7504
// section 3).
func hangsUp(code int) bool { return code == 421 || code == 521 }

// A condition narrows a row. Its words are for docs/gateway-words.md.
type condition struct {
	words string
	holds func(*Verdict) bool
}

var (
	// The server speaks TLS from the first byte (RFC 8314).
	implicitTLS = &condition{"on port 465", func(v *Verdict) bool { return v.Port == 465 }}
	// The greeting was a refusal.
	turnedAway = &condition{"the greeting was a refusal", func(v *Verdict) bool { return v.Banner >= 400 }}
	// The session had a mail, and none is open.
	mailDone = &condition{"behind a mail", func(v *Verdict) bool { return v.Phase == PhaseReady && len(v.Mails) > 0 }}
	// Beside the mail that was withdrawn the session had one that was decided on.
	anotherSent = &condition{"another mail was accepted or rejected", func(v *Verdict) bool {
		return slices.ContainsFunc(v.Mails, func(t Transaction) bool { return t.Outcome == "accepted" || t.Outcome == "rejected" })
	}}
	// The last command of the mail was refused, so the server's close may be
	// part of that refusal.
	refusedCommand = &condition{"the last command was refused", func(v *Verdict) bool {
		m := v.lastMail()
		return m != nil && (m.Code >= 400 || m.LastCode >= 400 || m.Reply >= 400)
	}}
	// A mail was begun and not refused.
	openMail = &condition{"MAIL was accepted", func(v *Verdict) bool {
		m := v.lastMail()
		return m != nil && m.Code/100 != 4 && m.Code/100 != 5
	}}
	// The server had not answered the end of the message.
	noReplySeen = &condition{"no reply was sent", func(v *Verdict) bool {
		m := v.lastMail()
		return m != nil && m.Reply == 0
	}}
	// The end of the message went unanswered for as long as sendmail waits for
	// a milter.
	longWait = &condition{"after 10 s or more", func(v *Verdict) bool { return v.Idle >= milterPatience }}
)

// endingNames are the endings in words, in the order of their bits.
var endingNames = []string{
	"FIN by the client", "RST by the client", "QUIT with a mail begun", "the server's timer", "too many errors",
	"size", "closed by the server", "nobody closed", "no connection",
}

// String lists the endings of a row.
func (e ending) String() string {
	switch e {
	case anyEnd:
		return "any"
	case serverEnds:
		return "the server ended it"
	case clientGone:
		return "FIN or RST by the client"
	}
	var list []string
	for i, name := range endingNames {
		if e&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
