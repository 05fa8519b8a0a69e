package diagnosis

import (
	"fmt"
	"strconv"
	"time"

	"smtpscope/session"
)

// brokenHandshake gives the claim about a handshake that broke, where the
// capture shows all of both sides that arrived; nil where it does not. Bytes that
// were lost on the way leave no more than a handshake that may have broken for it.
func (c *Case) brokenHandshake() *claim {
	if c.TLS == nil || c.Ended.Phase != "tls-handshake" || c.open() || c.midstream() || !c.hasAllThatCame() ||
		!c.endedBy("client") && !c.endedBy("server") {
		return nil
	}
	out := &claim{certainty: Proven, frames: []int64{c.lastSaidFrame(), c.Ended.Frame},
		against:   c.alertsInClear() + "; bytes of both sides are complete",
		elsewhere: "The reason is in the logs of both sides." + c.largeFlight()}
	for _, side := range []string{"client", "server"} {
		w := c.Wire.Side(side)
		switch {
		case c.lostOf(side) > 0:
			came := c.alertsInClear()
			if c.TLS.Alert == nil {
				came += " came here"
			}
			out.certainty = Likely
			if w.Unseen != nil {
				out.frames = append(out.frames, w.Unseen.First.Frame)
			}
			out.against = fmt.Sprintf("%s; but the sequence numbers of the %s count %s more, which were lost on the way or not captured: the handshake may have broken for that",
				came, side, count(c.lostOf(side), "byte"))
		case w.Stuck.Tries >= fewestTries && w.Stuck.First.Frame < c.Ended.Frame:
			out.certainty = Likely
			out.frames = append(out.frames, w.Stuck.First.Frame)
			out.against = fmt.Sprintf("%s; but bytes of the %s were sent %s and never acknowledged: the handshake may have broken for that",
				c.alertsInClear(), side, times(int(w.Stuck.Tries)))
		}
	}
	return out
}

// alertsInClear says what there was of alerts in a handshake that none has ended.
func (c *Case) alertsInClear() string {
	if a := c.TLS.Alert; a != nil {
		return fmt.Sprintf("the %s had sent the alert %s, which did not end the handshake", a.From, alertName(a))
	}
	return "no alert in clear"
}

// hasAllThatCame: nothing of either side was acknowledged or cut off that is
// not in the capture.
func (c *Case) hasAllThatCame() bool {
	return c.Seen.Client && c.Seen.Server && c.TCP.Missed == session.Sides{} && c.TCP.Cut == session.Sides{}
}

// lostOf is how much of a side was sent and neither came nor was acknowledged.
func (c *Case) lostOf(side string) int64 {
	return max(of(c.TCP.Lost, side), c.Wire.Side(side).Unseen.Count())
}

// tlsNotBegun: STARTTLS was accepted, and no byte of TLS came from the client.
// What the server sent then, an alert or words in plain text, answers that.
func (c *Case) tlsNotBegun() *claim {
	claim := c.brokenHandshake()
	if claim == nil {
		return nil
	}
	accepted := c.lastReply()
	if accepted == nil || c.TLS.Mode != "starttls" || c.TLS.Bytes.Client > 0 || !c.clientHeard() {
		return nil
	}
	wait, gaveUp := c.ended().Sub(accepted.Until), ""
	if n := c.note(noteNoTLS); n != nil && n.Time.Sub(accepted.Until) < wait {
		wait, gaveUp = n.Time.Sub(accepted.Until), "spoke plain text again"+c.plainReply()+" and "
		claim.frames = append(claim.frames, n.Frame)
		if c.Ended.By == "client" && n.Side == "server" {
			return c.plainBehindSTARTTLS(claim, wait)
		}
		if c.Ended.By == "server" && wait < c.rtt() {
			claim.summary = fmt.Sprintf("STARTTLS was accepted, but the server %s%s %s later, before the client can have begun TLS", gaveUp, c.closing(), span(wait))
			claim.against = "no byte of TLS came from the client, and none of it is missing in the capture; it had less than a round trip for it"
			claim.elsewhere = "Why the server took its acceptance back is in its own words and its log."
			return claim
		}
	}
	if asked := c.askedSTARTTLS(accepted); asked != nil && c.Ended.By == "client" && c.hasNote(notePlainBehind) && accepted.Time.Sub(asked.Until) >= pause-time.Second {
		claim.frames = append(claim.frames, asked.Frame, accepted.Frame)
		claim.summary = fmt.Sprintf("The server took %s to accept STARTTLS; meanwhile the client had sent something in clear, as one does that gives up (QUIT), and it %s",
			seconds(accepted.Time.Sub(asked.Until)), c.closing())
		claim.against = "no byte of TLS came from the client, and none of it is missing in the capture"
		claim.elsewhere = "What kept the server is in its log."
		return claim
	}
	claim.summary = fmt.Sprintf("STARTTLS was accepted, but the client had not begun TLS %s later, when %s %s%s", span(wait), c.itOr("client"), gaveUp, c.closing())
	claim.against = "no byte of TLS came from the client, and none of it is missing in the capture"
	if c.struggled(c.ended(), wait) != nil {
		claim.certainty = Likely
		claim.against += "; but packets were sent again in that time: the acceptance may not have arrived"
	}
	if c.Ended.By == "server" && wait >= time.Second {
		claim.elsewhere = "Why the client did not begin is in its own log. " + whoPaused
	}
	return claim
}

