package report

import (
	"fmt"
	"net/netip"

	"smtpscope/session"
)

// DisplayFilter is a display filter for Wireshark and tshark that shows the
// frames of one session: addresses and ports, and the frame numbers, since
// ports are used again. With several files the numbers of the whole input
// mean nothing to Wireshark, so the filter then begins at the session's first
// frame in its own file and has no end.
func DisplayFilter(r *session.Record) string {
	filter := fmt.Sprintf("tcp && %s==%s && %s==%s && tcp.port==%d && tcp.port==%d",
		field(r.Client.IP), r.Client.IP, field(r.Server.IP), r.Server.IP, r.Client.Port, r.Server.Port)
	if r.SourceFrame != r.Frames.First {
		return fmt.Sprintf("%s && frame.number>=%d", filter, r.SourceFrame)
	}
	return fmt.Sprintf("%s && frame.number>=%d && frame.number<=%d", filter, r.Frames.First, r.Frames.Last)
}

// field is Wireshark's name for the addresses of a packet.
func field(ip netip.Addr) string {
	if ip.Is4() {
		return "ip.addr"
	}
	return "ipv6.addr"
}
