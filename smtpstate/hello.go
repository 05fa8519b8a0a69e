package smtpstate

import (
	"bytes"
	"strings"
)

// Hello is the last accepted HELO, EHLO or LHLO; where none was accepted, the last one sent.
type Hello struct {
	Verb       Verb   // "" where the command was not captured
	Name       string // "" where missing bytes cut it
	Reply      *Reply
	Extensions []string `dormant:"ref"` // EHLO keywords with parameters, in order, as sent; may be shared
	pipelining bool     // one of them is PIPELINING
}

// Auth is the last AUTH exchange. Credentials are dropped on reading.
type Auth struct {
	Mechanism string // upper case; "" where it was not captured, "?" where it is none that is known
	Reply     *Reply // final reply; nil = none
	Cancelled bool   // the client sent "*"
}

// XClient is what a proxy in front said of the client (Postfix XCLIENT and
// XFORWARD): the last accepted ones. "" = not said, or said to be unavailable.
type XClient struct {
	Verb                   Verb // XCLIENT or XFORWARD
	Addr, Port, Name, Helo string
}

// extensions are the EHLO keywords of a reply: every line but the first
// (RFC 5321 section 4.1.1.1). A line that missing bytes cut is none.
func extensions(r *Reply) (list []string) {
	_, rest, more := strings.Cut(r.Text, "\n")
	for more {
		var line string
		line, rest, more = strings.Cut(rest, "\n")
		list = append(list, line)
	}
	if n := len(list); r.Partial && n > 0 {
		list = list[:n-1]
	}
	if len(list) == 0 {
		return nil
	}
	if len(list) > extensionsMax {
		list = list[:extensionsMax]
	}
	return list
}

// extensions is the same for a reply of this conversation, the one read last: what
// all are told is taken apart once.
func (m *Machine) extensions(r *Reply) []string {
	if x := m.store.lexicon; x != nil && x.found != nil && !r.Partial {
		if p := x.found; p.said == r.Answer {
			if p.keywords == nil {
				list := extensions(r)
				p.keywords = list[:len(list):len(list)]
			}
			return p.keywords
		}
	}
	return extensions(r)
}

func (h *Hello) setExtensions(list []string) {
	h.Extensions = list
	h.pipelining = h.offers("PIPELINING")
}

// offers reports whether the server's hello reply named a keyword.
func (h *Hello) offers(keyword string) bool {
	for _, e := range h.Extensions {
		word, _, _ := strings.Cut(e, " ")
		if strings.EqualFold(word, keyword) {
			return true
		}
	}
	return false
}

// offersMechanism reports whether the hello reply's AUTH line named one
// ("AUTH PLAIN LOGIN", and "AUTH=LOGIN" of servers before RFC 2554).
func (h *Hello) offersMechanism(name string) bool {
	for _, e := range h.Extensions {
		fields := strings.FieldsFunc(e, func(r rune) bool { return r == ' ' || r == '=' })
		if len(fields) == 0 || !strings.EqualFold(fields[0], "AUTH") {
			continue
		}
		for _, f := range fields[1:] {
			if strings.EqualFold(f, name) {
				return true
			}
		}
	}
	return false
}

// looksLikeHello: a reply of several lines with keywords that only EHLO's
// reply has. It finds EHLO again after missing bytes.
func looksLikeHello(r *Reply) bool {
	if r.Class != 2 {
		return false
	}
	h := Hello{Extensions: extensions(r)}
	for _, keyword := range []string{"PIPELINING", "SIZE", "8BITMIME", "STARTTLS", "ENHANCEDSTATUSCODES", "DSN", "AUTH", "CHUNKING", "SMTPUTF8", "HELP"} {
		if h.offers(keyword) {
			return true
		}
	}
	return false
}

// merge takes the attributes of an accepted XCLIENT or XFORWARD. Values are
// xtext (RFC 3461 section 4); "[UNAVAILABLE]" and "[TEMPUNAVAIL]" say nothing.
func (x *XClient) merge(verb Verb, arg string) {
	x.Verb = verb
	for _, field := range strings.Fields(arg) {
		name, value, _ := strings.Cut(field, "=")
		value = unxtext(value)
		if strings.HasPrefix(value, "[UNAVAIL") || strings.HasPrefix(value, "[TEMPUNAVAIL") {
			value = ""
		}
		switch strings.ToUpper(name) {
		case "ADDR":
			x.Addr = strings.TrimPrefix(value, "IPV6:")
		case "PORT":
			x.Port = value
		case "NAME":
			x.Name = value
		case "HELO":
			x.Helo = value
		}
	}
}

// unxtext decodes "+XX"; what is not xtext stays as it is.
func unxtext(s string) string {
	if !strings.Contains(s, "+") {
		return s
	}
	var out bytes.Buffer
	for i := 0; i < len(s); i++ {
		if s[i] == '+' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0 {
			out.WriteByte(byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])))
			i += 2
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	}
	return -1
}
