//go:build linux

package realservers

import (
	"context"
)

// A block is a set of the firewall: what happens to the packets of the client
// addresses in it.
type block string

const (
	dropAll        block = "drop_all"         // the router drops both directions without a word
	dropToClient   block = "drop_to_client"   // the router drops what the server sends
	resetToClient  block = "reset_to_client"  // the client's next packet is answered by a RST, and dropped
	resetToServer  block = "reset_to_server"  // the server's next packet is answered by a RST, and dropped
	icmpToClient   block = "icmp_to_client"   // a SYN is answered by ICMP "administratively prohibited"
	gatewayDropSYN block = "gateway_drop_syn" // the gateway's own firewall drops SYNs after tcpdump saw them
)

const routerRules = `
table ip smtpscope {
	set drop_all { type ipv4_addr; }
	set drop_to_client { type ipv4_addr; }
	set reset_to_client { type ipv4_addr; }
	set reset_to_server { type ipv4_addr; }
	set icmp_to_client { type ipv4_addr; }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ip saddr @drop_all drop
		ip daddr @drop_all drop
		ip daddr @drop_to_client drop
		ip saddr @icmp_to_client tcp flags & (syn | ack) == syn reject with icmp admin-prohibited
		ip saddr @reset_to_client ip protocol tcp reject with tcp reset
		ip daddr @reset_to_server ip protocol tcp reject with tcp reset
	}
}
`

const gatewayRules = `
table ip smtpscope {
	set gateway_drop_syn { type ipv4_addr; }
	chain input {
		type filter hook input priority filter; policy accept;
		ip saddr @gateway_drop_syn tcp flags & (syn | ack) == syn drop
	}
}
`

// loadFirewall installs both rule sets; all blocks are empty.
func loadFirewall(ctx context.Context) error {
	if err := nft(ctx, routerNS, routerRules); err != nil {
		return err
	}
	return nft(ctx, gatewayNS, gatewayRules)
}

// impose puts a client address under a block. It holds for the rest of the run.
func impose(ctx context.Context, b block, client string) error {
	ns := routerNS
	if b == gatewayDropSYN {
		ns = gatewayNS
	}
	return nft(ctx, ns, "add element ip smtpscope "+string(b)+" { "+client+" }\n")
}

func nft(ctx context.Context, ns, rules string) error {
	return inNamespace(ns, func() error { return runTool(ctx, rules, "nft", "-f", "-") })
}
