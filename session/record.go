// Package session joins the TCP streams and the SMTP conversation of one
// connection into a session: what was said, where it ended, how and by whom.
// It decides what was seen. Why it was so is the business of diagnosis, and
// how it looks that of report.
package session

import (
	"net/netip"
	"time"

	"smtpscope/capture"
	"smtpscope/smtpstate"
)

// Schema is the version of Record. It grows when a field is renamed or
// changes its meaning; a new field does not change it.
const Schema = 1

// Record is one session as other programs see it (docs/record.md). What the
// capture cannot show is absent. A Record owns all its memory.
type Record struct {
	Type        string     `json:"type"`   // "session"
	Schema      int        `json:"schema"` // Schema
	Session     int64      `json:"session"`
	Source      string     `json:"source"`
	SourceFrame int64      `json:"source_frame"`
	Client      Endpoint   `json:"client"`
	Server      Endpoint   `json:"server"`
	Origin      *Origin    `json:"origin,omitempty"`
	VLAN        []uint16   `json:"vlan,omitempty"`
	Direction   string     `json:"direction,omitempty"` // "inbound" or "outbound" as seen from --gateway
	Protocol    string     `json:"protocol"`            // "smtp" or "lmtp"
	Probe       bool       `json:"probe,omitempty"`     // a health check or a scan: nothing of a mail was ever said, and nothing was refused
	Start       Time       `json:"start"`
	End         Time       `json:"end"`
	Duration    Seconds    `json:"duration"`
	Frames      Frames     `json:"frames"`
	Bytes       Sides      `json:"bytes"` // payload seen, each byte once
	Seen        Seen       `json:"seen"`
	Banner      *Banner    `json:"banner,omitempty"`
	Hello       *Hello     `json:"hello,omitempty"`
	Auth        *Auth      `json:"auth,omitempty"`
	TLS         *TLS       `json:"tls,omitempty"`
	Messages    []*Message `json:"messages"`
	// MessagesCut counts messages beyond the limit of those kept.
	MessagesCut int   `json:"messages_cut,omitempty"`
	Ended       Ended `json:"ended"`
	// Abnormal is absent where the session is still open, was evicted, or its
	// phase is unknown.
	Abnormal *bool `json:"abnormal,omitempty"`
	TCP      TCP   `json:"tcp"`
	// Findings are the causes that diagnosis names, the leading one first.
	Findings []Finding `json:"findings,omitempty"`
	// Gateways are the words that each product logs for such a session, by
	// the product's name.
	Gateways map[string]string `json:"gateways,omitempty"`
	// Log is what the gateway's log has on the session; absent where none was
	// read.
	Log *Log `json:"log,omitempty"`
	// ServerFIN is when the server's FIN passed, 0 where none did; for
	// alignment, which knows that servers log an end before they close.
	ServerFIN Time `json:"-"`
	// Notes are oddities of the conversation, bounded, in order.
	Notes []string `json:"notes,omitempty"`
}

// Endpoint is an address and a port.
type Endpoint struct {
	IP   netip.Addr `json:"ip"`
	Port uint16     `json:"port"`
}

// String is "192.0.2.1:25" or "[2001:db8::1]:25".
func (e Endpoint) String() string { return netip.AddrPortFrom(e.IP, e.Port).String() }

// Origin is the client that a proxy speaks for.
type Origin struct {
	By   string     `json:"by"` // "proxy" (PROXY protocol), "xclient", "xforward"
	IP   netip.Addr `json:"ip,omitzero"`
	Port uint16     `json:"port,omitempty"`
	Name string     `json:"name,omitempty"`
}

// Frames are numbers of frames in the whole input.
type Frames struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	Count int64 `json:"count"`
}

// Sides is a number for each side.
type Sides struct {
	Client int64 `json:"client"`
	Server int64 `json:"server"`
}

