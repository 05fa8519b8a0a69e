package diagnosis

import (
	"time"

	"smtpscope/session"
)

// A serverTimeout is a server that gave up on a client whose turn it was.
type serverTimeout struct {
	silence time.Duration
	text    string // what the server said; "" = it closed without a word
	frames  []int64
	fought  bool           // the client was repeating segments, or could not send
	guessed bool           // the words are not to be read: their status and the silence say so
	crossed *session.Event // the command that crossed with what the server said, nil where none did

	// Where the server said so: the time since its last word, what of the client
	// came in that time, and the longest silence before any of it.
	since  time.Duration
	came   int64
	paused time.Duration
}

// trickled: the client was sending, and it was not a silence that the server had
// enough of. It had borne a longer one before; or the last one is shorter than
// any server's timer (timers.go), was like those before it, and the client had
// been sending for as long.
func (t *serverTimeout) trickled() bool {
	if t.text == "" || t.came == 0 {
		return false
	}
	alike := t.paused >= t.silence/2 || t.silence < time.Second
	return t.paused > t.silence+timerTolerance(t.silence) || t.silence < pause-time.Second && t.since >= 2*t.silence && alike
}

// unprovoked: the server spoke right behind its own word, and no time at all had
// been left to the client.
func (t *serverTimeout) unprovoked() bool {
	return t.text != "" && t.came == 0 && t.silence < time.Second
}

// serverTimeout tells whether the server ended the session because the client,
// whose turn it was, said nothing for a time; nil where it did not.
func (c *Case) serverTimeout() *serverTimeout {
	switch c.Ended.Phase {
	case "hello", "auth", "ready", "mail", "rcpt", "data":
	case "data-command", "dot":
		if f := c.farewell(); !c.Ended.Unheard && (f == nil || f.crossed == nil) {
			return nil
		}
	default:
		return nil
	}
	if !c.bothHeard() || c.open() {
		return nil
	}
	t := c.timeoutBySilence()
	f := c.farewell()
	if f != nil {
		t = f.timeout()
	}
	if t == nil {
		return nil
	}
	if u := c.Ended.Unasked; f != nil && u != nil && u.Frame == f.frame {
		t.since, t.came, t.paused = u.Since.Duration(), u.Came, u.Paused.Duration()
		switch {
		case t.crossed == nil:
		case endsMessage(t.crossed):
			if t.paused < pause {
				return nil // it was sending to the end
			}
			t.silence, t.guessed = t.paused, true // before the end, or further in the content
			t.came = 0
			t.frames = append(t.frames, t.crossed.Last)
		default:
			t.came, t.paused = 0, 0 // what came had not come to the server
			t.frames = append(t.frames, t.crossed.Frame)
		}
	}
	end := captureTime(c.Ended.Time)
	t.fought = c.struggled(end, t.silence) != nil || !c.clientHeard()
	t.frames = append(t.frames, c.lastSaidFrame(), c.Ended.Frame)
	return t
}

// timeout reads a farewell as the end of a server's patience.
func (f *farewell) timeout() *serverTimeout {
	said := f.why == "idle-timeout"
	if !f.unasked && !f.guessed || !said && (f.why != "" || f.code != 421 || f.after < pause) {
		return nil
	}
	return &serverTimeout{silence: f.after, text: f.text, frames: []int64{f.before, f.frame}, guessed: f.guessed, crossed: f.crossed}
}

// timeoutBySilence: the server closed without a word after a silence of the
// client.
func (c *Case) timeoutBySilence() *serverTimeout {
	idle := c.idle()
	if !c.endedBy("server") || !c.serverHeard() || c.serverOwes() || idle < c.leastTimeout() {
		return nil
	}
	return &serverTimeout{silence: idle}
}

// leastTimeout is the shortest silence behind which a close without a word is
// taken for a timer.
func (c *Case) leastTimeout() time.Duration {
	if c.closesInSilence() {
		return leastSilence
	}
	return pause - time.Second
}

// closesInSilence: where the server names itself sendmail and waits for a command
// it says nothing when its time is up. srvrsmtp.c calls disconnect() first, which
// takes the connection away from the 421 that follows; in the content collect.c
// does say it.
func (c *Case) closesInSilence() bool {
	switch c.Ended.Phase {
	case "hello", "ready", "mail", "rcpt":
		return c.product() == "sendmail"
	}
	return false
}

// certainty: a server that says that its timer ran out leaves no doubt. Where
// the client was fighting with the path it did not pause.
func (t *serverTimeout) certainty(phase string) Certainty {
	switch {
	case t.fought, t.guessed:
		return Likely
	case t.text != "":
		return Proven
	case t.silence >= time.Minute && len(timersAt(t.silence, "server", phase)) > 0: // the products that wait less say 421
		return Strong
	}
	return Likely
}

// said is what the server did: `said "421 ..." and closed`.
func (t *serverTimeout) said(c *Case) string {
	if t.text == "" {
		return c.closing() + " without a word"
	}
	return "said " + quote(t.text)
}

func (t *serverTimeout) against(c *Case) string {
	if t.fought {
		return "the client was repeating segments or could not send in that time, or bytes of it are missing: it did not simply pause"
	}
	return c.calmClient(captureTime(c.Ended.Time), t.silence) + " in that time"
}

// silent says what was heard of the client: one that repeats what does not
// arrive is not silent.
func (t *serverTimeout) silent() string {
	if t.fought {
		return "Nothing new came from the client"
	}
	return "The client said nothing"
}

// until says where the silence was: before what came too late to end it, or where the
// session stood.
func (t *serverTimeout) until(c *Case) string {
	if t.crossed != nil {
		return "before " + t.late()
	}
	return c.where()
}

// meeting says that the client's next word and the server's last one crossed on the
// way; "" where they did not.
func (t *serverTimeout) meeting() string {
	if t.crossed == nil {
		return ""
	}
	words := "; " + t.late() + " and that word crossed on the way"
	if endsMessage(t.crossed) {
		words += ", so the server had given the message up and does not deliver it"
	}
	return words
}

// late is what crossed.
func (t *serverTimeout) late() string {
	if endsMessage(t.crossed) {
		return "the end of its message"
	}
	return "its " + verb(t.crossed.Text)
}

// halfChunk is the BDAT command whose chunk was the last thing that came, and
// did not come whole, with what came of it; nil where there is none.
func (c *Case) halfChunk() (asked, chunk *session.Event) {
	if c.signs&chunks == 0 || !c.clientHeard() {
		return nil, nil
	}
	said := c.said()
	for i := len(said) - 1; i > 0; i-- {
		switch e := said[i]; {
		case e.Kind == session.EventReply:
			continue
		case ofChunk(e) && e.Count == 0 && said[i-1].Kind == session.EventCommand:
			return said[i-1], e
		}
		break
	}
	return nil, nil
}

// lastSaidFrame is the frame of the last thing said before the end.
func (c *Case) lastSaidFrame() int64 {
	said := c.said()
	if len(said) == 0 {
		return 0
	}
	return said[len(said)-1].Last
}
