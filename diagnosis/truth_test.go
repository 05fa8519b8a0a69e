package diagnosis

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"smtpscope/session"
)

// What was played between a real Postfix and its clients through a router in
// network namespaces (../shared/servers/README.md), and what the rules of TCP
// and the path have to say of it, from each of the two capture points; of all
// other scenarios, nothing. Taken from the scenarios' descriptions: where a
// device one hop away forges and the alleged sender never goes on, nothing at
// this point can know.
var played = map[string]struct{ gateway, client string }{
	"fw_reject_to_client":    {"peer-vanished proven", "forged-rst strong"},
	"fw_reject_to_server":    {"forged-rst strong", ""},
	"ips_rst_both":           {"", ""},
	"ips_rst_server":         {"forged-rst strong", ""},
	"ips_rst_client":         {"peer-vanished proven", ""},
	"blackhole_mid_data":     {"peer-vanished proven", "peer-vanished proven"},
	"blackhole_idle":         {"peer-vanished proven", "peer-vanished proven"},
	"blackhole_reply":        {"packet-loss strong", "peer-vanished proven"},
	"mtu_blackhole":          {"mtu-black-hole likely", "mtu-black-hole strong"},
	"never_reads":            {"zero-window proven", "zero-window proven"},
	"server_stall":           {"zero-window proven", "zero-window proven"},
	"slow_reader":            {"zero-window proven", "zero-window proven"},
	"syn_dropped":            {"", "connect-unanswered proven"}, // the gateway sees nothing
	"syn_dropped_by_gateway": {"connect-unanswered proven", "connect-unanswered proven"},
	"synack_dropped":         {"synack-unanswered proven", "connect-unanswered proven"},
	"fw_reject_syn_icmp":     {"", "connection-refused proven"},
	"closed_port":            {"connection-refused proven", "connection-refused proven"},
	"server_stop":            {"connection-refused proven", "connection-refused proven"}, // of one of its sessions
	"portscan":               {"synack-reset proven", "synack-reset proven"},             // of some
	"lossy":                  {"packet-loss proven", "packet-loss proven"},
}

// some are the scenarios of several sessions of which only some show it.
var some = []string{"server_stop", "portscan"}

// TestPlayed holds the rules of TCP and the path against what was played.
// Sessions of all other scenarios must have none of their accusations.
func TestPlayed(t *testing.T) {
	const folder = "../../shared/servers/postfix"
	truth, err := os.Open(filepath.Join(folder, "truth.jsonl"))
	if err != nil {
		t.Skip("the shared recording is not here: ", err)
	}
	defer truth.Close()
	scenario := map[netip.AddrPort]string{}
	lines := bufio.NewScanner(truth)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var row struct {
			Scenario string     `json:"scenario"`
			IP       netip.Addr `json:"client_ip"`
			Port     uint16     `json:"client_port"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		scenario[netip.AddrPortFrom(row.IP, row.Port)] = row.Scenario
	}
	for file, want := range map[string]func(string) string{
		"all.pcap":        func(s string) string { return played[s].gateway },
		"all.client.pcap": func(s string) string { return played[s].client },
	} {
		seen := map[string][]string{}
		for _, s := range read(t, filepath.Join(folder, file)) {
			name := scenario[netip.AddrPortFrom(s.Record.Client.IP, s.Record.Client.Port)]
			if name == "" {
				continue // the router's own, or a connection that was not played
			}
			seen[name] = append(seen[name], accusation(Diagnose(s)))
		}
		for name, got := range seen {
			if expected := want(name); slices.Contains(some, name) {
				if !slices.Contains(got, expected) {
					t.Errorf("%s: %s: %q, want %q in one", file, name, got, expected)
				}
			} else if slices.ContainsFunc(got, func(one string) bool { return one != expected }) {
				t.Errorf("%s: %s: %q, want %q", file, name, got, expected)
			}
		}
		if len(seen) < 100 {
			t.Errorf("%s: %d scenarios, of more than 100", file, len(seen))
		}
	}
}

// accusation is the first finding that accuses the path.
func accusation(found []session.Finding) string {
	for _, f := range found {
		if byPath(f.Code) {
			return fmt.Sprintf("%s %s", f.Code, f.Certainty)
		}
	}
	return ""
}

// byPath are the codes that accuse the network or a host's TCP.
func byPath(code string) bool {
	return slices.Contains([]string{"connection-refused", "connect-unanswered", "synack-unanswered", "synack-reset",
		"forged-rst", "idle-state-lost", "conntrack-invalid-rst", "icmp-unreachable", "mtu-black-hole", "mss-exceeded", "sack-rewritten",
		"window-scale-broken", "fast-open-stall", "zero-window", "peer-vanished", "packet-loss"}, code)
}