// Seen says what part of the session the capture shows.
type Seen struct {
	Handshake    bool  `json:"handshake"` // SYN and SYN-ACK
	Client       bool  `json:"client"`    // at least one frame of the client
	Server       bool  `json:"server"`
	MissingBytes int64 `json:"missing_bytes"` // of both sides, cut by the snap length included
}

// EndShown reports whether packets show how the session ended: it did not fall silent, and
// neither the capture, nor the memory for it, nor another session on its ports came first.
func (r *Record) EndShown() bool {
	switch r.Ended.How {
	case ByCaptureEnd, ByEvicted, ByReplaced, BySilence:
		return false
	}
	return true
}

// OneSided reports whether the packets of one side were not captured. Of a SYN
// that nobody answered none are missing.
func (r *Record) OneSided() bool {
	if r.Seen.Client == r.Seen.Server {
		return false
	}
	unanswered := r.Ended.Phase == phaseConnect && r.Ended.How != ByRST && r.Ended.How != ByFIN
	return !r.Seen.Client || !unanswered
}

// Banner is the greeting.
type Banner struct {
	Code  int      `json:"code,omitempty"`
	Text  string   `json:"text"`
	After *Seconds `json:"after,omitempty"` // since the handshake
	// Time is when its last line passed; for alignment, which knows that most
	// products log a connection before they greet.
	Time Time `json:"-"`
}

// Hello is the accepted HELO, EHLO or LHLO, or the last one refused.
type Hello struct {
	Verb       string   `json:"verb"`
	Name       string   `json:"name,omitempty"`
	Code       int      `json:"code,omitempty"`
	Extensions []string `json:"extensions,omitempty"`
}

// Auth is the last authentication. No credential is ever here.
type Auth struct {
	Mechanism string `json:"mechanism,omitempty"`
	Code      int    `json:"code,omitempty"`
}

// TLS is what can be read of TLS from outside.
type TLS struct {
	Mode      string `json:"mode,omitempty"` // "starttls" or "implicit"; absent = the capture began inside TLS
	Handshake string `json:"handshake"`      // "none", "begun", "complete", "failed", "unknown"
	Version   string `json:"version,omitempty"`
	Offered   bool   `json:"offered,omitempty"` // version is the highest that the client offered
	SNI       string `json:"sni,omitempty"`
	Alert     *Alert `json:"alert,omitempty"`
	// SealedFrom is the side whose encrypted alert ended the handshake, for
	// diagnosis; "" = none did.
	SealedFrom  string `json:"-"`
	SealedFrame int64  `json:"-"`
	// PlainCode is the code of the reply in plain text that the server sent where
	// TLS was due, for diagnosis; 0 = none.
	PlainCode int   `json:"-"`
	Bytes     Sides `json:"bytes"`
}

// Alert is a TLS alert that was sent in clear (RFC 8446 section 6).
type Alert struct {
	From        string `json:"from"` // "client" or "server"
	Level       uint8  `json:"level"`
	Description uint8  `json:"description"`
	Frame       int64  `json:"frame"`
}

// Name is the alert's name in RFC 8446 section 6, or its number where it has none.
func (a *Alert) Name() string { return smtpstate.AlertName(a.Description) }

// Reply is a code with its text; lines are joined by "\n".
type Reply struct {
	Code int    `json:"code,omitempty"`
	Text string `json:"text"`
}

// Outcome says what became of a message.
type Outcome string

// The outcomes, in the order in which they are tried (docs/record.md).
const (
	Accepted   Outcome = "accepted"
	Refused    Outcome = "refused"
	Rejected   Outcome = "rejected"
	Withdrawn  Outcome = "withdrawn"
	Unanswered Outcome = "unanswered"
	Aborted    Outcome = "aborted"
	Unknown    Outcome = "unknown"
)

