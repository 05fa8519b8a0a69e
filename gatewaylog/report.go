package gatewaylog

import "time"

// reason says why a line belongs to no connection or message; taken is the
// only one that says it does.
type reason uint8

const (
	taken reason = iota
	blankLine
	foreign
	notSession
	unknownKind
	brokenLine
	overLimit
	disconnected
	repeatOfNothing
	reasons // how many there are
)

// reasonWords are the reasons as people read them.
var reasonWords = [reasons]string{
	taken:           "taken",
	blankLine:       "empty line",
	foreign:         "not a line of a mail product that can be read",
	notSession:      "the product's own, but not about a session or a message",
	unknownKind:     "the product's own, of a kind that is not known",
	brokenLine:      "broken: NULs, or a line that breaks off",
	overLimit:       "beyond the number of lines kept of one connection",
	disconnected:    "names a message or connection that cannot be told",
	repeatOfNothing: "repeats a line that was not taken",
}

// Reason is why lines were not taken, how many, and the first of them.
type Reason struct {
	Words    string  `json:"reason"`
	Product  Product `json:"product,omitempty"`
	Lines    int64   `json:"lines"`
	Examples []*Line `json:"examples,omitempty"` // at most ReportExamples, credentials blanked
}

// ZoneHint is something in the log that tells the zone of its times.
type ZoneHint struct {
	Line *Line `json:"line"`
	// Offset of local time from UTC. Of Cisco's "Time offset from UTC: N
	// seconds" the sign is not documented: Either is then set, and Offset may be
	// meant with the other sign.
	Offset time.Duration `json:"offset"`
	Either bool          `json:"either,omitempty"`
}

// Tally counts what was found of one product.
type Tally struct {
	Product     Product `json:"product"`
	Lines       int64   `json:"lines"` // taken or known
	Connections int64   `json:"connections"`
	Messages    int64   `json:"messages"`
}

// FileError is an input that could not be read to its end.
type FileError struct {
	File string `json:"file"`
	Err  error  `json:"-"`
	Text string `json:"error"`
}

// Report says what was read and what was not. Every line is counted once:
// Lines = Taken + the lines of all Reasons.
type Report struct {
	Lines       int64       `json:"lines"`
	Bytes       int64       `json:"bytes"` // after decompression
	Taken       int64       `json:"taken"` // belong to a connection or message
	Reasons     []Reason    `json:"reasons,omitempty"`
	Products    []Tally     `json:"products,omitempty"`
	Connections int64       `json:"connections"`
	Messages    int64       `json:"messages"`
	Cut         int64       `json:"cut,omitempty"`          // over-long lines, read by their beginning
	Continued   int64       `json:"continued,omitempty"`    // pieces of broken lines that were joined to the line before; within Taken or Reasons
	Repeated    int64       `json:"repeated,omitempty"`     // lines that "last message repeated" stands for
	OutOfOrder  int64       `json:"out_of_order,omitempty"` // lines older than the line before by more than a second
	Unfinished  int64       `json:"unfinished,omitempty"`   // connections without an end in the log
	GivenUp     int64       `json:"given_up,omitempty"`     // connections handed out early for lack of memory
	First       Time        `json:"first,omitzero"`
	Last        Time        `json:"last,omitzero"`
	ZoneHints   []ZoneHint  `json:"zone_hints,omitempty"`
	Errors      []FileError `json:"errors,omitempty"`

	byReason map[reasonKey]*Reason
	order    []*Reason
	tally    map[Product]*Tally
}

type reasonKey struct {
	why     reason
	product Product
}

const maxZoneHints = 16

func newReport() *Report {
	return &Report{byReason: map[reasonKey]*Reason{}, tally: map[Product]*Tally{}}
}

// count notes what became of an entry and of the pieces joined to it.
func (r *Report) count(e *entry, p Product, why reason) {
	n := int64(1 + e.pieces)
	if p != "" && why != foreign {
		r.of(p).Lines += n
	}
	if why == taken {
		r.Taken += n
		return
	}
	k := reasonKey{why, p}
	x := r.byReason[k]
	if x == nil {
		x = &Reason{Words: reasonWords[why], Product: p}
		r.byReason[k] = x
		r.order = append(r.order, x)
	}
	x.Lines += n
	if len(x.Examples) < maxExamples && why != blankLine {
		x.Examples = append(x.Examples, &Line{File: e.file, Number: e.number, Text: clip(glimpse(e, why)), Time: e.time})
	}
}

// clip bounds an example; it owns its memory.
func clip(s string) string {
	const most = 400
	if len(s) > most {
		return string([]byte(s[:most])) + "…"
	}
	return s
}

func (r *Report) of(p Product) *Tally {
	t := r.tally[p]
	if t == nil {
		t = &Tally{Product: p}
		r.tally[p] = t
	}
	return t
}

func (r *Report) hint(h ZoneHint) {
	for _, x := range r.ZoneHints {
		if x.Offset == h.Offset && x.Either == h.Either {
			return
		}
	}
	if len(r.ZoneHints) < maxZoneHints {
		r.ZoneHints = append(r.ZoneHints, h)
	}
}

// finish fills the lists for the caller.
func (r *Report) finish() {
	for _, x := range r.order {
		r.Reasons = append(r.Reasons, *x)
	}
	for _, p := range Products() {
		if t := r.tally[p]; t != nil {
			r.Products = append(r.Products, *t)
		}
	}
}
