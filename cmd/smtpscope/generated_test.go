package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

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

// TestAllocationsPerPacket: a whole run allocates next to nothing for a packet.
// What it allocates to begin with is taken off: a run over the first packet
// alone.
func TestAllocationsPerPacket(t *testing.T) {
	path := generated(t, "quick")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(t.TempDir(), "first.pcap")
	if err := os.WriteFile(first, text[:24+16+int(text[24+8])], 0o600); err != nil {
		t.Fatal(err)
	}
	const most = 0.05
	for _, format := range []string{"jsonl"} {
		packets := float64(len(text)-24) / 847 // about; counted by TestGeneratedTruth's neighbours
		got := (allocations(t, format, path) - allocations(t, format, first)) / packets
		if got > most {
			t.Errorf("%s: %.3f allocations a packet, at most %v are allowed", format, got, most)
		}
		t.Logf("%s: %.4f allocations a packet", format, got)
	}
}

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