// Message is one mail transaction.
type Message struct {
	From           *string      `json:"from,omitempty"` // "" is the null sender; absent = MAIL was not captured
	Code           int          `json:"code,omitempty"` // reply to MAIL
	Text           string       `json:"text,omitempty"` // of that reply, where it refused the sender
	Recipients     []*Recipient `json:"recipients"`
	RecipientCount int          `json:"recipient_count,omitempty"` // only where more were sent than kept
	Transfer       *Transfer    `json:"transfer,omitempty"`
	Reply          *Reply       `json:"reply,omitempty"` // to DATA or BDAT where refused, else to the end of the message
	QueueID        string       `json:"queue_id,omitempty"`
	MessageID      string       `json:"message_id,omitempty"`
	Outcome        Outcome      `json:"outcome"`
	// Begun is when MAIL passed, Answered when Reply did, 0 where that was not
	// captured; for alignment.
	Begun    Time `json:"-"`
	Answered Time `json:"-"`
}

// Recipient is one RCPT.
type Recipient struct {
	Address string `json:"address"` // "" = not captured; the field itself is always there, for scripts
	Code    int    `json:"code,omitempty"`
	Text    string `json:"text,omitempty"`
	Final   *Reply `json:"final,omitempty"` // LMTP
}

// Transfer is the content of a message.
type Transfer struct {
	Command  string `json:"command,omitempty"` // "DATA" or "BDAT"; absent where it was not captured
	Bytes    int64  `json:"bytes"`             // after unstuffing, without the final dot line
	AtLeast  bool   `json:"at_least,omitempty"`
	Complete bool   `json:"complete"`
	Start    *Time  `json:"start,omitempty"`
	LastByte *Time  `json:"last_byte,omitempty"`
	// EndSplit and EndLike are for diagnosis: smtpstate.Transfer has them.
	EndSplit bool   `json:"-"`
	EndLike  string `json:"-"`
}

// How is the event that ended a session.
type How string

// The ways a session ends (docs/record.md).
const (
	ByQuit          How = "quit"
	ByFIN           How = "fin"
	ByRST           How = "rst"
	BySYNRefused    How = "syn-refused"
	BySYNUnanswered How = "syn-unanswered"
	BySilence       How = "silence"
	ByReplaced      How = "replaced"
	ByEvicted       How = "evicted"
	ByCaptureEnd    How = "capture-end"
)

// Ended is the verdict: what was seen, never why.
type Ended struct {
	Phase    string   `json:"phase"` // smtpstate.Phase's words, or "connect"
	Inferred bool     `json:"inferred,omitempty"`
	How      How      `json:"how"`
	By       string   `json:"by"` // "client", "server", "unknown"
	Frame    int64    `json:"frame,omitempty"`
	Time     Time     `json:"time"`
	Idle     *Seconds `json:"idle,omitempty"` // since the last new payload byte of either side, or the handshake
	// Unasked is what the server said last, where nothing had asked for it: a
	// server that gives up says why.
	Unasked *Unasked `json:"unasked,omitempty"`
	// Unspoken: neither side had said anything, Idle counts from the handshake.
	// What a side sent into the end may be among the session's bytes all the same.
	Unspoken bool `json:"-"`
	// Unanswered is how many commands, and ends of messages, had no reply yet:
	// a server may still answer them, and log what became of them.
	Unanswered int `json:"-"`
	// Unheard: the server closed, or had said that it gives up, before a byte of the
	// first of these had come to it, as its acknowledgements show. It was waiting for
	// the client.
	Unheard bool `json:"-"`
	// Through is the last frame of what stands before the FIN that ended the session
	// in the order of its side's bytes, where packets overtook one another; 0 = none
	// did.
	Through int64 `json:"-"`
	// HalfReply: the server had begun a reply that never ended.
	HalfReply bool `json:"-"`
}

