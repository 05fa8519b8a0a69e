package report

import (
	"slices"
	"strconv"
	"strings"

	"smtpscope/session"
)

// outcomes in the order in which a tally names them.
var outcomes = []session.Outcome{
	session.Accepted, session.Rejected, session.Refused, session.Withdrawn,
	session.Unanswered, session.Aborted, session.Unknown,
}

// tally counts messages by outcome behind a separator: "2 accepted, 1 rejected
// with 550". The code is what an administrator asks next.
func tally(messages []*session.Message, separator string) string {
	var b strings.Builder
	for _, o := range outcomes {
		n := 0
		var codes []int
		for _, m := range messages {
			if m.Outcome != o {
				continue
			}
			n++
			if c := decidedBy(m); c != 0 && !slices.Contains(codes, c) {
				codes = append(codes, c)
			}
		}
		if n == 0 {
			continue
		}
		b.WriteString(separator + strconv.Itoa(n) + " " + string(o) + codeWords(o, codes))
		separator = ", "
	}
	return b.String()
}

// decidedBy is the code of the reply that made a message's outcome, 0 where
// there is none to be told.
func decidedBy(m *session.Message) int {
	switch {
	case m.Outcome == session.Refused && m.Code >= 400:
		return m.Code
	case m.Outcome == session.Refused:
		for i := len(m.Recipients) - 1; i >= 0; i-- {
			if c := m.Recipients[i].Code; c != 0 {
				return c
			}
		}
	case m.Outcome == session.Rejected && m.Reply != nil, tooLate(m):
		return m.Reply.Code
	}
	return 0
}

// tooLate: the server accepted the message, and the client had left. A 421 is no
// reply to it, but a server's farewell.
func tooLate(m *session.Message) bool {
	return m.Outcome == session.Unanswered && m.Reply != nil && m.Reply.Code/100 == 2
}

// codeWords say with which codes.
func codeWords(o session.Outcome, codes []int) string {
	var words string
	switch len(codes) {
	case 0:
		return ""
	case 1:
		words = strconv.Itoa(codes[0])
	case 2:
		words = strconv.Itoa(codes[0]) + " and " + strconv.Itoa(codes[1])
	default:
		words = strconv.Itoa(codes[0]) + ", " + strconv.Itoa(codes[1]) + " and others"
	}
	if o == session.Unanswered {
		return " (" + words + " came too late)"
	}
	return " with " + words
}
