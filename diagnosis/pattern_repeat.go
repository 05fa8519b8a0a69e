package diagnosis

import (
	"fmt"
	"slices"
)

// repeatedMessage: the end of a message was not answered, and the same client
// sends the message again (RFC 1047).
var repeatedMessage = patternRule{
	code: "repeated-message", severity: Error,
	advice: "Ask the recipient whether the message came twice. Then find out why the answer to the end of the message is late or lost: " +
		"a slow content filter, a timeout on the client below 10 minutes (RFC 5321 section 4.5.3.2.6), or a device on the way.",
	find: func(e *gathered) []shared {
		var facts []*fact
		messages, arrived, twice := 0, 0, 0
		for _, tries := range e.tries() {
			messages++
			for _, m := range tries {
				facts = append(facts, m.fact)
			}
			if tries[len(tries)-1].accepted {
				arrived++
			}
			if takenTwice(tries) {
				twice++
			}
		}
		if messages == 0 {
			return nil
		}
		return []shared{{facts: distinctOf(facts, func(f *fact) *fact { return f }), claim: claim{certainty: Strong,
			summary: fmt.Sprintf("%d %s sent again after a try whose end was not answered (%d tries in all), %d accepted in the end%s: "+
				"the recipient may have each more than once (RFC 1047)", messages, oneOrMany(messages, "message was", "messages were"), len(facts), arrived, twiceWords(twice)),
			against: "the same client, and the same Message-ID, or sender, recipients and size where one of the tries shows no Message-ID. Exim drops a message whose client has gone; Postfix and sendmail keep it"}}}
	},
}

// takenTwice reports whether the server said 2xx to more than one try: also to
// a client that had gone.
func takenTwice(tries []*mailFact) bool {
	n := 0
	for _, m := range tries {
		if m.accepted || m.late {
			n++
		}
	}
	return n > 1
}

func twiceWords(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", and %d more than once by the server's own words", n)
}

// tries are the messages that came again after an unanswered end, each with
// all its tries from that one on.
func (e *gathered) tries() [][]*mailFact {
	type key struct {
		client *host
		hash   uint64
	}
	open := map[key]int{} // unanswered, and their place in list
	var list [][]*mailFact
	for _, m := range e.mails {
		keys := [...]key{{m.fact.client, m.id}, {m.fact.client, m.same}}
		place, known := 0, false
		for _, k := range keys {
			if at, there := open[k]; k.hash != 0 && there && !known && mayBeOne(list[at], m) {
				place, known = at, true
			}
		}
		switch {
		case known:
			list[place] = append(list[place], m)
		case m.unanswered:
			place = len(list)
			list = append(list, []*mailFact{m})
		default:
			continue
		}
		for _, k := range keys {
			if k.hash != 0 {
				open[k] = place
			}
		}
	}
	var again [][]*mailFact
	for _, tries := range list {
		if len(tries) > 1 {
			again = append(again, tries)
		}
	}
	return again
}

// mayBeOne: nothing says that a mail is another message than the tries. A
// newsletter has the same sender, recipient and size each time; its Message-ID
// tells (RFC 5322 section 3.6.4).
func mayBeOne(tries []*mailFact, m *mailFact) bool {
	return m.id == 0 || !slices.ContainsFunc(tries, func(t *mailFact) bool { return t.id != 0 && t.id != m.id })
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
