package diagnosis

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// A farewell is the refusal after which a session went no further: the last
// thing that the server said.
type farewell struct {
	code     int
	text     string // with its code, as sent
	frame    int64
	why      string        // the cause that it names: a rule's code, "" where it names none
	after    time.Duration // the silence before it
	greeting bool
	answers  *session.Event // the command that it answers, nil where nothing was asked
	unasked  bool
	guessed  bool           // why is told by its status code and the silence, not by its words
	before   int64          // the frame of what was said before it
	crossed  *session.Event // the command that crossed with it on the way, nil where none did
	time     capture.Time
}

// badConnection is the status of a 421 to a client that is not heard any more,
// because its time is up or the connection is bad (RFC 3463 section 3.5): behind
// a silence that is a timeout, also where its words are not to be read.
var badConnection = regexp.MustCompile(`^421[ -]4\.4\.2\b`)

// replyCode is the code of a reply event; 0 where it was not captured. Where its
// lines have different codes that of the last one counts, as for clients.
func replyCode(e *session.Event) int {
	if n := lineCode(e.Text[strings.LastIndexByte(e.Text, '\n')+1:]); n > 0 {
		return n
	}
	return lineCode(e.Text)
}

func lineCode(line string) int {
	if len(line) < 3 {
		return 0
	}
	n, err := strconv.Atoi(line[:3])
	if err != nil {
		return 0
	}
	return n
}

// ownWords are a refusal without the lines before it that have another code: a
// bait to see who does not wait.
func ownWords(text string) string {
	last := lineCode(text[strings.LastIndexByte(text, '\n')+1:])
	for last >= 400 && lineCode(text) > 0 && lineCode(text) < 400 {
		_, rest, more := strings.Cut(text, "\n")
		if !more {
			break
		}
		text = rest
	}
	return text
}

// farewell gives the server's last word where that was a refusal that ended
// the session: a 421, a greeting that refuses, a refusal in the middle of the
// content, or one behind which the server closed. nil where there is none.
func (c *Case) farewell() *farewell {
	if d := &c.dialogue; !d.settled {
		d.farewell, d.settled = c.readFarewell(), true
	}
	return c.dialogue.farewell
}

func (c *Case) readFarewell() *farewell {
	if c.signs&refusal == 0 || c.Ended.Phase == "tls" || c.Ended.Phase == "unknown" || c.open() {
		return nil
	}
	said := c.said()
	for i := len(said) - 1; i >= 0; i-- {
		e := said[i]
		if e.Kind != session.EventReply {
			continue
		}
		if replyCode(e) < 400 {
			break
		}
		f := c.judgeFarewell(said[:i], e)
		if f.ends(c) {
			return f
		}
		break
	}
	return c.refusingGreeting()
}

func (c *Case) judgeFarewell(before []*session.Event, e *session.Event) *farewell {
	f := &farewell{code: replyCode(e), text: ownWords(e.Text), frame: e.Frame, time: e.Time, why: c.about(e.Text)}
	if f.why == "long-lines" {
		f.why = "" // why a mail is refused, and not why a session ends
	}
	if f.why == "" && c.serverHeard() && c.clientHeard() && security().MatchString(e.Text) && !(f.code < 500 && troubled().MatchString(strings.ToLower(e.Text))) && f.code != 530 && f.code != 535 && f.code != 454 {
		f.why = "refused-by-policy" // TLS or AUTH missing or failed is another matter
	}
	f.after = silenceBefore(before, e)
	if f.why == "" && f.after >= leastSilence && badConnection.MatchString(e.Text) && !(c.serverHeard() && c.clientHeard()) {
		f.why, f.guessed = "idle-timeout", true
	}
	if len(before) > 0 {
		f.before = before[len(before)-1].Last
	}
	f.greeting = c.Seen.Handshake && c.serverHeard() && firstReply(before) == nil && c.Banner != nil && c.Banner.Code == f.code
	if u := c.Ended.Unasked; u != nil && u.Frame == e.Frame && u.Code == f.code {
		f.unasked, f.after = true, u.Silence() // a line that is not whole is no command, and breaks a silence
		c.uncross(f, before)
	} else if !f.greeting && c.serverHeard() && c.owed(before) > 0 {
		f.answers = c.nextAnswered(before)
	} else if last := lastAsked(before); last != nil && ofChunk(last) && last.Count == 0 {
		f.unasked = true // a chunk that is not whole waits for no answer
	}
	return f
}

// unread: the words that could tell why, or what they answer, are not in the
// capture.
func (c *Case) unread(f *farewell) bool { return f.why == "" && !c.serverHeard() }

// ends reports whether the refusal was the session's end.
func (f *farewell) ends(c *Case) bool {
	switch {
	case f.code == 421, f.greeting, f.unasked:
		return true
	}
	return c.endedBy("server") && c.idle() < pause
}

// refusingGreeting: 421, 554 and the like instead of 220 (RFC 5321 section
// 3.1), whatever came after it.
func (c *Case) refusingGreeting() *farewell {
	if c.Banner == nil || c.Banner.Code < 400 || !c.Seen.Handshake || !c.serverHeard() {
		return nil
	}
	e := firstReply(c.said())
	if e == nil {
		return nil
	}
	return &farewell{code: c.Banner.Code, text: ownWords(e.Text), frame: e.Frame, why: c.about(e.Text), greeting: true}
}

func firstReply(said []*session.Event) *session.Event {
	for _, e := range said {
		if e.Kind == session.EventReply {
			return e
		}
	}
	return nil
}

func lastAsked(said []*session.Event) *session.Event {
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].Kind != session.EventReply {
			return said[i]
		}
	}
	return nil
}

// silenceBefore is the time between a reply and what was said before it.
func silenceBefore(before []*session.Event, e *session.Event) time.Duration {
	if len(before) == 0 {
		return 0
	}
	last := before[0].Until
	for _, b := range before {
		last = max(last, b.Until)
	}
	return max(e.Time.Sub(last), 0)
}

// A complaint is a refusal that names a cause.
type complaint struct {
	reply *session.Event
	why   string
}

// maxComplaints is how many refusals of a session are read for their words: in
// a dictionary attack thousands say the same.
const maxComplaints = 200

func (c *Case) complaints() []complaint {
	d := &c.dialogue
	if d.heard {
		return d.complains
	}
	d.heard = true
	read := 0
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventReply || replyCode(e) < 400 {
			continue
		}
		if read++; read > maxComplaints {
			break
		}
		if why := c.about(e.Text); why != "" {
			d.complains = append(d.complains, complaint{e, why})
		}
	}
	return d.complains
}

// refusal is the first reply of 400 or more that names a cause; nil where
// there is none, or a mail got through all the same.
func (c *Case) refusal(why string) *session.Event {
	if c.signs&refusal == 0 || c.gotThrough() {
		return nil
	}
	for _, x := range c.complaints() {
		if x.why == why {
			return x.reply
		}
	}
	return nil
}

// age is how old the session was when the server said its last word.
func (c *Case) age(f *farewell) time.Duration {
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Frame == f.frame {
			return e.Time.Sub(captureTime(c.Start))
		}
	}
	return c.Duration.Duration()
}
