package report

import (
	"net/netip"
	"testing"

	"smtpscope/session"
)

func TestDisplayFilter(t *testing.T) {
	r := made("data", session.ByRST, "client")
	if got, want := DisplayFilter(r), "tcp && ip.addr==192.0.2.10 && ip.addr==198.51.100.5 && tcp.port==41234 && "+
		"tcp.port==25 && frame.number>=790 && frame.number<=811"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r.SourceFrame = 12
	if got, want := DisplayFilter(r), "tcp && ip.addr==192.0.2.10 && ip.addr==198.51.100.5 && tcp.port==41234 && "+
		"tcp.port==25 && frame.number>=12"; got != want {
		t.Errorf("of several files: got %s", got)
	}
	r.Client.IP, r.Server.IP = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::25")
	if got, want := DisplayFilter(r), "tcp && ipv6.addr==2001:db8::1 && ipv6.addr==2001:db8::25 && tcp.port==41234 && "+
		"tcp.port==25 && frame.number>=12"; got != want {
		t.Errorf("of IPv6: got %s", got)
	}
}
