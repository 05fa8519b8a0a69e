package report

import (
	"time"

	"smtpscope/session"
)

// Verdict says in one sentence where a session ended, how and by whom:
// "mid-DATA: RST from client after 41 kB, 0.2 s after last byte".
func Verdict(r *session.Record) string { return phase(r) + ": " + ending(r) }

// ending is the part of the verdict behind the phase.
func ending(r *session.Record) string {
	if r.Ended.How == session.ByCaptureEnd {
		return "still open" + amount(r) + " when the capture ended" + aftermath(r)
	}
	if r.Ended.Unasked != nil {
		return event(r) + lastWords(r)
	}
	return event(r) + amount(r) + pause(r) + aftermath(r)
}

// event names what ended the session, and who sent it.
func event(r *session.Record) string {
	switch r.Ended.How {
	case session.ByQuit:
		return "QUIT" + from(r)
	case session.ByFIN:
		return "FIN" + from(r)
	case session.ByRST:
		return "RST" + from(r)
	case session.BySYNRefused:
		if r.Ended.By == "server" {
			return "SYN refused by server"
		}
		return "SYN refused by the network (ICMP)"
	case session.BySYNUnanswered:
		if r.Seen.Server {
			return "SYN-ACK never acknowledged"
		}
		return "SYN without answer"
	case session.BySilence:
		return "silence"
	case session.ByReplaced:
		return "replaced by a new connection" + from(r)
	case session.ByEvicted:
		return "given up for lack of memory"
	case session.ByCaptureEnd:
		return "still open when the capture ended"
	}
	return Printable(string(r.Ended.How))
}

func from(r *session.Record) string {
	if r.Ended.By == "client" || r.Ended.By == "server" {
		return " from " + r.Ended.By
	}
	return ""
}

// amount says how much of the content, or of the TLS stream, was sent.
func amount(r *session.Record) string {
	switch r.Ended.Phase {
	case "data":
		return " after " + transferred(lastMessage(r))
	case "tls":
		return " after " + Size(r.Bytes.Client+r.Bytes.Server)
	}
	return ""
}

func transferred(m *session.Message) string {
	switch {
	case m == nil || m.Transfer == nil:
		return Size(0)
	case m.Transfer.AtLeast:
		return "at least " + Size(m.Transfer.Bytes)
	}
	return Size(m.Transfer.Bytes)
}

// pause is the time without data before the end: a fact that the timers of
// both sides can be held against.
func pause(r *session.Record) string {
	if r.Ended.Idle == nil || r.Ended.How == session.ByQuit || r.Ended.Phase == "connect" {
		return ""
	}
	span := Span(r.Ended.Idle.Duration())
	if r.Ended.Idle.Duration() < time.Millisecond {
		span = "right"
	}
	switch {
	case r.Ended.How == session.BySilence && span == "right": // the clock leaped over the silence
		return ", nothing more"
	case r.Ended.How == session.BySilence:
		return ", nothing more for " + span
	case r.Ended.Unspoken:
		return ", " + span + " after the handshake"
	}
	return ", " + span + " after last byte"
}
