package report

import (
	"cmp"
	"fmt"
	"strings"

	"smtpscope/session"
)

// aboutSession are the facts that belong to no single packet.
func aboutSession(r *session.Record) []string {
	var lines []string
	if r.Direction != "" {
		lines = append(lines, Printable(r.Direction))
	}
	if r.Origin != nil {
		who := r.Origin.Name
		if r.Origin.IP.IsValid() {
			who = r.Origin.IP.String()
			if r.Origin.Port > 0 {
				who = session.Endpoint{IP: r.Origin.IP, Port: r.Origin.Port}.String()
			}
		}
		lines = append(lines, "on behalf of "+Printable(who)+" ("+Printable(r.Origin.By)+")")
	}
	if r.TLS != nil {
		lines = append(lines, encryption(r.TLS))
	}
	if line := health(&r.TCP); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// tlsBegins says how a session came to TLS.
var tlsBegins = map[string]string{"starttls": "TLS by STARTTLS", "implicit": "TLS from the first byte", "": "TLS since before the capture"}

// encryption says what can be told of TLS from outside.
func encryption(t *session.TLS) string {
	begins := cmp.Or(tlsBegins[t.Mode], "TLS by "+Printable(t.Mode))
	if t.Handshake == "none" {
		return begins + ": not begun"
	}
	words := "handshake " + Printable(t.Handshake)
	if t.Version != "" || t.SNI != "" {
		words = tlsWords(t) + ", " + words
	}
	return begins + ": " + words
}

// health is what TCP's counters tell, where they are not all well.
func health(c *session.TCP) string {
	var parts []string
	if c.RTT != nil {
		parts = append(parts, "round trip "+Span(c.RTT.Duration()))
	}
	both := func(n session.Sides, what string) {
		if n.Client+n.Server > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s by client, %s by server", what, Thousands(n.Client), Thousands(n.Server)))
		}
	}
	both(c.Retransmitted, "retransmitted")
	both(c.ZeroWindow, "window shut")
	both(c.KeepAlives, "keep-alives")
	if len(parts) == 0 {
		return ""
	}
	return "tcp: " + strings.Join(parts, "; ")
}

// doubts are the lines about what the capture does not show of the session.
func doubts(r *session.Record) []string {
	var lines []string
	switch {
	case !r.OneSided():
	case !r.Seen.Client:
		lines = append(lines, "the client's packets were not captured")
	default:
		lines = append(lines, "the server's packets were not captured")
	}
	if !r.Seen.Handshake && r.Ended.Phase != "connect" {
		lines = append(lines, "the beginning was not captured whole (no handshake)")
	}
	if n := r.TCP.Missed.Client + r.TCP.Missed.Server; n > 0 {
		lines = append(lines, "the capture missed "+Size(n)+" that did arrive")
	}
	if n := r.TCP.Lost.Client + r.TCP.Lost.Server; n > 0 {
		lines = append(lines, Size(n)+" were lost on the way and not repeated")
	}
	if n := r.TCP.Cut.Client + r.TCP.Cut.Server; n > 0 {
		lines = append(lines, "the snap length cut off "+Size(n))
	}
	if r.TCP.Duplicates > 0 {
		lines = append(lines, Count(r.TCP.Duplicates, "packet was", "packets were")+" captured twice")
	}
	return lines
}
