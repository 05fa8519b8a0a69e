package smtpstate

import "strconv"

// Lines of one reply that have different codes: RFC 5321 section 4.2.1 forbids
// them, and postscreen sends them, "220-" to see who does not wait, and behind it
// the refusal of who did not (postscreen_greet_banner). The last line's code is
// the reply's, as clients take it; as it was sent, each line keeps its own.

// mix begins to keep a reply as it is sent: the lines that came so far.
func (s *serverSide) mix() {
	for i, begin := 0, 0; i <= len(s.text); i++ {
		if i == len(s.text) || s.text[i] == '\n' {
			s.mixLine(replyLine{code: s.reply.Code, text: s.text[begin:i], more: true})
			begin = i + 1
		}
	}
}

// mixLine adds a line.
func (s *serverSide) mixLine(l replyLine) {
	if len(s.mixed) > 0 {
		s.mixed = append(s.mixed, '\n')
	}
	if s.mixed = strconv.AppendInt(s.mixed, int64(l.code), 10); l.more {
		s.mixed = append(s.mixed, '-')
	} else {
		s.mixed = append(s.mixed, ' ')
	}
	if l.code != 334 { // a challenge is part of the secret
		s.mixed = append(s.mixed, l.text...)
	}
}
