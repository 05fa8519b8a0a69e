//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smtpscope/alignment"
	"smtpscope/capture"
	"smtpscope/gatewaylog"
	"smtpscope/internal/realservers"
	"smtpscope/session"
)

// A realRun is what was recorded of one server.
type realRun struct {
	server  string
	rows    []realservers.Session
	records []*session.Record
	log     []string // whole seconds
	fine    []string // microseconds; nil for Exim
	truth   [][]int
}

// twin: another session of the same client said the same within a second, so
// that nothing but ports, ids and order tells the two apart.
func (run *realRun) twin(i int) bool {
	said := func(row *realservers.Session) string {
		var b strings.Builder
		for _, l := range row.Dialogue {
			if l.Who == "C" {
				b.WriteString(l.Text + "\n")
			}
		}
		return b.String()
	}
	row := &run.rows[i]
	return slices.ContainsFunc(run.rows, func(o realservers.Session) bool {
		return o.Client.IP == row.Client.IP && o.Number != row.Number && o.Start.Sub(row.Start).Abs() < time.Second && said(&o) == said(row)
	})
}

// names says whether a line names a session: by its address, by a queue id that
// the client was told, or by a Message-ID that it sent in clear.
func names(line string, row *realservers.Session) bool {
	for at := strings.Index(line, row.Client.IP); at >= 0; at = -1 {
		if rest := line[at+len(row.Client.IP):]; rest == "" || rest[0] < '0' || rest[0] > '9' {
			return true
		}
	}
	if row.TLS == "starttls" || row.TLS == "implicit" {
		return false
	}
	return slices.ContainsFunc(row.Messages, func(m *realservers.Message) bool {
		return m.QueueID != "" && strings.Contains(line, m.QueueID) ||
			m.MessageID != "" && strings.Contains(line, strings.Trim(m.MessageID, "<>"))
	})
}

// alignReal aligns a run with its log, and with the log changed in all the
// ways that logs differ in. No match may be wrong.
func alignReal(t *testing.T, server string, result *realservers.Result, rows []realservers.Session) string {
	t.Helper()
	r := &realRun{server: server, rows: rows, records: sessionRecords(t, result.Capture),
		log: logLines(t, result.Log), fine: logLines(t, result.FineLog)}
	r.truth = trueLines(server, r.log, rows)
	var table strings.Builder
	for _, v := range realVariants {
		if v.fine && r.fine == nil || v.server != "" && v.server != server {
			continue
		}
		var y realTally
		for seed := range uint64(max(v.times, 1)) {
			y.add(v.align(t, r, rand.New(rand.NewPCG(seed, 5))))
		}
		row := fmt.Sprintf("| %s, %s | %d | %d | %d | %d | %d | %d | %.3f | %.3f |\n", server, v.name, y.owed, y.right, y.wrong, y.ambiguous, y.twins, y.nameless, y.precision(), y.recall())
		table.WriteString(row)
		say := t.Logf
		if y.wrong > 0 || y.recall() < v.floor(server) {
			say = t.Errorf
		}
		if y.wrong > 0 || y.recall() < aimedRecall {
			say("%s, %s: %d wrong, recall %.3f, aimed at %.2f\n%s", server, v.name, y.wrong, y.recall(), aimedRecall, strings.Join(y.complaints, "\n"))
		}
	}
	return table.String()
}

// A realVariant changes log or records of a run.
type realVariant struct {
	name   string
	server string  // the only one that it is for
	fine   bool    // begins with times of microseconds
	times  int     // how often, with other dice
	least  float64 // recall; 0 = leastRecall
	drifts bool    // the log's clock does
	change func(run *realRun, r *variantRun, dice *rand.Rand)
}

// variantRun is a run as a variant changes it.
type variantRun struct {
	records []*session.Record
	log     []string
	truth   [][]int
	gone    map[int]bool // numbers of deleted lines
}

// The recall that is aimed at, below which the sessions that lack their match
// are printed; and that below which the test fails. A run on a busy machine
// puts more sessions into one second, and its servers are later: the worst of
// the first five recordings was 0.987, sendmail's with a third of the lines
// deleted.
const (
	aimedRecall = 0.98
	leastRecall = 0.95
)

// leastAdrift is that for sendmail where its clock drifts. Its conn_limit is ten
// sessions of one client that say the same, a tenth of all. Where the server came to
// the first of them a second late, behind the others' beginnings, it is right to leave
// all ten open: 0.907 in two of ten recordings on a quiet machine.
const leastAdrift = 0.88

// floor is the recall below which the test fails.
func (v *realVariant) floor(server string) float64 {
	if v.drifts && server == "sendmail" {
		return leastAdrift
	}
	return cmp.Or(v.least, leastRecall)
}

var realVariants = []realVariant{
	{name: "its log"},
	{name: "microseconds", fine: true},
	{name: "the log +37.4 s", change: func(_ *realRun, r *variantRun, _ *rand.Rand) {
		r.warp(func(at time.Time) time.Time { return at.Add(-37400 * time.Millisecond) })
	}},
	{name: "the log in a zone of +05:30", change: func(_ *realRun, r *variantRun, _ *rand.Rand) {
		r.restamp(time.Second, func(at time.Time) time.Time { return at.Add(5*time.Hour + 30*time.Minute) })
	}},
	{name: "drift of 50 ppm, the scenarios five minutes apart", drifts: true, change: func(run *realRun, r *variantRun, _ *rand.Rand) { r.spread(run, time.Second) }},
	{name: "microseconds, the same drift", fine: true, drifts: true, change: func(run *realRun, r *variantRun, _ *rand.Rand) { r.spread(run, time.Microsecond) }},
	{name: "a third of the lines deleted, 10 times", times: 10, change: deleteThird},
	{name: "microseconds, a third of the lines deleted, 10 times", fine: true, times: 10, change: deleteThird},
	{name: "Debian's log_selector", server: "exim", least: 0.90, change: func(_ *realRun, r *variantRun, _ *rand.Rand) { r.fewSelectors() }},
}

