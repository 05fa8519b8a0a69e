package smtpstate

// TLS is what can be read of a TLS session in clear (RFC 8446, RFC 5246).
type TLS struct {
	Mode                         string // "starttls" or "implicit"; "" where the capture began inside it
	Handshake                    string // "none" (nothing of the client after STARTTLS's 220, or at all), "begun", "complete", "failed" (a fatal alert, or not TLS), "unknown"
	Version                      string // "TLS 1.3" from ServerHello; else the highest that the client offered, with Offered
	Offered                      bool   // Version is the client's offer only
	SNI                          string
	AlertFrom                    string // "client" or "server"; "" = none could be read
	AlertLevel, AlertDescription uint8
	AlertAt                      Mark
	SealedFrom                   string // "client" or "server": its record that can only be an encrypted alert ended the handshake; "" = none
	SealedAt                     Mark
	PlainCode                    int   // the code of the reply that the server's bytes begin with, where they are plain text
	ClientBytes, ServerBytes     int64 // from the first TLS byte on, gaps counted
}

// side of a TLS session.
type side uint8

const (
	fromClient side = iota
	fromServer
)

func (s side) String() string {
	if s == fromClient {
		return sideClient
	}
	return sideServer
}

// Handshake's words.
const (
	handshakeNone     = "none"
	handshakeBegun    = "begun"
	handshakeComplete = "complete"
	handshakeFailed   = "failed"
	handshakeUnknown  = "unknown"
)

// tlsSession watches both streams of records.
type tlsSession struct {
	TLS
	bytes   [2]int64
	sides   [2]tlsSide
	hello   bool    // ServerHello was seen: Version is the one chosen
	modern  bool    // it is TLS 1.3
	warned  bool    // the handshake is taken for failed for an alert of level warning, whose sender may go on
	guessed bool    // only one side showed that the handshake is complete
	middle  bool    // the capture began inside
	plain   []byte  // all that the client sent, where it begins with a letter: a hello, perhaps
	plainAt Mark    // where that began
	head    [4]byte // what the server sent first
	headed  uint8
	vain    bool // bytes that are missing now never came to the other side
}

// tlsSide is what one side has sent.
type tlsSide struct {
	reader  recordReader
	records int64 // whole ones
	changed bool  // ChangeCipherSpec was sent
	finish  bool  // TLS 1.2: a handshake record followed it, which is Finished (RFC 5246 section 7.4.9)
	sealed  int64 // application data records; in TLS 1.3 the encrypted handshake is among them
	first   int   // length of the first of them
	hidden  bool  // bytes of this side are missing
	trace   helloTrace
	later   bool  // missing bytes of this side came after the other's encrypted handshake began
	missing int64 // bytes, where Finished may be among them
}

// sealedAlert is the length of an encrypted record of TLS 1.3 that holds an alert
// without padding: two bytes, the content type, and a tag of 16, or of 8. No
// message of the handshake is as short (RFC 8446 sections 4, 5.2 and 6).
func sealedAlert(n int) bool { return n == 2+1+16 || n == 2+1+8 }

// longestSealedAlert is the length up to which an encrypted record of TLS 1.3
// counts as an alert. Its two bytes, the content type, and the AEAD's tag of 8
// or 16 make 11 or 19, with a little padding 24. A client's handshake record is
// longer: 25 for an empty Certificate, 53 or 69 for Finished with a tag of 16
// (RFC 8446 sections 4.4.2, 4.4.4, 5.2 and 6).
const longestSealedAlert = 24

func (t *tlsSession) report() *TLS {
	r := t.TLS
	r.PlainCode = t.plainCode()
	r.ClientBytes, r.ServerBytes = t.bytes[fromClient], t.bytes[fromServer]
	return &r
}

