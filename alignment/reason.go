package alignment

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// spans are what each side covers, and whom it knows.
type spans struct {
	seen      map[netip.Addr]bool // clients of the capture
	logged    map[netip.Addr]bool // clients of the log
	products  []gatewaylog.Product
	capture   span // capture clock
	log       span // of inbound connections, on the capture's clock
	known     map[gatewaylog.Product]bool
	noSession bool
}

// span is a time with a beginning and an end, in nanoseconds.
type span struct {
	first, last int64
	any         bool
}

func (s *span) add(first, last int64) {
	if !s.any || first < s.first {
		s.first = first
	}
	if !s.any || last > s.last {
		s.last = last
	}
	s.any = true
}

func (a *aligner) spans() *spans {
	s := &spans{seen: map[netip.Addr]bool{}, logged: map[netip.Addr]bool{},
		known: map[gatewaylog.Product]bool{}, noSession: len(a.talks) == 0}
	for _, t := range a.talks {
		s.capture.add(t.start, t.end)
		for _, p := range t.callers {
			s.seen[p] = true
		}
	}
	for _, x := range a.traces {
		s.addTrace(x)
	}
	return s
}

func (s *spans) addTrace(x *trace) {
	if x.outbound || x.internal {
		return
	}
	for _, p := range x.peers {
		s.logged[p] = true
	}
	if x.timed() && x.clock.known {
		s.log.add(x.clock.back(x.start), x.clock.back(x.end))
	}
	if p := x.c.Product; !s.known[p] {
		s.known[p] = true
		s.products = append(s.products, p)
	}
}

// silentAbout are ends that products do not log (formats.md).
var silentAbout = []struct {
	product gatewaylog.Product
	of      func(*session.Record) bool
	reason  string
}{
	{gatewaylog.SymantecSMG, noMessage, "Symantec's audit log has entries for messages only, and this session had none"},
	{gatewaylog.PureMessage, noMessage, "PureMessage logs messages only, and this session had none"},
	{gatewaylog.CiscoESA, refusedAtOnce, "AsyncOS logs a connection that it refuses at once as ICID 0 TCPREFUSE, without an address"},
	{gatewaylog.Exim, noMessage, "Exim does not log connections without a mail unless its log_selector has smtp_connection or smtp_no_mail"},
	{gatewaylog.Sendmail, noMessage, "sendmail logs little of a session without a mail, and nothing below LogLevel 5"},
}

func noMessage(r *session.Record) bool { return len(r.Messages) == 0 && r.TLS == nil }

func refusedAtOnce(r *session.Record) bool {
	return r.Banner == nil && r.Ended.By == "server"
}

// whyNoLine says why a session has no line.
func (s *spans) whyNoLine(t *talk) string {
	switch {
	case len(s.products) == 0:
		return "the log has no inbound connection that could be read"
	case t.unheard:
		return "the TCP handshake did not complete: the server's program never learnt of it"
	case !s.log.any:
		return "the log's clock could not be told, and no id or port names this session (see --clock-offset)"
	case t.end < s.log.first-edgeOfSpan:
		return "it ended before the log begins"
	case t.start > s.log.last+edgeOfSpan:
		return "it began after the log ends"
	}
	for _, p := range s.products {
		for _, row := range silentAbout {
			if row.product == p && row.of(t.r) {
				return row.reason
			}
		}
	}
	for _, p := range t.callers {
		if s.logged[p] {
			return "the log knows this client, but has no connection of it that fits at that time"
		}
	}
	if len(s.logged) == 0 {
		return "no line has this envelope or id"
	}
	if r := t.r; r.Ended.How == session.ByRST && r.Ended.By == "client" && r.Bytes == (session.Sides{}) {
		return "no line names this client: it reset the connection before a word was said, too early for some servers to learn its address (Postfix: unknown[unknown]), or of it at all"
	}
	return "no line names this client: another server or listener took it, or its address was translated (see --map)"
}

// edgeOfSpan is how far something may lie outside and still belong to it.
const edgeOfSpan = int64(2 * time.Second)

// whyNoPackets says why a log connection has no session.
func (s *spans) whyNoPackets(x *trace) string {
	switch {
	case x.internal:
		return "not an SMTP connection: made by the product itself"
	case x.c.Ended.Words == "TCPREFUSE":
		return "refused at once (TCPREFUSE): its line names no client"
	case len(x.peers) == 0 && len(x.c.Messages) == 0:
		return "its lines name neither a client nor a message"
	case s.noSession:
		return "the capture has no session"
	case !x.clock.known:
		return "the log's clock could not be told (see --clock-offset)"
	case x.clock.back(x.end) < s.capture.first-edgeOfSpan:
		return "outside the capture's span: it ended before the capture's first session"
	case x.clock.back(x.start) > s.capture.last+edgeOfSpan:
		return "outside the capture's span: it began after the capture's last session"
	case x.outbound:
		return "outgoing: its packets did not pass where the capture was taken, or the log of its other end is matched to them"
	}
	return s.whyNoClient(x)
}

func (s *spans) whyNoClient(x *trace) string {
	for _, p := range x.peers {
		if p.IsLoopback() {
			return "from the host itself (" + p.String() + "): such packets are on its loopback interface"
		}
	}
	for _, p := range x.peers {
		if s.seen[p] {
			return "the capture has other sessions of this client, but none that fits: the capture lost packets, or the log runs two connections together"
		}
	}
	if len(x.peers) == 0 {
		return "no session has this envelope or id at that time"
	}
	return "no packet of this client was captured: it came over another interface, or its address was translated (see --map)"
}

// whyNoChoice says why none of a session's candidates was chosen.
func whyNoChoice(t *talk) string {
	x := t.candidates[0]
	switch {
	case len(t.candidates) > 1 && x.clock.known:
		return "several log connections fit about equally"
	case len(t.candidates) > 1:
		return "several log connections fit, and the log's clock could not be told (see --clock-offset)"
	case x.clock.known:
		return "the log connection fits other sessions about equally"
	}
	apart := time.Duration(differenceOf(t, x).d).Round(100 * time.Millisecond)
	return fmt.Sprintf("the log's clock could not be told: it is the one with --clock-offset %v, or else another attempt", apart)
}

func whyAmbiguous(sessions []int64) string {
	words := make([]string, 0, len(sessions))
	for _, n := range sessions[:min(len(sessions), 8)] {
		words = append(words, fmt.Sprintf("#%d", n))
	}
	if len(sessions) == 1 {
		return "fits session " + words[0] + ", but others fit it as well"
	}
	return "fits the sessions " + strings.Join(words, ", ") + " about equally"
}
