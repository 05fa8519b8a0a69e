package redact

import (
	"net/netip"
	"strings"
)

// Redactor gives pseudonyms. What it was shown (Session, Learn) it knows by
// name and finds in any text; what it was not shown it finds where it has the
// form of such a name. It is not safe for concurrent use.
type Redactor struct {
	key      Key
	kinds    Kinds
	ips      *scrambler
	replaced map[Kinds]map[string]bool // names that were replaced, for Counts

	known   map[string]Kinds // names in lower case
	long    map[string]Kinds // the first maxName bytes of longer ones
	lengths [256][]int       // of known names by their first byte, longest first
	bytes   int              // of known names
	cache   map[string]string
}

// New gives a Redactor for the kinds of names given.
func New(key Key, kinds Kinds) *Redactor {
	r := &Redactor{key: key, kinds: kinds, ips: newScrambler(key),
		replaced: map[Kinds]map[string]bool{}, known: map[string]Kinds{}, long: map[string]Kinds{}, cache: map[string]string{}}
	for k := Addresses; k <= QueueIDs; k <<= 1 {
		r.replaced[k] = map[string]bool{}
	}
	return r
}

// Kinds are the kinds of names that are replaced.
func (r *Redactor) Kinds() Kinds { return r.kinds }

// Bounds of what is remembered: beyond it names are still replaced where they
// have the form of one.
const (
	maxKnownBytes = 64 << 20
	// maxName is the length of the longest address (RFC 5321 section 4.5.3.1).
	// Longer names are known by their beginning, and what follows them in their
	// line goes with them: each length of a name costs a look at each place.
	maxName    = 320
	maxCache   = 1 << 17
	maxCounted = 1 << 20
)

func (r *Redactor) count(kind Kinds, name string) {
	if set := r.replaced[kind]; len(set) < maxCounted {
		set[name] = true
	}
}

// IP is the pseudonym of an address; the address itself where addresses are
// not replaced.
func (r *Redactor) IP(ip netip.Addr) netip.Addr {
	if !r.kinds.Has(IPs) || !ip.IsValid() {
		return ip
	}
	out := r.ips.addr(ip)
	if out != ip {
		r.count(IPs, string(ip.AsSlice()))
	}
	return out
}

// Hardware is the pseudonym of a hardware address, locally administered;
// those of groups stay.
func (r *Redactor) Hardware(mac []byte) []byte {
	if !r.kinds.Has(IPs) || len(mac) != 6 || mac[0]&1 != 0 || string(mac) == "\x00\x00\x00\x00\x00\x00" {
		return mac
	}
	out := derive(r.key.secret[:], "mac\x00"+string(mac))
	out[0] = out[0]&^1 | 2
	return out[:6]
}

// nameLength is the length of a pseudonym where it is free, in letters: 26·32^7
// possible ones make it unlikely that two of a hundred thousand names agree.
const nameLength = 8

// A fit says how long a pseudonym is: in packets as long as the name.
type fit bool

const (
	free  fit = false
	exact fit = true
)

func (f fit) length(name string) int {
	if f == exact {
		return len(name)
	}
	return nameLength
}

// address is the pseudonym of a mail address.
func (r *Redactor) address(s string, f fit) string {
	r.count(Addresses, lowered(s))
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return r.local(s, f)
	}
	return r.local(s[:at], f) + "@" + r.domain(s[at+1:], f)
}

func (r *Redactor) local(s string, f fit) string {
	if s == "" {
		return s
	}
	return r.token("local", lowered(s), f.length(s))
}

// domain is the pseudonym of what stands behind the @.
func (r *Redactor) domain(s string, f fit) string {
	if literal, ok := strings.CutPrefix(s, "["); ok {
		literal, shut := strings.CutSuffix(literal, "]")
		tag := ""
		if len(literal) > 5 && strings.EqualFold(literal[:5], "IPv6:") {
			tag, literal = literal[:5], literal[5:]
		}
		if ip, err := netip.ParseAddr(literal); err == nil {
			s = "[" + tag + r.ipText(ip, literal, f)
			if shut {
				s += "]"
			}
			return s
		}
	}
	return r.host(s, f)
}

// suffixWord stands for the top level domain: no such host exists (RFC 6761).
const suffixWord = "example"

