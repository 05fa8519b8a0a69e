package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/internal/wirescript"
	"smtpscope/reassembly"
	"smtpscope/recorder"
	"smtpscope/session"
)

// recorded plays a capture through a flight recorder that wants every session,
// and gives the files by number of session.
func recorded(t *testing.T, name, dir string, change func(*recorder.Config)) map[int64]string {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	f := &recordFlags{dir: dir, memory: "64MiB", size: "1GiB", files: 10000, age: 1e15}
	r, err := new(program).recording(f)
	if err != nil {
		t.Fatal(err)
	}
	c := &r.config
	c.Sources = func() []capture.SourceInfo { return reader.Summary().Sources }
	c.Alarm = func(what string, err error) { t.Errorf("%s: %v", what, err) }
	c.PerMinute = 1 << 30
	if change != nil {
		change(c)
	}
	if r.Recorder, err = recorder.Open(*c); err != nil {
		t.Fatal(err)
	}
	names := map[int64]string{}
	config := session.Config{Trace: true, TraceBytes: traceBytes,
		Emit:    func(s *session.Session) { names[s.Record.Session] = ""; r.Session(s, true) },
		Dropped: func(k *reassembly.Conn) { r.Dropped(k.Client, k.Server) }}
	tracker := session.NewTracker(config)
	for {
		frame, err := reader.NextFrame()
		if err != nil {
			break
		}
		r.Frame(frame)
		if frame.Segment != nil {
			tracker.Segment(frame.Segment)
		}
	}
	tracker.Close()
	r.end()
	for number := range names {
		list, _ := filepath.Glob(filepath.Join(dir, fmt.Sprintf("*_%d.pcapng", number)))
		if len(list) == 1 {
			names[number] = list[0]
		}
	}
	return names
}

// play gives the frames of a script.
func play(t *testing.T, script string) []wirescript.Frame {
	t.Helper()
	s, err := wirescript.Parse(strings.NewReader(script), "test")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := s.Frames()
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// TestRecordedVerdicts plays every case through the flight recorder and reads
// each session's file again: the record must be that of the whole capture.
func TestRecordedVerdicts(t *testing.T) {
	for _, c := range someCases(t) {
		t.Run(c.name, func(t *testing.T) {
			name, dir := c.prepare(t), t.TempDir()
			files := recorded(t, name, dir, nil)
			want := recordsOf(t, name)
			if len(files) != len(want) {
				t.Fatalf("%d sessions, want %d", len(files), len(want))
			}
			for _, w := range want {
				file := files[int64(w["session"].(float64))]
				if file == "" {
					t.Fatalf("session %v has no file", w["session"])
				}
				got := recordsOf(t, file)
				if len(got) != 1 {
					t.Fatalf("session %v: %d sessions in its file", w["session"], len(got))
				}
				if toldByTime(w, got[0]) {
					continue
				}
				g, w := likened(got[0], originals(t, file), false), likened(w, nil, false)
				if !reflect.DeepEqual(g, w) {
					t.Errorf("session\n got %s\nwant %s", asJSON(g), asJSON(w))
				}
			}
		})
	}
}

// toldByTime reports whether a session's end is told by what is not of it: time that passed
// without a packet, or the next connection on its ports. A file of its packets says the
// same of the same phase, and "capture-end".
func toldByTime(want, got map[string]any) bool {
	w, g := want["ended"].(map[string]any), got["ended"].(map[string]any)
	return (w["how"] == "silence" || w["how"] == "syn-unanswered" || w["how"] == "replaced") && (g["how"] == "capture-end" || g["how"] == w["how"]) && g["phase"] == w["phase"]
}

// TestRecordedSecrets: what the recorder writes holds neither the password nor
// the content, is nobody's to read but its owner's, and carries the verdict.
func TestRecordedSecrets(t *testing.T) {
	const script = "server 198.51.100.5:587\n\nup to ready\nC: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 2.7.0 Authentication successful\n" +
		"C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.org>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Subject: classified\nC:\nC: the plans\nwait 2s\nC rst\n"
	name := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(name, captureBytes(t, play(t, script)), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "made")
	for number, file := range recorded(t, name, dir, nil) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"AHVzZXIAc2VjcmV0", "classified", "the plans"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%q is in %s", secret, file)
			}
		}
		for _, said := range []string{"smtpscope session 1, ", "mid-DATA: ", "a@example.com", "credentials and message bodies are blanked", "kept by the flight recorder"} {
			if !bytes.Contains(b, []byte(said)) {
				t.Errorf("%q is not in %s", said, file)
			}
		}
		if want := "_198.51.100.5-587_data_rst-client_1.pcapng"; number != 1 || !strings.HasSuffix(file, want) {
			t.Errorf("session %d is in %s, want …%s", number, file, want)
		}
		for path, mode := range map[string]os.FileMode{file: 0o600, dir: 0o700 | os.ModeDir} {
			if info, err := os.Stat(path); err != nil || info.Mode() != mode {
				t.Errorf("%s: %v %v, want %v", path, info.Mode(), err, mode)
			}
		}
	}
}