// startTLS makes both streams TLS from their next byte.
func (m *Machine) startTLS(mode string, at Mark) {
	m.tls = &tlsSession{TLS: TLS{Mode: mode, Handshake: handshakeNone}, middle: mode == ""}
	m.abandon()
	m.server.opaque = true
	m.client.mode = modeTLS
	m.queue = m.queue[:0]
	m.server.setSpots(nil)
	m.announceFloats()
	m.authOpen = false
	m.phase, m.doubt, m.inferred = PhaseTLSHandshake, false, false
}

// feed reads bytes of one side, which begin at pos in its stream.
func (t *tlsSession) feed(m *Machine, from side, data []byte, pos int64, at Mark) {
	s := &t.sides[from]
	r := &s.reader
	if from == fromClient {
		t.keepPlain(data, at)
	} else {
		t.keepHead(m, data, pos)
	}
	t.bytes[from] += int64(len(data))
	for len(data) > 0 && !r.lost {
		header := recordHeader - r.have
		n, done := r.read(data, !s.changed || t.modern)
		m.traceRecord(s, from, data[:n], header, pos)
		data = data[n:]
		pos += int64(n)
		switch {
		case r.lost && s.records == 0 && !s.hidden && !t.middle:
			t.fail(m, from, at)
		case r.lost:
			t.unsure()
		case t.Handshake == handshakeNone && !t.unasked(from):
			t.Handshake = handshakeBegun
		}
		if done {
			t.record(m, from, at)
		}
	}
}

// unasked: the server speaks, and the client has not begun. What it says then is
// an alert that answers a close, or plain text.
func (t *tlsSession) unasked(from side) bool {
	return from == fromServer && !t.middle && t.bytes[fromClient] == 0
}

// fail: what came is not TLS.
func (t *tlsSession) fail(m *Machine, from side, at Mark) {
	if t.Handshake != handshakeComplete {
		t.Handshake = handshakeFailed
	}
	m.note("no TLS where TLS was due", from.String(), at)
}

func (t *tlsSession) unsure() {
	if t.Handshake == handshakeNone || t.Handshake == handshakeBegun {
		t.Handshake = handshakeUnknown
	}
}

// record takes a whole record.
func (t *tlsSession) record(m *Machine, from side, at Mark) {
	s := &t.sides[from]
	r := &s.reader
	s.records++
	if t.warned && r.kind != recordAlert && from.String() == t.AlertFrom {
		t.Handshake, t.warned = handshakeBegun, false
	}
	switch r.kind {
	case recordChange:
		s.changed = true
	case recordAlert: // two bytes are in clear, wherever they stand: a tag would make them more
		switch {
		case r.length == 2 && len(r.body) == 2:
			t.alert(m, from, r.body[0], r.body[1], at)
		case r.length > 2:
			t.alertSealed(m, from, at)
		}
	case recordHandshake:
		if s.changed && !t.modern {
			s.finish = true
		}
	case recordData:
		if s.sealed++; s.sealed == 1 {
			s.first = r.length
		}
		if from == fromServer && t.modern && sealedAlert(r.length) {
			t.alertSealed(m, from, at)
		}
	}
	if hello := r.takeHello(); hello != nil {
		t.takeHello(m, from, hello, at)
	}
	if t.Handshake != handshakeComplete && t.complete(m, at) {
		t.Handshake = handshakeComplete
		m.phase, m.doubt, m.inferred = PhaseTLS, false, t.guessed || m.inferred
		m.tell(at)
	}
}

func (t *tlsSession) takeHello(m *Machine, from side, h *helloInfo, at Mark) {
	m.obs.TLSMessage(h.words(from), from.String(), at)
	if from == fromClient {
		if t.SNI == "" {
			t.SNI = h.sni
		}
		if !t.hello {
			t.Version, t.Offered = versionName(h.version), true
		}
		return
	}
	t.hello, t.modern = true, h.version >= 0x0304
	t.Version, t.Offered = versionName(h.version), false
}

