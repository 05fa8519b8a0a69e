package alignment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Agrees says whether the product's words fit the packets.
type Agrees string

// The answers.
const (
	AgreesYes     Agrees = "yes"
	AgreesNo      Agrees = "no"
	AgreesUnknown Agrees = "unknown" // the log does not say, or the capture does not show it
)

// Agreement is the product's statement held against the packets.
type Agreement struct {
	Agrees Agrees
	// Difference says what differs, "" unless Agrees is no.
	Difference string
	// Points are what was compared, in order.
	Points []Point
}

// Point is one comparison.
type Point struct {
	What   string // "phase", "how", "by", "bytes", "reply", "outcome", "size"
	Agrees Agrees
	Says   string // a sentence, where Agrees is no
}

// maxDifferences is how many differences are put into words.
const maxDifferences = 3

// agree compares phase, how, by, byte count, replies and outcomes.
func agree(r *session.Record, m *Match) Agreement {
	var a Agreement
	opaque := r.TLS != nil && r.TLS.Handshake == "complete"
	a.Points = append(a.Points, endOf(r, m.Connection, opaque)...)
	if !opaque {
		a.Points = append(a.Points, bytesPoint(r, m.Connection), replyPoint(r, m.Connection))
	}
	doubtEnd(r, m.Connection, a.Points)
	for i, logged := range m.Messages {
		if logged != nil {
			a.Points = append(a.Points, doubtMail(r, r.Messages[i], mailPoints(r, r.Messages[i], logged))...)
		}
	}
	a.Points = slices.DeleteFunc(a.Points, func(p Point) bool { return p.What == "" })
	a.sum()
	return a
}

// sum: one contradiction is one, and nothing that could be compared is
// unknown.
func (a *Agreement) sum() {
	a.Agrees = AgreesUnknown
	var says []string
	for _, p := range a.Points {
		switch p.Agrees {
		case AgreesNo:
			a.Agrees = AgreesNo
			if !slices.Contains(says, p.Says) {
				says = append(says, p.Says)
			}
		case AgreesYes:
			if a.Agrees == AgreesUnknown {
				a.Agrees = AgreesYes
			}
		}
	}
	a.Difference = strings.Join(says[:min(len(says), maxDifferences)], "; ")
}

// endPoints compare phase, how and by. Within TLS the phase is the log's word
// alone.
func endPoints(r *session.Record, c *gatewaylog.Connection, opaque bool) []Point {
	said := &c.Ended
	if said.IsZero() || !r.EndShown() {
		return []Point{{What: "how", Agrees: AgreesUnknown}}
	}
	row := wordingOf(c.Product, said)
	if said.How == gatewaylog.HowLost && c.TLS.Established == gatewaylog.No {
		// The product lost the client in a handshake that failed: who closed
		// does not follow.
		row = wordingOf("", &gatewaylog.Ended{How: gatewaylog.HowTLSFailed})
	}
	var points []Point
	if row != nil && !opaque {
		p := row.point(r, said)
		if p.Agrees == AgreesNo && crossed(r, said) {
			p = Point{What: "how", Agrees: AgreesUnknown}
		}
		points = append(points, p)
	} else if row != nil {
		points = append(points, row.pointOpaque(r, said))
	}
	if len(said.Stages) > 0 && !opaque && r.Ended.Phase != "unknown" && (row == nil || !row.anyPhase) {
		p := Point{What: "phase", Agrees: AgreesYes}
		if (answeredLater(r) || crossed(r, said) || r.Ended.Unheard) && !fitsPhase(said.Stages, r.Ended.Phase) {
			p.Agrees = AgreesUnknown
		} else if !fitsPhase(said.Stages, r.Ended.Phase) && !silentTLS(r, said.Stages) {
			p.Agrees = AgreesNo
			p.Says = fmt.Sprintf("log: %s; packets: the session ended %s", said.Words, inPhase(r.Ended.Phase))
		}
		points = append(points, p)
	}
	return points
}

