package redact

import "strings"

// Kinds are kinds of names, as a set.
type Kinds uint8

// The kinds of names.
const (
	Addresses  Kinds = 1 << iota // mail addresses, their domain included
	IPs                          // IPv4 and IPv6 addresses; in packets also hardware addresses
	Hosts                        // host and domain names
	MessageIDs                   // Message-ID
	QueueIDs                     // what a server names a message in its queue

	All = Addresses | IPs | Hosts | MessageIDs | QueueIDs
)

// Words are the names of the kinds, in the order in which they are listed.
var Words = []string{"addresses", "ips", "hosts", "message-ids", "queue-ids"}

// descriptions are the same for people, one and many.
var descriptions = [][2]string{
	{"mail address", "mail addresses"}, {"IP address", "IP addresses"}, {"host name", "host names"},
	{"Message-ID", "Message-IDs"}, {"queue id", "queue ids"},
}

// Has reports whether the set holds all of k.
func (s Kinds) Has(k Kinds) bool { return s&k == k }

// ParseKinds reads words with commas between; "" is all. unknown is the first
// word that is no kind.
func ParseKinds(list string) (kinds Kinds, unknown string) {
	if strings.TrimSpace(list) == "" {
		return All, ""
	}
next:
	for word := range strings.SplitSeq(list, ",") {
		word = lowered(strings.TrimSpace(word))
		if word == "all" {
			kinds = All
			continue
		}
		for i, w := range Words {
			if w == word {
				kinds |= 1 << i
				continue next
			}
		}
		return 0, word
	}
	return kinds, ""
}

// Count is how many different names of a kind were replaced.
type Count struct {
	Kind string // one of Words
	Name string // for people: "mail addresses"
	N    int
}

// Counts lists what was replaced, kinds of which nothing was found included.
func (r *Redactor) Counts() []Count {
	var list []Count
	for i, word := range Words {
		kind := Kinds(1) << i
		if !r.kinds.Has(kind) {
			continue
		}
		n := len(r.replaced[kind])
		name := descriptions[i][1]
		if n == 1 {
			name = descriptions[i][0]
		}
		list = append(list, Count{Kind: word, Name: name, N: n})
	}
	return list
}