func (v *realVariant) align(t *testing.T, run *realRun, dice *rand.Rand) *realTally {
	t.Helper()
	r := &variantRun{records: run.records, log: run.log, truth: run.truth, gone: map[int]bool{}}
	if v.fine {
		r.log = run.fine
	}
	if v.change != nil {
		v.change(run, r, dice)
	}
	text := strings.Join(r.log, "\n") + "\n"
	var list []*gatewaylog.Connection
	_, err := gatewaylog.Read([]gatewaylog.Source{{Name: "log", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}}, gatewaylog.Options{From: r.records[0].Start.Time(), To: r.records[len(r.records)-1].End.Time()}, func(c *gatewaylog.Connection) error {
		list = append(list, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.judge(run, alignment.Align(r.records, list, alignment.Config{}))
}

// A realTally counts matches against the truth.
type realTally struct {
	owed, right, wrong, ambiguous, twins, nameless int
	complaints                                     []string
}

func (y *realTally) recall() float64    { return float64(y.right) / float64(max(y.owed, 1)) }
func (y *realTally) precision() float64 { return float64(y.right) / float64(max(y.right+y.wrong, 1)) }

func (y *realTally) add(o *realTally) {
	y.owed, y.right, y.wrong = y.owed+o.owed, y.right+o.right, y.wrong+o.wrong
	y.ambiguous, y.twins = y.ambiguous+o.ambiguous, y.twins+o.twins
	y.nameless += o.nameless
	y.complaints = append(y.complaints, o.complaints...)
}

// judge: a session is owed a match where the log has a line of it.
func (r *variantRun) judge(run *realRun, found *alignment.Result) *realTally {
	y := new(realTally)
	for i, rec := range run.records {
		row := run.rowOf(rec) // of the record before it was moved
		if row < 0 {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(r.truth[row]), func(n int) bool { return r.gone[n] })
		m := &found.Matches[i]
		name := fmt.Sprintf("%s/%d", run.rows[row].Scenario, run.rows[row].Number)
		named := slices.ContainsFunc(left, func(n int) bool { return names(r.log[n-1], &run.rows[row]) })
		has := func(c *gatewaylog.Connection) bool {
			return slices.ContainsFunc(c.Lines, func(l *gatewaylog.Line) bool { return slices.Contains(left, int(l.Number)) })
		}
		switch {
		case m.Status == alignment.Matched && has(m.Connection) && !slices.ContainsFunc(m.More, func(c *gatewaylog.Connection) bool { return !has(c) }):
			y.right++
			y.owed++
		case m.Status == alignment.Matched:
			y.wrong++
			y.complaints = append(y.complaints, name+" wrong: "+m.Connection.Lines[0].Text)
		case len(left) == 0:
		case !named:
			y.nameless++
		case m.Status == alignment.Ambiguous && run.twin(row):
			y.twins++
		default:
			y.owed++
			y.complaints = append(y.complaints, fmt.Sprint(name, " ", m.Status, " ", m.Reason, left))
			if m.Status == alignment.Ambiguous {
				y.ambiguous++
			}
		}
	}
	return y
}

// rowOf is the row of a record: that of its client which began last before it.
func (run *realRun) rowOf(r *session.Record) int {
	best := -1
	begun := r.Start.Time().Add(2 * time.Millisecond) // the row notes the moment before connect(2)
	for i := range run.rows {
		row := &run.rows[i]
		if row.Client.IP == r.Client.IP.String() && row.Client.Port == int(r.Client.Port) && row.Start.Before(begun) &&
			(best < 0 || row.Start.After(run.rows[best].Start)) {
			best = i
		}
	}
	return best
}

func sessionRecords(t *testing.T, name string) []*session.Record {
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
	slices.SortStableFunc(list, func(a, b *session.Record) int { return a.Start.Time().Compare(b.Start.Time()) })
	return list
}

func logLines(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// realTables are the rows of docs/alignment.md that a run on real servers
// gives.
type realTables struct {
	mu   sync.Mutex
	rows map[string]string
}

func (t *realTables) set(server, rows string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[string]string{}
	}
	t.rows[server] = rows
}

// show prints the table, and with -update writes it into the document. The
// numbers differ from run to run a little: they are not held against it.
func (t *realTables) show(test *testing.T) {
	text := "| server and log | owed | matched | wrong | ambiguous | twins | nameless | precision | recall |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
	for _, server := range realservers.Servers {
		text += t.rows[server]
	}
	test.Log("\n" + text)
	if !*update || len(t.rows) < len(realservers.Servers) {
		return
	}
	const file, begin, end = "../../docs/alignment.md", "<!-- real servers -->\n", "<!-- end of real servers -->"
	old, err := os.ReadFile(file)
	if err != nil {
		test.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(old), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		test.Fatal(file + " has no place for the real servers")
	}
	if err := os.WriteFile(file, []byte(before+begin+text+end+after), 0o644); err != nil {
		test.Fatal(err)
	}
}