// silentTLS: a client that never began a handshake on a port for TLS is one
// that waited for the greeting, as far as packets show.
func silentTLS(r *session.Record, stages []gatewaylog.Phase) bool {
	return r.Ended.Phase == "banner" && r.Bytes.Client == 0 && slices.Contains(stages, gatewaylog.PhaseTLSHandshake)
}

// answeredLater: the client had said several things, or spoken before the
// greeting, when it went, as "printf … | nc" does, or went at once behind one
// thing. The server works through what it finds, and logs how far that got; the
// phase is that of the end.
func answeredLater(r *session.Record) bool {
	return r.Ended.By == "client" && (r.Ended.Unanswered > 1 || r.Ended.Unanswered == 1 && atOnce(r)) || SpokeEarly(r)
}

// atOnce: it ended so soon behind the last word that the other side's next may
// have been on its way.
func atOnce(r *session.Record) bool {
	return r.Ended.Idle != nil && r.Ended.Idle.Duration() < promptReset
}

// crossed: the server had enough of the client, which had said more by then.
// How far it got with that does not show, and Postfix names the last command
// that it did anything about: one that it answers 530 or 503 for another reason
// leaves no name (smtpd.c, smtpd_proto). Nor does it show whether a QUIT was read
// by which a client was done before it was answered, and reset.
func crossed(r *session.Record, said *gatewaylog.Ended) bool {
	switch e := &r.Ended; said.How {
	case gatewaylog.HowTooManyErrors:
		return e.Unanswered > 0 || e.How == session.ByQuit || e.By == "client" && atOnce(r)
	case gatewaylog.HowEOF: // the write of a reply took the reset, and the read behind it finds the end
		return e.By == "client" && e.How == session.ByRST && e.Unanswered > 0
	case gatewaylog.HowQuit:
		return e.By == "client" && e.Unanswered > 1
	}
	return false
}

// SpokeEarly: the client spoke before the greeting, and had gone when it came.
func SpokeEarly(r *session.Record) bool {
	return r.Ended.By == "client" && r.Ended.Phase == "banner" && r.Ended.Unanswered > 0
}

func fitsPhase(stages []gatewaylog.Phase, phase string) bool {
	return slices.Contains(stages, gatewaylog.Phase(phase))
}

// phaseNames are the phases as words in a sentence.
var phaseNames = map[string]string{
	"connect": "before the TCP handshake was complete", "banner": "before the greeting", "hello": "before HELO or EHLO",
	"tls-handshake": "in the TLS handshake", "tls": "inside TLS", "auth": "inside AUTH", "ready": "outside a mail transaction",
	"mail": "after MAIL", "rcpt": "after RCPT, before DATA", "data-command": "after DATA, before its reply",
	"data": "mid-DATA", "dot": "after the end of the message, before its reply", "unknown": "in a phase that was not captured",
}

func inPhase(phase string) string { return phaseNames[phase] }

// promptReset is how soon after the last content a RST may throw away what
// the server's program has not read yet, without anything being wrong.
const promptReset = time.Second

