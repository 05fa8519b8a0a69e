package main

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/internal/wirescript"
)

// wireCases have what is hard to rewrite: tunnels, ICMP errors, checksums that
// are wrong or not computed yet, odd lengths, cut packets, IPv6.
var wireCases = []string{"wrong-checksum", "offload-large-segments", "frag-needed", "syn-refused-by-icmp", "ipv6", "ipv6-extension-headers",
	"tunnel-vxlan", "tunnel-gre", "tunnel-6in4", "tunnel-geneve", "tunnel-erspan-3", "link-qinq", "link-sll2", "auth-plain-ok",
	"dot-stuffing-split-at-every-byte", "overlap-with-other-content", "spurious-retransmissions"}

// TestEvidenceWire holds each packet of a copy against the one that it was
// made of: the same time, link, lengths, TCP numbers; the same checksums right
// and wrong.
func TestEvidenceWire(t *testing.T) {
	for _, name := range wireCases {
		t.Run(name, func(t *testing.T) {
			for _, how := range []string{"", "--redact"} {
				original, copied := evidenceOf(t, name, how)
				before, after := wireOf(t, original), wireOf(t, copied)
				if len(after) == 0 {
					t.Fatal("no packet was copied")
				}
				for n, got := range after {
					if want := before[n]; !reflect.DeepEqual(got, want) {
						t.Errorf("%s: frame %d\n got %+v\nwant %+v", how, n, got, want)
					}
				}
			}
		})
	}
}

// evidenceOf writes a case and a copy of all of its sessions.
func evidenceOf(t *testing.T, name, how string) (original, copied string) {
	t.Helper()
	script, err := wirescript.ParseFile(filepath.Join(casesDir, name, "session.txt"))
	if err != nil {
		t.Fatal(err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	original, copied = filepath.Join(dir, "original.pcapng"), filepath.Join(dir, "copied.pcapng")
	if err := os.WriteFile(original, captureBytes(t, frames), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"extract", original, "-o", copied, "--client", "0.0.0.0/0", "--client", "::/0"}
	if how != "" {
		args = append(args, how)
	}
	if r := invoke(nil, args...); r.code != 0 {
		t.Fatal(r.stderr)
	}
	return original, copied
}

// wirePacket is what must not change.
type wirePacket struct {
	Time     capture.Time
	Link     int32
	Captured int
	Wire     int
	VLANs    [capture.MaxVLANs]uint16
	Kind     capture.Kind
	Seq, Ack uint32
	Flags    capture.Flags
	Length   int
	TTL      uint8
	IPID     uint16
	Sums     string // a letter for each checksum: r right, w wrong, 0 none, p of the pseudo header only
}

func wireOf(t *testing.T, name string) map[int64]wirePacket {
	t.Helper()
	r, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	packets := map[int64]wirePacket{}
	for {
		f, err := r.NextFrame()
		if err != nil {
			return packets
		}
		p := wirePacket{Time: f.Time, Link: f.Link, Captured: len(f.Data), Wire: f.Wire, Sums: sums(f.Data, f.Layers)}
		if s := f.Segment; s != nil {
			p.VLANs, p.Kind, p.Seq, p.Ack, p.Flags, p.Length, p.TTL, p.IPID = s.VLANs, s.Kind, s.Seq, s.Ack, s.Flags, s.Length, s.TTL, s.IPID
		}
		n := f.Number
		if f.Original != 0 {
			n = f.Original
		}
		packets[n] = p
	}
}

// sums computes every checksum of a frame anew.
func sums(b []byte, layers []capture.Layer) string {
	var out strings.Builder
	var pseudo []byte
	for _, l := range layers {
		body := b[l.At:l.End]
		switch l.Kind {
		case capture.LayerIP4, capture.LayerQuoteIP4:
			pseudo = b[l.At+12 : l.At+20]
			out.WriteByte(judge(body, 10, nil, 0))
		case capture.LayerIP6, capture.LayerQuoteIP6:
			pseudo = b[l.At+8 : l.At+40]
		case capture.LayerTCP, capture.LayerQuoteTCP:
			out.WriteByte(judge(body, 16, pseudo, 6))
		case capture.LayerUDP:
			out.WriteByte(judge(body, 6, pseudo, 17))
		case capture.LayerICMP4:
			out.WriteByte(judge(body, 2, nil, 0))
		case capture.LayerICMP6:
			out.WriteByte(judge(body, 2, pseudo, 58))
		}
	}
	return out.String()
}

// judge computes the checksum over body, whose own field is at at.
func judge(body []byte, at int, pseudo []byte, proto uint32) byte {
	if at+2 > len(body) {
		return 'c' // cut
	}
	add := func(total uint32, b []byte) uint32 {
		for i, c := range b {
			total += uint32(c) << (8 * (1 - i%2))
		}
		return total
	}
	squeeze := func(v uint32) uint16 {
		for v > 0xffff {
			v = v>>16 + v&0xffff
		}
		return uint16(v)
	}
	field := binary.BigEndian.Uint16(body[at:])
	head := uint32(0)
	if pseudo != nil {
		head = add(0, pseudo) + proto + uint32(len(body))
	}
	switch {
	case field == 0 && proto == 17:
		return '0'
	case pseudo != nil && field == squeeze(head):
		return 'p'
	case squeeze(add(head, body)) == 0xffff:
		return 'r'
	}
	return 'w'
}

// TestEvidenceTshark: tshark reads the copies without a complaint, and finds
// the same in TCP.
func TestEvidenceTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("NOT RUN: tshark is not there")
	}
	for _, name := range []string{"frag-needed", "fragments", "overlap-with-other-content", "tunnel-vxlan"} {
		t.Run(name, func(t *testing.T) {
			original, copied := evidenceOf(t, name, "--redact")
			fields := []string{"-n", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-e", "frame.time_epoch",
				"-e", "tcp.seq", "-e", "tcp.len", "-e", "tcp.flags", "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "tcp.analysis.flags"}
			want, got := look(t, tshark, original, fields), look(t, tshark, copied, fields)
			if want != got {
				t.Errorf("tshark sees\n%s\nwhere it saw\n%s", got, want)
			}
			if bad := look(t, tshark, copied, []string{"-Y", "_ws.malformed || tcp.checksum.status == 0"}); bad != "" {
				t.Errorf("tshark complains of\n%s", bad)
			}
		})
	}
}

// look runs tshark and gives what it said; what it said on standard error must
// be no more than that it was started by root.
func look(t *testing.T, tshark, name string, args []string) string {
	t.Helper()
	cmd := exec.Command(tshark, append([]string{"-r", name}, args...)...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v: %s", err, complaints.String())
	}
	for line := range strings.Lines(complaints.String()) {
		if !strings.HasPrefix(line, "Running as user") {
			t.Errorf("tshark: %s", line)
		}
	}
	return string(out)
}
