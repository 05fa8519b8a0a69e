//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/internal/realservers"
)

// realVariable says that the tests with real mail servers are wanted: they
// need root, take a minute, and install what they lack.
const realVariable = "SMTPSCOPE_REAL"

// playedVariable names a folder that keeps what the servers were seen to do, a
// folder a server, for other tests to read; without it nothing is kept.
const playedVariable = "SMTPSCOPE_PLAYED"

func realDir(t *testing.T, server string) string {
	if folder := os.Getenv(playedVariable); folder != "" {
		return filepath.Join(folder, server)
	}
	return t.TempDir()
}

// TestRealServers plays deliveries and every kind of abort on real mail
// servers, and holds the verdicts against what was played, on both sides of
// the router between.
func TestRealServers(t *testing.T) {
	if os.Getenv(realVariable) == "" {
		t.Skip("not run: set " + realVariable + "=1")
	}
	var tables realTables
	t.Cleanup(func() { tables.show(t) })
	for _, server := range realservers.Servers {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
			defer cancel()
			result, err := realservers.Run(ctx, realservers.Options{Server: server, Dir: realDir(t, server), Log: t.Logf})
			if errors.Is(err, realservers.ErrCannotRun) && os.Getenv("CI") != "true" {
				t.Skip("not run: ", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			rows, err := realservers.ReadTruth(result.Truth)
			if err != nil {
				t.Fatal(err)
			}
			gateway, client := realRecords(t, result.Capture), realRecords(t, result.ClientCapture)
			for i := range rows {
				row := &rows[i]
				if row.Error != "" {
					t.Errorf("%s/%d was not played as written: %s", row.Scenario, row.Number, row.Error)
					continue
				}
				checkReal(t, "at the gateway", row, row.Ended, gateway)
				if row.EndedClientSide != nil {
					checkReal(t, "at the client", row, row.EndedClientSide, client)
				}
			}
			t.Logf("%s: %d sessions in %v", server, len(rows), result.Elapsed)
			tables.set(server, alignReal(t, server, result, rows))
		})
	}
}

// A realRecord is what is compared of a record.
type realRecord struct {
	Type   string
	Client realservers.Endpoint
	Start  time.Time
	Hello  *struct{ Name string }
	Ended  struct{ Phase, How, By string }
	TLS    *struct{ Handshake string }

	Messages []struct {
		From       string
		Recipients []struct {
			Address string
			Code    int
		}
		Transfer *struct {
			Bytes   int64
			AtLeast bool `json:"at_least"`
		}
		QueueID string `json:"queue_id"`
		Outcome string
	}
}

func realRecords(t *testing.T, capture string) map[realservers.Endpoint][]realRecord {
	t.Helper()
	records := map[realservers.Endpoint][]realRecord{}
	for line := range strings.Lines(mustRun(t, nil, "analyze", "--format", "jsonl", capture)) {
		var r realRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Type == "session" {
			records[r.Client] = append(records[r.Client], r)
		}
	}
	return records
}

// checkReal holds the record of one session against what was played.
func checkReal(t *testing.T, where string, row *realservers.Session, want *realservers.Verdict, records map[realservers.Endpoint][]realRecord) {
	t.Helper()
	if want == nil {
		return
	}
	name := fmt.Sprintf("%s/%d %s", row.Scenario, row.Number, where)
	found := records[row.Client]
	if len(found) == 0 {
		t.Errorf("%s: no record", name)
		return
	}
	r := slices.MinFunc(found, func(a, b realRecord) int {
		return int(a.Start.Sub(row.Start).Abs() - b.Start.Sub(row.Start).Abs())
	})
	e := r.Ended
	if !slices.Contains(want.Phase, e.Phase) || !slices.Contains(want.How, e.How) || !slices.Contains(want.By, e.By) {
		t.Errorf("%s (%s): %s/%s/%s, want %s/%s/%s", name, row.Says, e.Phase, e.How, e.By,
			strings.Join(want.Phase, "|"), strings.Join(want.How, "|"), strings.Join(want.By, "|"))
	}
	if row.TLS == "" && where == "at the gateway" { // inside TLS nothing can be read
		checkRealMessages(t, name, row, &r)
	}
}

func checkRealMessages(t *testing.T, name string, row *realservers.Session, r *realRecord) {
	t.Helper()
	if row.Hello != "" && (r.Hello == nil || r.Hello.Name != row.Hello) {
		t.Errorf("%s: hello %v, want %s", name, r.Hello, row.Hello)
	}
	if len(r.Messages) != len(row.Messages) {
		t.Errorf("%s: %d messages, want %d", name, len(r.Messages), len(row.Messages))
		return
	}
	for i, want := range row.Messages {
		got := r.Messages[i]
		if got.From != want.From || !slices.Contains(want.Outcome, got.Outcome) {
			t.Errorf("%s: message %d from %q is %s, want %q, %s", name, i+1, got.From, got.Outcome, want.From,
				strings.Join(want.Outcome, "|"))
		}
		if want.QueueID != "" && got.QueueID != want.QueueID {
			t.Errorf("%s: message %d has queue id %q, want %q", name, i+1, got.QueueID, want.QueueID)
		}
		if len(got.Recipients) != len(want.Recipients) {
			t.Errorf("%s: message %d has %d recipients, want %d", name, i+1, len(got.Recipients), len(want.Recipients))
		}
		if want.Complete && (got.Transfer == nil || got.Transfer.Bytes != want.Bytes) {
			t.Errorf("%s: message %d has content %+v, want %d bytes", name, i+1, got.Transfer, want.Bytes)
		}
	}
}
