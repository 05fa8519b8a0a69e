package session

import (
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/smtpstate"
)

// maxNotes bounds the oddities kept of one session, each named once.
const maxNotes = 32

// asked are the kinds of commands that a client sent, as bits.
type asked uint8

const (
	askedCourtesy asked = 1 << iota // HELO, EHLO, LHLO, NOOP, RSET, QUIT: what a health check says
	askedMail                       // anything that a mail, or its preparation, needs
	askedUnknown                    // words that are no SMTP command
)

// askedBy is the kind of a command. A switch over strings takes a fourth of the
// time of a map.
func askedBy(v smtpstate.Verb) asked {
	switch v {
	case "HELO", "EHLO", "LHLO", "NOOP", "RSET", "QUIT", "HELP":
		return askedCourtesy
	case "MAIL", "RCPT", "DATA", "BDAT", "AUTH", "STARTTLS", "VRFY", "EXPN", "ETRN",
		"XCLIENT", "XFORWARD", "TURN", "ATRN", "X-EXPS", "SEND", "SOML", "SAML",
		smtpstate.VerbCredentials, smtpstate.VerbHidden:
		return askedMail
	case smtpstate.VerbGreeting, smtpstate.VerbEndOfData:
		return 0
	}
	return askedUnknown
}

// listener hears the SMTP machine for a conversation.
type listener conversation

// Command implements smtpstate.Observer.
func (l *listener) Command(k *smtpstate.Command, line string) {
	l.asked |= askedBy(k.Verb)
	if u := l.unasked; u != nil && u.Code != 421 && !l.settled {
		l.unasked = nil // a refusal amid content: the client goes on behind it, so it is the reply to the message
	}
	l.story.add(&entry{kind: kindCommand, side: sideClient, frame: k.At.Frame, time: capture.Time(k.At.Time), text: line})
}

// Reply implements smtpstate.Observer.
func (l *listener) Reply(r *smtpstate.Reply, to *smtpstate.Command) {
	if !l.settled {
		l.unasked = nil
		if to == nil {
			l.unasked = l.unaskedReply(r)
		}
	}
	if r.Code >= 400 && !l.settled && (to == nil || to.Verb == smtpstate.VerbGreeting || to.Verb == smtpstate.VerbHidden) {
		l.turnedAway = true
	}
	l.replying = false
	l.turn = turn{since: capture.Time(r.Last.Time)}
	l.story.reply(r)
}

// crossingTime is how long what crosses with a reply is under way at most: a packet is
// sent again after a second (RFC 6298 section 2.1), and acknowledged half a second later
// (RFC 9293 section 3.8.6.3).
const crossingTime = 3 * time.Second

// unaskedReply gives a reply that answers nothing as the record keeps it; nil
// where it may be an answer to a command that was not captured.
func (l *listener) unaskedReply(r *smtpstate.Reply) *Unasked {
	if r.Code < 400 {
		return nil
	}
	if phase, _ := l.machine.Phase(); r.Code != 421 && phase != smtpstate.PhaseData {
		return nil
	}
	first := capture.Time(r.First.Time)
	u := &Unasked{Code: int(r.Code), Text: r.Text, Frame: r.First.Frame,
		Came: l.turn.bytes, Paused: Seconds(l.turn.pause)}
	if l.beforeReply != 0 {
		after := Seconds(max(first.Sub(l.beforeReply), 0)) // times may go back
		u.After = &after
	}
	if (*conversation)(l).unreceived() {
		u.Unheard = u.Silence() >= crossingTime
		u.Crossed = !u.Unheard
	}
	if l.turn.since != 0 {
		u.Since = Seconds(max(first.Sub(l.turn.since), 0)) // times may go back
	}
	return u
}

// ContentBegin implements smtpstate.Observer.
func (l *listener) ContentBegin(command smtpstate.Verb, at smtpstate.Mark) {
	l.story.beginContent(string(command), at)
}

// ContentEnd implements smtpstate.Observer.
func (l *listener) ContentEnd(bytes int64, end bool, at smtpstate.Mark) {
	l.story.endContent(bytes, end, at)
}

// Note implements smtpstate.Observer.
func (l *listener) Note(text string, side string, at smtpstate.Mark) {
	if len(l.notes) < maxNotes && !slices.Contains(l.notes, text) {
		l.notes = append(l.notes, text)
	}
	l.story.add(&entry{kind: kindNote, side: sideNumber(side), frame: at.Frame, time: capture.Time(at.Time), text: text})
}

// TLSMessage implements smtpstate.Observer.
func (l *listener) TLSMessage(text string, side string, at smtpstate.Mark) {
	l.story.add(&entry{kind: kindTLS, side: sideNumber(side), frame: at.Frame, time: capture.Time(at.Time), text: text})
}

// Phase implements smtpstate.Observer.
func (l *listener) Phase(p smtpstate.Phase, at smtpstate.Mark) {
	if l.story == nil {
		return
	}
	text := ""
	switch p {
	case smtpstate.PhaseTLSHandshake:
		text = "TLS is due from here"
		switch tls := l.machine.TLS(); {
		case tls == nil:
		case tls.Mode == "implicit":
			text = "TLS from the first byte"
		case tls.Mode == "":
			text = "TLS, begun before the capture"
		}
	case smtpstate.PhaseTLS:
		text = "TLS handshake complete, opaque from here"
		if tls := l.machine.TLS(); tls != nil && tls.Version != "" {
			text = tls.Version + " handshake complete, opaque from here"
		}
	default:
		return
	}
	l.story.add(&entry{kind: kindTLS, frame: at.Frame, time: capture.Time(at.Time), text: text})
}
