package report

import (
	"fmt"
	"strings"

	"smtpscope/session"
)

// maxAddress bounds the columns of one address in the table: an address may
// have 320 characters (RFC 5321 section 4.5.3.1), and a hostile one more.
const maxAddress = 64

// envelope says who wrote to whom, of the session's last message, in which it
// ended: "alice@a.example → bob@b.example +2". Of a session without a message
// it says what there is instead.
func envelope(r *session.Record) string {
	m := lastMessage(r)
	if m == nil {
		return noMail(r)
	}
	var b strings.Builder
	b.WriteString(fromWords(m))
	b.WriteString(" → ")
	b.WriteString(toWords(m))
	if all := len(r.Messages) + r.MessagesCut; all > 1 {
		fmt.Fprintf(&b, ", last of %s mails", Thousands(int64(all)))
	}
	return b.String()
}

func fromWords(m *session.Message) string {
	if m.From == nil {
		return "?"
	}
	return shortenAddress(Printable(sender(m)), maxAddress)
}

func toWords(m *session.Message) string {
	count := max(len(m.Recipients), m.RecipientCount)
	if count == 0 || len(m.Recipients) == 0 {
		return "?"
	}
	first := m.Recipients[0].Address
	if first == "" {
		first = "?"
	}
	first = shortenAddress(Printable(first), maxAddress)
	if count > 1 {
		first += " +" + Thousands(int64(count-1))
	}
	return first
}

func noMail(r *session.Record) string {
	switch {
	case r.TLS != nil && r.TLS.Handshake == "complete":
		return strings.TrimSpace("encrypted, " + tlsWords(r.TLS))
	case r.Probe:
		return "no mail (probe)"
	case r.Hello != nil && r.Hello.Name != "":
		return "no mail (" + Printable(r.Hello.Verb) + " " + shorten(Printable(r.Hello.Name), maxAddress) + ")"
	case r.Ended.Phase == "unknown":
		return "?"
	}
	return "no mail"
}

// tlsWords is the version and the name that the client asked for.
func tlsWords(t *session.TLS) string {
	words := "TLS"
	if t.Version != "" {
		words = Printable(t.Version)
		if t.Offered {
			words = "up to " + words
		}
	}
	if t.SNI != "" {
		words += " to " + shorten(Printable(t.SNI), maxAddress)
	}
	return words
}
