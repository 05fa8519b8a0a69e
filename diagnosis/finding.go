package diagnosis

// Severity says how bad it is for the mail.
type Severity string

// The severities, the worst first.
const (
	Error   Severity = "error"   // mail was lost, delayed or duplicated
	Warning Severity = "warning" // something is wrong, this session got by
	Info    Severity = "info"    // worth knowing; also: why an ugly end is harmless
)

// Certainty says how far the packets force the cause.
type Certainty string

// The certainties, the surest first (docs/diagnosis.md).
const (
	Proven Certainty = "proven" // the packets alone force it
	Strong Certainty = "strong" // no common innocent explanation, and a counter-check passed
	Likely Certainty = "likely" // it fits; alternatives are named
	Hint   Certainty = "hint"   // worth a look, never a headline
)

// claim is what a rule says of a session. The rule adds code and severity.
type claim struct {
	certainty Certainty
	summary   string   // one sentence, without a full stop at the end of a clause list
	frames    []int64  // evidence; sorted and cut to maxFrames when it becomes a finding
	against   string   // counter-evidence looked for
	elsewhere string   // what this capture point cannot decide
	advice    string   // "" = the rule's own
	severity  Severity // "" = the rule's own
}

// maxFrames is how many frames of evidence a finding names.
const maxFrames = 12
