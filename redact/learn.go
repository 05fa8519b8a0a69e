package redact

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// minKnown is the shortest name that is looked for in texts without having the
// form of one: shorter ones are parts of words everywhere.
const minKnown = 3

// minNumber is that for names of digits only: shorter ones are reply codes,
// ports and sizes as well.
const minNumber = 5

// words are local parts and host names that say nothing of anybody and stand
// in the prose of servers and of this program: alone they stay. With a domain
// they are an address, and that is replaced.
var words = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`abuse account admin administrator all anonymous billing bounce bounces client
		contact daemon data double-bounce error from gateway hello helo help host hostmaster info inbound list lists
		localhost localdomain mail mailer mailer-daemon mailhost mailserver marketing message news newsletter no-reply
		nobody none noreply null office ok operator outbound postmaster queue quit rcpt recipient relay reply return
		root sales security sender server service session smtp smtpd spam staff support sys system team test time
		to unknown user users webmaster world www connection timeout bytes frame packet from-address reset closed
		address rejected accepted greeting banner content command after before`) {
		words[w] = true
	}
}

// Learn makes a name known: it is replaced wherever it stands, in any case.
func (r *Redactor) Learn(kind Kinds, name string) {
	name = strings.TrimSpace(name)
	switch kind {
	case Addresses:
		r.learnAddress(name)
	case Hosts:
		r.learnHost(name)
	case MessageIDs:
		r.learn(MessageIDs, strings.TrimSuffix(strings.TrimPrefix(name, "<"), ">"))
	default:
		r.learn(kind, name)
	}
}

// LearnCommand makes known whom a command of a client names. Only what stands
// at its fixed place needs that; the rest is found by its form.
func (r *Redactor) LearnCommand(line string) {
	verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO", "LHLO":
		r.Learn(Hosts, rest) // clients put in there what their machine is called, blanks included
		first, _, _ := strings.Cut(rest, " ")
		r.Learn(Hosts, first)
	case "VRFY", "EXPN":
		r.Learn(Addresses, strings.Trim(rest, "<>"))
	case "MAIL", "RCPT":
		if _, path, colon := strings.Cut(rest, ":"); colon {
			path, parameters, _ := strings.Cut(strings.TrimSpace(path), " ")
			r.Learn(Addresses, strings.Trim(path, "<>"))
			r.learnParameters(parameters)
		}
	case "XCLIENT": // Postfix, XCLIENT_README
		for _, word := range strings.Fields(rest) {
			switch name, value, _ := strings.Cut(word, "="); strings.ToUpper(name) {
			case "NAME", "HELO", "DESTNAME":
				r.Learn(Hosts, value)
			case "LOGIN":
				r.Learn(Addresses, value)
			}
		}
	}
}

// learnParameters makes known whom parameters of MAIL and RCPT name: who logged in
// (RFC 4954 section 5), whom the mail was for at first, and what its sender calls
// it (RFC 3461 sections 4.2 and 4.4). Values are xtext; what names a person is found
// as it was sent and as it was meant.
func (r *Redactor) learnParameters(parameters string) {
	for _, word := range strings.Fields(parameters) {
		switch name, value, _ := strings.Cut(word, "="); strings.ToUpper(name) {
		case "AUTH":
			for _, user := range []string{value, unxtext(value)} {
				r.learnUser(strings.Trim(user, "<>"))
			}
		case "ORCPT":
			_, value, _ = strings.Cut(value, ";")
			r.Learn(Addresses, value)
			r.Learn(Addresses, unxtext(value))
		case "ENVID":
			r.Learn(MessageIDs, value)
			r.Learn(MessageIDs, unxtext(value))
		}
	}
}

// unxtext decodes xtext (RFC 3461 section 4): "+3D" is "=".
func unxtext(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '+' && i+2 < len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(code))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (r *Redactor) learnAddress(name string) {
	r.learn(Addresses, name)
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return
	}
	r.learnLocal(name[:at])
	r.learnHost(name[at+1:])
}

// learnLocal makes the local part known alone: servers repeat it without its
// domain, as in "unknown user: jane.doe".
func (r *Redactor) learnLocal(local string) {
	local = strings.Trim(local, `"`)
	if !words[lowered(local)] && !allDigits(local) {
		r.learn(Addresses, local)
	}
}

func (r *Redactor) learnHost(name string) {
	name = strings.TrimSuffix(name, ".")
	if strings.HasPrefix(name, "[") || words[lowered(name)] {
		return
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return
	}
	r.learn(Hosts, name)
	// A log names its own host by the first label.
	if first, _, dotted := strings.Cut(name, "."); dotted && len(first) > minKnown && !words[lowered(first)] && !allDigits(first) {
		r.learn(Hosts, first)
	}
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (r *Redactor) learn(kind Kinds, name string) {
	low := lowered(name)
	if len(low) < minKnown || len(low) < minNumber && allDigits(low) || !r.kinds.Has(kind) || r.bytes > maxKnownBytes {
		return
	}
	if len(low) > maxName {
		r.remember(r.long, low[:maxName], kind)
		return
	}
	if !r.remember(r.known, low, kind) {
		return
	}
	lengths := &r.lengths[low[0]]
	if i, there := slices.BinarySearchFunc(*lengths, len(low), func(a, b int) int { return b - a }); !there {
		*lengths = slices.Insert(*lengths, i, len(low))
	}
}

// remember reports whether the name is new, or another kind's than it was.
func (r *Redactor) remember(names map[string]Kinds, low string, kind Kinds) bool {
	if old, known := names[low]; known && old <= kind {
		return false
	}
	names[low] = kind
	r.bytes += len(low) + 48
	clear(r.cache)
	return true
}
