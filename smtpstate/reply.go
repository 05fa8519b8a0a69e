package smtpstate

// Reply is a server reply of one or more lines.
type Reply struct {
	Code int // 100..999; 0 = not seen (missing bytes)
	// Partial: the code or text was cut by missing bytes; Class is known then
	// even where Code is 0.
	Partial     bool
	Class       int    // 2, 3, 4, 5; 0 = unknown
	Enhanced    string // "5.1.1" (RFC 2034), or ""
	Text        string // lines joined by "\n", without codes; bounded by Limits.ReplyText
	First, Last Mark   // where the first and last line ended
	EndOffset   int64  // server stream offset just behind the reply (gaps counted)
}

// positive, refused: RFC 5321 section 4.2.1, the first digit.
func (r *Reply) positive() bool { return r.Class == 2 }
func (r *Reply) more() bool     { return r.Class == 3 }
func (r *Reply) refused() bool  { return r.Class == 4 || r.Class == 5 }

// replyLine is one line of a reply, taken apart.
type replyLine struct {
	code   int // 0 = not all three digits were there
	digits int // digits that were there
	class  int
	more   bool // "-" followed the code: RFC 5321 section 4.2.1
	text   []byte
}

// parseReplyLine takes a line without its end. ok is false where it is no
// reply line: three digits, then a space, a hyphen or the end.
func parseReplyLine(line []byte) (l replyLine, ok bool) {
	l = parseReplyStart(line)
	if l.digits < 3 || l.code < 100 {
		return l, false
	}
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

// parseReplyStart reads what there is of a code at the start of a line that
// missing bytes cut.
func parseReplyStart(line []byte) (l replyLine) {
	for l.digits < 3 && l.digits < len(line) && isDigit(line[l.digits]) {
		l.code = l.code*10 + int(line[l.digits]-'0')
		l.digits++
	}
	if l.digits > 0 {
		l.class = classOf(line[0])
	}
	if l.digits < 3 {
		l.code = codeFromPrefix(line[:l.digits])
	}
	return l
}

// codeFromPrefix completes a code of which two digits were captured, where
// RFC 5321 and RFC 4954 know only one that a client can get.
func codeFromPrefix(digits []byte) int {
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

func classOf(b byte) int {
	if b >= '2' && b <= '5' {
		return int(b - '0')
	}
	return 0
}

// enhancedCode finds the enhanced status code (RFC 2034, RFC 3463) at the
// start of a line's text: class.subject.detail, the class that of the reply.
func enhancedCode(text []byte, class int) string {
	n, dots, digits := 0, 0, 0
	for n < len(text) {
		switch b := text[n]; {
		case isDigit(b):
			digits++
		case b == '.' && digits > 0 && dots < 2:
			dots++
			digits = 0
		default:
			goto end
		}
		if digits > 3 {
			return ""
		}
		n++
	}
end:
	if dots != 2 || digits == 0 || classOf(text[0]) != class || text[1] != '.' {
		return ""
	}
	return enhancedString(text[:n])
}

// enhancedString spares the usual codes a string each.
func enhancedString(code []byte) string {
	switch string(code) {
	case "2.0.0":
		return "2.0.0"
	case "2.1.0":
		return "2.1.0"
	case "2.1.5":
		return "2.1.5"
	case "5.1.1":
		return "5.1.1"
	case "5.7.1":
		return "5.7.1"
	}
	return string(code)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
