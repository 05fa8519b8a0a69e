package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"smtpscope/internal/benchdata"
)

// TestGeneratedTruth holds the records of 30 MB of generated traffic against
// the generator's truth, session for session: every kind of end, packets that
// come twice, late, or not at all.
func TestGeneratedTruth(t *testing.T) {
	p, _ := benchdata.Named("quick")
	path := filepath.Join(t.TempDir(), "quick.pcap")
	var capture, truth bytes.Buffer
	if err := benchdata.Generate(p, &capture, &truth); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, capture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	if code := run([]string{"analyze", "--format", "jsonl", path}, nil, &out, &complaints, nil); code != exitDone {
		t.Fatalf("exit code %d: %s", code, complaints.String())
	}
	got, err := benchdata.Compare(&truth, &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range got.Differences {
		t.Error(d)
	}
	if got.Right < 300 || got.Holed < 10 {
		t.Errorf("%d sessions right, %d with packets missing: that is no test", got.Right, got.Holed)
	}
}

// TestAllocationsPerPacket: once as many sessions were there as are open at
// once, a run allocates next to nothing for a packet. So the first quarter of a
// capture is taken off the whole.
func TestAllocationsPerPacket(t *testing.T) {
	p, _ := benchdata.Named("quick")
	p.AtOnce, p.Pace = 20, 9*time.Second // longer than the 30 s that a session lingers
	var whole bytes.Buffer
	if err := benchdata.Generate(p, &whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	text := whole.Bytes()
	packets, quarter, at := 0.0, 0, 24
	for n := 24; n < len(text); n += 16 + int(binary.LittleEndian.Uint32(text[n+8:])) {
		if n < len(text)/4 {
			at = n
			quarter++
		}
		packets++
	}
	dir := t.TempDir()
	all, some := filepath.Join(dir, "all.pcap"), filepath.Join(dir, "some.pcap")
	for path, bytes := range map[string][]byte{all: text, some: text[:at]} {
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Reading, reassembly and the conversation stay below 0.05 (issue 7); what
	// is more comes from naming causes for the sessions that went wrong, of
	// which these captures have many more than any real one.
	for format, most := range map[string]float64{"jsonl": 0.3} {
		got := (allocations(t, format, all) - allocations(t, format, some)) / (packets - float64(quarter))
		t.Logf("%s: %.4f allocations a packet", format, got)
		if got > most {
			t.Errorf("%s: %.3f allocations a packet, at most %v are allowed", format, got, most)
		}
	}
}

// allocations are those of a whole run.
func allocations(t *testing.T, format, path string) float64 {
	t.Helper()
	var before, after runtime.MemStats
	var out bytes.Buffer
	out.Grow(8 << 20)
	runtime.ReadMemStats(&before)
	if code := run([]string{"analyze", "--format", format, path}, nil, &out, &out, nil); code != exitDone {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}
