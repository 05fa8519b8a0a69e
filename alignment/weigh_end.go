package alignment

import (
	"smtpscope/session"
)

// ending compares how it ended; little weight, for what the log says of it is
// to be judged, not believed.
func (e *edge) ending() {
	said := &e.trace.c.Ended
	if len(said.Stages) > 0 && !e.talk.opaque {
		if fitsPhase(said.Stages, e.talk.r.Ended.Phase) {
			e.weight += weightCount
		} else {
			e.weight -= weightCount
		}
	}
	if said.Bytes.Known && !e.talk.opaque {
		e.received(said.Bytes.N)
	}
}

// received compares the octets of content that the product had when the
// connection broke. It cannot have had more than were sent.
func (e *edge) received(n int64) {
	last := lastMessage(e.talk.r)
	switch {
	case last == nil || last.Transfer == nil:
		e.weight += against / 2
	case last.Transfer.AtLeast:
	case n > last.Transfer.Bytes+contentSlack:
		e.weight += against
	case last.Transfer.Bytes-n <= bufferSlack:
		e.weight += weightSize / 2
	}
}

func lastMessage(r *session.Record) *session.Message {
	if len(r.Messages) == 0 {
		return nil
	}
	return r.Messages[len(r.Messages)-1]
}
