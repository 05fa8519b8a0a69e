package smtpstate

import (
	"fmt"
	"strconv"
	"strings"
)

// Reply is a server reply of one or more lines.
type Reply struct {
	Answer
	// Sent is the reply as AppendSent has it, where that costs nothing; else "".
	Sent string
	// Partial: the code or text was cut by missing bytes; Class is known then
	// even where Code is 0.
	Partial     bool
	kept        bool // something points to it, also when its moment is over
	enhanced    enhanced
	First, Last Mark   // where the first and last line ended
	EndOffset   int64  // server stream offset just behind the reply (gaps counted)
	next        *Reply // that is kept
}

// Answer is what a reply says: all that is kept of most of them. The zero value
// is no reply.
type Answer struct {
	Text  string // lines joined by "\n", without codes; bounded by Limits.ReplyText
	Code  int16  // 100..999; 0 = not seen (missing bytes)
	Class uint8  // 2, 3, 4, 5; 0 = unknown
}

// Given reports whether there was a reply.
func (a *Answer) Given() bool { return a.Code != 0 || a.Class != 0 }

// positive, refused: RFC 5321 section 4.2.1, the first digit.
func (a *Answer) positive() bool { return a.Class == 2 }
func (a *Answer) more() bool     { return a.Class == 3 }
func (a *Answer) refused() bool  { return a.Class == 4 || a.Class == 5 }

// AppendSent writes the reply as it was sent, the code in front of each line
// (RFC 5321 section 4.2.1); "?" stands for digits that were not captured.
func (a *Answer) AppendSent(b []byte) []byte {
	var code [3]byte
	copy(code[:], "???")
	switch {
	case a.Code > 0:
		strconv.AppendInt(code[:0], int64(a.Code), 10)
	case a.Class > 0:
		code[0] = '0' + a.Class
	}
	for text := a.Text; ; {
		line, rest, more := strings.Cut(text, "\n")
		b = append(b, code[:]...)
		if !more {
			return append(append(b, ' '), line...)
		}
		b = append(append(append(b, '-'), line...), '\n')
		text = rest
	}
}

// replyLine is one line of a reply, taken apart. It is small enough to be handed
// on in the processor's registers.
type replyLine struct {
	text  []byte
	code  int16 // 0 = not all three digits were there
	class uint8
	more  bool // "-" followed the code: RFC 5321 section 4.2.1
}

// parseReplyLine takes a line without its end. ok is false where it is no
// reply line: three digits, then a space, a hyphen or the end.
func parseReplyLine(line []byte) (l replyLine, ok bool) {
	code := replyCode(line)
	if code < 100 {
		return l, false
	}
	l.code, l.class = int16(code), classOf(line[0])
	if len(line) == 3 {
		return l, true
	}
	switch line[3] {
	case ' ', '\t':
	case '-':
		l.more = true
	default:
		return l, false
	}
	l.text = line[4:]
	return l, true
}

// replyCode is the number of three digits that a line begins with; 0 = none.
func replyCode(line []byte) int {
	if len(line) < 3 {
		return 0
	}
	a, b, c := line[0]-'0', line[1]-'0', line[2]-'0'
	if a > 9 || b > 9 || c > 9 {
		return 0
	}
	return int(a)*100 + int(b)*10 + int(c)
}

// parseReplyStart reads what there is of a code at the start of a line that
// missing bytes cut, and says how many digits that is.
func parseReplyStart(line []byte) (l replyLine, digits int) {
	for digits < 3 && digits < len(line) && isDigit(line[digits]) {
		l.code = l.code*10 + int16(line[digits]-'0')
		digits++
	}
	if digits > 0 {
		l.class = classOf(line[0])
	}
	if digits < 3 {
		l.code = codeFromPrefix(line[:digits])
	}
	return l, digits
}

// codeFromPrefix completes a code of which two digits were captured, where
// RFC 5321 and RFC 4954 know only one that a client can get.
func codeFromPrefix(digits []byte) int16 {
	switch string(digits) {
	case "35":
		return 354
	case "33":
		return 334
	case "23":
		return 235
	}
	return 0
}

func classOf(b byte) uint8 {
	if b >= '2' && b <= '5' {
		return b - '0'
	}
	return 0
}

// enhanced is an enhanced status code (RFC 2034, RFC 3463) in four bytes: class,
// subject and detail, and how many digits the latter two were written with. 0 =
// none.
type enhanced uint32

func newEnhanced(class, subject, subjectDigits, detail, detailDigits int) enhanced {
	return enhanced(class | subjectDigits<<4 | detailDigits<<6 | subject<<8 | detail<<18)
}

// The codes that the machine asks for: two that name an address (RFC 3463
// section 3.2), and the one with which Postfix throws out what is no mail client.
var (
	enhancedSender    = newEnhanced(2, 1, 1, 0, 1) // 2.1.0
	enhancedRecipient = newEnhanced(2, 1, 1, 5, 1) // 2.1.5
	enhancedNoMail    = newEnhanced(2, 7, 1, 0, 1) // 2.7.0
)

// String is the code as sent: "5.1.1"; "" for none.
func (e enhanced) String() string {
	if e == 0 {
		return ""
	}
	n := int(e)
	return fmt.Sprintf("%d.%0*d.%0*d", n&15, n>>4&3, n>>8&1023, n>>6&3, n>>18&1023)
}

// Enhanced is the enhanced status code, "5.1.1" (RFC 2034), or "".
func (r *Reply) Enhanced() string { return r.enhanced.String() }

// enhancedCode finds the code at the start of a line's text:
// class.subject.detail, the class that of the reply.
func enhancedCode(text []byte, class uint8) enhanced {
	if len(text) < len("2.0.0") || classOf(text[0]) != class || class == 0 || text[1] != '.' {
		return 0
	}
	subject, n := shortNumber(text[2:])
	rest := text[2+n:]
	if n == 0 || len(rest) == 0 || rest[0] != '.' {
		return 0
	}
	detail, k := shortNumber(rest[1:])
	if k == 0 {
		return 0
	}
	return newEnhanced(int(class), subject, n, detail, k)
}

// shortNumber reads a number of one to three digits; n = 0 where there is none,
// or a longer one.
func shortNumber(b []byte) (v, n int) {
	for n < len(b) && isDigit(b[n]) {
		if v = v*10 + int(b[n]-'0'); n == 3 {
			return 0, 0
		}
		n++
	}
	return v, n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
