package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// span says a time in words: 30.0 s, 250 ms, 65 min.
func span(d time.Duration) string {
	switch {
	case d >= 100*time.Minute:
		return fmt.Sprintf("%.1f h", d.Hours())
	case d >= 10*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	if d < 100*time.Microsecond {
		return "less than 0.1 ms"
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// count says a number of things: 1 packet, 3 packets.
func count[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ended is the moment of the session's end.
func (c *Case) ended() capture.Time { return capture.Time(c.Ended.Time) }

// since is the time from a moment to another, never negative.
func since(from session.Stamp, to capture.Time) time.Duration { return max(to.Sub(from.Time), 0) }

// icmpWords say what an ICMP error means (RFC 792, RFC 1812 section 5.2.7.1,
// RFC 4443 section 3).
func icmpWords(i capture.ICMP) string {
	name, known := icmp4[[2]uint8{i.Type, i.Code}]
	if i.V6 {
		name, known = icmp6[[2]uint8{i.Type, i.Code}]
	}
	version := "ICMP"
	if i.V6 {
		version = "ICMPv6"
	}
	if !known {
		return fmt.Sprintf("%s type %d code %d", version, i.Type, i.Code)
	}
	return fmt.Sprintf("%s (%s type %d code %d)", name, version, i.Type, i.Code)
}

var icmp4 = map[[2]uint8]string{
	{3, 0}: "network unreachable", {3, 1}: "host unreachable", {3, 2}: "protocol unreachable",
	{3, 3}: "port unreachable", {3, 4}: "fragmentation needed", {3, 5}: "source route failed",
	{3, 6}: "network unknown", {3, 7}: "host unknown", {3, 9}: "network administratively prohibited",
	{3, 10}: "host administratively prohibited", {3, 13}: "administratively prohibited",
	{11, 0}: "time to live exceeded: a routing loop", {11, 1}: "fragments did not all arrive",
}

var icmp6 = map[[2]uint8]string{
	{1, 0}: "no route", {1, 1}: "forbidden by a filter", {1, 3}: "address unreachable", {1, 4}: "port unreachable",
	{1, 5}: "source address refused by policy", {1, 6}: "route rejected", {2, 0}: "packet too big",
	{3, 0}: "hop limit exceeded: a routing loop", {3, 1}: "fragments did not all arrive",
}

// fromHere says how far the sender of a packet is, by its TTL.
func fromHere(ttl uint8) string {
	if n := routers(ttl); n > 0 {
		return fmt.Sprintf("its TTL of %d suggests a sender %s away", ttl, count(int64(n), "router"))
	}
	return fmt.Sprintf("its TTL of %d is whole: no router lies between its sender and the capture point", ttl)
}

// times says how often: once, twice, 3 times.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
