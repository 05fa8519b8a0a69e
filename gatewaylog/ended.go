package gatewaylog

// Phase is a phase of an SMTP session in the words of docs/record.md.
type Phase string

// The phases.
const (
	PhaseConnect      Phase = "connect"
	PhaseBanner       Phase = "banner"
	PhaseHello        Phase = "hello"
	PhaseTLSHandshake Phase = "tls-handshake"
	PhaseTLS          Phase = "tls"
	PhaseAuth         Phase = "auth"
	PhaseReady        Phase = "ready"
	PhaseMail         Phase = "mail"
	PhaseRcpt         Phase = "rcpt"
	PhaseDataCommand  Phase = "data-command"
	PhaseData         Phase = "data"
	PhaseDot          Phase = "dot"
)

// How is the way a connection ended, as far as the product's words tell.
type How string

// The ways; "" is unknown.
const (
	HowQuit            How = "quit"              // the client said QUIT
	HowLost            How = "lost"              // the client went; FIN or RST is not said
	HowEOF             How = "eof"               // the client closed (FIN)
	HowReset           How = "reset"             // reset, or another error of the socket
	HowTimeout         How = "timeout"           // the product gave up waiting
	HowTooManyErrors   How = "too-many-errors"   // the product hung up on a bad client
	HowLimit           How = "limit"             // a limit of size, time, rate or number
	HowRejected        How = "rejected"          // the product refused the client
	HowDropped         How = "dropped"           // the product hung up by policy
	HowTLSFailed       How = "tls-failed"        // the handshake failed
	HowAbortedBySender How = "aborted-by-sender" // the sender withdrew at SMTP level
	HowKilled          How = "killed"            // the serving process or the connection was killed
	HowClosed          How = "closed"            // over, and the product logs no reason
	HowUnstated        How = "unstated"          // over without QUIT, by a product that logs QUIT
	HowDelivered       How = "delivered"         // outbound: done what it was opened for
)

// Ended is the product's statement on how a connection ended.
type Ended struct {
	Words string `json:"words,omitempty"` // as the product puts it
	How   How    `json:"how,omitempty"`
	// By is who ended it, "client" or "server", where the words say so.
	By string `json:"by,omitempty"`
	// Stage is the phase that the words name; "" where they do not say.
	Stage Phase `json:"stage,omitempty"`
	// Stages are all phases that fit the words and the lines before, the
	// likeliest first. Empty is unknown. A reply that was on its way, and
	// commands that the product never read, make several phases fit.
	Stages []Phase `json:"stages,omitempty"`
	// Bytes of content received before the end, as the product counts.
	Bytes Count `json:"bytes,omitzero"`
	// BytesCut: it had stopped counting, for the message had grown too large.
	BytesCut bool `json:"bytes_cut,omitempty"`
	Time     Time `json:"time,omitzero"`
}

// Broken reports whether the words tell of a connection that broke off in the
// midst of something: of a handshake, of AUTH, of a mail. Without a stage they do
// not say so.
func (e Ended) Broken() bool {
	switch e.How {
	case HowQuit, HowClosed, HowUnstated, HowDelivered, "":
		return false
	}
	switch e.Stage {
	case PhaseTLSHandshake, PhaseAuth, PhaseMail, PhaseRcpt, PhaseDataCommand, PhaseData, PhaseDot:
		return true
	}
	return false
}

// IsZero says that no line spoke of the end.
func (e Ended) IsZero() bool {
	return e.Words == "" && e.How == "" && e.Stage == "" && len(e.Stages) == 0
}

// stages sets the phases that fit; the first is the stage itself.
func (e *Ended) stages(p ...Phase) {
	e.Stage, e.Stages = "", p
	if len(p) > 0 {
		e.Stage = p[0]
	}
}