// alert takes one that is readable. Anything but a farewell before the
// handshake is complete has ended it (RFC 8446 section 6), unless it was only a
// warning (RFC 5246 section 7.2.2) and its sender goes on with the handshake: a
// server that does not know the name asked for may say so and serve another (RFC
// 6066 section 3).
func (t *tlsSession) alert(m *Machine, from side, level, description uint8, at Mark) {
	m.obs.TLSMessage("alert "+AlertName(description), from.String(), at)
	t.AlertFrom, t.AlertLevel, t.AlertDescription, t.AlertAt = from.String(), level, description, at
	const fatal, closeNotify, userCanceled = 2, 0, 90
	if t.Handshake != handshakeComplete && !t.unasked(from) && (level == fatal || description != closeNotify && description != userCanceled) {
		t.warned = level != fatal && t.Handshake != handshakeFailed
		t.Handshake = handshakeFailed
	}
}

// alertSealed takes an encrypted alert before the handshake is complete. Behind it
// nothing tells one from a farewell.
func (t *tlsSession) alertSealed(m *Machine, from side, at Mark) {
	if t.Handshake == handshakeComplete || t.Handshake == handshakeFailed {
		return
	}
	m.obs.TLSMessage("encrypted alert", from.String(), at)
	t.Handshake, t.SealedFrom, t.SealedAt = handshakeFailed, from.String(), at
}

// complete reports whether the records seen show a complete handshake.
//
// TLS 1.2: each side has sent ChangeCipherSpec and a handshake record behind
// it. TLS 1.3: the server has sent encrypted records, and so has the client,
// the first of them too long for an alert (an alert there refuses the server's
// certificate and looks like data). Of one side only: it sends data beyond
// what its own handshake can be.
func (t *tlsSession) complete(m *Machine, at Mark) bool {
	c, s := &t.sides[fromClient], &t.sides[fromServer]
	if t.Handshake == handshakeFailed {
		return false
	}
	switch {
	case t.modern && s.sealed > 0 && c.sealed > 0:
		if c.first <= longestSealedAlert {
			t.alertSealed(m, fromClient, at)
			return false
		}
		return true
	case !t.modern && c.finish && s.finish:
		return true
	case !t.modern && t.hello && c.finish && s.sealed > 0, !t.modern && t.hello && s.finish && c.sealed > 0:
		return true // the other Finished was missed
	}
	t.guessed = true
	done := t.completeByOne(c, s)
	t.guessed = done
	return done
}

func (t *tlsSession) completeByOne(c, s *tlsSide) bool {
	switch {
	case s.hidden && c.sealed > 0 && c.first > longestSealedAlert: // TLS 1.3's Finished, or data
		return true
	case t.middle && c.records == 0 && s.sealed > 1, t.middle && s.records == 0 && c.sealed > 1:
		return true
	case t.middle && c.sealed > 0 && s.sealed > 0 && c.first > longestSealedAlert:
		return true
	case t.middle && c.sealed > 1 && s.sealed > 0: // nobody goes on behind an alert
		return true
	case s.records == 0 && s.hidden || s.records == 0 && c.sealed > 1:
		return c.finish && c.sealed > 0 || !c.finish && c.sealed > 1 && c.first > longestSealedAlert
	case c.records == 0 && t.modern:
		return c.later && s.sealed > 0
	case c.records == 0:
		return s.finish && s.sealed > 0
	}
	return false
}

// gap goes on behind n missing bytes of one side.
func (t *tlsSession) gap(m *Machine, from side, n int64, at Mark) {
	s := &t.sides[from]
	s.hidden = true
	t.bytes[from] += n
	if t.sides[1-from].sealed > 0 || t.sides[1-from].finish {
		s.later = true
	}
	if !t.vain && (from == fromServer || t.hello || t.sides[1-from].hidden) {
		s.missing += n // a client has read ServerHello before
	}
	if s.reader.gap(n) {
		t.record(m, from, at)
	}
	if s.reader.resync {
		t.unsure()
	}
}
