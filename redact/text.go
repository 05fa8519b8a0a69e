package redact

import (
	"net/netip"
	"strings"
)

// Text replaces every name in a text: those that are known, and what has the
// form of an address, an IP address, a host name or a Message-ID.
func (r *Redactor) Text(s string) string {
	if s == "" || r.kinds == 0 {
		return s
	}
	if out, known := r.cache[s]; known {
		return out
	}
	out := r.scan(s, free)
	if len(r.cache) >= maxCache {
		clear(r.cache)
	}
	r.cache[s] = out
	return out
}

// Stream is Text for bytes of a stream: what it gives is as long as what it
// was given.
func (r *Redactor) Stream(data []byte) []byte {
	if r.kinds == 0 {
		return data
	}
	return []byte(r.scan(string(data), exact))
}

// scan walks over a text once. At each place where a name may begin the
// longest known name counts, then the forms.
func (r *Redactor) scan(s string, f fit) string {
	var out strings.Builder
	names := forms{text: s}
	done := 0
	for i := 0; i < len(s); {
		if i == 0 || s[i-1] == '\n' {
			i += replyCode(s[i:])
		}
		if i >= len(s) {
			break
		}
		if i > 0 && inName(s[i-1]) && inName(s[i]) { // inside a word
			i++
			continue
		}
		with, n := r.at(&names, i, f)
		if n == 0 {
			i++
			continue
		}
		out.WriteString(s[done:i])
		out.WriteString(with)
		i += n
		done = i
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// replyCode is the length of a reply code in front of a line, its hyphen
// included, which is no part of the name behind it: "250-mx.example.com".
func replyCode(s string) int {
	if len(s) < 4 || s[3] != '-' && s[3] != ' ' {
		return 0
	}
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
	}
	return 4
}

// at is what replaces the n bytes at i; n is 0 where no name begins there.
func (r *Redactor) at(names *forms, i int, f fit) (with string, n int) {
	s := names.text
	form, kind := names.at(i)
	if form > 0 && !r.kinds.Has(kind) {
		form = 0
	}
	known, knownKind := r.knownAt(s, i)
	if known > form || known > 0 && known == form {
		return r.replace(knownKind, s[i:i+known], f), known
	}
	if form == 0 {
		return "", 0
	}
	return r.replace(kind, s[i:i+form], f), form
}

// replace gives the pseudonym of a name.
func (r *Redactor) replace(kind Kinds, name string, f fit) string {
	switch kind {
	case Addresses:
		return r.address(name, f)
	case Hosts:
		r.count(Hosts, lowered(strings.TrimSuffix(name, ".")))
		return r.host(name, f)
	case MessageIDs:
		return r.messageID(name, f)
	case QueueIDs:
		return r.queueID(name)
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return r.token("ip", name, f.length(name))
	}
	return r.ipText(ip, name, f)
}

// knownAt is the length of the longest known name at i.
func (r *Redactor) knownAt(s string, i int) (int, Kinds) {
	if len(r.long) > 0 && len(s)-i > maxName {
		if kind, known := r.long[lowered(s[i:i+maxName])]; known {
			return maxName + lineLen(s[i+maxName:]), kind
		}
	}
	for _, n := range r.lengths[lower(s[i])] {
		if n > len(s)-i || n < len(s)-i && inName(s[i+n-1]) && inName(s[i+n]) {
			continue
		}
		if kind, known := r.known[lowered(s[i:i+n])]; known {
			return n, kind
		}
	}
	return 0, 0
}

func lineLen(s string) int {
	if n := strings.IndexAny(s, "\r\n"); n >= 0 {
		return n
	}
	return len(s)
}

// lowered is a text with its ASCII letters lower: as long as before, which the
// lower case of some other letters is not.
func lowered(s string) string {
	for i := range len(s) {
		if lower(s[i]) == s[i] {
			continue
		}
		out := []byte(s)
		for j := i; j < len(out); j++ {
			out[j] = lower(out[j])
		}
		return string(out)
	}
	return s
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// inName reports whether a byte can be inside a word, so that no name ends or
// begins between two of them.
func inName(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= 0x80
}
