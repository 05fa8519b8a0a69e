//go:build linux

package alignment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"smtpscope/gatewaylog"
	"smtpscope/internal/realservers"
	"smtpscope/session"
)

// playedVariable names a folder in which internal/realservers/play left its
// runs: postfix/, exim/, sendmail/, opensmtpd/ with gateway.pcap, maillog and
// truth.jsonl.
const playedVariable = "SMTPSCOPE_PLAYED"

// A sample is a session of a real server with the lines that it logged, as
// gatewaylog's tests keep them.
type sample struct {
	Scenario string
	Verdict  *gatewaylog.Verdict
	Lines    []string
}

// TestExpectedPlayedLines does the same for every server of the harness. With
// SMTPSCOPE_SAMPLES=DIR it writes DIR/SERVER.jsonl, which are the samples of
// gatewaylog/testdata/expect.
func TestExpectedPlayedLines(t *testing.T) {
	folder := os.Getenv(playedVariable)
	if folder == "" {
		t.Skip("not run: set " + playedVariable + " to a folder with the harness's output")
	}
	for _, p := range []gatewaylog.Product{gatewaylog.Postfix, gatewaylog.Exim, gatewaylog.Sendmail, gatewaylog.OpenSMTPD} {
		t.Run(string(p), func(t *testing.T) {
			dir := filepath.Join(folder, string(p))
			rows, err := realservers.ReadTruth(filepath.Join(dir, "truth.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			samples := played(t, dir, p, rows)
			tally := map[string]int{}
			for _, s := range samples {
				tally[holdSample(t, p, &s)]++
			}
			t.Logf("%v of %d sessions with an abnormal end", tally, len(samples))
			if out := os.Getenv("SMTPSCOPE_SAMPLES"); out != "" {
				writeSamples(t, filepath.Join(out, string(p)+".jsonl"), samples)
			}
		})
	}
}

// holdSample holds one session's lines against the expectation.
func holdSample(t *testing.T, p gatewaylog.Product, s *sample) string {
	t.Helper()
	x := gatewaylog.Expect(p, s.Verdict)
	var lines []*gatewaylog.Line
	for _, text := range s.Lines {
		lines = append(lines, &gatewaylog.Line{Text: text})
	}
	switch x.Fits(lines) {
	case gatewaylog.Yes:
		return "agree"
	case gatewaylog.No:
		t.Errorf("%s (%s %s %s): expected %q, logged\n\t%s", s.Scenario, s.Verdict.Phase, s.Verdict.How, s.Verdict.By, x, strings.Join(s.Lines, "\n\t"))
		return "differ"
	}
	if !slices.ContainsFunc(x.Phrases, func(p gatewaylog.Phrase) bool { return p.Words == "" }) {
		t.Errorf("%s (%s %s %s): expected %q without being sure, logged\n\t%s", s.Scenario, s.Verdict.Phase, s.Verdict.How, s.Verdict.By, x, strings.Join(s.Lines, "\n\t"))
		return "open"
	}
	return "nothing"
}

// played gives the sessions that ended abnormally with their lines: by the
// client's address, of which each scenario has its own, in order of time.
func played(t *testing.T, dir string, p gatewaylog.Product, rows []realservers.Session) []sample {
	t.Helper()
	records := readRecords(t, filepath.Join(dir, "gateway.pcap"))
	conns := readLog(t, around(records), fileSources(t, filepath.Join(dir, "maillog"))...)
	of := map[netip.Addr][]*gatewaylog.Connection{}
	for _, c := range conns {
		if c.Product == p && c.Direction != gatewaylog.Outbound {
			of[c.Client.Addr] = append(of[c.Client.Addr], c)
		}
	}
	seen := map[netip.Addr][]*session.Record{}
	slices.SortFunc(records, func(a, b *session.Record) int { return cmp.Compare(a.Start, b.Start) })
	for _, r := range records {
		seen[r.Client.IP] = append(seen[r.Client.IP], r)
	}
	var list []sample
	for _, row := range rows {
		ip := netip.MustParseAddr(row.Client.IP)
		i := slices.IndexFunc(seen[ip], func(r *session.Record) bool { return int(r.Client.Port) == row.Client.Port })
		if i < 0 || seen[ip][i].Abnormal == nil || !*seen[ip][i].Abnormal {
			continue
		}
		s := sample{Scenario: row.Scenario, Verdict: Verdict(seen[ip][i])}
		switch {
		case len(seen[ip]) == 1: // all that the address has, also where the reader could not join it
			for _, c := range of[ip] {
				s.Lines = append(s.Lines, linesOf(c)...)
			}
		case len(of[ip]) == len(seen[ip]):
			s.Lines = linesOf(of[ip][i])
		case len(of[ip]) > 0:
			t.Logf("%s: %d connections in the log, %d in the capture: left out", row.Scenario, len(of[ip]), len(seen[ip]))
			continue
		}
		list = append(list, s)
	}
	return list
}

func linesOf(c *gatewaylog.Connection) (list []string) {
	for _, l := range c.Lines {
		list = append(list, l.Text)
	}
	return list
}

var playedAddress = regexp.MustCompile(`198\.18\.\d+\.(\d+)`)

func writeSamples(t *testing.T, name string, samples []sample) {
	t.Helper()
	var out strings.Builder
	known := map[string]bool{} // one sample of a kind is enough
	for _, s := range samples {
		v := s.Verdict
		kind := fmt.Sprint(v.Phase, v.How, v.By, v.Unasked.Code, v.Port, v.Banner, v.Hello, len(v.Mails))
		if known[kind] {
			continue
		}
		known[kind] = true
		for i, l := range s.Lines {
			s.Lines[i] = playedAddress.ReplaceAllString(l, "198.51.100.$1")
		}
		line, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
