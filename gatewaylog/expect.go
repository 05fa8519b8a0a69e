package gatewaylog

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Verdict is how an inbound session ended, in plain values: what Expect needs
// to say which line it leads to in a product's log. The words are those of
// docs/record.md.
type Verdict struct {
	Phase Phase
	How   string // "quit", "fin", "rst", "syn-refused", "syn-unanswered", "silence", "replaced"
	By    string // "client", "server", "unknown"
	// Idle is the silence before the end; before the server's last word where
	// it said one unasked.
	Idle      time.Duration
	Port      uint16 // of the server
	Banner    int    // code of the greeting, 0 = none
	Hello     string // verb of the last HELO, EHLO or LHLO that was answered, "" = none
	Auth      bool   // an AUTH exchange was finished
	Unasked   Said   // what the server said last without having been asked
	Mails     []Transaction
	Encrypted bool // TLS is established: what was said in it is not known
}

// Said is a reply.
type Said struct {
	Code int // 0 = none
	Text string
}

// Transaction is one mail of a session.
type Transaction struct {
	Code       int // reply to MAIL, 0 = none
	Recipients int // RCPT commands
	Accepted   int // of them
	LastCode   int // reply to the last RCPT
	LastText   string
	Command    string
	// Bytes of content that were seen; not known where part of it was not
	// captured, or may have been thrown away unread.
	Bytes   Count
	Reply   int    // to DATA or BDAT where refused, else to the end of the message
	Outcome string // "accepted", "refused", "rejected", "withdrawn", "unanswered", "aborted", "unknown"
}

// Expectation is what a product logs of a session that ended so.
type Expectation struct {
	Product Product
	// Phrases are alternatives, the likeliest first.
	Phrases []Phrase
	// Beside are words that the same end has after commands that a Verdict
	// does not keep: they neither agree nor differ. Shared, not to be changed.
	Beside []Phrase
	// Sure: the product's source, its maker's own article, or lines of the
	// real program say so. What the lines then say otherwise is a difference.
	Sure bool
	// Console: the words stand in the product's console; the forms of its log
	// that can be read may not have them.
	Console bool
	Needs   string // setting without which the line is not written
	Note    string // what else to look for in the log
	Source  string
}

// Phrase is words of a line. "…" stands for what differs from session to
// session, and so does N in "N bytes". Words is "" where nothing is logged.
type Phrase struct {
	Words   string
	Without string // the line must not have this
}

// Nothing is how an Expectation says that the product logs nothing of it.
const Nothing = "(nothing)"

// String gives the words in short form: alternatives with "or" between.
func (x Expectation) String() string {
	if len(x.Phrases) == 1 && x.Needs == "" && x.Phrases[0].Words != "" {
		return x.Phrases[0].Words // most are: no memory
	}
	var list []string
	for _, p := range x.Phrases {
		if p.Words == "" {
			list = append(list, Nothing)
		} else {
			list = append(list, p.Words)
		}
	}
	s := strings.Join(list, " or ")
	if x.Needs != "" {
		s += " (only with " + x.Needs + ")"
	}
	return s
}

// Expect gives what the product logs. It has no phrases where nothing can be
// said.
func Expect(p Product, v *Verdict) Expectation {
	rows := expectations[p]
	if at := fitting(rows, v.ending(), v); at >= 0 {
		return rows[at].expectation(p, v)
	}
	return Expectation{Product: p}
}

// fitting is the first row that fits, -1 where none does.
func fitting(rows []expected, end ending, v *Verdict) int {
	for i := range rows {
		if rows[i].fits(end, v) {
			return i
		}
	}
	return -1
}

// expectations are the tables, one a product; the first row that fits counts.
var expectations = map[Product][]expected{
	CiscoESA: expectedESA, SymantecSMG: expectedSymantec, PureMessage: expectedPureMessage, Sendmail: expectedSendmail,
	Postfix: expectedPostfix, Exim: expectedExim, OpenSMTPD: expectedOpenSMTPD, Exchange: expectedExchange,
}

func init() {
	for _, rows := range expectations {
		for i := range rows {
			rows[i].in = strings.Fields(rows[i].phases)
			rows[i].counts = slices.ContainsFunc(rows[i].says, func(words string) bool { return strings.Contains(words, placeOfBytes) })
		}
	}
}

// An expected is a row: which ends in which phases lead to which words.
type expected struct {
	ends   ending
	phases string   // words of docs/record.md with blanks between; "" = any
	in     []string // these words
	counts bool     // says has a place for bytes
	when   *condition
	says   []string // alternatives; "" = nothing; "a ¬ b" = a, without b
	sure   bool
	shown  bool // in the product's console only
	source string
	needs  string
	note   string
	beside []Phrase // see Expectation
}

