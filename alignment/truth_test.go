package alignment

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// A recording is a capture of a real mail server with its log and with what
// was really played.
const postfixFolder = "../../shared/servers/postfix"

type truthRow struct {
	Scenario   string     `json:"scenario"`
	Session    int        `json:"session"`
	ClientIP   netip.Addr `json:"client_ip"`
	ClientPort uint16     `json:"client_port"`
	Start      float64    `json:"start"`
	Lines      []int64    `json:"log_line_numbers"`
	Exact      bool       `json:"log_exact"`
}

func readTruth(t testing.TB, name string) []truthRow {
	t.Helper()
	f, err := os.Open(name)
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

func readRecords(t testing.TB, name string) []*session.Record {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	var list []*session.Record
	tracker := session.NewTracker(session.Config{Emit: func(s *session.Session) { list = append(list, &s.Record) }})
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

func readLog(t testing.TB, o gatewaylog.Options, sources ...gatewaylog.Source) []*gatewaylog.Connection {
	t.Helper()
	var list []*gatewaylog.Connection
	_, err := gatewaylog.Read(sources, o, func(c *gatewaylog.Connection) error {
		list = append(list, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func fileSources(t testing.TB, name string) []gatewaylog.Source {
	t.Helper()
	sources, err := gatewaylog.Files(name)
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func around(records []*session.Record) gatewaylog.Options {
	return gatewaylog.Options{From: records[0].Start.Time(), To: records[len(records)-1].End.Time()}
}

// A tally counts matches against the truth.
type tally struct {
	owed, right, ambiguous, none, wrong int
	complaints                          []string
}

func (y *tally) recall() float64    { return float64(y.right) / float64(max(y.owed, 1)) }
func (y *tally) precision() float64 { return float64(y.right) / float64(max(y.right+y.wrong, 1)) }

// postfixRuns are captures of the recorded run and variants of its log.
var postfixRuns = []struct {
	capture, log string
	offset       float64 // seconds, log minus capture
	clock        float64 // of the capture
}{
	{"all.pcap", "maillog", 0, 0}, {"all.pcap", "maillog.iso", 0, 0},
	{"all.pcap", "maillog.skew+37.4s", 37.4, 0}, {"all.pcap", "maillog.iso.skew+37.4s", 37.4, 0},
	{"all.pcap", "maillog.tz+0530", 19800, 0}, {"all.pcap", "maillog.iso.tz+0530", 0, 0},
	{"all.client.clock-37.4.pcap", "maillog", 37.4, -37.4}, {"all.client.clock-37.4.pcap", "maillog.iso", 37.4, -37.4},
	{"all.client.clock-37.4.pcap", "maillog.iso.skew+37.4s", 74.8, -37.4},
	{"all.mirror-dup.pcap", "maillog", 0, 0}, {"all.snap96.pcap", "maillog", 0, 0},
	{"all.s2c-only.pcap", "maillog", 0, 0}, {"all.c2s-only.pcap", "maillog.iso", 0, 0}, {"all.cut-both-ends.pcap", "maillog", 0, 0},
}

// TestPostfix aligns the recorded Postfix run with each variant of its log.
func TestPostfix(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	for _, v := range postfixRuns {
		t.Run(v.capture+" "+v.log, func(t *testing.T) {
			records := readRecords(t, filepath.Join(postfixFolder, v.capture))
			conns := readLog(t, around(records), fileSources(t, filepath.Join(postfixFolder, v.log))...)
			r := Align(records, conns, Config{})
			y := judge(rows, records, r, nil, v.clock)
			for _, c := range y.complaints {
				t.Log(c)
			}
			for _, k := range r.Clocks {
				t.Logf("clock %+v", k)
			}
			t.Logf("precision %.3f, recall %.3f (%d of %d; %d ambiguous, %d none, %d wrong)",
				y.precision(), y.recall(), y.right, y.owed, y.ambiguous, y.none, y.wrong)
			if y.wrong > 0 {
				t.Errorf("%d wrong matches", y.wrong)
			}
			if whole := !strings.Contains(v.capture, "only") && !strings.Contains(v.capture, "cut") && !strings.Contains(v.capture, "snap"); whole && y.recall() < 0.98 {
				t.Errorf("recall %.3f", y.recall())
			}
			if got := r.Clocks[0].Offset.Seconds(); math.Abs(got-v.offset) > 0.6 {
				t.Errorf("offset %v, want about %v", got, v.offset)
			}
		})
	}
}

// judge counts matches against the lines that are the session's. gone are
// numbers of lines that were deleted from the log.
func judge(rows []truthRow, records []*session.Record, r *Result, gone map[int64]bool, clock float64) *tally {
	y := new(tally)
	for i := range rows {
		row := &rows[i]
		at := findRecord(records, row, clock)
		if at < 0 {
			continue
		}
		m := &r.Matches[at]
		left := slices.DeleteFunc(slices.Clone(row.Lines), func(n int64) bool { return gone[n] })
		y.count(row, m, left)
	}
	return y
}

func (y *tally) count(row *truthRow, m *Match, left []int64) {
	has := func(c *gatewaylog.Connection) bool {
		return slices.ContainsFunc(c.Lines, func(l *gatewaylog.Line) bool { return slices.Contains(left, l.Number) })
	}
	if m.Status == Matched {
		good := has(m.Connection) && !slices.ContainsFunc(m.More, func(c *gatewaylog.Connection) bool { return !has(c) })
		if !good && (row.Exact || len(row.Lines) == 0) {
			y.wrong++
			y.complain(row, "wrong: "+m.Connection.ID, m)
		}
		if good && len(left) > 0 {
			y.right++
			y.owed++
			return
		}
	}
	if len(left) == 0 {
		return
	}
	y.owed++
	switch m.Status {
	case Ambiguous:
		y.ambiguous++
		y.complain(row, "ambiguous", m)
	case None:
		y.none++
		y.complain(row, "none", m)
	}
}

func (y *tally) complain(row *truthRow, what string, m *Match) {
	y.complaints = append(y.complaints, fmt.Sprintf("%s/%d %s %s", row.Scenario, row.Session, what, m.Reason))
}

func findRecord(records []*session.Record, row *truthRow, clock float64) int {
	best, distance := -1, 5*time.Minute
	for i, r := range records {
		if r.Client.IP != row.ClientIP || r.Client.Port != row.ClientPort {
			continue
		}
		if d := r.Start.Time().Sub(time.UnixMicro(int64((row.Start + clock) * 1e6))).Abs(); d < distance {
			best, distance = i, d
		}
	}
	return best
}
