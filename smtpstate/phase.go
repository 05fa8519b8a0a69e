package smtpstate

// Phase is where the conversation stands.
type Phase uint8

// The phases, in the order in which a conversation passes them.
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

var phaseNames = [...]string{
	PhaseUnknown:      "unknown",
	PhaseBanner:       "banner",
	PhaseHello:        "hello",
	PhaseTLSHandshake: "tls-handshake",
	PhaseTLS:          "tls",
	PhaseAuth:         "auth",
	PhaseReady:        "ready",
	PhaseMail:         "mail",
	PhaseRcpt:         "rcpt",
	PhaseDataCommand:  "data-command",
	PhaseData:         "data",
	PhaseDot:          "dot",
}

// String is the phase's word in the session record.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return "unknown"
}

// phases is a set of phases: the column of the table that says where a
// command is allowed.
type phases uint16

func in(list ...Phase) phases {
	var set phases
	for _, p := range list {
		set |= 1 << p
	}
	return set
}

func (s phases) has(p Phase) bool { return s&(1<<p) != 0 }
