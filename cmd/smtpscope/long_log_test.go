package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
	"smtpscope/internal/benchdata"
)

// TestLongLog: of a long log the same is kept, and said, whether it was read
// once or twice. What lies days before the capture is counted and no more.
func TestLongLog(t *testing.T) {
	p, _ := benchdata.Named("quick")
	var capture, truth, log bytes.Buffer
	if err := benchdata.Generate(p, &capture, &truth); err != nil {
		t.Fatal(err)
	}
	const before = 300
	for i := range before {
		fmt.Fprintf(&log, "2024-01-10T08:%02d:%02d.0+00:00 mx postfix/smtpd[%d]: connect from unknown[198.51.100.7]:%d\n", i/60, i%60, 2000+i, 30000+i)
		fmt.Fprintf(&log, "2024-01-10T08:%02d:%02d.5+00:00 mx postfix/smtpd[%d]: disconnect from unknown[198.51.100.7]:%d ehlo=1 quit=1 commands=2\n", i/60, i%60, 2000+i, 30000+i)
	}
	if err := benchdata.Log(&log, &truth); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, b := range map[string][]byte{"c.pcap": capture.Bytes(), "mail.log": log.Bytes()} {
		if err := os.WriteFile(filepath.Join(".", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long, more := longLog, keptMore
	t.Cleanup(func() { longLog, keptMore = long, more })
	reads := func(from int64, room int) string {
		longLog, keptMore = from, room
		return mustRun(t, nil, "analyze", "--format", "jsonl", "--log", "mail.log", "c.pcap")
	}
	short, once, twice := reads(math.MaxInt64, 0), reads(0, more), reads(0, math.MinInt32)
	if once != twice {
		t.Errorf("read once and read twice it gives different records: %s", firstDifference(once, twice))
	}
	if once != short {
		t.Errorf("a long log and a short one give different records: %s", firstDifference(once, short))
	}
	lines := strings.Split(strings.TrimSpace(once), "\n")
	var last struct {
		Log struct {
			OnlyInLog int64 `json:"log_only"`
			Matched   int64 `json:"matched"`
		} `json:"log"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Log.OnlyInLog < before || last.Log.Matched < 200 {
		t.Errorf("%d connections without packets, at least %d wanted; %d sessions matched", last.Log.OnlyInLog, before, last.Log.Matched)
	}
}

// TestDraft: what is kept is given up when there is no room for it, for good.
func TestDraft(t *testing.T) {
	d := &draft{room: 5}
	line := make([]*gatewaylog.Line, 1)
	for i, whole := range []bool{true, true, false, false} {
		d.keep(&gatewaylog.Connection{Lines: line})
		if d.whole() != whole || whole != (len(d.list) == i+1) {
			t.Errorf("after %d connections of a line: whole is %v, %d are kept", i+1, d.whole(), len(d.list))
		}
	}
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("at %d\n%.300s\n%.300s", i, a[max(0, i-100):], b[max(0, i-100):])
		}
	}
	return fmt.Sprintf("%d and %d bytes", len(a), len(b))
}
