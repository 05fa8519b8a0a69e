package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"smtpscope/internal/benchdata"
	"smtpscope/internal/wirescript"
	"smtpscope/reassembly"
	"smtpscope/report"
	"smtpscope/session"
)

// TestWorkersAgree: the output is the same, byte for byte, however many workers
// read.
func TestWorkersAgree(t *testing.T) {
	for _, c := range someCases(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			agree(t, "analyze", "--format", "jsonl", written(t, captureBytes(t, c.frames(t))))
		})
	}
	p, _ := benchdata.Named("quick")
	p.Bytes, p.AtOnce, p.Body, p.Other = 6_000_000, 200, 4000, 0.3
	var crowd bytes.Buffer
	if err := benchdata.Generate(p, &crowd, io.Discard); err != nil {
		t.Fatal(err)
	}
	name := written(t, crowd.Bytes())
	for _, args := range [][]string{
		{"analyze", "--format", "jsonl"},
		{"analyze", "--format", "csv", "--port", "25"},
		{"analyze", "--abnormal", "--no-probes", "--verbose"},
		{"analyze", "--summary", "--filter", "tcp"},
		{"report", "--format", "md", "-o", "-"},
		{"show", "--ended", "rst"},
	} {
		t.Run(args[0]+" "+args[1], func(t *testing.T) { agree(t, append(args, name)...) })
	}
	t.Run("two files", func(t *testing.T) {
		first, second := halves(crowd.Bytes())
		agree(t, "analyze", "--format", "jsonl", written(t, second), written(t, first))
	})
	t.Run("a leap of time", func(t *testing.T) {
		frames, err := wirescript.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		half := len(frames) / 2
		agree(t, "analyze", "--format", "jsonl", written(t, captureBytes(t, behind(frames[:half], frames[half:]))))
	})
}

// agree runs the program with one, two and four workers.
func agree(t *testing.T, args ...string) {
	t.Helper()
	alone := invoke(nil, append(args, "--workers", "1")...)
	for _, n := range []string{"2", "4"} {
		if got := invoke(nil, append(args, "--workers", n)...); got != alone {
			t.Errorf("%s workers: exit code %d, one alone: %d; first difference: %s", n, got.code, alone.code,
				difference(got.stdout+got.stderr, alone.stdout+alone.stderr))
		}
	}
}

// written is the name of a file with these bytes.
func written(t *testing.T, capture []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(name, capture, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// halves deals the packets of a little-endian pcap out to two.
func halves(pcap []byte) (first, second []byte) {
	const header = 24
	first, second = bytes.Clone(pcap[:header]), bytes.Clone(pcap[:header])
	for at := header; at < len(pcap); {
		n := 16 + int(binary.LittleEndian.Uint32(pcap[at+8:]))
		first, second = second, append(first, pcap[at:at+n]...)
		at += n
	}
	return first, second
}

// TestWorkersAtABound: what is given up for a bound that all connections share
// is the same too, and what was found before that comes once.
func TestWorkersAtABound(t *testing.T) {
	p, _ := benchdata.Named("quick")
	p.Bytes, p.AtOnce, p.Body = 3_000_000, 100, 2000
	var crowd bytes.Buffer
	if err := benchdata.Generate(p, &crowd, io.Discard); err != nil {
		t.Fatal(err)
	}
	name := written(t, crowd.Bytes())
	for _, most := range []int{20, 60, 120, 160} {
		alone, evicted := bounded(t, name, most, 1)
		if most < 100 && evicted == 0 {
			t.Errorf("%d connections: nothing was given up", most)
		}
		for _, n := range []int{2, 4} {
			if got, _ := bounded(t, name, most, n); !slices.Equal(got, alone) {
				t.Errorf("%d connections, %d workers: %d sessions, one alone: %d, or others", most, n, len(got), len(alone))
			}
		}
	}
}

// bounded reads with so many connections at most, and gives each session with
// how it ended.
func bounded(t *testing.T, name string, most, workers int) (list []string, evicted int64) {
	t.Helper()
	r := &reading{selection: new(report.Selection), in: &input{paths: []string{name}, workers: workers, limits: reassembly.Limits{Connections: most}}}
	r.emit = func(s *session.Session) error {
		e := &s.Record.Ended
		list = append(list, fmt.Sprint(s.Record.Session, e.How, e.By, e.Phase, e.Frame, e.Time))
		return nil
	}
	if err := r.run(); err != nil {
		t.Fatal(err)
	}
	if r.quality.Sessions != int64(len(list)) {
		t.Errorf("%d sessions are counted, %d came", r.quality.Sessions, len(list))
	}
	return list, r.quality.Evicted
}
