// Package document is what a report says, before it is a page, a ticket or a
// mail: plain values, built once from sessions, the line about the capture and
// the patterns. What stands in it is decided here; how it looks is the
// business of the packages that write it (html, markdown, mailtext, picture).
//
// All texts are plain text for people, in which what came from the wire is
// report.Printable. They are not escaped for any markup language.
package document

import (
	"strings"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// Document is a whole report.
type Document struct {
	Title  string
	Tool   report.Tool
	Zone   *time.Location // of all times shown
	Single bool           // about one session, not about an incident

	Asked  string   // what was asked, a sentence
	Answer []string // two sentences
	Sure   []string // how sure that is
	Next   []string // what to do next

	Facts      []Fact // about the capture as a whole
	Files      []File
	Quality    []string // what makes the capture less than the truth; none = nothing known
	Errors     []string // inputs that could not be read whole
	Redactions []Redaction
	Key        string // fingerprint of the pseudonyms' key

	Patterns   []*Pattern
	Groups     []Group // abnormal sessions that share a signature; where some do, only those
	Alike      bool    // at least one group has two sessions
	GroupsLeft int     // groups beyond the limit
	Verdicts   []Tally
	Clients    []Tally
	Hours      []Tally
	HoursAre   string // "hour" or "day"
	Timeline   *Timeline

	Details  []*Detail // sessions told in full, by number
	Told     map[int64]bool
	Untold   int64 // abnormal sessions beyond the limit of those told in full
	Abnormal Listing
	Others   Listing
	Limits   Limits
}

// Limits bound a report. 0 stands for the default.
type Limits struct {
	Details int // sessions told in full (DefaultDetails)
	Rows    int // rows of each of the two lists of sessions (DefaultRows)
}

// The defaults of Limits: with them a page stays below some 6 MB.
const (
	DefaultDetails = 50
	DefaultRows    = 2000
)

// Fact is a name and what there is to say under it.
type Fact struct{ Name, Text string }

// File is one input.
type File struct {
	Name, Packets, Span string
	SHA256              string // "" where it could not be computed
	Error               string
}

// Redaction says how many different things of a kind were replaced.
type Redaction struct {
	Kind  string // "mail addresses"
	Count int64
}

// RedactedWords say what was replaced; "" where nothing was to be.
func (d *Document) RedactedWords() string {
	if len(d.Redactions) == 0 {
		return ""
	}
	parts := make([]string, len(d.Redactions))
	for i, r := range d.Redactions {
		parts[i] = report.Thousands(r.Count) + " " + r.Kind
	}
	words := "Replaced by pseudonyms: " + strings.Join(parts, ", ") + "."
	if d.Key != "" {
		words += " A report whose key is " + d.Key + " too has the same pseudonyms."
	}
	return words
}

// Pattern is what many sessions have in common, as diagnosis found it.
type Pattern struct {
	Code      string // as in diagnosis.Pattern
	Severity  string // as in session.Finding
	Summary   string
	Certainty string // as in session.Finding
	Count     int64  // sessions that show it; 0 = all that are named
	Sessions  []int64
	Advice    string
}

// CountWords say how many sessions show it.
func (p *Pattern) CountWords() string {
	return report.Count(max(p.Count, int64(len(p.Sessions))), "session", "sessions")
}

// Tally counts sessions under a name.
type Tally struct {
	Name          string
	All, Abnormal int64
}

// Group are the abnormal sessions that ended alike.
type Group struct {
	Verdict  string // "mid-DATA: RST from client"
	Finding  string // the leading finding's code, where they share one
	Reply    int    // the last reply of the server to the last message, 0 = none
	Count    int64
	Clients  int64
	More     bool // there are more clients than Clients
	First    session.Time
	Last     session.Time
	When     string  // from the first's beginning to the last's
	Sessions []int64 // the first of them
}

// Listing is a list of sessions, a row each.
type Listing struct {
	Rows []Row
	Left int64 // sessions beyond the limit
	Log  bool  // a log was read
}

// Row is one session in a list.
type Row struct {
	Number   int64
	Start    string
	Lasted   string
	Client   string
	Server   string
	Envelope string
	Verdict  string
	Log      string
	Fate     Fate
	Told     bool // it is among the Details
}

// Detail is one session told in full.
type Detail struct {
	Number   int64
	Client   string
	Server   string
	Verdict  string
	Fate     Fate
	Facts    []Fact
	Doubts   []string
	Findings []Finding
	Mails    []string
	Notes    []string
	Health   []Health
	Ladder   *Ladder
	Lines    []Line
	LinesCut int64 // lines left out before the one marked by Gap
	LogSays  string
	LogClock string // "" where the lines could not be put on the capture's clock
	HasLog   bool
	Filter   string // for Wireshark

	ended      string         // the verdict without its numbers
	fateOfMail string         // a half sentence for the first page
	noMail     bool           // nothing of a mail was said
	refusal    *session.Reply // by which mail was not taken; nil = none was refused
}

// NoFindingWords say that there is no finding.
func (d *Detail) NoFindingWords() string {
	if d.Fate == Normal {
		return "No rule found anything to say of this session."
	}
	return "No rule names a cause for this session."
}

// Finding is what a rule found, mostly a cause, with its evidence.
type Finding struct {
	Code, Severity, Certainty  string
	Summary                    string
	Frames                     string // "frames 42, 75"
	Against, Elsewhere, Advice string

	isCause bool // says why the session ended; else it is only what was noticed
}

// Health is one line of the table about TCP: a number for each side.
type Health struct{ Name, Client, Server string }

// Line is one line of a transcript: of the packets, or of the gateway's log.
type Line struct {
	At    string // seconds since the first frame; "" = not known
	Frame string // frame number, or the log's file and line
	Side  string // "client", "server", "log", or ""
	Class string // as in Step
	Words string // lines joined by "\n"
	Gap   bool   // lines were left out before this one
}

// UntoldWords say that not every session that ended abnormally is told in
// full; "" where all are.
func (d *Document) UntoldWords() string {
	if d.Untold <= 0 {
		return ""
	}
	return report.Count(int64(len(d.Details)), "session is", "sessions are") + " told in full here, and " +
		report.Count(d.Untold, "more that ended abnormally is", "more that ended abnormally are") +
		" not (--details); smtpscope show tells any of them."
}

// GroupsLeftWords say that not all groups are listed; "" where they are.
func (d *Document) GroupsLeftWords() string {
	if d.GroupsLeft == 0 {
		return ""
	}
	return report.Count(int64(d.GroupsLeft), "rarer group is", "rarer groups are") + " not listed here, but their sessions are."
}

// LogWords explain the signs in front of what the log says; "" where no log
// was read.
func (l *Listing) LogWords() string {
	if !l.Log {
		return ""
	}
	return "The log says: its id of the session, then = where the packets agree, ≠ where they do not, ? where nothing can be held against them, – where it has no line of the session."
}

// LeftWords say that a list is not whole; "" where it is.
func (l *Listing) LeftWords() string {
	if l.Left <= 0 {
		return ""
	}
	return report.Count(l.Left, "more session is", "more sessions are") + " not listed here (--rows), but counted above."
}
