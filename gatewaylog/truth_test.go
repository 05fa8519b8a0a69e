package gatewaylog

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The log of a real Postfix and what was really played: where the shared
// recording is at hand, every session's lines must come out as one connection
// that holds exactly those lines.

const truthFolder = "../../shared/servers/postfix"

type truthRow struct {
	Scenario    string   `json:"scenario"`
	Session     int      `json:"session"`
	ClientIP    string   `json:"client_ip"`
	ClientPort  uint16   `json:"client_port"`
	Start       float64  `json:"start"`
	Helo        string   `json:"helo"`
	LogLines    []int64  `json:"log_line_numbers"`
	LogExact    bool     `json:"log_exact"`
	Accepted    []string `json:"accepted_by_server"`
	Transaction []struct {
		MailFrom  string  `json:"mail_from"`
		QueueID   *string `json:"queue_id"`
		MessageID *string `json:"message_id"`
	} `json:"transactions"`
}

func truth(t *testing.T) []truthRow {
	t.Helper()
	f, err := os.Open(filepath.Join(truthFolder, "truth.jsonl"))
	if err != nil {
		t.Skip("the shared recording is not here: ", err)
	}
	defer func() { _ = f.Close() }()
	var rows []truthRow
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var r truthRow
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// truthShift is how far the clock of a variant of the log is off.
var truthShift = map[string]time.Duration{
	"maillog": 0, "maillog.iso": 0, "maillog.skew+37.4s": 37400 * time.Millisecond, "maillog.iso.skew+37.4s": 37400 * time.Millisecond,
	"maillog.tz+0530": 0, "maillog.iso.tz+0530": 0,
}

func TestTruth(t *testing.T) {
	rows := truth(t)
	for name := range truthShift {
		t.Run(name, func(t *testing.T) {
			sources, err := Files(filepath.Join(truthFolder, name))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Unix(int64(rows[0].Start), 0)
			conns, report := readAll(t, Options{From: start, To: start.Add(time.Minute)}, sources...)
			checkTruth(t, rows, conns)
			for _, r := range report.Reasons {
				t.Logf("%-60s %-8s %d", r.Words, r.Product, r.Lines)
			}
			if report.Lines != 905 {
				t.Errorf("read %d lines, want 905", report.Lines)
			}
		})
	}
}

func checkTruth(t *testing.T, rows []truthRow, conns []*Connection) {
	t.Helper()
	inbound := map[string]*Connection{}
	for _, c := range conns {
		if c.Direction != Inbound {
			continue
		}
		for _, l := range c.Lines {
			k := strconv.FormatInt(l.Number, 10)
			if inbound[k] != nil && inbound[k] != c {
				t.Errorf("line %d is in two inbound connections", l.Number)
			}
			inbound[k] = c
		}
	}
	exact, total := 0, 0
	for _, r := range rows {
		if len(r.LogLines) == 0 {
			continue
		}
		total++
		c := inbound[strconv.FormatInt(r.LogLines[0], 10)]
		if c == nil {
			t.Errorf("%s/%d: no connection holds line %d", r.Scenario, r.Session, r.LogLines[0])
			continue
		}
		var got []int64
		for _, l := range c.Lines {
			got = append(got, l.Number)
		}
		slices.Sort(got)
		if !slices.Equal(got, r.LogLines) {
			t.Errorf("%s/%d (exact %v): lines %v, want %v", r.Scenario, r.Session, r.LogExact, got, r.LogLines)
			continue
		}
		exact++
		checkFacts(t, r, c)
	}
	t.Logf("%d of %d sessions with log lines: exactly one connection with exactly those lines (%.1f %%)", exact, total, 100*float64(exact)/float64(total))
}

// checkFacts holds the connection against what was played.
func checkFacts(t *testing.T, r truthRow, c *Connection) {
	t.Helper()
	name := r.Scenario + "/" + strconv.Itoa(r.Session)
	if r.LogExact && c.Client.Addr.String() != r.ClientIP {
		t.Errorf("%s: client %v, want %s", name, c.Client.Addr, r.ClientIP)
	}
	if c.Client.Port != 0 && c.Client.Port != r.ClientPort && r.LogExact {
		t.Errorf("%s: port %d, want %d", name, c.Client.Port, r.ClientPort)
	}
	if c.Helo != "" && c.Helo != r.Helo {
		t.Errorf("%s: helo %q, want %q", name, c.Helo, r.Helo)
	}
	if !c.Begun || !c.Closed || c.Ended.How == "" {
		t.Errorf("%s: begun %v, closed %v, ended %+v", name, c.Begun, c.Closed, c.Ended)
	}
	var accepted []string
	for _, m := range c.Messages {
		if m.Outcome.Kind == Accepted || m.Outcome.Kind == Dropped { // a discard is accepted on the wire
			accepted = append(accepted, m.ID)
		}
	}
	slices.Sort(accepted)
	slices.Sort(r.Accepted)
	if !slices.Equal(accepted, r.Accepted) {
		t.Errorf("%s: accepted %v, want %v", name, accepted, r.Accepted)
	}
	for _, x := range r.Transaction {
		if x.QueueID == nil || *x.QueueID == "" {
			continue
		}
		i := slices.IndexFunc(c.Messages, func(m *Message) bool { return m.ID == *x.QueueID })
		if i < 0 {
			t.Errorf("%s: no message %s", name, *x.QueueID)
			continue
		}
		m := c.Messages[i]
		if m.HasFrom && m.From != x.MailFrom && !strings.Contains(x.MailFrom, "SIZE") {
			t.Errorf("%s: from %q, want %q", name, m.From, x.MailFrom)
		}
		if m.Outcome.Kind == "" {
			t.Errorf("%s: message %s has no outcome", name, m.ID)
		}
	}
}
