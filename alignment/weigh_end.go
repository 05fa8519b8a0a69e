package alignment

import (
	"smtpscope/gatewaylog"
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
	if !e.talk.opaque && e.talk.whole && len(e.trace.c.Commands) == 0 { // where commands are counted, QUIT is
		e.farewell(said.How)
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

// farewell: one side has a QUIT, and the other says that there was none.
func (e *edge) farewell(how gatewaylog.How) {
	quit := e.talk.r.Ended.How == session.ByQuit
	switch how {
	case gatewaylog.HowQuit: // OpenSMTPD says quit of every end in order, its own after a 421 among them (smtp_session.c)
		e.contrary = !quit && e.talk.r.EndShown() && e.trace.c.Product != gatewaylog.OpenSMTPD
	case gatewaylog.HowLost, gatewaylog.HowEOF, gatewaylog.HowReset, gatewaylog.HowTimeout:
		e.contrary = quit
	}
	if e.contrary {
		e.weight += against / 2
	}
}
