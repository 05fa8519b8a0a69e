package smtpstate

import "bytes"

// target says where a reply, or a command that is still unanswered, leads.
type target uint8

const (
	stay      target = iota
	toHello          // the greeting is complete
	toBase           // no transaction is open: ready, or hello where no hello was accepted
	toReady          //
	toAuth           // inside an AUTH exchange
	toBack           // out of it again, to where it began
	toMail           //
	toRcpt           //
	toOpen           // the transaction that is open goes on: mail, rcpt; or base
	toCommand        // DATA was sent
	toContent        // 354 was seen
	toDot            // the end of the message was sent
	toChunk          // BDAT was sent: data, or dot once all of a LAST chunk was
	toChunked        // BDAT was accepted: data, or ready after LAST
	toTLS            // STARTTLS was accepted
	toUnknown        // a hello whose reply was not captured
)

// row is what one command may do. The columns hold against RFC 5321 section
// 4.1.4 (order), 4.2 (replies) and 4.3.2 (which reply to which command).
type row struct {
	verb    Verb
	section string
	in      phases // where the standard allows it
	says    []int  // positive replies that are the standard's, or common
	yes     target // 2yz
	more    target // 3yz
	no      target // 4yz, 5yz
	sent    target // while it is unanswered: as if accepted, where record.md says so
	missed  target // it was answered, but the reply was not captured
	done    func(*Machine, *Command, *Reply)
	said    func(*Machine, *Command, commandLine)
}

var (
	talking = in(PhaseHello, PhaseReady, PhaseMail, PhaseRcpt, PhaseData)
	opened  = in(PhaseMail, PhaseRcpt)
)

// rows is the table. "RFC 5321" is left out of its sections.
var rows = []row{
	{verb: "EHLO", section: "4.1.1.1", in: talking, says: []int{250}, yes: toReady, missed: toUnknown, done: (*Machine).didHello, said: (*Machine).saidHello},
	{verb: "HELO", section: "4.1.1.1", in: talking, says: []int{250}, yes: toReady, missed: toUnknown, done: (*Machine).didHello, said: (*Machine).saidHello},
	{verb: "LHLO", section: "RFC 2033 4.1", in: talking, says: []int{250}, yes: toReady, missed: toUnknown, done: (*Machine).didHello, said: (*Machine).saidHello},
	{verb: "MAIL", section: "4.1.1.2", in: in(PhaseHello, PhaseReady), says: []int{250}, yes: toMail, no: toOpen, sent: toMail, missed: toMail, done: (*Machine).didMail, said: (*Machine).saidMail},
	{verb: "SEND", section: "RFC 821 4.1.1", in: in(PhaseHello, PhaseReady), says: []int{250}, yes: toMail, no: toOpen, sent: toMail, missed: toMail, done: (*Machine).didMail, said: (*Machine).saidMail},
	{verb: "SOML", section: "RFC 821 4.1.1", in: in(PhaseHello, PhaseReady), says: []int{250}, yes: toMail, no: toOpen, sent: toMail, missed: toMail, done: (*Machine).didMail, said: (*Machine).saidMail},
	{verb: "SAML", section: "RFC 821 4.1.1", in: in(PhaseHello, PhaseReady), says: []int{250}, yes: toMail, no: toOpen, sent: toMail, missed: toMail, done: (*Machine).didMail, said: (*Machine).saidMail},
	{verb: "RCPT", section: "4.1.1.3", in: opened, says: []int{250, 251, 252}, yes: toRcpt, no: toOpen, sent: toRcpt, missed: toRcpt, done: (*Machine).didRcpt, said: (*Machine).saidRcpt},
	{verb: "DATA", section: "4.1.1.4", in: opened, says: []int{354}, yes: toOpen, more: toContent, no: toOpen, sent: toCommand, missed: toCommand, done: (*Machine).didData, said: (*Machine).saidData},
	{verb: "BDAT", section: "RFC 3030 2", in: in(PhaseMail, PhaseRcpt, PhaseData), says: []int{250}, yes: toChunked, no: toOpen, sent: toChunk, missed: toChunked, done: (*Machine).didChunk, said: (*Machine).saidChunk},
	{verb: "RSET", section: "4.1.1.5", in: talking, says: []int{250}, yes: toBase, sent: toBase, missed: toBase, done: (*Machine).didReset, said: (*Machine).saidReset},
	{verb: "VRFY", section: "4.1.1.6", in: talking, says: []int{250, 251, 252}},
	{verb: "EXPN", section: "4.1.1.7", in: talking, says: []int{250, 252}},
	{verb: "HELP", section: "4.1.1.8", in: talking, says: []int{211, 214}},
	{verb: "NOOP", section: "4.1.1.9", in: talking, says: []int{250}},
	{verb: "QUIT", section: "4.1.1.10", in: talking, says: []int{221}, said: (*Machine).saidQuit},
	{verb: "AUTH", section: "RFC 4954 4", in: in(PhaseReady), says: []int{235, 334}, yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, done: (*Machine).didAuth, said: (*Machine).saidAuth},
	{verb: "X-EXPS", section: "MS-XLOGIN 2.2", in: in(PhaseReady), says: []int{235, 334}, yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, done: (*Machine).didAuth, said: (*Machine).saidAuth},
	{verb: "STARTTLS", section: "RFC 3207 4", in: in(PhaseHello, PhaseReady), says: []int{220}, yes: toTLS, missed: toUnknown, done: (*Machine).didStartTLS, said: (*Machine).saidStartTLS},
	{verb: "ETRN", section: "RFC 1985 5", in: in(PhaseReady), says: []int{250, 251, 252, 253}},
	{verb: "TURN", section: "RFC 821 4.1.1", in: in(PhaseReady), says: []int{250}},
	{verb: "ATRN", section: "RFC 2645 5.2", in: in(PhaseReady), says: []int{250}},
	{verb: "XCLIENT", section: "Postfix XCLIENT_README", in: in(PhaseHello, PhaseReady), says: []int{220, 250}, yes: toHello, done: (*Machine).didXClient},
	{verb: "XFORWARD", section: "Postfix XFORWARD_README", in: in(PhaseReady), says: []int{250}, done: (*Machine).didXForward},
}

