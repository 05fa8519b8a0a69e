package live

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/gatewaylog"
	"smtpscope/internal/benchdata"
	"smtpscope/session"
)

// heapOf is what lives on the heap of what f gives, bytes.
func heapOf[T any](f func() []T) ([]T, int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	list := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return list, int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// TestWeights: what sessions and log connections are said to take is what the
// heap has of them, so that the Aligner's bound is one.
func TestWeights(t *testing.T) {
	for _, profile := range []string{"dialogues", "quick"} {
		p, _ := benchdata.Named(profile)
		p.Sessions, p.AtOnce, p.Seed, p.BodyMax = 1000, 50, 99, 50_000
		var frames, truth, log bytes.Buffer
		if err := benchdata.Generate(p, &frames, &truth); err != nil {
			t.Fatal(err)
		}
		if err := benchdata.Log(&log, bytes.NewReader(truth.Bytes())); err != nil {
			t.Fatal(err)
		}
		for _, trace := range []bool{false, true} {
			sessions, heap := heapOf(func() []*session.Session { return tracked(t, frames.Bytes(), trace) })
			said := int64(0)
			for _, s := range sessions {
				said += sessionWeight(s)
			}
			compare(t, profile+", sessions", len(sessions), said, heap)
			runtime.KeepAlive(sessions)
		}
		connections, heap := heapOf(func() []*gatewaylog.Connection { return logged(t, log.Bytes()) })
		said := int64(0)
		for _, c := range connections {
			said += connectionWeight(c)
		}
		compare(t, profile+", log connections", len(connections), said, heap)
		runtime.KeepAlive(connections)
	}
}

func compare(t *testing.T, what string, n int, said, heap int64) {
	t.Helper()
	t.Logf("%s: %d, said to take %d bytes each, take %d", what, n, said/int64(n), heap/int64(n))
	if said < heap*9/10 || said > heap*2 {
		t.Errorf("%s: %d are said to take %d bytes and take %d", what, n, said, heap)
	}
}

// tracked gives the sessions of a capture as they wait for the log.
func tracked(t *testing.T, file []byte, trace bool) (list []*session.Session) {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{"-"}, Stdin: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	tracker := session.NewTracker(session.Config{Events: true, Trace: trace, Emit: func(s *session.Session) {
		s.Record.Findings, s.Record.Gateways = diagnosis.Diagnose(s), diagnosis.Gateways(&s.Record)
		s.Events = nil
		list = append(list, s)
	}})
	for {
		segment, err := reader.Next()
		if err != nil {
			break
		}
		tracker.Segment(segment)
	}
	tracker.Close()
	return list
}

func logged(t *testing.T, log []byte) (list []*gatewaylog.Connection) {
	t.Helper()
	source := gatewaylog.Source{Name: "maillog", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(log)), nil }}
	if _, err := gatewaylog.Read([]gatewaylog.Source{source}, gatewaylog.Options{}, func(c *gatewaylog.Connection) error {
		list = append(list, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}
