package gatewaylog

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden reads every log in testdata: the real lines of formats.md with
// documentation addresses and names. The golden file shows each connection
// with the numbers of its lines, and at the end what was not taken.
func TestGolden(t *testing.T) {
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil || len(logs) < 20 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	for _, path := range logs {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".log"), func(t *testing.T) {
			got := golden(t, path)
			want := strings.TrimSuffix(path, ".log") + ".json"
			if *update {
				if err := os.WriteFile(want, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			old, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(old, got) {
				t.Errorf("%s differs:\n%s", want, firstDifference(string(old), string(got)))
			}
		})
	}
}

func golden(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	conns, report := readAll(t, Options{Year: 2014}, textSource(filepath.Base(path), string(text)))
	var out bytes.Buffer
	for _, c := range conns {
		out.Write(compact(t, c))
	}
	for _, r := range report.Reasons {
		var numbers []int64
		for _, l := range r.Examples {
			numbers = append(numbers, l.Number)
		}
		out.Write(compact(t, map[string]any{"not taken": r.Words, "product": r.Product, "count": r.Lines, "lines": numbers}))
	}
	return out.Bytes()
}

// compact is v as JSON, lines by their numbers, times on one line, and what
// is zero left out.
func compact(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(shorten(tree)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func shorten(v any) any {
	switch x := v.(type) {
	case []any:
		flat := true
		for i := range x {
			x[i] = shorten(x[i])
			_, number := x[i].(float64)
			flat = flat && number
		}
		if flat && len(x) > 0 {
			raw, _ := json.Marshal(x)
			return string(raw)
		}
		return x
	case map[string]any:
		if n, ok := x["line"]; ok && x["text"] != nil {
			return n
		}
		if at, ok := x["at"].(string); ok {
			s := strings.TrimSuffix(at, "Z")
			if p, _ := x["precision"].(float64); time.Duration(p) != time.Second {
				s += " ±" + time.Duration(p).String()
			}
			if x["zone_known"] == true {
				s += " zone"
			}
			return s
		}
		for k := range x {
			x[k] = shorten(x[k])
		}
	}
	return v
}

func firstDifference(a, b string) string {
	old, got := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(old), len(got)) {
		if old[i] != got[i] {
			from := max(0, i-8)
			return "want\n" + strings.Join(old[from:min(len(old), i+6)], "\n") + "\ngot\n" + strings.Join(got[from:min(len(got), i+6)], "\n")
		}
	}
	return "one is longer"
}