// The rows of entries that are not commands.
var (
	rowGreeting = &row{verb: VerbGreeting, section: "3.1", in: in(PhaseBanner), says: []int{220},
		yes: toHello, more: toHello, no: toHello, missed: toHello, done: (*Machine).didGreeting}
	rowEnd = &row{verb: VerbEndOfData, section: "4.1.1.4", in: in(PhaseData), says: []int{250},
		yes: toReady, more: toReady, no: toReady, sent: toDot, missed: toReady, done: (*Machine).didEnd}
	rowCredentials = &row{verb: VerbCredentials, section: "RFC 4954 4", in: in(PhaseAuth), says: []int{235, 334},
		yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, done: (*Machine).didAuth}
	rowUnknown = &row{verb: VerbOdd, section: "4.2.4", in: talking}
	rowHidden  = &row{verb: VerbHidden}
)

var rowByVerb map[Verb]*row

func init() {
	rowByVerb = make(map[Verb]*row, len(rows))
	for i := range rows {
		rowByVerb[rows[i].verb] = &rows[i]
	}
}

func isAuthRow(r *row) bool { return r.verb == "AUTH" || r.verb == "X-EXPS" }

func (r *row) isHello() bool { return r.verb == "EHLO" || r.verb == "HELO" || r.verb == "LHLO" }

// opensMail: MAIL, or one of RFC 821's relatives of it.
func (r *row) opensMail() bool {
	return r.verb == "MAIL" || r.section == "RFC 821 4.1.1" && r.sent == toMail
}

// rowOf finds the row of a word in any case; nil where there is none.
func rowOf(word []byte) *row {
	var upper [8]byte
	if len(word) < 4 || len(word) > len(upper) {
		return nil
	}
	for i, b := range word {
		if isLower(b) {
			b -= 'a' - 'A'
		}
		upper[i] = b
	}
	return rowByVerb[Verb(upper[:len(word)])]
}

// rowFromPrefix finds the only row whose verb begins with what there is of a
// word. At least two letters are asked for. HELO and HELP share three: the one
// that every session needs is taken.
func rowFromPrefix(word []byte) (found *row) {
	if len(word) < 2 || len(word) > 8 {
		return nil
	}
	for i := range rows {
		verb := rows[i].verb
		if len(verb) < len(word) || !bytes.EqualFold([]byte(verb[:len(word)]), word) {
			continue
		}
		switch {
		case found == nil || found.verb == "HELP":
			found = &rows[i]
		case verb != "HELP":
			return nil
		}
	}
	return found
}

// explains reports whether a reply is one that this row's command can get. It
// is asked only after missing bytes: otherwise the order tells.
func (w *row) explains(r *Reply) bool {
	switch {
	case w == rowHidden:
		return true
	case w == rowUnknown, w == rowGreeting && r.Class != 3:
		return r.Class != 3 && r.Code != 221
	case r.refused():
		return w.verb != "QUIT" || r.Code == 421 || r.Class == 5
	case r.Code == 0 || r.Code == 200:
		return w.saysClass(r.Class)
	}
	for _, code := range w.says {
		if code == r.Code {
			return true
		}
	}
	return false
}

func (w *row) saysClass(class int) bool {
	for _, code := range w.says {
		if code/100 == class {
			return true
		}
	}
	return class == 0
}
