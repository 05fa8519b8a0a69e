package session

// Finding is a cause that diagnosis names for a session (docs/record.md). The
// words are plain text; what they quote from the wire is not escaped.
type Finding struct {
	Code      string `json:"code"`      // stable: "mtu-black-hole"; docs/diagnosis.md lists them
	Severity  string `json:"severity"`  // "error", "warning", "info"
	Certainty string `json:"certainty"` // "proven", "strong", "likely", "hint"
	Summary   string `json:"summary"`   // one sentence for a mail administrator
	// Frames show it, in order; numbers as in Frames of the record.
	Frames []int64 `json:"frames,omitempty"`
	// Against is the counter-evidence that was looked for and not found, or
	// what still speaks against it.
	Against string `json:"against,omitempty"`
	// Elsewhere is what this capture point cannot decide, and where to capture
	// instead.
	Elsewhere string `json:"elsewhere,omitempty"`
	Advice    string `json:"advice,omitempty"` // what to do next
}
