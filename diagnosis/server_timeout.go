package diagnosis

import "time"

// A serverTimeout is a server that gave up on a client that said nothing.
type serverTimeout struct {
	silence time.Duration
	text    string // what the server said; "" = it closed without a word
	frames  []int64
	fought  bool // the client was repeating segments, or could not send
}

// serverTimeout tells whether the server ended the session because the client,
// whose turn it was, said nothing for a time; nil where it did not.
func (c *Case) serverTimeout() *serverTimeout {
	switch c.Ended.Phase {
	case "hello", "auth", "ready", "mail", "rcpt", "data":
	case "data-command", "dot":
		if !c.Ended.Unheard {
			return nil
		}
	default:
		return nil
	}
	if !c.bothHeard() || c.open() {
		return nil
	}
	t := c.timeoutBySilence()
	if f := c.farewell(); f != nil {
		t = f.timeout()
	}
	if t == nil {
		return nil
	}
	end := captureTime(c.Ended.Time)
	t.fought = c.struggled(end, t.silence) != nil || !c.clientHeard()
	t.frames = append(t.frames, c.lastSaidFrame(), c.Ended.Frame)
	return t
}

// timeout reads a farewell as the end of a server's patience.
func (f *farewell) timeout() *serverTimeout {
	said := f.why == "idle-timeout"
	if !f.unasked || !said && (f.why != "" || f.code != 421 || f.after < pause) {
		return nil
	}
	return &serverTimeout{silence: f.after, text: f.text, frames: []int64{f.before, f.frame}}
}

// timeoutBySilence: the server closed without a word after a silence of the
// client.
func (c *Case) timeoutBySilence() *serverTimeout {
	idle := c.idle()
	if !c.endedBy("server") || !c.serverHeard() || c.serverOwes() || idle < pause-time.Second {
		return nil
	}
	return &serverTimeout{silence: idle}
}

// certainty: a server that says that its timer ran out leaves no doubt. Where
// the client was fighting with the path it did not pause.
func (t *serverTimeout) certainty(phase string) Certainty {
	switch {
	case t.fought:
		return Likely
	case t.text != "":
		return Proven
	case len(timersAt(t.silence, "server", phase)) > 0:
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

func (t *serverTimeout) against() string {
	if t.fought {
		return "the client was repeating segments or could not send in that time, or bytes of it are missing: it did not simply pause"
	}
	return "no repeated segments, no zero window and no missing bytes of the client in that time"
}

// silent says what was heard of the client: one that repeats what does not
// arrive is not silent.
func (t *serverTimeout) silent() string {
	if t.fought {
		return "Nothing new came from the client"
	}
	return "The client said nothing"
}

// lastSaidFrame is the frame of the last thing said before the end.
func (c *Case) lastSaidFrame() int64 {
	said := c.said()
	if len(said) == 0 {
		return 0
	}
	return said[len(said)-1].Last
}
