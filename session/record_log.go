package session

// Log is what the gateway's own log has on a session (docs/record.md). Texts
// are as the log has them.
type Log struct {
	Status  string `json:"status"` // "matched", "ambiguous", "none"
	Gateway string `json:"gateway,omitempty"`
	// Offset is log clock minus capture clock at the session's beginning;
	// absent where it is not known. For times whose zone the log does not name
	// it holds the zone too.
	Offset *Seconds `json:"offset,omitempty"`
	// Score is between 0 and 1: how far the match is ahead of any other.
	Score      *float64 `json:"score,omitempty"`
	Agrees     string   `json:"agrees,omitempty"` // "yes", "no", "unknown"
	Difference string   `json:"difference"`
	Words      string   `json:"words,omitempty"` // how the product says it ended, and what it says of mails that it did not take
	Stage      string   `json:"stage,omitempty"` // the phase that its words name, in the words of Ended.Phase
	// Abnormal: the packets show no abnormal end, for TLS hides it, and the log
	// tells of one.
	Abnormal   bool     `json:"abnormal,omitempty"`
	Connection string   `json:"connection,omitempty"`
	Messages   []string `json:"messages,omitempty"`
	// Unseen are those of Messages of which the packets show nothing, where these do
	// not show the whole session.
	Unseen []string `json:"unseen,omitempty"`
	// Candidates fit about equally, where the status is ambiguous.
	Candidates []LogCandidate `json:"candidates,omitempty"`
	Reason     string         `json:"reason,omitempty"` // why there is no line, or no choice
	Entries    []LogEntry     `json:"entries,omitempty"`
	EntriesCut int64          `json:"entries_cut,omitempty"` // lines beyond those kept
}

// EndedAbnormally reports whether the session ended abnormally as far as the
// packets, or the log's lines of it, show.
func (r *Record) EndedAbnormally() bool {
	return r.Abnormal != nil && *r.Abnormal || r.Log != nil && r.Log.Abnormal
}

// LogCandidate is a log connection that may be the session's.
type LogCandidate struct {
	Connection string   `json:"connection"`
	Messages   []string `json:"messages,omitempty"`
	File       string   `json:"file"`
	Line       int64    `json:"line"`
}

// LogEntry is a line of the log. Time is by the log's clock.
type LogEntry struct {
	File string `json:"file"`
	Line int64  `json:"line"`
	Time *Time  `json:"time,omitempty"`
	Text string `json:"text"`
}
