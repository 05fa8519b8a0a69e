package main

import (
	"fmt"
	"slices"
	"strings"

	"smtpscope/report"
)

// shownPorts is how many ports are named of a capture without mail.
const shownPorts = 5

// nothing says of a capture without an SMTP session what is in it instead, and
// what to try.
func nothing(r *reading) []string {
	s := &r.summary
	switch {
	case s.Frames == 0:
		return []string{"the capture holds no packet: was anything written before it was stopped?"}
	case s.Filtered == s.Frames:
		return []string{fmt.Sprintf("--filter dropped all of %s", report.Count(s.Frames, "packet", "packets"))}
	}
	lines := contents(r)
	switch {
	case s.TCP == 0 && s.Truncated > 0:
		lines = append(lines, "try: capture whole packets (tcpdump -s 0); these end before their TCP header")
	case s.TCP == 0:
		lines = append(lines, "try: capture where the mail passes; there is no TCP here")
	default:
		lines = append(lines, "try: --port N if one of these ports carries mail; a capture that begins before the session does")
	}
	return lines
}

// contents says what the frames of a capture are.
func contents(r *reading) []string {
	s := &r.summary
	var parts []string
	add := func(n int64, what string) {
		if n > 0 {
			parts = append(parts, report.Thousands(n)+" "+what)
		}
	}
	add(s.TCP, "TCP")
	add(s.UDP, "UDP")
	add(s.ICMP+s.Quotes, "ICMP")
	add(s.ARP, "ARP")
	add(s.Protocol, "of other IP protocols")
	add(s.EtherType+s.LLC, "not IP")
	add(s.Fragments, "IP fragments")
	add(s.Truncated, "cut before their TCP header")
	add(s.Malformed+s.TooDeep, "damaged")
	add(s.Filtered, "dropped by --filter")
	for _, link := range sortedLinks(s.LinkTypes) {
		add(s.LinkTypes[link], fmt.Sprintf("of link type %d, which is not read", link))
	}
	lines := []string{"packets: " + strings.Join(parts, ", ")}
	if len(s.TCPPorts) > 0 {
		var ports []string
		for _, port := range s.TCPPorts[:min(len(s.TCPPorts), shownPorts)] {
			ports = append(ports, fmt.Sprintf("%d (%s)", port.Port, report.Count(port.Count, "packet", "packets")))
		}
		lines = append(lines, "TCP ports: "+strings.Join(ports, ", "))
	}
	if r.in.verbose {
		lines = append(lines, sources(r)...)
	}
	return lines
}

func sortedLinks(links map[int32]int64) []int32 {
	var list []int32
	for link := range links {
		list = append(list, link)
	}
	slices.Sort(list)
	return list
}

// sources say what each file is.
func sources(r *reading) []string {
	var lines []string
	for i := range r.summary.Sources {
		s := &r.summary.Sources[i]
		line := fmt.Sprintf("%s: %s, link types %v", report.Printable(s.Path), report.Printable(s.Format), s.Links)
		if s.Snaplen > 0 {
			line += fmt.Sprintf(", snaplen %d", s.Snaplen)
		}
		if s.DropsKnown {
			line += fmt.Sprintf(", %s dropped", report.Count(s.Dropped, "packet", "packets"))
		}
		if s.Application != "" {
			line += ", written by " + report.Printable(s.Application)
		}
		lines = append(lines, line)
	}
	return lines
}
