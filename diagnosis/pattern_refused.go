package diagnosis

import (
	"fmt"
	"strings"

	"smtpscope/session"
)

// userUnknown is what Symantec Messaging Gateway says of a recipient also where
// only the PTR lookup of the client failed (causes.md 3.9b).
const userUnknown = "5.1.2 Recipient address rejected: User unknown"

// refusedByClient: such a recipient was accepted from another client.
var refusedByClient = patternRule{
	code: "refused-by-client", severity: Error, advice: ptrRemedies,
	find: func(e *gathered) []shared {
		told := onlyRefused(e.doors.refused, func(r refusedRecipient) bool {
			return r.fact.hidden() == "" && e.doors.openTo(r.recipient) && !e.doors.openTo(r.own)
		})
		var found []shared
		for _, g := range grouped(told, factService) {
			clients := distinctOf(g.facts, factClient)
			found = append(found, shared{facts: g.facts, claim: claim{certainty: Likely,
				summary: fmt.Sprintf("%s refuses recipients of %s with %q and accepts the same recipients from others (%s): Symantec Messaging Gateway says so where the PTR lookup of a client fails",
					g.key, clientWords(clients), "554 "+userUnknown, count(len(g.facts), "session")),
				against:   "the same recipients were accepted, but never from these clients; that they were set up in between, or that the server's rules tell clients apart, is not excluded",
				elsewhere: "Whether the clients' names resolve is seen on the server: capture port 53 there, or run dig -x with their addresses."}})
		}
		return found
	},
}

func clientWords(clients []*host) string {
	if len(clients) == 1 {
		return clients[0].String()
	}
	return fmt.Sprintf("%d clients", len(clients))
}

// onlyRefused are the facts of the refusals of which keep is true, each once.
func onlyRefused(list []refusedRecipient, keep func(refusedRecipient) bool) []*fact {
	var facts []*fact
	for _, r := range list {
		if keep(r) {
			facts = append(facts, r.fact)
		}
	}
	return distinctOf(facts, func(f *fact) *fact { return f })
}

// doors remember which recipients servers accepted, in fixed space: a newer one
// may take the place of an older one, which then is not known any more.
type doors struct {
	accepted []uint64 // hashes, each in its place
	refused  []refusedRecipient
}

// A refusedRecipient is one that was said to be unknown.
type refusedRecipient struct {
	fact           *fact
	recipient, own uint64 // hashes: at this server; and from this client
}

const (
	doorPlaces = 1 << 14
	maxRefused = 1 << 12
)

// add takes the recipients of a message, and their hashes.
func (d *doors) add(f *fact, m *session.Message, hashes []uint64) {
	for i, r := range m.Recipients {
		accepted := r.Code/100 == 2
		refused := r.Code == 554 && len(d.refused) < maxRefused && strings.HasPrefix(r.Text, userUnknown)
		if !accepted && !refused {
			continue
		}
		recipient := recipientHash(f, hashes[i])
		own := sizedHash(recipient, int64(f.client.hash))
		if refused {
			d.refused = append(d.refused, refusedRecipient{f, recipient, own})
			continue
		}
		if d.accepted == nil {
			d.accepted = make([]uint64, doorPlaces)
		}
		d.accepted[recipient%doorPlaces], d.accepted[own%doorPlaces] = recipient, own
	}
}

func (d *doors) openTo(hash uint64) bool {
	return d.accepted != nil && d.accepted[hash%doorPlaces] == hash
}

// recipientHash is of a recipient, hashed whatever its case, at a service.
func recipientHash(f *fact, recipient uint64) uint64 {
	return sizedHash(recipient, int64(f.server.hash^uint64(f.port)))
}
