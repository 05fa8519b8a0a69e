package report

import "smtpscope/session"

// Capture is what there is to say about the input as a whole: the last line
// of JSON Lines, and the lines above the table. Absent = not known.
type Capture struct {
	Type   string `json:"type"`   // "capture"
	Schema int    `json:"schema"` // session.Schema
	Tool   Tool   `json:"tool"`
	Files  []File `json:"files"`

	Start    *session.Time   `json:"start,omitempty"` // first packet
	End      *session.Time   `json:"end,omitempty"`
	Duration session.Seconds `json:"duration"`
	Packets  int64           `json:"packets"` // frames read, of any kind
	Bytes    int64           `json:"bytes"`   // captured of those frames

	Sessions int64 `json:"sessions"`
	Selected int64 `json:"selected"` // sessions that the filters let through
	Abnormal int64 `json:"abnormal"`
	Open     int64 `json:"open"` // sessions that were still open at the end
	// AbnormalProbes are those of Abnormal that are health checks and scans:
	// patterns do not call them aborted.
	AbnormalProbes int64 `json:"abnormal_probes,omitempty"`
	// Probes are the sessions that were left out as health checks and scans.
	Probes int64 `json:"probes_left_out,omitempty"`
	// PatternsCut are the selected sessions that no pattern was looked for in:
	// those beyond what is kept.
	PatternsCut int64 `json:"patterns_cut,omitempty"`
	OtherTCP    int64 `json:"other_tcp"`

	Quality     Quality  `json:"quality"`
	Errors      []string `json:"errors"`
	Interrupted bool     `json:"interrupted,omitempty"` // the user stopped the reading
	// Log is about the gateway's log; absent where none was read.
	Log *LogSummary `json:"log,omitempty"`
	// Redacted is what stands for names; absent where they are shown.
	Redacted *Redacted `json:"redacted,omitempty"`
}

// Redacted says what was replaced by pseudonyms.
type Redacted struct {
	Key    string           `json:"key"`    // fingerprint: with the same key the same names have the same pseudonyms
	Counts map[string]int64 `json:"counts"` // different names of each kind, by the words of --redact
}

// Tool is the program that wrote the line.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// File is one source of the capture.
type File struct {
	Name    string        `json:"name"`
	Format  string        `json:"format,omitempty"` // "pcap, microseconds, little-endian, gzip"
	Packets int64         `json:"packets"`
	Start   *session.Time `json:"start,omitempty"`
	End     *session.Time `json:"end,omitempty"`
	Dropped *int64        `json:"dropped,omitempty"` // packets that the capturing machine lost, where the file says so
	Error   string        `json:"error,omitempty"`
	// SHA256 is of the file as it lies on the disk, in hexadecimal; only in
	// reports, and absent for standard input.
	SHA256 string `json:"sha256,omitempty"`
}

// Quality says how far the capture can be believed.
type Quality struct {
	Dropped       *int64 `json:"dropped,omitempty"` // over all files, where any says so
	Gapped        int64  `json:"gapped"`            // sessions with bytes that the capture missed
	MissedBytes   int64  `json:"missed_bytes"`
	Cut           int64  `json:"cut"` // sessions with bytes cut by the snap length
	SnapLen       int    `json:"snaplen,omitempty"`
	OneSided      int64  `json:"one_sided"`   // sessions of which one side was not captured
	Duplicates    int64  `json:"duplicates"`  // frames captured twice
	Evicted       int64  `json:"evicted"`     // sessions given up for lack of memory
	Undecodable   int64  `json:"undecodable"` // frames whose headers are damaged or cut
	LostFragments int64  `json:"lost_fragments"`
}
