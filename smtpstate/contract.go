// Package smtpstate runs one SMTP conversation (RFC 5321) from the bytes that
// each side sent: commands, replies, messages, and the phase it stands in. It
// is a monitor: it never refuses, it notes what is odd and believes the
// server's answers. It knows nothing of packets; the caller's marks say where
// bytes were seen.
package smtpstate

// Mark is the caller's word for where bytes were seen: a frame number and a
// time in nanoseconds. The machine hands it back and compares nothing.
type Mark struct {
	Frame int64
	Time  int64
}

// Phase is where the conversation stands.
type Phase uint8

const (
	PhaseUnknown      Phase = iota // "unknown"
	PhaseBanner                    // "banner": no complete greeting
	PhaseHello                     // "hello": a complete greeting of any code; no HELO, EHLO, LHLO accepted yet
	PhaseTLSHandshake              // "tls-handshake"
	PhaseTLS                       // "tls"
	PhaseAuth                      // "auth"
	PhaseReady                     // "ready"
	PhaseMail                      // "mail"
	PhaseRcpt                      // "rcpt"
	PhaseDataCommand               // "data-command"
	PhaseData                      // "data"
	PhaseDot                       // "dot"
)

// Reply is a server reply of one or more lines.
type Reply struct {
	Code int // 100..999; 0 = not seen (missing bytes)
	// Partial: the code or text was cut by missing bytes; Class is known then
	// even where Code is 0.
	Partial     bool
	Class       int    // 2, 3, 4, 5; 0 = unknown
	Enhanced    string // "5.1.1" (RFC 2034), or ""
	Text        string // lines joined by "\n", without codes; bounded by Limits.ReplyText
	First, Last Mark   // where the first and last line ended
	EndOffset   int64  // server stream offset just behind the reply (gaps counted)
}

// Verb is a command's name in upper case; unknown verbs keep their word.
type Verb string

// Recipient is one RCPT of a message.
type Recipient struct {
	Address string // as given between < and >; "" with Cut where missing bytes hid it
	Cut     bool
	Params  string // what followed the address: NOTIFY=, ORCPT= (RFC 3461)
	Reply   *Reply // nil = none seen
	Final   *Reply // LMTP's reply after the end of the message (RFC 2033)
	At      Mark
}

// Transfer is the content of a message.
type Transfer struct {
	Command         string // "DATA" or "BDAT"
	Bytes           int64  // content after unstuffing, without the final dot line
	AtLeast         bool   // part of it was not captured
	Complete        bool   // the end of the message was sent (final dot; BDAT LAST whole)
	Inferred        bool   // the 354 was not captured; the client's acts force it
	Start, LastByte Mark   // first and last content byte (or the dot)
	EarlyReply      *Reply // a reply that came while the content was still being sent
}

// Message is one mail transaction (RFC 5321 section 3.3).
type Message struct {
	From           string // between < and >; "" is the null sender where HasFrom
	HasFrom        bool   // false: MAIL was not captured
	FromParams     string // SIZE=, BODY=, SMTPUTF8, RET=, ENVID=, AUTH=
	MailReply      *Reply
	Recipients     []Recipient // at most Limits.Recipients; RecipientCount counts all
	RecipientCount int
	DataReply      *Reply    // to DATA, or the last one to a non-LAST BDAT, or to a refused one
	Transfer       *Transfer // nil: no content was seen or forced
	Reply          *Reply    // to the end of the message (LMTP: the first); nil = not seen
	QueueID        string    // as the server named it in Reply
	MessageID      string    // of the header, with its angle brackets
	Withdrawn      bool      // RSET, QUIT, STARTTLS, an accepted new EHLO or a new MAIL took it back in order before DATA
	WithdrawnBy    Verb
	At             Mark // MAIL
}

// Hello is the last accepted HELO, EHLO or LHLO; where none was accepted, the last one sent.
type Hello struct {
	Verb       Verb
	Name       string
	Reply      *Reply
	Extensions []string // EHLO keywords with parameters, in order, as sent
}

// Auth is the last AUTH exchange. Credentials are dropped on reading.
type Auth struct {
	Mechanism string // upper case; "" where it was not captured
	Reply     *Reply // final reply; nil = none
	Cancelled bool   // the client sent "*"
}

// TLS is what can be read of a TLS session in clear (RFC 8446, RFC 5246).
type TLS struct {
	Mode                         string // "starttls" or "implicit"
	Handshake                    string // "none" (nothing after STARTTLS's 220), "begun", "complete", "failed" (a fatal alert, or not TLS), "unknown"
	Version                      string // "TLS 1.3" from ServerHello; else the highest that the client offered, with Offered
	Offered                      bool   // Version is the client's offer only
	SNI                          string
	AlertFrom                    string // "client" or "server"; "" = none could be read
	AlertLevel, AlertDescription uint8
	AlertAt                      Mark
	ClientBytes, ServerBytes     int64
}

// Observer is told what happens as it happens. Any method may be a no-op.
// Text handed over never holds credentials or message content.
type Observer interface {
	// Command: a command line was read whole. line is the line as sent
	// without its end, credentials replaced by "<credentials>"; bounded.
	Command(c *Command, line string)
	// Reply: a reply ended; to is the command it answers, nil for the
	// greeting and for replies that nothing asked for.
	Reply(r *Reply, to *Command)
	// ContentBegin and ContentEnd frame a message's content (or a BDAT chunk).
	// end=false in ContentEnd: the conversation went on without an end that was seen.
	ContentBegin(command Verb, at Mark)
	ContentEnd(bytes int64, end bool, at Mark)
	// Note: something odd, in one short lower-case sentence.
	Note(text string, side string, at Mark)
	// Phase: the machine moved.
	Phase(p Phase, at Mark)
}

// Command is one command of the client, or one of the queue's other entries.
type Command struct {
	Verb    Verb     // "GREETING" and "END-OF-DATA" are the entries that are not commands
	Arg     string   // the rest of the line; "" for AUTH's credentials
	At      Mark     // where its line ended
	Offset  int64    // client stream offset of its first byte
	Cut     bool     // part of the line was not captured
	Reply   *Reply   // once answered
	Message *Message // of MAIL, RCPT, DATA, BDAT, END-OF-DATA
}

// Limits bound what is kept. The zero value means the defaults.
type Limits struct {
	Line       int // 8192 bytes of one line kept; longer lines are counted and noted
	ReplyText  int // 4096 bytes of a reply's text
	Commands   int // 1000 unanswered commands
	Wait       int // 64 KiB of client bytes that wait for a reply to decide what they are
	Recipients int // 1000 kept per message
	Messages   int // 1000 kept per session; more are counted
}
