package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/internal/benchdata"
	"smtpscope/reassembly"
	"smtpscope/session"
)

// TestNobodyHearsWhoSleeps: what is told is the same where every connection is put
// to sleep behind every packet, as soon as it may, as where none ever is.
func TestNobodyHearsWhoSleeps(t *testing.T) {
	for _, c := range someCases(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sleepless(t, written(t, captureBytes(t, c.frames(t))))
		})
	}
	t.Run("a crowd", func(t *testing.T) {
		p, _ := benchdata.Named("quick")
		p.Bytes, p.AtOnce, p.Body, p.Other = 3_000_000, 200, 4000, 0.3
		var crowd bytes.Buffer
		if err := benchdata.Generate(p, &crowd, io.Discard); err != nil {
			t.Fatal(err)
		}
		if sessions, slept := sleepless(t, written(t, crowd.Bytes())); slept < int64(10*sessions) {
			t.Errorf("%d slept, of %d sessions", slept, sessions)
		}
	})
	if testing.Short() {
		return
	}
	// Real ones, where they are there.
	_ = filepath.WalkDir("../../../shared/", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.Contains(entry.Name(), ".pcap") {
			t.Run("shared "+filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				sleepless(t, name)
			})
		}
		return nil
	})
}

// sleepless follows a capture twice, and both must tell the same. It gives how many
// sessions there are, and how often one slept.
func sleepless(t *testing.T, name string) (sessions int, slept int64) {
	t.Helper()
	never, none := told(t, name, reassembly.Limits{RestClosed: forever, RestSilent: forever})
	always, slept := told(t, name, reassembly.Limits{RestClosed: -1, RestSilent: -1})
	if none != 0 {
		t.Errorf("%d slept where nobody should", none)
	}
	if len(never) != len(always) {
		t.Fatalf("%d sessions, asleep %d", len(never), len(always))
	}
	for i := range never {
		if never[i] != always[i] {
			t.Errorf("session %d: first difference: %s", i, difference(always[i], never[i]))
		}
	}
	return len(never), slept
}

// forever is longer than any capture.
const forever = 1 << 62

// told are the sessions of a capture with their events, packet for packet. The
// collector runs in between: what sleeps must not be collected.
func told(t *testing.T, name string, limits reassembly.Limits) (list []string, slept int64) {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		return nil, 0 // broken on purpose
	}
	defer reader.Close()
	tracker := session.NewTracker(session.Config{
		Limits: limits, Events: true, Reuse: true, ReuseTexts: true,
		Emit: func(s *session.Session) {
			record, err := json.Marshal(&s.Record)
			if err != nil {
				t.Fatal(err)
			}
			events, err := json.Marshal(s.Events)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprintf("%s %s %+v %v %v", record, events, s.Glance, s.Wire.Client.Evidence, s.Wire.Server.Evidence))
		},
	})
	for n := 0; ; {
		segments, err := reader.Batch()
		if err != nil {
			break
		}
		for i := range segments {
			tracker.Segment(&segments[i])
			if n++; n%4096 == 0 {
				runtime.GC()
			}
		}
	}
	tracker.Close()
	return list, tracker.Assembly().Slept
}
