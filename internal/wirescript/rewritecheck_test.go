package wirescript

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const postfix = "../../../shared/servers/postfix/all.pcap"

// tshark runs over frames and gives the lines of its answer. Where it is not
// installed the test is not run, which is a failure on CI.
func tshark(t *testing.T, frames []Frame, args ...string) []string {
	t.Helper()
	path, err := exec.LookPath("tshark")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tshark is not installed")
		}
		t.Skip("tshark is not installed: not run")
	}
	var b bytes.Buffer
	if err := WritePcapng(&b, frames, PcapngOptions{TSResol: 9}); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "frames.pcapng")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"-n", "--disable-protocol", "smtp", "--disable-protocol", "tls", "-r", name}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v\n%s", err, stderr.String())
	}
	return strings.Split(strings.TrimRight(string(out), "\n"), "\n")
}

// complaints are what tshark finds wrong with frames: malformed packets and
// checksums.
func complaints(t *testing.T, frames []Frame) []string {
	t.Helper()
	const wrong = "_ws.malformed || ip.checksum.status == Bad || icmp.checksum.status == Bad || " +
		"icmpv6.checksum.status == Bad || tcp.checksum.status == Bad && !icmp && !icmpv6" // quotations are cut
	lines := tshark(t, frames, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
		"-o", "tcp.desegment_tcp_streams:FALSE", "-Y", wrong, "-T", "fields",
		"-e", "frame.number", "-e", "_ws.malformed", "-e", "tcp.checksum.status", "-e", "_ws.col.Info")
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

// TestRewritersOnRealTraffic holds every rewriting of a real capture against
// tshark: nothing malformed, no wrong checksum, the same number of streams.
func TestRewritersOnRealTraffic(t *testing.T) {
	frames, err := ReadFile(postfix)
	if err != nil {
		t.Skip("not run: ", err)
	}
	// The machine left its checksums to the network card. Make them right, so
	// that a wrong one is the rewriter's.
	frames = frames[:600]
	for i, f := range frames {
		if v, ok := tcpView(f); ok {
			frames[i] = v.frame(f)
		}
	}
	want := streams(t, frames)
	for _, r := range Rewriters {
		t.Run(r.Name, func(t *testing.T) {
			got := r.Do(frames)
			for i, line := range complaints(t, got) {
				if i < 5 {
					t.Error(line)
				}
			}
			if n := streams(t, got); n != want {
				t.Errorf("%s, before %s", n, want)
			}
		})
	}
}

func streams(t *testing.T, frames []Frame) string {
	seen := map[string]bool{}
	for _, line := range tshark(t, frames, "-T", "fields", "-e", "tcp.stream") {
		if line != "" {
			seen[line] = true
		}
	}
	return fmt.Sprintf("%d streams", len(seen))
}