// Unasked is a reply to no command: 421, which a server may send at any time
// (RFC 5321 section 3.8), or a refusal while the content is still being sent.
type Unasked struct {
	Code  int      `json:"code"`
	Text  string   `json:"text"`
	Frame int64    `json:"frame"`
	After *Seconds `json:"after,omitempty"` // since the payload byte before it, of either side, or the handshake: the silence that it ended; nil where the capture has none of these
	// For diagnosis, which tells a client that was silent from one that was slow:
	// the time since the server's word before this one (0 = there was none), the
	// client's bytes in that time, and the longest silence before any of them.
	Since  Seconds `json:"-"`
	Came   int64   `json:"-"`
	Paused Seconds `json:"-"`
	// Unheard: nothing of what the client had asked before had come to the server,
	// which had waited long enough for it.
	Unheard bool `json:"-"`
	// Crossed: nor had it, and it was just under way: the two crossed.
	Crossed bool `json:"-"`
}

// Silence is that before it, 0 where it is not known.
func (u *Unasked) Silence() time.Duration {
	if u.After == nil {
		return 0
	}
	return u.After.Duration()
}

// TCP is how the network behaved.
type TCP struct {
	RTT           *Seconds  `json:"rtt,omitempty"` // of the handshake
	RTTs          *RTTSides `json:"rtts,omitempty"`
	MSS           *Sides    `json:"mss,omitempty"`
	WindowScale   *Sides    `json:"window_scale,omitempty"` // shift counts; absent unless both sides offer it
	SACK          bool      `json:"sack,omitempty"`         // permitted by both sides
	Retransmitted Sides     `json:"retransmitted"`          // segments
	OutOfOrder    Sides     `json:"out_of_order"`           // segments
	Duplicates    int64     `json:"duplicates"`             // frames captured twice
	ZeroWindow    Sides     `json:"zero_window"`            // times the side's window went to 0
	ZeroWindowSec *SecSides `json:"zero_window_seconds,omitempty"`
	KeepAlives    Sides     `json:"keep_alives,omitzero"`
	Missed        Sides     `json:"missed,omitzero"` // bytes that arrived and the capture missed
	Lost          Sides     `json:"lost,omitzero"`   // bytes that never arrived as far as seen
	Cut           Sides     `json:"cut,omitzero"`    // bytes cut by the snap length
	Overlaps      Sides     `json:"overlaps,omitzero"`
}

// SecSides is a time in seconds for each side.
type SecSides struct {
	Client Seconds `json:"client"`
	Server Seconds `json:"server"`
}

// RTTSides are round trips, from the capture point to the side named and back.
type RTTSides struct {
	Client RTT `json:"client,omitzero"`
	Server RTT `json:"server,omitzero"`
}

// RTT is the spread of the samples taken by Karn's rule (RFC 6298 section 3).
type RTT struct {
	Min   Seconds `json:"min"`
	Mean  Seconds `json:"mean"`
	Max   Seconds `json:"max"`
	Count int64   `json:"count"`
}

// Time is a moment of the capture. In JSON it is RFC 3339 in UTC, with as many
// digits of a second as are not zero.
type Time capture.Time

// Time gives the moment as a time.Time in UTC.
func (t Time) Time() time.Time { return capture.Time(t).Time() }

// MarshalJSON writes RFC 3339.
func (t Time) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 40), '"')
	b = t.Time().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"'), nil
}

// Seconds is a span. In JSON it is a number of seconds with as many decimals
// as are not zero: no binary fraction ever shows.
type Seconds time.Duration

// Duration gives the span as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) }

// MarshalJSON writes seconds as a decimal number.
func (s Seconds) MarshalJSON() ([]byte, error) { return s.Append(nil), nil }

// Append writes the seconds as a decimal number behind b.
func (s Seconds) Append(b []byte) []byte {
	n := uint64(s)
	if s < 0 {
		b = append(b, '-')
		n = -n
	}
	const second = uint64(time.Second)
	b = AppendDecimal(b, n/second)
	if rest := n % second; rest > 0 {
		b = AppendFraction(append(b, '.'), int64(rest))
	}
	return b
}
