package diagnosis

import (
	"strings"

	"smtpscope/capture"
	"smtpscope/session"
)

// Turns pair what the client said with the server's replies, which come in its order
// (RFC 5321 section 4.1.1, RFC 2920 section 3.1). Events are taken one by one.
type turns struct {
	lmtp     bool
	room     []awaited // memory of waits, used from its beginning whenever nothing waits
	waits    []awaited // what has had no reply, in order
	accepted int       // recipients of the message, over LMTP
}

// An awaited reply is that to a command, or one or more to the end of a message.
type awaited struct {
	event *session.Event // nil: the greeting
	chunk *session.Event // the whole of its bytes, where event is BDAT
	left  int            // replies, where it is the end of a message that was answered in part
}

// rooms are what turns wait in, one for each time that a case's turns are taken;
// the next case has them as well.
type rooms struct {
	list  [][]awaited
	taken int
}

// next is a room that no other turns of the case are in.
func (r *rooms) next() []awaited {
	if r.taken == len(r.list) {
		r.list = append(r.list, make([]awaited, 0, 8))
	}
	r.taken++
	return r.list[r.taken-1]
}

// clear lets go of the events that were waited for.
func (r *rooms) clear() {
	for _, room := range r.list[:r.taken] {
		clear(room[:cap(room)])
	}
	r.taken = 0
}

func (c *Case) turns() turns {
	t := turns{lmtp: c.Protocol == "lmtp", room: c.rooms.next()}
	t.waits = t.room
	if c.greetingDue() {
		t.waits = append(t.waits, awaited{})
	}
	return t
}

// turnsOf are the turns behind all that was said.
func (c *Case) turnsOf(said []*session.Event) turns {
	t := c.turns()
	for _, e := range said {
		t.take(e)
	}
	return t
}

// take goes on by one event. Of a reply it gives what that answers: nothing where it is
// the greeting, or nothing waits.
func (t *turns) take(e *session.Event) (asked awaited) {
	last := len(t.waits) - 1
	switch {
	case e.Kind == session.EventReply && last >= 0:
		return t.reply(replyCode(e))
	case e.Kind == session.EventCommand, e.Kind == session.EventContent && !ofChunk(e) && e.Count == 1:
		t.waits = append(t.waits, awaited{event: e})
	case !ofChunk(e) || last < 0:
	case e.Count == 0: // a chunk that is not whole asks nothing yet
		t.waits = t.waits[:last]
	default:
		t.waits[last].chunk = e
	}
	return awaited{}
}

// content is what is answered where that is content: of a message, or a chunk.
func (a *awaited) content() *session.Event {
	if a.event != nil && a.event.Kind == session.EventContent {
		return a.event
	}
	return a.chunk
}

// reply answers what waits first. Over LMTP the end of a message waits for as many
// replies as recipients were accepted (RFC 2033 section 4.2).
func (t *turns) reply(code int) awaited {
	first := &t.waits[0]
	if t.lmtp && first.event != nil {
		t.count(first, code)
	}
	first.left--
	asked := *first
	if asked.left <= 0 {
		t.waits = t.waits[1:]
	}
	if len(t.waits) == 0 {
		t.waits = t.room
	}
	return asked
}

func (t *turns) count(first *awaited, code int) {
	switch {
	case endsMessage(first.event):
		if first.left == 0 {
			first.left = max(t.accepted, 1)
			t.accepted = 0
		}
	case verb(first.event.Text) == "RCPT" && code/100 == 2:
		t.accepted++
	case verb(first.event.Text) == "MAIL":
		t.accepted = 0
	}
}

// eachAnswer gives the replies up to the session's end, with what they answer and since
// when the server had all of that to answer: since its end, or the reply before.
func (c *Case) eachAnswer(do func(asked awaited, reply *session.Event, since capture.Time)) {
	t := c.turns()
	var spoke capture.Time // the server, before
	for _, e := range c.said() {
		if e.Kind == session.EventContent && !ofChunk(e) {
			t.waits = t.room // the server has asked for content (354): nothing before it waits still
		}
		asked := t.take(e)
		if e.Kind != session.EventReply {
			continue
		}
		switch sent := asked.content(); {
		case sent != nil:
			do(asked, e, max(sent.Until, spoke))
		case asked.event != nil:
			do(asked, e, max(asked.event.Until, spoke))
		}
		spoke = e.Time
	}
}

// owed counts the commands, and ends of messages, that have had no reply.
func (c *Case) owed(said []*session.Event) int {
	t := c.turnsOf(said)
	return len(t.waits)
}

// nextAnswered is what the next reply answers, where something waits: over LMTP, where
// the end of a message may wait on before a command, the first; else the last, for
// what stands before it was answered or never will be.
func (c *Case) nextAnswered(said []*session.Event) *session.Event {
	if t := c.turnsOf(said); t.lmtp && len(t.waits) > 0 && t.waits[0].event != nil {
		return t.waits[0].event
	}
	return lastAsked(said)
}

// endsMessage: the content that came whole, or the command of its last chunk (RFC
// 3030 section 2).
func endsMessage(e *session.Event) bool {
	if e.Kind == session.EventContent {
		return true
	}
	words := strings.Fields(e.Text)
	return len(words) == 3 && strings.EqualFold(words[0], "BDAT") && strings.EqualFold(words[2], "LAST")
}