// askedSTARTTLS is the STARTTLS that a reply answers, nil where it was not captured.
func (c *Case) askedSTARTTLS(accepted *session.Event) *session.Event {
	var asked *session.Event
	for _, e := range c.said() {
		switch {
		case e.Kind == session.EventCommand && verb(e.Text) == "STARTTLS":
			asked = e
		case e == accepted:
			return asked
		}
	}
	return nil
}

// plainBehindSTARTTLS: it was the server that spoke plain text where the client was
// to begin TLS. It may have taken for commands what the client sent before TLS, which
// a server has to forget (RFC 3207 section 4.2).
func (c *Case) plainBehindSTARTTLS(claim *claim, wait time.Duration) *claim {
	claim.summary = fmt.Sprintf("STARTTLS was accepted, but %s later the server spoke plain text again%s, and the client %s without having begun TLS", span(wait), c.plainReply(), c.closing())
	claim.against = "no byte of TLS came from the client, and none of it is missing in the capture"
	if c.hasNote(notePlainBehind) {
		claim.summary += ": most likely the answer to what the client had sent in clear behind STARTTLS"
		claim.advice = "Let both be repaired: a client waits for the reply to STARTTLS before it goes on, and a server forgets what it got before TLS began. " +
			"One that does not lets anybody on the path put commands into the encrypted session (CVE-2011-0411)."
	}
	return claim
}

// itOr names who ended the session in a sentence about one side.
func (c *Case) itOr(side string) string {
	if c.Ended.By == side {
		return "it"
	}
	return "the " + c.Ended.By
}

// note is the first note of these words, nil where there is none.
func (c *Case) note(text string) *session.Event {
	if !c.may(session.EventNote) {
		return nil
	}
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventNote && e.Text == text {
			return e
		}
	}
	return nil
}

// plainInTLS: a side goes on in plain text where TLS was agreed on.
func (c *Case) plainInTLS() *claim {
	if c.TLS == nil || c.TLS.Handshake != "failed" || !c.clientHeard() || !c.serverHeard() {
		return nil
	}
	n, alert := c.note(noteNoTLS), c.TLS.Alert
	if n == nil || alert != nil && alert.Frame < n.Frame {
		return nil // plain text behind a failure is no cause of it
	}
	out := &claim{certainty: Proven, frames: []int64{n.Frame, c.Ended.Frame},
		summary: "TLS was agreed on, but what the " + n.Side + " sent then is no TLS: its bytes are plain text, or were changed on the way",
		against: "the first bytes behind the agreement are in the capture"}
	if n.Side == "server" && c.TLS.PlainCode > 0 {
		out.summary = "TLS was agreed on, but what the server sent then is no TLS: it spoke plain text again" + c.plainReply()
		out.advice = "Read the reply in frame " + strconv.FormatInt(n.Frame, 10) + ": it is the server's reason. A server that cannot begin TLS, or ends the session, has no other way to say so (RFC 5321 section 3.8); its log tells more."
	}
	if alert != nil {
		out.frames = append(out.frames, alert.Frame)
		out.summary += fmt.Sprintf("; the %s answered with the alert %s", alert.From, alertName(alert))
	}
	return out
}

