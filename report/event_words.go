package report

import (
	"fmt"
	"net/netip"
	"strings"

	"smtpscope/capture"
	"smtpscope/session"
)

// eventWords say one event of a session's story, and in which colour.
func eventWords(e *session.Event) (string, paint) {
	switch e.Kind {
	case session.EventCommand:
		return printableLines(e.Text), paintClient
	case session.EventReply:
		return printableLines(e.Text), paintServer
	case session.EventContent:
		return contentWords(e), paintClient
	case session.EventFIN, session.EventRST, session.EventRSTIgnored:
		return closeWords(e), paintBad
	case session.EventSYN, session.EventSYNACK:
		return closeWords(e), nil
	case session.EventICMP:
		return icmpWords(e), paintBad
	case session.EventEnd:
		return endWords(e.Text), paintOpen
	case session.EventEstablished:
		return "connected", paintFaint
	case session.EventNote:
		return "note: " + Printable(e.Text), paintOdd
	case session.EventTLS, session.EventProxy:
		return string(e.Kind) + ": " + Printable(e.Text), paintFaint
	}
	return runWords(e), paintOdd
}

// printableLines keeps the line feeds between the lines of a reply and
// escapes everything else.
func printableLines(s string) string { return onEachLine(s, Printable) }

// contentWords measure a message's content: "content, 41 kB in 3.2 s
// (13 kB/s), frames 12 to 60".
func contentWords(e *session.Event) string {
	words := "content, " + Size(e.Bytes)
	d := e.Until.Sub(e.Time)
	if d > 0 {
		words += " in " + Span(d)
	}
	if rate := Rate(e.Bytes, d); rate != "" && e.Bytes > 0 {
		words += " (" + rate + ")"
	}
	if e.Last > e.Frame {
		words += fmt.Sprintf(", frames %d to %d", e.Frame, e.Last)
	}
	if e.Count == 0 {
		return words + ", no end"
	}
	if e.Text == "BDAT" { // a chunk's end is not the message's, unless it was the LAST
		return words + ", whole"
	}
	return words + ", ended"
}

var closeNames = map[session.EventKind]string{
	session.EventSYN: "SYN", session.EventSYNACK: "SYN-ACK", session.EventFIN: "FIN", session.EventRST: "RST",
	session.EventRSTIgnored: "RST that no receiver would accept (sequence number)",
}

// closeWords name a packet that opens or closes, with the header fields by
// which its true sender may be told.
func closeWords(e *session.Event) string {
	words := closeNames[e.Kind]
	if e.Text != "" {
		words += " " + Printable(e.Text)
	}
	h := e.Header
	if h == nil {
		return words
	}
	fields := []string{fmt.Sprintf("ttl %d", h.TTL), fmt.Sprintf("window %d", h.Window)}
	if h.HasIPID && h.IPID != 0 {
		fields = append(fields, fmt.Sprintf("ip id %d", h.IPID))
	}
	fields = append(fields, fmt.Sprintf("seq %d", h.Seq))
	if h.Flags.Has(capture.ACK) {
		fields = append(fields, fmt.Sprintf("ack %d", h.Ack))
	}
	return words + " (" + strings.Join(fields, ", ") + ")"
}

// icmpNames are the ICMP errors that a TCP connection meets (RFC 792,
// RFC 1812, RFC 4443): version, type, code.
var icmpNames = map[[3]uint8]string{
	{4, 3, 0}:  "network unreachable",
	{4, 3, 1}:  "host unreachable",
	{4, 3, 2}:  "protocol unreachable",
	{4, 3, 3}:  "port unreachable",
	{4, 3, 4}:  "fragmentation needed",
	{4, 3, 9}:  "network administratively prohibited",
	{4, 3, 10}: "host administratively prohibited",
	{4, 3, 13}: "administratively prohibited",
	{4, 11, 0}: "time to live exceeded",
	{6, 1, 0}:  "no route",
	{6, 1, 1}:  "administratively prohibited",
	{6, 1, 3}:  "address unreachable",
	{6, 1, 4}:  "port unreachable",
	{6, 2, 0}:  "packet too big",
	{6, 3, 0}:  "hop limit exceeded",
}

func icmpWords(e *session.Event) string {
	if e.Header == nil {
		return "ICMP error"
	}
	i := &e.Header.ICMP
	version := uint8(4)
	if i.V6 {
		version = 6
	}
	name, known := icmpNames[[3]uint8{version, i.Type, i.Code}]
	if !known {
		name = fmt.Sprintf("type %d code %d", i.Type, i.Code)
	}
	words := "ICMP: " + name
	if i.MTU != 0 {
		words += fmt.Sprintf(", MTU %d", i.MTU)
	}
	if i.From != (netip.Addr{}) {
		words += ", from " + i.From.String()
	}
	return words
}

var endNames = map[session.How]string{
	session.BySilence:       "silence: nothing more for longer than the idle limit",
	session.ByReplaced:      "a new connection begins on the same ports",
	session.ByEvicted:       "given up for lack of memory",
	session.ByCaptureEnd:    "the capture ends, the session was still open",
	session.BySYNUnanswered: "nothing more: the handshake never completed",
}

func endWords(how string) string {
	if words, known := endNames[session.How(how)]; known {
		return words
	}
	return Printable(how)
}

// A runWord says an event that may stand for many packets. bytes tells
// whether a number of bytes belongs to it.
type runWord struct {
	one, many string
	bytes     bool
}

var runNames = map[session.EventKind]runWord{
	session.EventRetransmission: {"retransmission", "retransmissions", true},
	session.EventOutOfOrder:     {"segment out of order", "segments out of order", true},
	session.EventKeepAlive:      {"keep-alive probe", "keep-alive probes", false},
	session.EventOverlap:        {"segment repeats bytes with other content", "segments repeat bytes with other content", true},
	session.EventLate:           {"segment after its sender's end", "segments after their sender's end", true},
	session.EventGap:            {"gap: the capture missed bytes that arrived", "gaps: the capture missed bytes that arrived", true},
	session.EventLost:           {"lost on the way, never repeated", "losses on the way, never repeated", true},
	session.EventCut:            {"cut off by the snap length", "packets cut off by the snap length", true},
	session.EventZeroWindow:     {"window shut (0 bytes)", "window shut (0 bytes)", false},
	session.EventWindowOpen:     {"window open again", "window open again", false},
	session.EventRSTVoid:        {"the RST above ended nothing: its alleged sender went on", "", false},
}

func runWords(e *session.Event) string {
	name, known := runNames[e.Kind]
	if !known {
		return strings.TrimSpace(Printable(string(e.Kind)) + " " + Printable(e.Text))
	}
	words := name.one
	if e.Count > 1 && name.many != "" {
		words = Thousands(e.Count) + " " + name.many
	}
	if name.bytes && e.Bytes > 0 {
		words += ", " + Size(e.Bytes)
	}
	if d := e.Until.Sub(e.Time); d > 0 {
		words += " over " + Span(d)
	}
	if e.Last > e.Frame {
		words += fmt.Sprintf(", frames %d to %d", e.Frame, e.Last)
	}
	if e.Kind == session.EventWindowOpen && e.Bytes > 0 {
		words += ", shut for " + Span(capture.Time(e.Bytes).Sub(0))
	}
	return words
}
