package gatewaylog

import "net/netip"

// Direction says who opened a connection, as seen from the product.
type Direction string

// The directions; "" is unknown.
const (
	Inbound  Direction = "inbound"  // a client connected to the product
	Outbound Direction = "outbound" // the product connected to another server
	Internal Direction = "internal" // no SMTP connection: local submission, bounces, split mail
)

// Answer is yes, no, or "" where the log does not say.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// Peer is one end of a connection as far as the log tells.
type Peer struct {
	Addr netip.Addr `json:"addr,omitzero"` // never a zone; IPv4-mapped addresses are unmapped
	Port uint16     `json:"port,omitempty"`
	Name string     `json:"name,omitempty"` // name by reverse DNS or of the interface; "unknown" is left out
}

// TLS is what the log says about encryption.
type TLS struct {
	Established Answer `json:"established,omitempty"`
	Version     string `json:"version,omitempty"` // as the product writes it, e.g. "TLSv1.3"
	Cipher      string `json:"cipher,omitempty"`
	Words       string `json:"words,omitempty"`
}

// Auth is the last SMTP AUTH attempt. User is a name, never a secret.
type Auth struct {
	Mechanism string `json:"mechanism,omitempty"`
	User      string `json:"user,omitempty"`
	Succeeded Answer `json:"succeeded,omitempty"`
	Words     string `json:"words,omitempty"`
}

// CommandCount is how often a command was given, as Postfix and Exim count.
type CommandCount struct {
	Verb     string `json:"verb"` // lower case
	Accepted int    `json:"accepted"`
	Total    int    `json:"total"`
}

// Rejection is a refusal that the product logged.
type Rejection struct {
	Command string `json:"command,omitempty"` // "RCPT", "CONNECT", "END-OF-MESSAGE"; upper case
	Code    int    `json:"code,omitempty"`    // SMTP reply code, 0 where the log has none
	Words   string `json:"words"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
}

// Connection is one connection as the log tells it. It owns its memory and is
// not touched again once it has been handed out.
type Connection struct {
	Product Product `json:"product"`
	// ID is what the product calls it: ICID or DCID (Cisco), pid (Postfix,
	// sendmail), session id (OpenSMTPD, Exchange), client address and port
	// (Symantec). Pids come again; an ID is unique only near its time.
	ID        string    `json:"id,omitempty"`
	Host      string    `json:"host,omitempty"`    // host that wrote the log
	Service   string    `json:"service,omitempty"` // "submission/smtpd", connector, listener, daemon
	Direction Direction `json:"direction,omitempty"`
	Client    Peer      `json:"client,omitzero"`
	Server    Peer      `json:"server,omitzero"`
	// Origin is the client before a relay or proxy, where the product looked
	// through one (Cisco incoming relay, Symantec LOGICAL_IP, PureMessage fur).
	Origin     Peer           `json:"origin,omitzero"`
	Helo       string         `json:"helo,omitempty"`
	TLS        TLS            `json:"tls,omitzero"`
	Auth       Auth           `json:"auth,omitzero"`
	Start      Time           `json:"start,omitzero"` // of its first line
	End        Time           `json:"end,omitzero"`   // of the line that ended it, else of the last line about the connection itself
	Begun      bool           `json:"begun,omitempty"`
	Closed     bool           `json:"closed,omitempty"`
	Ended      Ended          `json:"ended,omitzero"`
	Commands   []CommandCount `json:"commands,omitempty"`
	Rejections []Rejection    `json:"rejections,omitempty"`
	// Policy is what the product decided on connecting, in its words
	// ("ACCEPT SG WHITELIST match …").
	Policy   string     `json:"policy,omitempty"`
	Messages []*Message `json:"messages,omitempty"`
	// Fragment: no line of the connection itself was seen, only lines of its
	// messages (the log begins later, or the product logs no connections). One
	// real connection may then show as several fragments.
	Fragment bool `json:"fragment,omitempty"`
	// GivenUp: handed out unfinished for lack of memory.
	GivenUp bool    `json:"given_up,omitempty"`
	Lines   []*Line `json:"lines"`
	// LinesCut counts lines beyond MaxLines that were read but not kept.
	LinesCut int64 `json:"lines_cut,omitempty"`
}

// Line is one line of a log. Lines are shared: a connection and its messages
// point to the same ones.
type Line struct {
	File string `json:"file"`
	// Number is the line's number in its file, from 1. A line that was broken
	// over several has the number of the first.
	Number int64  `json:"line"`
	Text   string `json:"text"` // without line end and NULs, credentials blanked
	Time   Time   `json:"time,omitzero"`
}
