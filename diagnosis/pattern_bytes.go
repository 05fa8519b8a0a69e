package diagnosis

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/session"
)

// sameByteCount: contents of one client break off after the same number of
// bytes, closed by the same side. What stops
// a transfer there is a limit or a device on the way, not chance; where it is
// the same message each time, it may also be what stands there in it.
var sameByteCount = patternRule{
	code: "same-byte-count", severity: Error,
	find: func(e *gathered) []shared {
		cut := onlyFacts(e.aborted, func(f *fact) bool { return f.content >= 0 })
		type closer struct {
			client netip.Addr
			by     string
		}
		var found []shared
		for _, g := range grouped(cut, func(f *fact) closer { return closer{f.client, f.by} }) {
			for _, c := range clusters(g.facts, func(f *fact) contentSize { return contentSize(f.content) }, contentTolerance, 3) {
				found = append(found, e.sameCount(c))
			}
		}
		return found
	},
}

// contentSize is a number of content bytes.
type contentSize int64

// contentTolerance lets the last segment differ, and less where there is little.
func contentTolerance(n contentSize) contentSize { return min(1460, n/50) }

func (e *gathered) sameCount(c cluster[contentSize]) shared {
	envelopes := len(distinctOf(c.facts, func(f *fact) uint64 { return f.envelope }))
	out := claim{certainty: Strong,
		against: "the messages have different senders or recipients: it is not one message's content",
		advice: "Look for a limit of that size on the gateway and on what stands in front of it (mail inspection, attachment scanning), " +
			"then send a message of about that size past each device in turn."}
	same := "the same"
	if len(distinctOf(c.facts, func(f *fact) int64 { return f.content })) > 1 {
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

// closers names the side that ended sessions where it is one: " of the client".
func closingSide(facts []*fact) string {
	by := distinctOf(facts, func(f *fact) string { return f.by })
	if len(by) != 1 || by[0] == "unknown" {
		return ""
	}
	return " of the " + by[0]
}

// bdatFails: between the same two hosts BDAT dies and DATA passes (causes.md
// 2.3). One BDAT that was accepted clears the path.
var bdatFails = patternRule{
	code: "bdat-fails", severity: Error,
	advice: "Switch CHUNKING off on the side you run (Postfix: smtpd_discard_ehlo_keywords = chunking, silent-discard; Exim: chunking_advertise_hosts =), " +
		"and look at the mail inspection of the firewalls between.",
	find: func(e *gathered) []shared {
		var found []shared
		for _, g := range grouped(e.facts, hostPairOf) {
			died := onlyFacts(g.facts, func(f *fact) bool { return f.bdat.died > 0 && e.mayChunk(f) })
			passed := countFacts(g.facts, func(f *fact) bool { return f.data.accepted > 0 })
			if len(died) == 0 || passed == 0 || countFacts(g.facts, func(f *fact) bool { return f.bdat.accepted > 0 }) > 0 {
				continue
			}
			certainty := Strong
			if len(died) < 2 || passed < 2 {
				certainty = Likely
			}
			found = append(found, shared{facts: died, claim: claim{certainty: certainty,
				summary: fmt.Sprintf("From %s to %s messages sent with BDAT die (%d sessions) and those sent with DATA pass (%d): something between does not stand CHUNKING",
					g.key.client, g.key.server, len(died), passed),
				against: "no message sent with BDAT was accepted between these two, and the server offers CHUNKING as far as its list was seen"}})
		}
		return found
	},
}

// mayChunk reports whether the server offers CHUNKING, or its list is not
// known: a client that sends BDAT unasked has itself to blame (RFC 3030).
func (e *gathered) mayChunk(f *fact) bool {
	return f.list == 0 || slices.Contains(strings.Fields(e.lists[f.list-1]), "CHUNKING")
}

// repeatedMessage: the end of a message was not answered, and the same client
// sends the message again (RFC 1047).
var repeatedMessage = patternRule{
	code: "repeated-message", severity: Error,
	advice: "Ask the recipient whether the message came twice. Then find out why the answer to the end of the message is late or lost: " +
		"a slow content filter, a timeout on the client below 10 minutes (RFC 5321 section 4.5.3.2.6), or a device on the way.",
	find: func(e *gathered) []shared {
		var facts []*fact
		messages, arrived := 0, 0
		for _, tries := range e.tries() {
			messages++
			for _, m := range tries {
				facts = append(facts, m.fact)
			}
			if tries[len(tries)-1].outcome == session.Accepted {
				arrived++
			}
		}
		if messages == 0 {
			return nil
		}
		return []shared{{facts: distinctOf(facts, func(f *fact) *fact { return f }), claim: claim{certainty: Strong,
			summary: fmt.Sprintf("%d %s sent again after a try whose end was not answered (%d tries in all), %d accepted in the end: "+
				"the recipient may have each more than once (RFC 1047)", messages, oneOrMany(messages, "message was", "messages were"), len(facts), arrived),
			against: "the same client, and the same Message-ID, or sender, recipients and size. Exim drops a message whose client has gone; Postfix and sendmail keep it"}}}
	},
}

// tries are the messages that came again after an unanswered end, each with
// all its tries from that one on.
func (e *gathered) tries() [][]mailFact {
	type key struct {
		client string
		hash   uint64
	}
	open := map[key]int{} // unanswered, and their place in list
	var list [][]mailFact
	for _, m := range e.mails {
		keys := []key{{m.fact.client.String(), m.id}, {m.fact.client.String(), m.same}}
		place, known := 0, false
		for _, k := range keys {
			if at, there := open[k]; k.hash != 0 && there && !known {
				place, known = at, true
			}
		}
		switch {
		case known:
			list[place] = append(list[place], m)
		case m.outcome == session.Unanswered:
			place = len(list)
			list = append(list, []mailFact{m})
		default:
			continue
		}
		for _, k := range keys {
			if k.hash != 0 {
				open[k] = place
			}
		}
	}
	var again [][]mailFact
	for _, tries := range list {
		if len(tries) > 1 {
			again = append(again, tries)
		}
	}
	return again
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