// plainReply names the reply that a server's plain text begins with.
func (c *Case) plainReply() string {
	if c.TLS.PlainCode == 0 {
		return ""
	}
	return fmt.Sprintf(" (a reply with the code %d)", c.TLS.PlainCode)
}

func (c *Case) tlsBroken() *claim {
	claim := c.brokenHandshake()
	if claim == nil {
		return nil
	}
	when := fmt.Sprintf("%s after the last byte", span(c.idle()))
	switch {
	case c.TLS.SealedFrom == "server":
		claim.certainty = Strong
		claim.frames = append(claim.frames, c.TLS.SealedFrame)
		claim.summary = fmt.Sprintf("The TLS handshake failed: the server gave up in the middle of its own part with an encrypted alert, and %s %s", c.itOr("server"), c.closing())
		claim.against = "the record is too short for anything but an alert; what the alert says is encrypted"
		claim.elsewhere = "The reason is in the server's log: often a certificate or key that it cannot use."
	case c.TLS.Handshake == "failed":
		claim.certainty = Strong
		claim.frames = append(claim.frames, c.TLS.SealedFrame)
		claim.summary = fmt.Sprintf("The TLS handshake failed: the client answered the server's part with a short encrypted record, most likely an alert that refuses the certificate, and the %s %s", c.Ended.By, c.closing())
	case c.TLS.Bytes.Server == 0 && c.TLS.Version == "":
		claim.summary = fmt.Sprintf("The TLS handshake broke: the %s %s before a whole ClientHello had been seen, %s", c.Ended.By, c.closing(), when)
	case c.TLS.Bytes.Server == 0 && c.lostOf("server") > 0:
		claim.summary = fmt.Sprintf("The TLS handshake broke: nothing of the server's answer to the ClientHello%s came here, and the %s %s, %s", c.asked(), c.Ended.By, c.closing(), when)
	case c.TLS.Bytes.Server == 0:
		claim.summary = fmt.Sprintf("The TLS handshake broke: the server never answered the ClientHello%s, and the %s %s, %s", c.asked(), c.Ended.By, c.closing(), when)
		if c.Ended.By == "client" && c.answerMayBeLost() {
			claim.certainty = Strong
			claim.summary = fmt.Sprintf("The TLS handshake broke: no answer of the server to the ClientHello%s came here, and the client %s, %s", c.asked(), c.closing(), when)
			claim.elsewhere += c.orLost()
		}
	case c.TLS.Alert != nil:
		claim.frames = append(claim.frames, c.TLS.Alert.Frame)
		claim.summary = fmt.Sprintf("The TLS handshake broke: the %s %s, %s (%d bytes of the client, %d of the server); before that the %s had sent the alert %s",
			c.Ended.By, c.closing(), when, c.TLS.Bytes.Client, c.TLS.Bytes.Server, c.TLS.Alert.From, alertName(c.TLS.Alert))
	default:
		claim.summary = fmt.Sprintf("The TLS handshake broke: the %s %s, %s, without an alert that can be read (%d bytes of the client, %d of the server)",
			c.Ended.By, c.closing(), when, c.TLS.Bytes.Client, c.TLS.Bytes.Server)
	}
	return claim
}

func (c *Case) asked() string {
	if c.TLS.SNI == "" {
		return ""
	}
	return " (for the name " + quote(c.TLS.SNI) + ")"
}

// largeFlight: a silence behind the server's certificates smells of an MTU.
func (c *Case) largeFlight() string {
	if c.TLS.Bytes.Server > 1400 && c.idle() >= pause {
		return " A silence behind the server's certificates is often packets that are too large for the path: capture at the client to see whether they arrive."
	}
	return ""
}
