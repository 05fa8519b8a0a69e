package smtpstate

// Limits bound what is kept. The zero value means the defaults.
type Limits struct {
	Line       int // 8192 bytes of one line kept; longer lines are counted and noted
	ReplyText  int // 4096 bytes of a reply's text
	Commands   int // 1000 unanswered commands
	Wait       int // 64 KiB of client bytes that wait for a reply to decide what they are
	Recipients int // 1000 kept per message
	Messages   int // 1000 kept per session; more are counted
	Envelope   int // 16 MiB of what is kept of a session's messages (addresses, parameters, recipients, replies); later recipients are counted only
}

func (l Limits) withDefaults() Limits {
	def := func(n *int, d int) {
		if *n <= 0 {
			*n = d
		}
	}
	def(&l.Line, 8192)
	def(&l.ReplyText, 4096)
	def(&l.Commands, 1000)
	def(&l.Wait, 64<<10)
	def(&l.Recipients, 1000)
	def(&l.Messages, 1000)
	def(&l.Envelope, 16<<20)
	return l
}

// Bounds that no caller needs to choose.
const (
	addressMax    = 1024     // bytes of one address kept; RFC 5321 4.5.3.1.3 allows 256
	paramsMax     = 1024     // bytes of one command's parameters kept
	argMax        = 2048     // bytes of Command.Arg kept: of an address and its parameters
	nameMax       = 1024     // bytes of a HELO name kept; RFC 5321 4.5.3.1.2 allows 255
	extensionsMax = 100      // EHLO keywords kept
	headerMax     = 64 << 10 // bytes of a message's header searched for Message-ID
	messageIDMax  = 1000     // bytes of Message-ID kept; RFC 5322 2.1.1 allows 998 a line
	tailMax       = 4096     // bytes kept behind a dot that may be the end
	piecesMax     = 1024     // runs of waiting bytes that keep a mark of their own
	crowdMax      = 64       // entries beyond Limits.Commands, each for a run of like commands
	floatsMax     = 32       // replies after a gap whose command is not clear yet
	noteRepeat    = 8        // times that the observer hears the same note
	textLineMax   = 1000     // RFC 5321 4.5.3.1.6: longest text line with its CRLF
	minReplyBytes = 5        // "250\r\n": the shortest reply that missing bytes can hide
)
