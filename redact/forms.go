package redact

import (
	"net/netip"
	"strings"
)

// formAt looks at i for something that has the form of a name, and gives its
// length and kind; 0 = nothing. What stands in front of i ends a word.
func formAt(s string, i int) (int, Kinds) {
	if n := ipAt(s, i); n > 0 {
		return n, IPs
	}
	if n := addressAt(s, i); n > 0 {
		if i > 0 && s[i-1] == '<' && isMessageID(s, i, n) {
			return n, MessageIDs
		}
		return n, Addresses
	}
	if n := hostAt(s, i); n > 0 {
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
func addressAt(s string, i int) int {
	n := i
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
		for n < len(s) && isLocal(s[n]) {
			n++
		}
	}
	if n == i || n >= len(s) || s[n] != '@' {
		return 0
	}
	n++
	if n < len(s) && s[n] == '[' {
		// RFC 5321 section 4.1.3: an address literal has no blanks, and none
		// goes on in the next line.
		if shut := strings.IndexFunc(s[n:], func(r rune) bool { return r <= ' ' || r == ']' }); shut > 0 && shut < 64 && s[n+shut] == ']' {
			return n + shut + 1 - i
		}
		return 0
	}
	d := domainEnd(s, n)
	if d == n {
		return 0
	}
	return d - i
}

// isLocal reports whether a byte can stand in a local part that is not quoted.
// The "=" of logs ("to=<", "from=joe@...") ends one.
func isLocal(b byte) bool {
	return inName(b) || strings.IndexByte("!#$%&'*+-/?^_`{|}~.", b) >= 0
}

func domainEnd(s string, i int) int {
	n := i
	for n < len(s) && (inName(s[n]) || s[n] == '-' || s[n] == '.' || s[n] == '_') {
		n++
	}
	for n > i && (s[n-1] == '.' || s[n-1] == '-') {
		n--
	}
	return n
}

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
func hostAt(s string, i int) int {
	for end := domainEnd(s, i); ; {
		name := s[i:end]
		dot := strings.LastIndexByte(name, '.')
		if dot <= 0 || strings.Contains(name, "..") {
			return 0
		}
		top := lowered(name[dot+1:])
		joined := strings.LastIndexAny(top, "-_")
		switch {
		case len(top) >= 2 && len(top) <= 63 && !endings[top] && isTop(top):
			return end - i
		case joined > 0:
			end = i + dot + 1 + joined
		case joined == 0 || endings[top]:
			end = i + dot
		default:
			return 0
		}
	}
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