// phrasesWith are phrases that differ in a command only.
func phrasesWith(before string, commands []string, behind string) (phrases []Phrase) {
	for _, command := range commands {
		phrases = append(phrases, Phrase{Words: before + command + behind})
	}
	return phrases
}

// nothing is for rows of ends that the product does not log.
var nothing = []string{""}

func (x *expected) fits(end ending, v *Verdict) bool {
	if x.ends&end == 0 || x.when != nil && !x.when.holds(v) {
		return false
	}
	return x.phases == "" || slices.Contains(x.in, string(v.Phase))
}

func (x *expected) expectation(p Product, v *Verdict) Expectation {
	e := Expectation{Product: p, Sure: x.sure, Console: x.shown, Needs: x.needs, Note: x.note, Source: x.source, Beside: x.beside}
	e.Phrases = make([]Phrase, 0, len(x.says))
	for _, words := range x.says {
		words, without, _ := strings.Cut(words, " ¬ ")
		phrase := Phrase{Words: v.fill(words), Without: without}
		if !slices.Contains(e.Phrases, phrase) {
			e.Phrases = append(e.Phrases, phrase)
		}
	}
	return e
}

// places are where words of the verdict go.
var places = []struct {
	name string
	fill func(*Verdict) string
}{{"{where}", (*Verdict).postfixWhere}, {"{last}", (*Verdict).sendmailLast}, {placeOfBytes, (*Verdict).contentBytes}}

const placeOfBytes = "{bytes}"

// fill puts the verdict's own words in their places.
func (v *Verdict) fill(words string) string {
	for _, p := range places {
		if strings.Contains(words, p.name) {
			words = strings.ReplaceAll(words, p.name, p.fill(v))
		}
	}
	return words
}

// Fits holds the lines that a product logged of a session against what it was
// expected to log: Yes where one of them has the words, No where it would have
// been written for sure, "" where nothing follows.
func (x Expectation) Fits(lines []*Line) Answer {
	silent := len(x.Phrases) == 0
	for _, p := range x.Phrases {
		if p.Words == "" {
			silent = true
		} else if p.inAny(lines) {
			return Yes
		}
	}
	if silent || !x.Sure || x.Console || x.Needs != "" || anyIn(x.Beside, lines) {
		return ""
	}
	return No
}

func anyIn(phrases []Phrase, lines []*Line) bool {
	return slices.ContainsFunc(phrases, func(p Phrase) bool { return p.inAny(lines) })
}

func (p Phrase) inAny(lines []*Line) bool {
	return slices.ContainsFunc(lines, func(l *Line) bool { return p.in(l.Text) })
}

// in says that a line has the words, in order. Numbers of bytes are not
// compared.
func (p Phrase) in(line string) bool {
	if p.Without != "" && strings.Contains(line, p.Without) {
		return false
	}
	line = anyBytes(line)
	pieces := strings.Split(anyBytes(p.Words), "…")
	for i, piece := range pieces {
		piece = strings.TrimSpace(piece)
		at := strings.Index(line, piece)
		if at < 0 {
			return false
		}
		line = line[at+len(piece):]
		if i == len(pieces)-1 && piece != "" && wordGoesOn(piece, line) {
			return false
		}
	}
	return true
}

// wordGoesOn: "Remote" is not the end of "Remote(ConnectionReset)", and
// "Receiving aborted" not that of "Receiving aborted by sender".
func wordGoesOn(piece, rest string) bool {
	if rest == "" || !isWord(piece[len(piece)-1]) {
		return false
	}
	return isWord(rest[0]) || rest[0] == '(' || strings.HasPrefix(rest, " by sender")
}

func isWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// anyBytes puts N for the number in "(N bytes)".
func anyBytes(s string) string {
	open := strings.Index(s, "(")
	for open >= 0 {
		end := open + 1
		for end < len(s) && '0' <= s[end] && s[end] <= '9' {
			end++
		}
		if end > open+1 && strings.HasPrefix(s[end:], " bytes)") {
			return s[:open+1] + "N" + s[end:]
		}
		next := strings.Index(s[open+1:], "(")
		if next < 0 {
			break
		}
		open += 1 + next
	}
	return s
}

// contentBytes is the number of octets in the last mail's content, "N" where
// it is not known. Of chunks Postfix 3.7 counts just what is left of the line at
// hand (smtpd.c, bdat_cmd: act_size; a real one said 49 of 3017 octets).
func (v *Verdict) contentBytes() string {
	m := v.lastMail()
	switch {
	case m == nil || m.Command == "":
		return "0"
	case !m.Bytes.Known, m.Command == "BDAT":
		return "N"
	}
	return strconv.FormatInt(m.Bytes.N, 10)
}

func (v *Verdict) lastMail() *Transaction {
	if len(v.Mails) == 0 {
		return nil
	}
	return &v.Mails[len(v.Mails)-1]
}
