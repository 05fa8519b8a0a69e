package benchdata

import "time"

// Truth is what is known of one session of a generated capture, in the words
// of the session record (docs/record.md).
type Truth struct {
	Session  int64          `json:"session"` // its first frame in the file
	Client   string         `json:"client"`  // address:port
	Server   string         `json:"server"`
	Kind     string         `json:"kind"` // the ending, by the generator's name for it
	How      string         `json:"how"`
	By       string         `json:"by"`
	Phase    string         `json:"phase"`
	Start    int64          `json:"start"` // of the first and last frame, nanoseconds
	End      int64          `json:"end"`
	Frames   int64          `json:"frames"`
	Bytes    [2]int64       `json:"bytes"` // payload in the capture, each byte once
	Messages []TruthMessage `json:"messages,omitempty"`
	TLS      string         `json:"tls,omitempty"`
	// Retransmitted and OutOfOrder are segments, client first.
	Retransmitted [2]int64 `json:"retransmitted"`
	OutOfOrder    [2]int64 `json:"out_of_order"`
	// Hidden is how many packets the capture misses, HiddenBytes their payload.
	Hidden      int      `json:"hidden,omitempty"`
	HiddenBytes [2]int64 `json:"hidden_bytes"`
	Cut         bool     `json:"cut,omitempty"` // the capture ended before the plan
}

// TruthMessage is one mail.
type TruthMessage struct {
	From       string `json:"from"`
	Recipients int    `json:"recipients"`
	Command    string `json:"command,omitempty"`
	Bytes      int64  `json:"bytes"`
	Complete   bool   `json:"complete,omitempty"`
	Outcome    string `json:"outcome"`
	QueueID    string `json:"queue_id,omitempty"`
	MessageID  string `json:"message_id,omitempty"`
}

const (
	idleLimit  = 65 * time.Minute // after which a connection counts as silent: smtpscope's --idle-limit
	unanswered = 3 * time.Second  // after which a SYN that came once counts as unanswered (RFC 2988)
)