// bytesPoint compares the content that the product had with that which was
// captured. What arrives may wait in a buffer; it must not be more.
func bytesPoint(r *session.Record, c *gatewaylog.Connection) Point {
	n, last := c.Ended.Bytes, lastSent(r)
	if !n.Known || last == nil || last.Transfer == nil {
		if n.Known && n.N > 0 && r.Seen.Client && r.Seen.MissingBytes == 0 && last != nil {
			return Point{"bytes", AgreesNo, fmt.Sprintf("log: %s; packets: no content was sent", c.Ended.Words)}
		}
		return Point{}
	}
	seen, words := last.Transfer.Bytes, fmt.Sprintf("log: %s; packets: ", c.Ended.Words)
	switch {
	case n.N > seen+contentSlack && last.Transfer.AtLeast, c.Product == gatewaylog.Postfix && last.Transfer.Command == "BDAT" && n.N <= seen:
		return Point{What: "bytes", Agrees: AgreesUnknown}
	case n.N > seen+contentSlack:
		return Point{"bytes", AgreesNo, words + count64(seen) + " of content only were sent here → something between the capture and the server added to them, or the lines are of another session"}
	case seen-n.N <= bufferSlack, c.Ended.BytesCut:
		return Point{What: "bytes", Agrees: AgreesYes}
	}
	if at := last.Transfer.LastByte; r.Ended.How == session.ByRST && at != nil &&
		r.Ended.Time.Time().Sub(at.Time()) < promptReset {
		return Point{What: "bytes", Agrees: AgreesUnknown}
	}
	return Point{"bytes", AgreesNo, fmt.Sprintf("%s%s of content reached the server's address before the %s → something between capture and server kept them",
		words, count64(seen), endNoun(r))}
}

// lastSent is the last message whose content was sent, else the last: a nested
// MAIL that the server refuses may stand behind it.
func lastSent(r *session.Record) *session.Message {
	for _, m := range slices.Backward(r.Messages) {
		if m.Transfer != nil {
			return m
		}
	}
	return lastMessage(r)
}

func endNoun(r *session.Record) string {
	switch r.Ended.How {
	case session.ByRST:
		return "RST"
	case session.ByFIN:
		return "FIN"
	}
	return "end"
}

// count64 is a number of bytes with commas: "41,303 bytes".
func count64(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + " bytes"
}

// replyPoint looks for the codes of the log's refusals among the replies seen.
func replyPoint(r *session.Record, c *gatewaylog.Connection) Point {
	if len(c.Rejections) == 0 || !r.Seen.Server || r.Seen.MissingBytes > 0 {
		return Point{}
	}
	codes := codesSeen(r)
	p := Point{}
	for _, x := range c.Rejections {
		if x.Code == 0 || x.Command == "" {
			continue
		}
		p = Point{What: "reply", Agrees: AgreesYes}
		if !codes[x.Code] {
			if !exhaustive(r, x) {
				return Point{What: "reply", Agrees: AgreesUnknown}
			}
			return Point{"reply", AgreesNo, fmt.Sprintf("log: %d to %s (%s); packets: no reply with that code passed here",
				x.Code, x.Command, shorten(x.Words))}
		}
	}
	return p
}

// exhaustive: the record would have the reply. It has those to the commands of
// mails; a RCPT or DATA outside of one, to which a server says 503 (RFC 5321
// section 4.1.4), leaves no mark in it.
func exhaustive(r *session.Record, x gatewaylog.Rejection) bool {
	if r.MessagesCut > 0 || r.Ended.Unasked != nil || x.Code == 503 {
		return false
	}
	if r.Ended.Unanswered > 0 && (r.Ended.How == session.ByRST || r.Ended.By == "client") { // a reply to who has gone is not sent
		return false
	}
	switch x.Command {
	case "MAIL":
		return true
	case "RCPT", "DATA", "END-OF-MESSAGE":
		return len(r.Messages) > 0
	}
	return false
}

func codesSeen(r *session.Record) map[int]bool {
	codes := map[int]bool{}
	if r.Banner != nil {
		codes[r.Banner.Code] = true
	}
	if r.Hello != nil {
		codes[r.Hello.Code] = true
	}
	if r.Auth != nil {
		codes[r.Auth.Code] = true
	}
	if r.Ended.Unasked != nil {
		codes[r.Ended.Unasked.Code] = true
	}
	for _, m := range r.Messages {
		codes[m.Code] = true
		if m.Reply != nil {
			codes[m.Reply.Code] = true
		}
		for _, x := range m.Recipients {
			codes[x.Code] = true
			if x.Final != nil {
				codes[x.Final.Code] = true
			}
		}
	}
	return codes
}

func shorten(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
