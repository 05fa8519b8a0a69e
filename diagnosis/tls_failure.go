package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// alertWords are TLS alerts and what they mean for mail (RFC 8446 section 6,
// RFC 5246 section 7.2).
var alertWords = map[uint8]string{
	0: "it ended TLS in order", 10: "the other side broke the protocol", 20: "data was changed on the way",
	21: "data was changed on the way", 22: "a record was too large",
	40: "no cipher or parameter that both accept", 42: "the certificate is broken", 43: "the certificate is of a kind that it does not take",
	44: "the certificate was revoked", 45: "the certificate has expired", 46: "the certificate was not accepted",
	47: "the other side broke the protocol", 48: "it does not know who signed the certificate", 49: "the certificate is valid but not allowed",
	50: "a message could not be read", 51: "a signature did not check", 70: "no TLS version that both accept",
	71: "it asks for stronger ciphers", 80: "it failed for reasons of its own", 86: "a downgrade was noticed",
	90: "it gave up", 109: "the other side left something out", 112: "it does not know the server name that was asked for (SNI)",
	113: "OCSP failed", 116: "it asks for a client certificate", 120: "ALPN does not match",
}

// alertName is an alert's name and what it means: "unknown_ca: it does not know
// who signed the certificate".
func alertName(a *session.Alert) string {
	if words := alertWords[a.Description]; words != "" {
		return a.Name() + ": " + words
	}
	return a.Name()
}

// tlsFailure: TLS did not come to stand (causes.md 4.6).
var tlsFailure = rule{
	code:     "tls-failure",
	needs:    wrong | odd,
	severity: Error,
	advice: "Try from the client's side: openssl s_client -starttls smtp -connect HOST:25 (port 465: without -starttls). Compare TLS versions, ciphers, certificate chain and dates. " +
		"A client that may fall back to plain text will come again without TLS; one that must not will report this.",
	find: func(c *Case) *claim {
		for _, look := range []func() *claim{c.tlsNotBegun, c.plainInTLS, c.tlsAlert, c.tlsOnPlainPort, c.plainOnTLSPort, c.plainSpokenOnTLSPort, c.tlsBroken} {
			if claim := look(); claim != nil {
				return claim
			}
		}
		return nil
	},
}

