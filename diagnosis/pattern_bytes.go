package diagnosis

import "fmt"

// sameByteCount: contents of one client break off after the same number of
// bytes, closed by the same side. What stops
// a transfer there is a limit or a device on the way, not chance; where it is
// the same message each time, it may also be what stands there in it.
var sameByteCount = patternRule{
	code: "same-byte-count", severity: Error,
	find: func(e *gathered) []shared {
		cut := onlyFacts(e.aborted, func(f *fact) bool { return f.cut != 0 })
		var found []shared
		for _, g := range grouped(cut, func(f *fact) closer { return closer{f.client, f.by()} }) {
			for _, c := range clusters(g.facts, func(f *fact) contentSize { return contentSize(e.cutOf(f).content) }, contentTolerance, 3) {
				found = append(found, e.sameCount(c))
			}
		}
		return found
	},
}

// A closer is who a client's session was closed by.
type closer struct {
	client *host
	by     string
}

func (c closer) number() uint64 { return c.client.place }

// cutOf is the content that was cut off in a session that has one.
func (e *gathered) cutOf(f *fact) *cutContent { return &e.cuts[f.cut-1] }

// contentSize is a number of content bytes.
type contentSize int64

// contentTolerance lets the last segment differ, and less where there is little.
func contentTolerance(n contentSize) contentSize { return min(1460, n/50) }

func (e *gathered) sameCount(c cluster[contentSize]) shared {
	envelopes := len(distinctOf(c.facts, func(f *fact) uint64 { return e.cutOf(f).envelope }))
	out := claim{certainty: Strong,
		against: "the messages have different senders or recipients: it is not one message's content",
		advice: "Look for a limit of that size on the gateway and on what stands in front of it (mail inspection, attachment scanning), " +
			"then send a message of about that size past each device in turn."}
	same := "the same"
	if len(distinctOf(c.facts, func(f *fact) int64 { return e.cutOf(f).content })) > 1 {
		same = "about"
	}
	what := "each time with another envelope"
	if envelopes == 1 {
		out.certainty = Likely
		what = "each time with the same envelope"
		out.against = "it may be one message that is tried again: then what stands in it there may be the reason"
		out.advice = "Send another message of that size the same way. If it passes, it is the content at that place; if not, a limit of size."
	}
	if c.middle == 0 {
		what += ": nothing of it arrived"
		out.advice = "Where the 354 comes and no content follows, look for packets that are too large for the path (ICMP fragmentation needed, MTU) " +
			"by capturing on the client's side."
	}
	out.summary = fmt.Sprintf("%d of %d aborted sessions: content from %s broken off after %s %d bytes, by %s%s, %s",
		len(c.facts), e.allAborted, c.facts[0].client, same, int64(c.middle), endingWords(c.facts), closingSide(c.facts), what)
	return shared{facts: c.facts, claim: out}
}

// closingSide names the side that ended sessions where it is one: " of the client".
func closingSide(facts []*fact) string {
	by := distinctOf(facts, func(f *fact) string { return f.by() })
	if len(by) != 1 || by[0] == "unknown" {
		return ""
	}
	return " of the " + by[0]
}
