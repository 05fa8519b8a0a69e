package alignment

// A stage is what matches are made by.
type stage int

const (
	named  stage = iota // ids and ports; whole connections only
	alike               // everything; whole connections only
	pieces              // everything; for messages without their connection
)

// match weighs the sessions that have no partner yet and settles what is
// certain. It says how many matches that made.
func (a *aligner) match(ix *index, outbound bool, s stage) (matches int) {
	var all []edge
	for _, t := range a.talks {
		if !t.unheard && t.contends(s) {
			all = append(all, ix.edges(t, outbound, s)...)
		}
	}
	for _, g := range groupsOf(all) {
		g.a = a
		matches += g.settle(s)
	}
	return matches
}

// contends says whether a session wants a partner. One that has a piece only
// wants the connection, and one that has it may have pieces elsewhere.
func (t *talk) contends(s stage) bool {
	switch {
	case t.trace == nil || s == pieces:
		return true
	case s == named:
		return false
	}
	return t.trace.piece
}