func (c *Case) tlsAlert() *claim {
	if c.TLS == nil || c.TLS.Alert == nil || c.TLS.Handshake != "failed" {
		return nil
	}
	a := c.TLS.Alert
	return &claim{certainty: Proven, frames: []int64{a.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The TLS handshake failed: the %s sent the alert %s%s", a.From, alertName(a), c.tlsDetails()),
		against: "the alert was sent in clear and is in the capture"}
}

func (c *Case) tlsDetails() string {
	switch {
	case c.TLS.Version == "":
		return ""
	case c.TLS.Offered:
		return " (the client offered " + c.TLS.Version + " at most)"
	}
	return " (" + c.TLS.Version + " had been chosen)"
}

const (
	noteTLSForCommand = "TLS record where a command was due"
	noteTLSAndPlain   = "the client speaks TLS, the server plain text"
	noteNoTLS         = "no TLS where TLS was due"
	notePlainBehind   = "plain bytes between STARTTLS and its reply"
)

// clientSpokeTLS reports whether the client began TLS where plain text was due.
func (c *Case) clientSpokeTLS() bool {
	return c.hasNote(noteTLSForCommand) || c.hasNote(noteTLSAndPlain)
}

func (c *Case) tlsOnPlainPort() *claim {
	if !c.clientSpokeTLS() || c.midstream() { // it may have said STARTTLS before the capture began
		return nil
	}
	if refusal := c.refusedSTARTTLS(); refusal != nil {
		return &claim{certainty: Proven, frames: []int64{refusal.Frame, c.noteFrame(noteTLSForCommand), c.Ended.Frame},
			summary: "The client began TLS although the server had refused STARTTLS with " + quote(refusal.Text),
			advice:  "Act on the server's refusal: it is the cause. And let the client be repaired, which did not heed it.",
			against: "STARTTLS and its refusal are in the capture, before the client's TLS record"}
	}
	out := &claim{certainty: Proven, frames: []int64{c.noteFrame(noteTLSForCommand), c.tlsFrame(), c.noteFrame(noteTLSAndPlain), c.Ended.Frame},
		summary: fmt.Sprintf("The client began TLS at once on port %d, where the server speaks plain text first: it is set to implicit TLS (\"SSL/TLS\") instead of STARTTLS", c.Server.Port),
		advice:  "Set the client to STARTTLS on this port, or to port 465 if it is to use implicit TLS.",
		against: "the client's bytes are a TLS ClientHello, the server's are SMTP or none"}
	if c.Server.Port == 465 { // there it is the server that is set wrong (RFC 8314 section 7.3)
		out.summary = "The client began TLS at once, as port 465 asks for, but the server speaks plain text first there: its port 465 is not set to implicit TLS"
		out.advice = "Set the server's port 465 to implicit TLS (Postfix: smtpd_tls_wrappermode=yes, Exim: tls_on_connect_ports, sendmail: M=s), or let the client use STARTTLS on port 587."
	}
	return out
}

// refusedSTARTTLS is the refusal of the client's last STARTTLS, nil where there is
// none.
func (c *Case) refusedSTARTTLS() (refusal *session.Event) {
	said := c.said()
	for i, e := range said {
		if e.Kind == session.EventCommand && verb(e.Text) == "STARTTLS" {
			if refusal = nil; i+1 < len(said) && said[i+1].Kind == session.EventReply && replyCode(said[i+1]) >= 400 {
				refusal = said[i+1]
			}
		}
	}
	return refusal
}

// tlsFrame is where TLS began, 0 where it did not.
func (c *Case) tlsFrame() int64 {
	if began := c.first(session.EventTLS, ""); began != nil {
		return began.Frame
	}
	return 0
}

// silentOnTLSPort: on the port of implicit TLS (RFC 8314) each side waits for
// the other.
func (c *Case) silentOnTLSPort() bool {
	return c.Server.Port == 465 && c.Ended.Phase == "banner" && c.Bytes.Client == 0 && (c.Bytes.Server == 0 || c.alertBehindEnd() != nil) &&
		c.Seen.MissingBytes == 0 && c.idle() >= bannerPatience
}

// alertBehindEnd is the alert with which a server answered a close: it had
// waited for TLS; nil where there is none.
func (c *Case) alertBehindEnd() *session.Alert {
	if c.TLS == nil || c.TLS.Alert == nil || c.TLS.Alert.From != "server" || c.TLS.Bytes.Client > 0 || c.TLS.Alert.Frame < c.Ended.Frame {
		return nil
	}
	return c.TLS.Alert
}

func (c *Case) plainOnTLSPort() *claim {
	if !c.silentOnTLSPort() || !c.bothHeard() || c.open() {
		return nil
	}
	out := &claim{certainty: Strong, severity: Warning, frames: []int64{c.Frames.First, c.Ended.Frame},
		summary: fmt.Sprintf("Nobody spoke for %s on port 465: the server waits for TLS to begin there, and the client waits for a greeting in plain text", seconds(c.idle())),
		advice:  "Set the client to implicit TLS (\"SSL/TLS\") on port 465, or to STARTTLS on port 587.",
		against: "no byte of either side, and none is missing in the capture; that the server expects TLS is told by the port only"}
	if alert := c.alertBehindEnd(); alert != nil {
		out.certainty, out.frames = Proven, append(out.frames, alert.Frame)
		out.against = "no byte of the client, and none is missing in the capture; the server's alert behind the close shows that it expects TLS"
	}
	return out
}

// plainTextOnTLSPort: the client says its commands in plain text on the port of
// implicit TLS, and the server has no word for them, or an alert only.
func (c *Case) plainTextOnTLSPort() bool {
	silent := c.Server.Port == 465 && c.Bytes.Server == 0
	return (silent || c.alertToPlainText() != nil) && c.Seen.MissingBytes == 0 && c.tooEarly() != nil
}

// alertToPlainText is the alert with which a server that waits for TLS answers
// what is none; nil where it has said anything else. On whatever port that is.
func (c *Case) alertToPlainText() *session.Alert {
	if c.TLS == nil || c.TLS.Mode != "implicit" || c.TLS.Alert == nil || c.TLS.Alert.From != "server" || c.TLS.Bytes.Client > 0 || c.TLS.Bytes.Server != c.Bytes.Server {
		return nil
	}
	return c.TLS.Alert
}

func (c *Case) plainSpokenOnTLSPort() *claim {
	if !c.plainTextOnTLSPort() || !c.endedBy("client") && !c.endedBy("server") {
		return nil
	}
	early, end := c.tooEarly(), "the server "+c.closing()+" without a word"
	if c.Ended.By == "client" {
		end = "the client " + c.closing() + " as no answer came"
	}
	out := &claim{certainty: Strong, frames: []int64{early.Frame, c.Ended.Frame},
		summary: fmt.Sprintf("The client sent %s in plain text on port %d, where the server waits for TLS to begin, and %s", verb(early.Text), c.Server.Port, end),
		advice:  "Set the client to implicit TLS (\"SSL/TLS\") on port 465, or to STARTTLS on port 587.",
		against: "the server sent no byte, and none is missing in the capture; that it expects TLS is told by the port only"}
	if alert := c.alertToPlainText(); alert != nil {
		out.certainty, out.frames = Proven, append(out.frames, alert.Frame)
		out.summary = fmt.Sprintf("The client sent %s in plain text on port %d, where the server waits for TLS to begin: it answered with the TLS alert %s, and the %s %s",
			verb(early.Text), c.Server.Port, alert.Name(), c.Ended.By, c.closing())
		out.against = "the alert is in the capture and is all that the server sent: it expects TLS; no byte of either side is missing"
	}
	return out
}
