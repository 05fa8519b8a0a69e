package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/internal/canarytalk"
	"smtpscope/internal/wirescript"
)

// TestCanaryTalk lets every command read captures of conversations that are full
// of canaries, and listens. HUNT=from,to takes these seeds in place of the few of
// every day.
func TestCanaryTalk(t *testing.T) {
	from, to := uint64(1), uint64(401)
	if hunt := os.Getenv("HUNT"); hunt != "" {
		a, b, _ := strings.Cut(hunt, ",")
		from, _ = strconv.ParseUint(a, 10, 64)
		to, _ = strconv.ParseUint(b, 10, 64)
	}
	const together = 200
	for ; from < to; from += together {
		talkAloud(t, from, min(to, from+together))
	}
}

// talkAloud makes a capture of conversations and reads it in every way.
func talkAloud(t *testing.T, from, to uint64) {
	var all []*canarytalk.Conversation
	var frames []wirescript.Frame
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for seed := from; seed < to; seed++ {
		c := canarytalk.New(seed)
		all = append(all, c)
		list, f := c.Wire(seed)
		for _, p := range canarytalk.Packets(list, f, int(seed), at) {
			frames = append(frames, wirescript.Frame{Time: p.Time, Link: wirescript.LinkRaw, Data: p.Data, Wire: p.Wire})
			at = p.Time
		}
	}
	heard := canarytalk.Join(all).Heard
	in, out := t.TempDir(), t.TempDir()
	t.Chdir(out)
	t.Setenv("TMPDIR", out)
	name := filepath.Join(in, "capture.pcap")
	wire := pcapBytes(t, frames, wirescript.PcapOptions{})
	if err := os.WriteFile(name, wire, 0o600); err != nil {
		t.Fatal(err)
	}
	if heard(string(wire)) == "" {
		t.Fatal("nothing sings in the capture itself")
	}
	commands(func(args ...string) {
		r := invoke(nil, args...)
		if leak := heard(r.stdout + r.stderr); leak != "" {
			t.Errorf("seeds %d to %d: %s has %q", from, to, strings.Join(args, " "), leak)
		}
	}, name, out, []string{"--client", "0.0.0.0/0"})
	_ = filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "bodies.pcapng" {
			return err
		}
		b, err := os.ReadFile(path)
		if leak := heard(string(b)); leak != "" {
			t.Errorf("seeds %d to %d: %s has %q", from, to, d.Name(), leak)
		}
		if strings.HasSuffix(path, "pcapng") {
			for flow, said := range streams(t, path) {
				if leak := heard(said); leak != "" {
					t.Errorf("seeds %d to %d: %s, %s has %q", from, to, d.Name(), flow, leak)
				}
			}
		}
		return err
	})
}

// streams are what each side of each connection of a capture sends, in order.
func streams(t *testing.T, path string) map[string]string {
	r, err := capture.Open(capture.Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	said := map[string][]byte{}
	begin := map[string]uint32{}
	for {
		f, err := r.NextFrame()
		if err != nil {
			break
		}
		s := f.Segment
		if s == nil || len(s.Payload) == 0 {
			continue
		}
		flow := fmt.Sprint(s.Src, " ", s.Dst)
		if _, known := begin[flow]; !known {
			begin[flow] = s.Seq
		}
		at := int(int32(s.Seq - begin[flow]))
		if at < 0 || at > 1<<20 {
			continue
		}
		for len(said[flow]) < at+len(s.Payload) {
			said[flow] = append(said[flow], '\n')
		}
		copy(said[flow][at:], s.Payload)
	}
	all := map[string]string{}
	for flow, b := range said {
		all[flow] = string(b)
	}
	return all
}
