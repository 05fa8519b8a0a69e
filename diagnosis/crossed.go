package diagnosis

import (
	"smtpscope/capture"
	"smtpscope/session"
)

// uncross takes out of a farewell's silence the commands that crossed with it: when the
// server spoke none of their bytes had come to it, as its acknowledgement shows, so to
// the server the client was silent all the time. Captured at the client, or on the way,
// it looks as if the client had just spoken.
func (c *Case) uncross(f *farewell, before []*session.Event) {
	if f.code != 421 || !c.Ended.Unasked.Crossed || !c.serverHeard() || !c.clientHeard() {
		return
	}
	waits := c.turnsOf(before).waits
	if len(waits) == 0 || waits[0].event == nil || verb(waits[0].event.Text) == "QUIT" {
		return
	}
	first := waits[0].event
	if endsMessage(first) { // what of the content had come before is not known
		f.crossed = first
		return
	}
	var heard *session.Event // what the server said, or had come to it, last
	until := capture.Time(0)
	for _, e := range before {
		if (e.Kind == session.EventReply || e.Frame < first.Frame) && (heard == nil || e.Until >= until) {
			heard, until = e, e.Until
		}
	}
	if heard == nil || until > first.Time {
		return
	}
	f.crossed, f.before, f.after = first, heard.Last, max(f.time.Sub(until), 0)
}
