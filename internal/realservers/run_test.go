//go:build linux

package realservers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestHarness runs one server (SMTPSCOPE_SERVER, default Postfix) and holds
// the truth that comes out against what tcpdump reads in the captures: every
// scenario of the table has its rows, every row its packets, and the first FIN
// or RST of a connection is the one that the row names.
func TestHarness(t *testing.T) {
	if testing.Short() {
		t.Skip("not run: a real server takes 20 s")
	}
	server := os.Getenv("SMTPSCOPE_SERVER")
	if server == "" {
		server = "postfix"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	result, err := Run(ctx, Options{Server: server, Dir: t.TempDir(), Log: t.Logf})
	if errors.Is(err, ErrCannotRun) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadTruth(result.Truth)
	if err != nil {
		t.Fatal(err)
	}
	checkComplete(t, server, rows)
	checkLog(t, result.Log, rows)
	gateway, clients := endings(t, result.Capture), endings(t, result.ClientCapture)
	for _, row := range rows {
		name := fmt.Sprintf("%s/%d", row.Scenario, row.Number)
		checkRow(t, name+" at the gateway", &row, row.Ended, gateway)
		if row.EndedClientSide != nil {
			checkRow(t, name+" at the client", &row, row.EndedClientSide, clients)
		}
	}
}

// checkComplete holds the rows against the table.
func checkComplete(t *testing.T, server string, rows []Session) {
	for _, s := range chosen(&order{Server: server}) {
		if !slices.ContainsFunc(rows, func(r Session) bool { return r.Scenario == s.Name }) {
			t.Errorf("%s: no row", s.Name)
		}
	}
	for _, row := range rows {
		if row.Error != "" {
			t.Errorf("%s/%d: %s", row.Scenario, row.Number, row.Error)
		}
		if row.Ended == nil && row.EndedClientSide == nil {
			t.Errorf("%s/%d: no verdict at either point", row.Scenario, row.Number)
		}
	}
}

// checkLog looks for the queue ids that clients were given.
func checkLog(t *testing.T, path string, rows []Session) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, m := range row.Messages {
			if m.ReplyCode == 250 && (m.QueueID == "" || !strings.Contains(string(text), m.QueueID)) {
				t.Errorf("%s/%d: queue id %q of %q is not in the log", row.Scenario, row.Number, m.QueueID, m.Reply)
			}
		}
	}
}

// ending is what a capture shows of one connection.
type ending struct {
	packets int
	first   string // "fin client", "rst server", ...; "" for neither
}

var tcpdumpLine = regexp.MustCompile(`IP (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[([^]]*)\]`)

// endings reads a capture through tcpdump; keys are "ip:port" of the client.
// A port that is used again begins anew with its SYN; the first use counts.
func endings(t *testing.T, capture string) map[string]*ending {
	text, err := exec.Command("tcpdump", "-r", capture, "-nn").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]*ending)
	for _, line := range strings.Split(string(text), "\n") {
		m := tcpdumpLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		key, side := m[1]+":"+m[2], "client"
		if m[1] == gatewayIP {
			key, side = m[3]+":"+m[4], "server"
		}
		if seen[key] == nil {
			seen[key] = &ending{}
		}
		seen[key].note(side, m[5])
	}
	return seen
}

func (e *ending) note(side, flags string) {
	e.packets++
	switch {
	case e.first != "":
	case strings.Contains(flags, "R"):
		e.first = "rst " + side
	case strings.Contains(flags, "F"):
		e.first = "fin " + side
	}
}

func checkRow(t *testing.T, name string, row *Session, want *Verdict, seen map[string]*ending) {
	e := seen[fmt.Sprintf("%s:%d", row.Client.IP, row.Client.Port)]
	if want == nil {
		if e != nil {
			t.Errorf("%s: %d packets where none were to be", name, e.packets)
		}
		return
	}
	if e == nil {
		t.Errorf("%s: no packets", name)
		return
	}
	if allowed := closings(want); allowed != nil && !slices.Contains(allowed, e.first) {
		t.Errorf("%s: first close is %q, the row allows %q", name, e.first, allowed)
	}
}

// closings are the first closing flags that a verdict is compatible with; nil
// for any. After QUIT either side may be the first to close.
func closings(v *Verdict) []string {
	var allowed []string
	for _, how := range v.How {
		switch how {
		case "fin", "rst":
			for _, by := range v.By {
				allowed = append(allowed, how+" "+by)
			}
		case "syn-refused":
			allowed = append(allowed, "rst server", "")
		case "syn-unanswered":
			allowed = append(allowed, "")
		default:
			return nil
		}
	}
	return allowed
}
