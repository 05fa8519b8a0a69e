package realservers

import (
	"strings"
	"time"
)

// Session is one row of truth.jsonl: one TCP connection as it was played.
// What only the kernel or the scheduler decides is written as the set of
// values that are right.
type Session struct {
	Server   string `json:"server"`   // postfix, exim, sendmail, opensmtpd
	Scenario string `json:"scenario"` // a name of the table in scenarios.go
	Number   int    `json:"number"`   // 1, 2, ... within the scenario
	Says     string `json:"says"`     // the scenario in words

	Client  Endpoint  `json:"client"`
	Gateway Endpoint  `json:"gateway"`
	Start   time.Time `json:"start"` // just before connect(2)
	End     time.Time `json:"end"`   // when the client had nothing left to do

	// Ended is the verdict that is right on the gateway's interface, in the
	// words of the session record. Nil: that point sees no packet of it.
	Ended *Verdict `json:"ended,omitempty"`
	// EndedClientSide is the verdict on the clients' side of the router where
	// it is another one.
	EndedClientSide *Verdict `json:"ended_client_side,omitempty"`

	// Process is the pid of the server's process as its log has it, where the
	// play looked; 0 else. Sessions of one address are told apart by it.
	Process int `json:"process,omitempty"`

	Hello    string     `json:"hello,omitempty"` // the name that the client gave
	TLS      string     `json:"tls,omitempty"`   // starttls, implicit, failed
	Auth     *Auth      `json:"auth,omitempty"`
	Messages []*Message `json:"messages,omitempty"` // also those inside TLS
	Dialogue []Line     `json:"dialogue"`
	Saw      string     `json:"saw,omitempty"`   // how the client saw the end: "eof", "connection reset", ...
	Error    string     `json:"error,omitempty"` // the play did not go as written: the row proves nothing
}

// Endpoint is one side of a connection.
type Endpoint struct {
	IP   string `json:"ip"`
	Port int    `json:"port"`
}

// Verdict holds the allowed values of the record's ended.phase, .how and .by.
type Verdict struct {
	Phase []string `json:"phase"`
	How   []string `json:"how"`
	By    []string `json:"by"`
}

// Auth is the last AUTH exchange of a session.
type Auth struct {
	Mechanism string `json:"mechanism"`
	Code      int    `json:"code,omitempty"` // 0: left without a reply
}

// Message is one mail transaction as the client knows it.
type Message struct {
	From       string      `json:"from"`
	Code       int         `json:"code,omitempty"` // reply to MAIL; 0: none read
	Recipients []Recipient `json:"recipients,omitempty"`
	Command    string      `json:"command,omitempty"` // DATA or BDAT
	DataCode   int         `json:"data_code,omitempty"`
	Bytes      int64       `json:"bytes"`                // content after unstuffing, without the final dot, sent before anything broke
	BytesMost  int64       `json:"bytes_most,omitempty"` // where more was sent after that, and some of it may have arrived
	Complete   bool        `json:"complete"`             // the end of the message was sent
	Reply      string      `json:"reply,omitempty"`
	ReplyCode  int         `json:"reply_code,omitempty"` // reply to the end of the message; 0: none read
	QueueID    string      `json:"queue_id,omitempty"`   // as the client read it; it may be on the wire all the same
	MessageID  string      `json:"message_id,omitempty"`
	Outcome    []string    `json:"outcome"` // allowed values of the record's outcome
}

// Recipient is one RCPT and the reply to it.
type Recipient struct {
	Address string `json:"address"`
	Code    int    `json:"code,omitempty"` // 0: none read
}

// Line is one step of the dialogue as the client took it.
type Line struct {
	Time time.Time `json:"time"`
	Who  string    `json:"who"` // C, S, or * for what the harness did to the network or the server
	Text string    `json:"text"`
}

// ended builds a Verdict from words; "|" separates what is equally right.
func ended(phase, how, by string) *Verdict {
	return &Verdict{words(phase), words(how), words(by)}
}

func words(s string) []string { return strings.Split(s, "|") }
