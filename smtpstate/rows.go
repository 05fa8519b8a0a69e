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
	auth    bool   // it begins an AUTH exchange
	plain   bool   // a positive reply to it can be neither another's nor an echo: all commands but AUTH, and the end of a message
	done    func(*Machine, *Command, *Reply)
	said    func(m *Machine, c *Command, arg []byte)
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
	{verb: "AUTH", section: "RFC 4954 4", in: in(PhaseReady), says: []int{235, 334}, yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, auth: true, done: (*Machine).didAuth, said: (*Machine).saidAuth},
	{verb: "X-EXPS", section: "MS-XLOGIN 2.2", in: in(PhaseReady), says: []int{235, 334}, yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, auth: true, done: (*Machine).didAuth, said: (*Machine).saidAuth},
	{verb: "STARTTLS", section: "RFC 3207 4", in: in(PhaseHello, PhaseReady), says: []int{220}, yes: toTLS, missed: toUnknown, done: (*Machine).didStartTLS, said: (*Machine).saidStartTLS},
	{verb: "ETRN", section: "RFC 1985 5", in: in(PhaseReady), says: []int{250, 251, 252, 253}},
	{verb: "ATRN", section: "RFC 2645 5.2", in: in(PhaseReady), says: []int{250}},
	{verb: "XCLIENT", section: "Postfix XCLIENT_README", in: in(PhaseHello, PhaseReady), says: []int{220, 250}, yes: toHello, done: (*Machine).didXClient},
	{verb: "XFORWARD", section: "Postfix XFORWARD_README", in: in(PhaseReady), says: []int{250}, done: (*Machine).didXForward},
}

// The rows of entries that are not commands.
var (
	rowGreeting = &row{verb: VerbGreeting, section: "3.1", in: in(PhaseBanner), says: []int{220},
		yes: toHello, more: toHello, no: toHello, missed: toHello, done: (*Machine).didGreeting}
	rowEnd = &row{verb: VerbEndOfData, section: "4.1.1.4", in: in(PhaseData), says: []int{250},
		yes: toReady, more: toReady, no: toReady, sent: toDot, missed: toReady, plain: true, done: (*Machine).didEnd}
	rowCredentials = &row{verb: VerbCredentials, section: "RFC 4954 4", in: in(PhaseAuth), says: []int{235, 334},
		yes: toBack, more: toAuth, no: toBack, sent: toAuth, missed: toAuth, done: (*Machine).didAuth}
	rowUnknown = &row{verb: VerbOdd, section: "4.2.4", in: talking}
	rowHidden  = &row{verb: VerbHidden}
)

// The rows that the code asks for: to compare pointers is quicker than words.
var rowRCPT, rowData, rowBDAT, rowReset, rowQuit, rowStartTLS, rowXClient, rowXForward *row

func init() {
	for i := range rows {
		r := &rows[i]
		r.plain = !r.auth
		slot := slotOf(keyOf([]byte(r.verb)))
		for ; rowSlots[slot].row != nil; slot++ {
		}
		rowSlots[slot] = rowSlot{keyOf([]byte(r.verb)), r}
	}
	rowRCPT, rowData, rowBDAT, rowQuit = rowNamed("RCPT"), rowNamed("DATA"), rowNamed("BDAT"), rowNamed("QUIT")
	rowReset = rowNamed("RSET")
	rowStartTLS, rowXClient, rowXForward = rowNamed("STARTTLS"), rowNamed("XCLIENT"), rowNamed("XFORWARD")
}

func rowNamed(verb string) *row { return rowOf([]byte(verb)) }

// rowSlots finds a row by its verb: a table with room between its entries, the
// verb in one word of the processor. A map of strings took five times as long.
var rowSlots [96]rowSlot

type rowSlot struct {
	key uint64
	row *row
}

// keyOf is a word of at most eight letters in upper case as a number.
func keyOf(word []byte) (key uint64) {
	for _, b := range word {
		key = addKey(key, b)
	}
	return key
}

func addKey(key uint64, b byte) uint64 {
	if isLower(b) {
		b -= 'a' - 'A'
	}
	return key<<8 | uint64(b)
}

// slotOf is where the search for a key begins: multiplied by a large odd
// number its bits meet in the uppermost.
func slotOf(key uint64) int { return int(key * 0x9E3779B97F4A7C15 >> (64 - 6)) }

func (r *row) isHello() bool { return r.verb == "EHLO" || r.verb == "HELO" || r.verb == "LHLO" }

// opensMail: MAIL, or one of RFC 821's relatives of it.
func (r *row) opensMail() bool {
	return r.verb == "MAIL" || r.section == "RFC 821 4.1.1" && r.sent == toMail
}

// longestVerb is the length of the longest verb with a row, in bytes; a key
// has room for no more.
const longestVerb = 8

// rowOf finds the row of a word in any case; nil where there is none.
func rowOf(word []byte) *row {
	if len(word) > longestVerb {
		return nil
	}
	return rowAt(keyOf(word), len(word))
}

// rowAt finds the row of a word of n bytes by its key.
func rowAt(key uint64, n int) *row {
	if n < 4 || n > longestVerb {
		return nil
	}
	slot := slotOf(key)
	for rowSlots[slot].row != nil && rowSlots[slot].key != key {
		slot++
	}
	if r := rowSlots[slot].row; r != nil && len(r.verb) == n { // NULs in front do not show in a key
		return r
	}
	return nil
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
		return w != rowQuit || r.Code == 421 || r.Class == 5
	case r.Code == 0 || r.Code == 200:
		return w.saysClass(int(r.Class))
	}
	for _, code := range w.says {
		if code == int(r.Code) {
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
