package redact

import (
	"net/netip"
	"strings"
)

// forms looks in a text for what has the form of a name. It remembers how far
// the run of bytes goes that it looked at last: in "a.a.a.a" or "_____" a name
// may begin everywhere, and each would look through all that follows.
type forms struct {
	text   string
	local  run
	domain domainRun
}

// A run is a part of the text of bytes of one class, which ends at to; it may
// have begun earlier.
type run struct{ from, to int }

// end is where the run ends that i is in, i itself if it is in none.
func (r *run) end(s string, i int, in func(byte) bool) int {
	if i < r.from || i >= r.to {
		r.from, r.to = i, i
		for r.to < len(s) && in(s[r.to]) {
			r.to++
		}
	}
	return r.to
}

// at looks at i for something that has the form of a name, and gives its
// length and kind; 0 = nothing. What stands in front of i ends a word.
func (f *forms) at(i int) (int, Kinds) {
	if n := ipAt(f.text, i); n > 0 {
		return n, IPs
	}
	if n := f.addressAt(i); n > 0 {
		if i > 0 && f.text[i-1] == '<' && isMessageID(f.text, i, n) {
			return n, MessageIDs
		}
		return n, Addresses
	}
	if n := f.hostAt(i); n > 0 {
		return n, Hosts
	}
	return 0, 0
}

// isMessageID tells a Message-ID from an address in brackets by the words in
// front, as logs have them: "message-id=<", "Message-ID: <", "Message-Id <",
// "id=<", "mid=<", "msgid=<".
func isMessageID(s string, i, n int) bool {
	if i+n >= len(s) || s[i+n] != '>' {
		return false
	}
	front := lowered(strings.TrimRight(s[max(0, i-16):i-1], " :='\"\t"))
	for _, w := range []string{"message-id", "messageid", "msgid", "mid", " id", ",id"} {
		if strings.HasSuffix(front, w) {
			return true
		}
	}
	return false
}

// ipAt is the length of an IP address at i: the longest that can be read, for
// a port or a full stop may follow.
func ipAt(s string, i int) int {
	dots, colons, n := 0, 0, 0
	for ; i+n < len(s) && n < len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255:65535"); n++ {
		b := s[i+n]
		if b == '.' {
			dots++
		} else if b == ':' {
			colons++
		} else if !isHex(b) {
			break
		}
	}
	if dots < 3 && colons < 2 {
		return 0
	}
	for ; n > 1; n-- {
		if i+n < len(s) && inName(s[i+n]) && inName(s[i+n-1]) {
			continue
		}
		if ip, err := netip.ParseAddr(s[i : i+n]); err == nil {
			if ip.IsUnspecified() || ip.IsLoopback() {
				return 0
			}
			return n
		}
	}
	return 0
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

// addressAt is the length of a mail address at i: a local part, quoted or a
// dot-atom as clients write it (RFC 5321 section 4.1.2, RFC 6531), and a domain.
func (f *forms) addressAt(i int) int {
	s, n := f.text, i
	if !inName(s[n]) && strings.IndexByte(`"_+-`, s[n]) < 0 {
		return 0 // a quote or bracket around it
	}
	if s[n] == '"' {
		for n++; n < len(s) && s[n] != '"'; n++ {
			if s[n] == '\\' {
				n++
			}
			if n >= len(s) || s[n] < ' ' || n-i > 256 {
				return 0
			}
		}
		n++
	} else {
		n = f.local.end(s, n, isLocal)
	}
	if n == i || n >= len(s) || s[n] != '@' {
		return 0
	}
	n++
	if n < len(s) && s[n] == '[' {
		// No literal goes on in the next line (RFC 5321 section 4.1.3). It has
		// no blanks either, but what somebody wrote with them is hidden too.
		literal := s[n:min(len(s), n+maxLiteral)]
		if shut := strings.IndexFunc(literal, func(r rune) bool { return r < ' ' || r == ']' }); shut > 0 && literal[shut] == ']' {
			return n + shut + 1 - i
		}
		return 0
	}
	d := f.domainEnd(n)
	if d == n {
		return 0
	}
	return d - i
}

