package session

import (
	"slices"

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

var askedBy = map[smtpstate.Verb]asked{
	"HELO": askedCourtesy, "EHLO": askedCourtesy, "LHLO": askedCourtesy,
	"NOOP": askedCourtesy, "RSET": askedCourtesy, "QUIT": askedCourtesy, "HELP": askedCourtesy,
	"MAIL": askedMail, "RCPT": askedMail, "DATA": askedMail, "BDAT": askedMail, "AUTH": askedMail,
	"STARTTLS": askedMail, "VRFY": askedMail, "EXPN": askedMail, "ETRN": askedMail,
	"XCLIENT": askedMail, "XFORWARD": askedMail, "TURN": askedMail, "ATRN": askedMail, "X-EXPS": askedMail,
	"SEND": askedMail, "SOML": askedMail, "SAML": askedMail,
	smtpstate.VerbCredentials: askedMail, smtpstate.VerbHidden: askedMail,
	smtpstate.VerbGreeting: 0, smtpstate.VerbEndOfData: 0,
}

// listener hears the SMTP machine for a conversation.
type listener conversation

// Command implements smtpstate.Observer.
func (l *listener) Command(k *smtpstate.Command, line string) {
	kind, known := askedBy[k.Verb]
	if !known {
		kind = askedUnknown
	}
	l.asked |= kind
	l.story.add(Event{Kind: EventCommand, Side: "client", Frame: k.At.Frame, Time: capture.Time(k.At.Time), Text: line})
}

// Reply implements smtpstate.Observer.
func (l *listener) Reply(r *smtpstate.Reply, to *smtpstate.Command) {
	if !l.verdict.settled {
		l.unasked = l.unaskedReply(r, to)
	}
	l.replying = false
	if l.story == nil {
		return
	}
	l.story.add(Event{Kind: EventReply, Side: "server", Frame: r.First.Frame, Time: capture.Time(r.First.Time),
		Last: r.Last.Frame, Until: capture.Time(r.Last.Time), Text: l.story.reply(r)})
}

// unaskedReply gives a reply as the record keeps it where it answers nothing;
// nil where it is an answer, or may be one to a command that was not captured.
func (l *listener) unaskedReply(r *smtpstate.Reply, to *smtpstate.Command) *Unasked {
	phase, _ := l.machine.Phase()
	early := phase == smtpstate.PhaseData && r.Code >= 400
	if to != nil || r.Code != 421 && !early {
		return nil
	}
	return &Unasked{Code: int(r.Code), Text: r.Text, Frame: r.First.Frame,
		After: Seconds(capture.Time(r.First.Time).Sub(l.beforeReply))}
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
	l.story.add(Event{Kind: EventNote, Side: side, Frame: at.Frame, Time: capture.Time(at.Time), Text: text})
}

// Phase implements smtpstate.Observer.
func (l *listener) Phase(p smtpstate.Phase, at smtpstate.Mark) {
	if l.story == nil {
		return
	}
	text := ""
	switch p {
	case smtpstate.PhaseTLSHandshake:
		text = "TLS handshake begins"
	case smtpstate.PhaseTLS:
		text = "TLS handshake complete, opaque from here"
		if tls := l.machine.TLS(); tls != nil && tls.Version != "" {
			text = tls.Version + " handshake complete, opaque from here"
		}
	default:
		return
	}
	l.story.add(Event{Kind: EventTLS, Frame: at.Frame, Time: capture.Time(at.Time), Text: text})
}
