package smtpstate

// Message is one mail transaction (RFC 5321 section 3.3).
type Message struct {
	From           string // between < and >; "" is the null sender where HasFrom
	HasFrom        bool   // false: MAIL, or its address, was not captured
	FromParams     string // SIZE=, BODY=, SMTPUTF8, RET=, ENVID=, AUTH=
	MailReply      Answer
	Recipients     []Recipient // at most Limits.Recipients; RecipientCount counts all
	RecipientCount int
	DataReply      Answer    // to DATA, or the last one to a non-LAST BDAT, or to a refused one
	DataAt         Mark      // where its last line ended
	Transfer       *Transfer // nil: no content was seen or forced
	Reply          *Reply    // to the end of the message (LMTP: the first); nil = not seen
	ReplyMissed    bool      // the end of the message was answered, but the reply fell into missing bytes
	QueueID        string    // as the server named it in Reply
	MessageID      string    // of the header, with its angle brackets
	Withdrawn      bool      // RSET, QUIT, STARTTLS, an accepted new EHLO or a new MAIL took it back in order before DATA
	WithdrawnBy    Verb
	At             Mark // MAIL

	accepted int32 // recipients that the server accepted, or whose reply was missed
	missed   int32 // of these, the ones whose reply was missed
	hidden   bool  // a reply in it answered what was not captured
	lossy    bool  // bytes of the server are missing in it
	unsure   bool  // the reply to MAIL was missed; it may be found later
	finals   int32 // LMTP: replies that came after the end of the message
	holed    bool  // missing bytes may hide a chunk of it
	turned   bool  // a refusal answered what was not captured: perhaps a recipient, or its DATA
	presumed bool  // its end may not have been sent: see presumed.go
	adrift   bool  // the 354 came behind another reply to its DATA: the replies are those of earlier commands
	content  Transfer
}

// Recipient is one RCPT of a message.
type Recipient struct {
	Address string // as given between < and >; "" with Cut where missing bytes hid it
	Cut     bool
	Params  string // what followed the address: NOTIFY=, ORCPT= (RFC 3461)
	Reply   Answer // none where missing bytes hid it
	Final   *Reply // LMTP's reply after the end of the message (RFC 2033)
	At      Mark
}

// Transfer is the content of a message.
type Transfer struct {
	Command         string // "DATA" or "BDAT"; "" where the capture began inside the content
	Bytes           int64  // content after unstuffing, without the final dot line
	AtLeast         bool   // part of it was not captured; missing bytes inside it are counted in Bytes
	Complete        bool   // the end of the message was sent (final dot; BDAT LAST whole)
	Inferred        bool   // the 354 was not captured; the client's acts force it
	Start, LastByte Mark   // first and last content byte (or the dot); zero while there was none
	EarlyReply      *Reply // a reply that came while the content was still being sent
	EarlyCounts     bool   // the client took it for the one to the end of the message, and none came to that
	EndSplit        bool   // CRLF.CRLF came in more than one piece
	EndLike         string // the last bytes, where they are an end for some servers only: "LF.LF", "CR.CR", "CRLF.", "CRLF.CR", "CRLF.CRCRLF"
}

// transfer is the message's transfer, made where there is none yet.
func (msg *Message) transfer(command string) *Transfer {
	if msg.Transfer == nil {
		msg.content = Transfer{Command: command}
		msg.Transfer = &msg.content
	}
	return msg.Transfer
}

// complete: the end of the message was sent.
func (msg *Message) complete() bool { return msg.Transfer != nil && msg.Transfer.Complete }

// withdraw marks the message as taken back in order, where that is still
// possible: not once its end was sent.
func (msg *Message) withdraw(by Verb) {
	if msg == nil || msg.Withdrawn || msg.complete() || msg.refusedMail() {
		return
	}
	msg.Withdrawn, msg.WithdrawnBy = true, by
}

// reinstate undoes withdraw: the server refused the command that did it.
func (msg *Message) reinstate(by Verb) {
	if msg != nil && msg.Withdrawn && msg.WithdrawnBy == by {
		msg.Withdrawn, msg.WithdrawnBy = false, ""
	}
}

// RefusalMissed reports whether the server may have refused the message: MAIL or
// all of its recipients in replies that were not captured, or it in one to a
// command that was not.
func (msg *Message) RefusalMissed() bool {
	switch {
	case msg.Transfer != nil:
		return false // content was sent for it
	case msg.turned:
		return true
	case msg.accepted > msg.missed:
		return false // a recipient was taken
	}
	return msg.missed > 0 || msg.unsure && !msg.MailReply.Given()
}

// Veiled reports whether the message may have been sent without a trace: commands of it
// were not captured, as replies tell, and replies, a 354 perhaps, were not either.
func (msg *Message) Veiled() bool { return msg.Transfer == nil && msg.hidden && msg.lossy }

// Adrift reports whether replies and commands were out of step in the message: what
// the server said of it is not known.
func (msg *Message) Adrift() bool { return msg.adrift }

func (msg *Message) refusedMail() bool { return msg.MailReply.refused() }

// nextFinal gives LMTP's reply r to the next recipient that was accepted
// (RFC 2033 section 4.2) and reports whether more are due.
func (msg *Message) nextFinal(r *Reply) (more bool) {
	for i := range msg.Recipients {
		rcpt := &msg.Recipients[i]
		if rcpt.Final == nil && (!rcpt.Reply.Given() || rcpt.Reply.positive()) {
			rcpt.Final = r
			break
		}
	}
	msg.finals++
	return msg.finals < msg.accepted
}
