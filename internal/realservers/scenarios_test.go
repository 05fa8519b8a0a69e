//go:build linux

package realservers

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
)

// The words of the session record, ended.phase, .how and .by.
var (
	phases = []string{"connect", "banner", "hello", "tls-handshake", "tls", "auth", "ready", "mail", "rcpt", "data-command", "data", "dot", "unknown"}
	hows   = []string{"quit", "fin", "rst", "syn-refused", "syn-unanswered", "silence", "replaced", "evicted", "capture-end"}
	sides  = []string{"client", "server", "unknown"}
)

func TestTable(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range slices.Concat(scenarios, demoScenarios) {
		for _, v := range append([]*Verdict{s.Ended}, verdicts(s.differs)...) {
			if v != nil {
				within(t, s.Name, v.Phase, phases)
				within(t, s.Name, v.How, hows)
				within(t, s.Name, v.By, sides)
			}
		}
		for server := range s.not {
			within(t, s.Name+": left out", []string{server}, Servers)
		}
		for server := range s.differs {
			within(t, s.Name+": differs", []string{server}, Servers)
		}
	}
	for _, s := range scenarios {
		if seen[s.Name] {
			t.Errorf("%s: twice in the table", s.Name)
		}
		seen[s.Name] = true
	}
}

func verdicts(m map[string]*Verdict) []*Verdict {
	var all []*Verdict
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

func within(t *testing.T, name string, got, allowed []string) {
	t.Helper()
	for _, w := range got {
		if !slices.Contains(allowed, w) {
			t.Errorf("%s: %q is none of %q", name, w, allowed)
		}
	}
}

// A receiver sums addresses, protocol, length and TCP, checksum included; the
// ones' complement sum of an intact segment is all ones (RFC 1071 section 1).
func TestForgedChecksum(t *testing.T) {
	p := rstPacket(flow{netip.MustParseAddrPort("198.18.1.7:20001"), netip.MustParseAddrPort("192.0.2.25:25")}, 0xfffffffe, 7)
	sum := uint32(6 + tcpHeader)
	for i := 12; i < len(p); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(p[i:]))
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	if sum != 0xffff {
		t.Errorf("sum %#x", sum)
	}
}

// The forger has to know the next sequence number across wraps, whatever the
// order in which segments pass.
func TestForgerFollows(t *testing.T) {
	f := &forger{next: make(map[flow]uint32)}
	key := flow{netip.MustParseAddrPort("198.18.1.7:20001"), netip.MustParseAddrPort("192.0.2.25:25")}
	for _, step := range []struct {
		seq     uint32
		payload int
		flags   byte
		want    uint32
	}{
		{0xfffffff0, 0, flagSYN, 0xfffffff1},
		{0xfffffff1, 10, flagACK, 0xfffffffb},
		{0xfffffffb, 10, flagACK, 5},
		{0xfffffff1, 10, flagACK, 5}, // a retransmission
		{5, 0, flagFIN | flagACK, 6},
		{100, 0, flagSYN, 101}, // the port is used again
	} {
		f.note(segment(key, step.seq, step.payload, step.flags))
		if f.next[key] != step.want {
			t.Errorf("after seq %#x: next is %#x, want %#x", step.seq, f.next[key], step.want)
		}
	}
	for cut := range 40 {
		f.note(segment(key, 1, 0, flagACK)[:cut]) // must not panic
	}
}

func segment(f flow, seq uint32, payload int, flags byte) []byte {
	p := append(rstPacket(f, seq, 0), make([]byte, payload)...)
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	p[ipHeader+13] = flags
	return p
}

func TestLogLine(t *testing.T) {
	for in, want := range map[string]string{
		"<22>Nov 22 16:02:01 postfix/smtpd[1]: hello\n":  "Nov 22 16:02:01 mx1 postfix/smtpd[1]: hello\n",
		"<22>Nov  2 16:02:01 sendmail[1]: a\x00":         "Nov  2 16:02:01 mx1 sendmail[1]: a\n",
		"short":                                          "short\n",
		"<no end of a priority, but long enough for one": "<no end of a pri" + "mx1 " + "ority, but long enough for one\n",
	} {
		if got := string(logLine([]byte(in), "mx1")); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
