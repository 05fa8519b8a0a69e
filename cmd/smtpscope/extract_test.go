package main

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"smtpscope/capture"
)

// TestEvidenceVerdicts cuts the sessions of every case out and reads the
// result again: the records must be the same, frame numbers translated back by
// the packets' comments. With redaction, the verdicts must be.
func TestEvidenceVerdicts(t *testing.T) {
	for _, c := range someCases(t) {
		t.Run(c.name, func(t *testing.T) {
			name := c.prepare(t)
			want := recordsOf(t, name)
			if len(want) == 0 {
				return // nothing to cut out
			}
			var numbers []string
			for _, r := range want {
				numbers = append(numbers, strconv.Itoa(int(r["session"].(float64))))
			}
			dir := t.TempDir()
			for _, how := range [][]string{nil, {"--with-bodies"}, {"--raw"}, {"--redact"}} {
				out := filepath.Join(dir, "evidence"+strings.Join(how, "")+".pcapng")
				args := append([]string{"extract", name, "--session", strings.Join(numbers, ","), "-o", out}, how...)
				if r := invoke(nil, args...); r.code != 0 {
					t.Fatalf("%v: %s", args, r.stderr)
				}
				got := recordsOf(t, out)
				frames := originals(t, out)
				if len(got) != len(want) {
					t.Fatalf("%v: %d sessions, want %d", how, len(got), len(want))
				}
				redacted := len(how) == 1 && how[0] == "--redact"
				for i := range want {
					g, w := likened(got[i], frames, redacted), likened(want[i], nil, redacted)
					if !reflect.DeepEqual(g, w) {
						t.Errorf("%v: session %v\n got %s\nwant %s", how, want[i]["session"], asJSON(g), asJSON(w))
					}
				}
			}
		})
	}
}

// recordsOf are the records of a capture, in the order of their numbers.
func recordsOf(t *testing.T, name string) []map[string]any {
	t.Helper()
	var list []map[string]any
	r := invoke(nil, "analyze", "--format", "jsonl", name)
	for line := range strings.Lines(r.stdout) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		if one["type"] == "session" {
			list = append(list, one)
		}
	}
	return list
}

// originals are the numbers that the packets of a file had before.
func originals(t *testing.T, name string) map[float64]float64 {
	t.Helper()
	r, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	of := map[float64]float64{}
	for {
		f, err := r.NextFrame()
		if err != nil {
			return of
		}
		if f.Original == 0 {
			t.Errorf("%s: frame %d has no number of another capture", name, f.Number)
		}
		of[float64(f.Number)] = float64(f.Original)
	}
}

// likened takes out of a record what may differ, and translates the
// numbers of frames.
func likened(r map[string]any, frames map[float64]float64, redacted bool) map[string]any {
	out := map[string]any{}
	for k, v := range r {
		out[k] = v
	}
	for _, k := range []string{"source", "source_frame", "notes"} {
		delete(out, k)
	}
	if redacted {
		for _, k := range []string{"client", "server", "origin", "banner", "hello", "findings"} {
			delete(out, k)
		}
		for _, m := range out["messages"].([]any) {
			m := m.(map[string]any)
			for _, k := range []string{"from", "recipients", "message_id", "queue_id", "reply"} {
				delete(m, k)
			}
		}
		if tls, ok := out["tls"].(map[string]any); ok {
			delete(tls, "sni")
		}
		if u, ok := out["ended"].(map[string]any)["unasked"].(map[string]any); ok {
			delete(u, "text")
		}
	}
	return translate(out, "", frames).(map[string]any)
}

// translate gives a value with its frame numbers translated.
func translate(v any, key string, frames map[float64]float64) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			at := k
			if key == "frames" && k != "count" {
				at = "frame"
			}
			v[k] = translate(inner, at, frames)
		}
	case []any:
		for i, inner := range v {
			at := ""
			if key == "frames" {
				at = "frame"
			}
			v[i] = translate(inner, at, frames)
		}
	case float64:
		if n, there := frames[v]; there && (key == "frame" || key == "session") {
			return n
		}
	}
	return v
}

func asJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
