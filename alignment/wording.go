package alignment

import (
	"fmt"
	"slices"
	"strings"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// A wording is a row of the table from a product's words to what the packets
// must show. The phases are those that gatewaylog reads from the words.
type wording struct {
	product gatewaylog.Product // "" = any
	words   string             // beginning of the words; "" = any
	how     gatewaylog.How     // "" = any
	ends    []session.How      // that fit; nil = any
	by      string             // who must have ended it; "" = anybody
	shows   string             // what the packets must show, for people
	// anyPhase: the phase does not follow from the words.
	anyPhase bool
}

// ownCloses are products whose word for the client's QUIT stands for their own
// close behind a reply, too: OpenSMTPD logs reason=quit of every session that it
// ends in order, as one whose filter disconnects (smtp_session.c, STATE_QUIT).
var ownCloses = map[gatewaylog.Product]gatewaylog.How{gatewaylog.OpenSMTPD: gatewaylog.HowQuit}

// closedItself: the words may be about the product's own close, and the server
// closed.
func (w *wording) closedItself(r *session.Record, said *gatewaylog.Ended) bool {
	return w.product != "" && said.How != "" && ownCloses[w.product] == said.How &&
		r.Ended.By == "server" && slices.Contains(closings, r.Ended.How)
}

var (
	closings = []session.How{session.ByFIN, session.ByRST}
	leavings = []session.How{session.ByFIN, session.ByRST, session.ByQuit}
)

// wordings are tried in order; the first that fits counts. Words with their
// own meaning come before the general kinds.
var wordings = []wording{
	// Cisco (seeds 002 and 004, 118579; formats.md 1.5)
	{gatewaylog.CiscoESA, "Receiving aborted by sender", "", []session.How{session.ByQuit, session.ByFIN, session.ByRST}, "client", "QUIT, or another orderly withdrawal, before DATA", false},
	{gatewaylog.CiscoESA, "lost", "", closings, "", "FIN or RST without QUIT, by either side", false},
	{gatewaylog.CiscoESA, "TCPREFUSE", "", []session.How{session.BySYNRefused, session.ByFIN, session.ByRST}, "server", "refused or closed at once", true},
	{gatewaylog.CiscoESA, "close", gatewaylog.HowClosed, leavings, "", "an end in order: QUIT, or a close outside a message", true},
	{gatewaylog.CiscoESA, "no messages injected within timeout", "", closings, "server", "the server closes (421 before it)", false},
	{gatewaylog.CiscoESA, "exceeded allowable connection time", "", closings, "server", "the server closes (421 before it)", false},
	{gatewaylog.CiscoESA, "Receiving aborted", gatewaylog.HowTimeout, closings, "", "FIN or RST mid-message, 5:00 after the last word where it was the listener's timeout", false},
	// Symantec (seed 000, KB 177182 and 244068; formats.md 2.4)
	{gatewaylog.SymantecSMG, "Abort message (message timed out)", "", closings, "server", "the server gives up (421 4.4.2) and closes", false},
	{gatewaylog.SymantecSMG, "Abort message", "", closings, "", "FIN or RST after MAIL and before the end of DATA, by either side", false},
	{gatewaylog.SymantecSMG, "ML-HOST_DISCONNECTED", "", nil, "", "any end", true},
	{gatewaylog.SymantecSMG, "421 4.4.2", "", closings, "server", "421 4.4.2 and a close by the server", false},
	// Postfix (smtpd.c; formats.md 5)
	{gatewaylog.Postfix, "disconnect without quit", "", closings, "", "FIN or RST without QUIT", false},
	{gatewaylog.Postfix, "disconnect", gatewaylog.HowClosed, nil, "", "any end (Postfix before 3.0 does not count commands)", true},
	{gatewaylog.Postfix, "DISCONNECT", "", nil, "", "any end", true},
	{gatewaylog.Postfix, "lost connection after END-OF-MESSAGE", "", closings, "client", "the client leaves behind a message", false},
	{gatewaylog.Postfix, "lost connection after STARTTLS", "", closings, "", "FIN or RST in the TLS handshake, by either side: Postfix says so of its own refusals too", false},
	{gatewaylog.Postfix, "HANGUP in tests after", "", closings, "", "FIN or RST without QUIT; where the TLS handshake failed by either side: postscreen says so of tlsproxy's refusals too", false},
	{gatewaylog.Postfix, "Connection ", gatewaylog.HowLimit, leavings, "", "421 in place of a greeting; who closes first does not matter", true},
	{gatewaylog.Postfix, "abort: TLS", "", closings, "", "FIN or RST in the TLS handshake", false},
	// sendmail (collect.c, srvrsmtp.c; formats.md 4)
	{gatewaylog.Sendmail, "collect: premature EOM: Connection reset", "", []session.How{session.ByRST}, "", "RST mid-DATA", false},
	{gatewaylog.Sendmail, "collect: premature EOM", gatewaylog.HowEOF, []session.How{session.ByFIN}, "client", "FIN mid-DATA", false},
	{gatewaylog.Sendmail, "did not issue MAIL", "", nil, "", "any end without a mail", true},
	// Exim (smtp_in.c; formats.md 6)
	{gatewaylog.Exim, "refused: too many connections", "", leavings, "", "421 in place of a greeting; who closes first does not matter", true},
	{gatewaylog.Exim, "closed by QUIT", "", []session.How{session.ByQuit}, "client", "QUIT", true},
	{gatewaylog.Exim, "SMTP connection lost after final dot", "", closings, "client", "FIN or RST after the dot, before its reply", false},
	// OpenSMTPD (smtp_session.c; formats.md 7)
	{gatewaylog.OpenSMTPD, "quit", "", []session.How{session.ByQuit}, "client", "QUIT, or a close by the server behind its reply", true},

	// What any product may say.
	{"", "", gatewaylog.HowQuit, []session.How{session.ByQuit}, "client", "QUIT", true},
	{"", "", gatewaylog.HowLost, closings, "client", "FIN or RST by the client, without QUIT", false},
	{"", "", gatewaylog.HowEOF, []session.How{session.ByFIN}, "client", "FIN by the client", false},
	{"", "", gatewaylog.HowReset, closings, "", "RST, perhaps behind a FIN", false},
	{"", "", gatewaylog.HowTimeout, closings, "server", "the server closes after a silence", false},
	{"", "", gatewaylog.HowTooManyErrors, leavings, "server", "the server closes after errors (421); the client may just have said QUIT", false},
	{"", "", gatewaylog.HowLimit, closings, "server", "the server closes", true},
	{"", "", gatewaylog.HowRejected, nil, "", "a refusal; who closes first does not matter", true},
	{"", "", gatewaylog.HowDropped, leavings, "", "a refusal, then the server closes, or the client on reading it", true},
	{"", "", gatewaylog.HowTLSFailed, closings, "", "FIN or RST in the TLS handshake", false},
	{"", "", gatewaylog.HowAbortedBySender, leavings, "client", "the client gives up in order", true},
	{"", "", gatewaylog.HowKilled, closings, "server", "the server closes", true},
	{"", "", gatewaylog.HowClosed, nil, "", "any end", true},
	{"", "", gatewaylog.HowUnstated, closings, "", "FIN or RST without QUIT", false},
	{"", "", gatewaylog.HowDelivered, leavings, "", "any end behind the message", true},
}

// wordingOf is the row for a product's statement, nil if no row has it.
func wordingOf(p gatewaylog.Product, e *gatewaylog.Ended) *wording {
	for i := range wordings {
		w := &wordings[i]
		if (w.product == "" || w.product == p) && (w.how == "" || w.how == e.How) && strings.HasPrefix(e.Words, w.words) {
			return w
		}
	}
	return nil
}

// point holds the row against a session's end.
func (w *wording) point(r *session.Record, said *gatewaylog.Ended) Point {
	p := Point{What: "how", Agrees: AgreesYes}
	if w.fits(r) || w.closedItself(r, said) {
		return p
	}
	if r.Ended.By == "unknown" && (w.ends == nil || slices.Contains(w.ends, r.Ended.How)) {
		return Point{What: "how", Agrees: AgreesUnknown}
	}
	p.Agrees = AgreesNo
	p.Says = fmt.Sprintf("log: %s; packets: %s", said.Words, endSentence(r))
	return p
}

func (w *wording) fits(r *session.Record) bool {
	e := &r.Ended
	if w.ends != nil && !slices.Contains(w.ends, e.How) {
		return false
	}
	if w.by == "" || w.by == e.By {
		return true
	}
	// A server that has said 421 is done; the client that reads it may be the
	// first to close, and one that does not wait may have said QUIT before.
	return w.by == "server" && e.By == "client" && (e.Unasked != nil || e.How == session.ByQuit)
}

// pointOpaque compares within TLS, where QUIT cannot be seen: both an end in
// order and a lost connection are a FIN or a RST there.
func (w *wording) pointOpaque(r *session.Record, said *gatewaylog.Ended) Point {
	if said.How == gatewaylog.HowQuit || w.by == "" || w.fits(r) {
		return Point{What: "how", Agrees: AgreesUnknown}
	}
	return Point{What: "by", Agrees: AgreesUnknown}
}

// endSentence is the verdict in a sentence's form.
func endSentence(r *session.Record) string {
	who := "the " + r.Ended.By
	switch r.Ended.How {
	case session.ByQuit:
		return "the client said QUIT"
	case session.ByFIN:
		return who + " closed (FIN) " + inPhase(r.Ended.Phase)
	case session.ByRST:
		return who + " reset (RST) " + inPhase(r.Ended.Phase)
	}
	return string(r.Ended.How) + " " + inPhase(r.Ended.Phase)
}

// A mailWording is a row of the table for words about a message.
type mailWording struct {
	product gatewaylog.Product
	words   string
	fits    []session.Outcome
	shows   string
}

var mailWordings = []mailWording{
	{gatewaylog.CiscoESA, "Receiving aborted by sender", []session.Outcome{session.Withdrawn, session.Refused}, "the client took the message back before its content: QUIT, RSET, a new MAIL or EHLO"},
	{gatewaylog.CiscoESA, "Receiving aborted", []session.Outcome{session.Aborted, session.Unanswered}, "the session ended (FIN, RST, timeout) before the message was answered"},
	{gatewaylog.CiscoESA, "Injection aborted", []session.Outcome{session.Aborted, session.Unanswered}, "the same, in old versions"},
	{gatewaylog.CiscoESA, "Dropped by", []session.Outcome{session.Accepted, session.Rejected}, "the message came whole and was answered; policy dropped it"},
	{gatewaylog.CiscoESA, "Receiving Failed: Message size exceeds limit", []session.Outcome{session.Rejected, session.Aborted, session.Unanswered}, "552 in or behind the content"},
	{gatewaylog.SymantecSMG, "Abort message", []session.Outcome{session.Aborted, session.Unanswered, session.Withdrawn}, "the session ended after MAIL and before the end of DATA"},
	{gatewaylog.SymantecSMG, "4", []session.Outcome{session.Rejected, session.Refused, session.Aborted, session.Unanswered}, "that reply (ML-REJECT does not say to which command)"},
	{gatewaylog.SymantecSMG, "5", []session.Outcome{session.Rejected, session.Refused, session.Aborted, session.Unanswered}, "that reply (ML-REJECT does not say to which command)"},
	{gatewaylog.Postfix, "queue file size limit exceeded", []session.Outcome{session.Rejected, session.Aborted, session.Unanswered}, "552 behind the content"},
	{gatewaylog.Postfix, "canceled", []session.Outcome{session.Aborted, session.Unanswered, session.Withdrawn, session.Rejected, session.Refused}, "the transaction was begun and not completed"},
	{gatewaylog.Sendmail, "collect: premature EOM", []session.Outcome{session.Aborted}, "the session ended mid-DATA"},
	{gatewaylog.Sendmail, "aborted by sender", []session.Outcome{session.Withdrawn, session.Rejected}, "the client gave the transaction up in order, perhaps after DATA was refused"},
	{gatewaylog.Sendmail, "collect: Bare", []session.Outcome{session.Rejected, session.Unanswered, session.Aborted}, "421 within the content or behind it"},
	{gatewaylog.Exim, "SMTP connection lost after final dot", []session.Outcome{session.Unanswered}, "the dot was sent, and the client left before its reply"},
	{gatewaylog.Exim, "incomplete transaction (QUIT)", []session.Outcome{session.Withdrawn, session.Refused, session.Rejected, session.Aborted}, "the client gave the transaction up in order, perhaps after DATA was refused or between two chunks"},
	{gatewaylog.Exim, "incomplete transaction (connection lost)", []session.Outcome{session.Aborted, session.Unanswered, session.Refused, session.Rejected}, "the session ended with a transaction open, perhaps after DATA or every recipient was refused"},
	{gatewaylog.Exim, "incomplete transaction (sync failure)", []session.Outcome{session.Aborted, session.Unanswered, session.Refused, session.Rejected, session.Withdrawn}, "the same; Exim hung up on a client that does not wait for replies"},
	{gatewaylog.Exim, "incomplete transaction (RSET)", []session.Outcome{session.Withdrawn, session.Refused, session.Rejected}, "the client gave the transaction up in order, perhaps after DATA was refused"},
}

func mailWordingOf(m *gatewaylog.Message) *mailWording {
	for i := range mailWordings {
		w := &mailWordings[i]
		if w.product == m.Product && strings.HasPrefix(m.Outcome.Words, w.words) {
			return w
		}
	}
	return nil
}

func (w *mailWording) point(r *session.Record, s *session.Message, m *gatewaylog.Message) Point {
	if slices.Contains(w.fits, s.Outcome) {
		return Point{What: "outcome", Agrees: AgreesYes}
	}
	return Point{"outcome", AgreesNo, fmt.Sprintf("log: %s %s; packets: %s", mailName(m), shorten(m.Outcome.Words), whatBecame(r, s))}
}

// whatBecame says how a message's story differs, with the end of the session
// where that took it.
func whatBecame(r *session.Record, s *session.Message) string {
	if s.Outcome == session.Aborted && s == lastMessage(r) {
		return endSentence(r)
	}
	return outcomeNames[s.Outcome]
}