// maxLiteral is the length of the longest address literal, some more.
const maxLiteral = 64

// isLocal reports whether a byte can stand in a local part that is not quoted.
// The "=" of logs ("to=<", "from=joe@...") ends one.
func isLocal(b byte) bool {
	return inName(b) || strings.IndexByte("!#$%&'*+-/?^_`{|}~.", b) >= 0
}

// domainEnd is where a domain ends that begins at i; i if none does.
func (f *forms) domainEnd(i int) int { return max(i, f.domainAt(i).trimmed) }

// domainAt is the run of domains' bytes that i is in.
func (f *forms) domainAt(i int) *domainRun {
	if d := &f.domain; i < d.from || i >= d.to {
		*d = newDomainRun(f.text, i)
	}
	return &f.domain
}

func isDomain(b byte) bool { return inName(b) || b == '-' || b == '.' || b == '_' }

// endings are what file names end in; no host has such a top level domain, or
// none that sends mail. What stands before may be a host's name all the same:
// "mx1.example.org.pcap".
var endings = map[string]bool{
	"pcap": true, "pcapng": true, "cap": true, "log": true, "txt": true, "gz": true, "zst": true, "lz4": true,
	"json": true, "jsonl": true, "csv": true, "html": true, "conf": true, "cf": true, "php": true, "exe": true, "dll": true,
}

// hostAt is the length of a host name at i: labels with dots between, the last
// one of letters (RFC 1123 section 2.1; RFC 5890 for xn--). The ending of a
// file's name, and what a hyphen or underscore joins to the last label
// ("example.org-2024"), are no part of it.
func (f *forms) hostAt(i int) int {
	if d := f.domainAt(i); d.end > 0 && d.dot > i && d.gap < i {
		return d.end - i
	}
	return 0
}

// A domainRun is a run of bytes of domains, and where a host's name in it ends,
// wherever it begins.
type domainRun struct {
	run
	trimmed int // its end without dots and hyphens
	gap     int // the last empty label: the name begins behind it
	dot     int // the last one in the name, which begins before it
	end     int // of the name, 0 = there is none
}

func newDomainRun(s string, i int) (d domainRun) {
	to := d.run.end(s, i, isDomain)
	d.trimmed = i + len(strings.TrimRight(s[i:to], ".-"))
	d.gap = i - 1
	if at := strings.LastIndex(s[i:d.trimmed], ".."); at >= 0 {
		d.gap = i + at
	}
	for end := d.trimmed; ; {
		d.dot = i + strings.LastIndexByte(s[i:end], '.')
		if d.dot <= i { // none, or nothing before it
			return d
		}
		top := lowered(s[d.dot+1 : end])
		joined := lastJoint(top)
		switch {
		case len(top) >= 2 && len(top) <= maxLabel && !endings[top] && isTop(top):
			d.end = end
			return d
		case joined > 0:
			end = d.dot + 1 + joined
		case joined == 0 || endings[top]:
			end = d.dot
		default:
			return d
		}
	}
}

// maxLabel is the length of the longest label (RFC 1035 section 2.3.4).
const maxLabel = 63

// lastJoint is where what is joined to a top level domain begins, -1 if nothing
// is: at the first joint, for letters are all that it has; but in one that
// begins with xn-- at the last that leaves a label.
func lastJoint(top string) int {
	if !strings.HasPrefix(top, "xn--") {
		return strings.IndexAny(top, "-_")
	}
	return strings.LastIndexAny(top[:min(len(top), maxLabel+1)], "-_")
}

func isTop(top string) bool {
	if strings.HasPrefix(top, "xn--") {
		return true
	}
	for i := range len(top) {
		if b := top[i]; (b < 'a' || b > 'z') && b < 0x80 {
			return false
		}
	}
	return true
}
