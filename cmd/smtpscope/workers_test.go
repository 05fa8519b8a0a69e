package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

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
	name := written(t, captureBytes(t, crowded(t)))
	for _, most := range []int{20, 60, 120, 160} {
		alone := bounded(t, name, most, 1, nil)
		if most < 100 && alone.quality.Evicted == 0 {
			t.Errorf("%d connections: nothing was given up", most)
		}
		for _, n := range []int{2, 4} {
			got := bounded(t, name, most, n, nil)
			if !slices.Equal(got.list, alone.list) {
				t.Errorf("%d connections, %d workers: %d sessions, one alone: %d, or others", most, n, len(got.list), len(alone.list))
			}
			if most < 100 && got.known == 0 {
				t.Errorf("%d connections, %d workers: nothing was told before the bound was reached", most, n)
			}
		}
	}
}

// TestInterruptedAtABound: who is interrupted while one worker finds once more
// what several have found gets each session once, and those that were open.
func TestInterruptedAtABound(t *testing.T) {
	const most = 60
	frames := crowded(t)
	name := written(t, captureBytes(t, frames))
	var shown int64
	interrupted := false
	got := bounded(t, name, most, 2, func(done, _ int64) {
		if done < shown && !interrupted { // for the second time
			interrupted = true
			_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
		}
		if interrupted {
			time.Sleep(50 * time.Millisecond) // until it is heard
		}
		shown = done
	})
	if !got.interrupted || got.known == 0 || got.summary.Frames == int64(len(frames)) {
		t.Fatalf("interrupted %v, at frame %d of %d, %d sessions before", got.interrupted, got.summary.Frames, len(frames), got.known)
	}
	read := written(t, captureBytes(t, frames[:got.summary.Frames]))
	if want := bounded(t, read, most, 1, nil); !slices.Equal(got.list, want.list) {
		t.Errorf("%d sessions, of what was read there are %d, or others", len(got.list), len(want.list))
	}
}

// crowded is a crowd behind many sessions that come a few at a time.
func crowded(t *testing.T) []wirescript.Frame {
	t.Helper()
	made := func(size int64, atOnce int) []wirescript.Frame {
		p, _ := benchdata.Named("quick")
		p.Bytes, p.AtOnce, p.Body, p.BodyMax = size, atOnce, 2000, 10_000
		var b bytes.Buffer
		if err := benchdata.Generate(p, &b, io.Discard); err != nil {
			t.Fatal(err)
		}
		frames, err := wirescript.ReadFile(written(t, b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		return frames
	}
	few := made(8_000_000, 1)
	for i := range few { // no two within the time for stragglers
		few[i].Time = few[0].Time.Add(100 * few[i].Time.Sub(few[0].Time))
	}
	return behind(few, made(3_000_000, 100))
}

// A boundedReading is a reading with what came of it.
type boundedReading struct {
	reading
	list []string // the sessions, with how they ended
}

// bounded reads with so many connections at most.
func bounded(t *testing.T, name string, most, workers int, progress func(done, total int64)) *boundedReading {
	t.Helper()
	r := &boundedReading{reading: reading{selection: new(report.Selection), progress: progress,
		in: &input{paths: []string{name}, workers: workers, limits: reassembly.Limits{Connections: most}}}}
	r.emit = func(s *session.Session) error {
		e := &s.Record.Ended
		r.list = append(r.list, fmt.Sprint(s.Record.Session, e.How, e.By, e.Phase, e.Frame, e.Time))
		return nil
	}
	if err := r.run(); err != nil {
		t.Fatal(err)
	}
	if r.quality.Sessions != int64(len(r.list)) {
		t.Errorf("%d sessions are counted, %d came", r.quality.Sessions, len(r.list))
	}
	return r
}
