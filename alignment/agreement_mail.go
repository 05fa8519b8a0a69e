package alignment

import (
	"fmt"
	"slices"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// An outcomeRow says which outcomes of the record fit an outcome of the log.
type outcomeRow struct {
	kind  gatewaylog.OutcomeKind
	early bool // it was decided before the message had ended
	fits  []session.Outcome
}

var outcomeRows = []outcomeRow{
	{kind: gatewaylog.Accepted, fits: []session.Outcome{session.Accepted}},
	{kind: gatewaylog.Dropped, fits: []session.Outcome{session.Accepted, session.Rejected}},
	{kind: gatewaylog.Rejected, fits: []session.Outcome{session.Rejected}},
	{kind: gatewaylog.Rejected, early: true, fits: []session.Outcome{session.Rejected, session.Aborted, session.Unanswered, session.Withdrawn, session.Refused}},
	{kind: gatewaylog.Refused, fits: []session.Outcome{session.Refused, session.Withdrawn, session.Aborted, session.Rejected}},
	{kind: gatewaylog.Withdrawn, fits: []session.Outcome{session.Withdrawn, session.Refused}},
	{kind: gatewaylog.Aborted, fits: []session.Outcome{session.Aborted, session.Unanswered}},
	{kind: gatewaylog.Deferred, fits: []session.Outcome{session.Rejected, session.Refused, session.Aborted, session.Unanswered, session.Withdrawn}},
	{kind: gatewaylog.Bounced, fits: []session.Outcome{session.Rejected, session.Refused, session.Withdrawn}},
}

// outcomeNames are the outcomes as a sentence has them.
var outcomeNames = map[session.Outcome]string{
	session.Accepted: "the server took it with 2xx", session.Refused: "its sender or every recipient was refused",
	session.Rejected: "it was rejected", session.Withdrawn: "the client took it back before the content",
	session.Unanswered: "its end was sent and no reply reached the client",
	session.Aborted:    "the session ended before its end was sent",
}

func mailPoints(r *session.Record, s *session.Message, m *gatewaylog.Message) []Point {
	return []Point{mailOutcome(r, s, m), mailSize(s, m)}
}

func mailOutcome(r *session.Record, s *session.Message, m *gatewaylog.Message) Point {
	if m.Outcome.Kind == "" || m.Outcome.Inferred || s.Outcome == session.Unknown {
		return Point{}
	}
	p := Point{What: "outcome", Agrees: AgreesYes}
	if row := mailWordingOf(m); row != nil {
		return row.point(r, s, m)
	}
	i := slices.IndexFunc(outcomeRows, func(o outcomeRow) bool { return o.kind == m.Outcome.Kind && o.early == m.Outcome.Early })
	if i < 0 || slices.Contains(outcomeRows[i].fits, s.Outcome) {
		return p
	}
	if s.Outcome == session.Unanswered {
		switch m.Outcome.Kind {
		case gatewaylog.Accepted:
			return accepted(r, s, m)
		case gatewaylog.Rejected, gatewaylog.Refused: // whether the reply was sent makes no difference to who had gone
			if goneBefore(r, s) {
				return p
			}
		}
	}
	p.Agrees, p.Says = AgreesNo, differs(s, m)
	return p
}

// accepted but unanswered is RFC 1047's case: if the reply passed the capture,
// or the client had gone before it, both tell the same; if not, something kept
// it.
func accepted(r *session.Record, s *session.Message, m *gatewaylog.Message) Point {
	if goneBefore(r, s) || s.Reply != nil && s.Reply.Code/100 == 2 {
		return Point{What: "outcome", Agrees: AgreesYes}
	}
	return Point{"outcome", AgreesNo, fmt.Sprintf("log: %s was taken (%s); packets: no reply passed here → the client will send it again (RFC 1047)",
		mailName(m), shorten(m.Outcome.Words))}
}

// goneBefore: the client had gone before the message was answered.
func goneBefore(r *session.Record, s *session.Message) bool {
	return r.Ended.By == "client" && r.Ended.Phase == "dot" && s == lastMessage(r)
}

func differs(s *session.Message, m *gatewaylog.Message) string {
	return fmt.Sprintf("log: %s %s (%s); packets: %s", mailName(m), m.Outcome.Kind, shorten(m.Outcome.Words), outcomeNames[s.Outcome])
}

func mailName(m *gatewaylog.Message) string {
	switch {
	case m.ID == "":
		return "the message"
	case m.Product == gatewaylog.CiscoESA:
		return "MID " + m.ID
	}
	return "message " + m.ID
}

// mailSize compares sizes of messages that came whole.
func mailSize(s *session.Message, m *gatewaylog.Message) Point {
	if !m.Size.Known || m.Size.N == 0 || s.Transfer == nil || !s.Transfer.Complete || s.Transfer.AtLeast {
		return Point{}
	}
	if fitsSize(m, s.Transfer.Bytes) {
		return Point{What: "size", Agrees: AgreesYes}
	}
	return Point{"size", AgreesNo, fmt.Sprintf("log: %s has %s; packets: %s of content",
		mailName(m), count64(m.Size.N), count64(s.Transfer.Bytes))}
}