// host is the pseudonym of a host or domain name. Names under one domain stay
// under one domain.
func (r *Redactor) host(s string, f fit) string {
	name, dot := strings.CutSuffix(s, ".")
	if name == "" {
		return s
	}
	labels := strings.Split(name, ".")
	for i := range labels {
		if labels[i] == "" {
			continue
		}
		suffix := lowered(name)
		if i == len(labels)-1 && i > 0 {
			if f == free {
				labels[i] = suffixWord
			} else {
				labels[i] = strings.Repeat(suffixWord, len(labels[i])/len(suffixWord)+1)[:len(labels[i])]
			}
			continue
		}
		_, name, _ = strings.Cut(name, ".")
		labels[i] = r.token("host", suffix, f.length(labels[i]))
	}
	s = strings.Join(labels, ".")
	if dot {
		s += "."
	}
	return s
}

// messageID is the pseudonym of a Message-ID, its brackets left out.
func (r *Redactor) messageID(s string, f fit) string {
	r.count(MessageIDs, s)
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return r.token("message-id", s, f.length(s))
	}
	if at == 0 || at == len(s)-1 {
		return r.token("message-id", s, f.length(s[:at])) + "@" + strings.Repeat("x", len(s)-at-1)
	}
	return r.token("message-id", s, f.length(s[:at])) + "@" + r.host(s[at+1:], f)
}

// queueID is the pseudonym of a queue id: digits stay digits and letters
// letters, for servers' words are told by that.
func (r *Redactor) queueID(s string) string {
	r.count(QueueIDs, s)
	mask := derive(r.key.secret[:], "queue-id\x00"+s)
	out := []byte(s)
	for i := range out {
		out[i] = sameClass(out[i], mask[i%len(mask)]+byte(i/len(mask)))
	}
	if i := strings.IndexFunc(s, isAlphanumeric); i >= 0 && string(out) == s {
		// One in a hundred ids of two digits would be its own pseudonym.
		for m := byte(0); out[i] == s[i]; m++ {
			out[i] = sameClass(s[i], m)
		}
	}
	return string(out)
}

func isAlphanumeric(r rune) bool { return r < 0x80 && inName(byte(r)) }

// sameClass gives the byte of number m among those of b's kind.
func sameClass(b, m byte) byte {
	switch {
	case b >= '0' && b <= '9':
		return '0' + m%10
	case b >= 'A' && b <= 'F':
		return 'A' + m%6
	case b >= 'A' && b <= 'Z':
		return 'A' + m%26
	case b >= 'a' && b <= 'f':
		return 'a' + m%6
	case b >= 'a' && b <= 'z':
		return 'a' + m%26
	case b >= 0x80: // no queue id has them; what does must not show either
		return 'x'
	}
	return b
}

// ipText is the pseudonym of an address in a text, written as long as what
// stands there where that must be: with zeros in front of its numbers, or as a
// word where even that does not do.
func (r *Redactor) ipText(ip netip.Addr, written string, f fit) string {
	out := r.IP(ip)
	if out == ip {
		return written
	}
	s := out.String()
	if f == free || len(s) == len(written) {
		return s
	}
	if padded, ok := padIP(out, len(written)); ok {
		return padded
	}
	return r.token("ip", ip.String(), len(written))
}

// padIP writes an address in n characters.
func padIP(ip netip.Addr, n int) (string, bool) {
	s := ip.String()
	sep, width := ".", 3
	if ip.Is6() {
		if ip.Is4In6() {
			return "", false
		}
		sep, width = ":", 4
		if len(s) < n {
			s = ip.StringExpanded()
			groups := strings.Split(s, sep)
			for i := range groups { // as short as it can be without "::"
				groups[i] = strings.TrimLeft(groups[i][:width-1], "0") + groups[i][width-1:]
			}
			s = strings.Join(groups, sep)
		}
	}
	if len(s) > n {
		return "", false
	}
	groups := strings.Split(s, sep)
	for i := 0; i < len(groups) && len(s) < n; i++ {
		more := min(width-len(groups[i]), n-len(s))
		groups[i] = strings.Repeat("0", more) + groups[i]
		s = strings.Join(groups, sep)
	}
	return s, len(s) == n
}
