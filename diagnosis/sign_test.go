package diagnosis

import (
	"path/filepath"
	"reflect"
	"testing"

	"smtpscope/session"
)

// TestNeeds: of no session is a rule left out that would have found something.
func TestNeeds(t *testing.T) {
	ofAllSessions(t, needsHold)
}

// ofAllSessions tries the sessions of all cases and, where they are, of the
// captures of real servers.
func ofAllSessions(t *testing.T, holds func(*testing.T, string, *session.Session)) {
	t.Helper()
	scripts, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range scripts {
		for _, s := range sessionsOf(t, path) {
			holds(t, path, s)
		}
	}
	captures, _ := filepath.Glob("../../shared/servers/*/*.pcap") // beside the project, not part of it
	for _, path := range captures {
		for _, s := range read(t, path) {
			holds(t, path, s)
		}
	}
}

func needsHold(t *testing.T, path string, s *session.Session) {
	t.Helper()
	c := openCase(s, nil)
	defer c.close()
	may := rulesFor(c.signs, false)
	for i := range rules {
		asked := may.has(i) && c.lasted >= rules[i].after
		if r := &rules[i]; !r.log && !asked && r.find(c) != nil {
			t.Errorf("%s, session %d: %s is not asked, and would find something", path, s.Record.Session, r.code)
		}
	}
}

// TestOrderlySessionCostsNothing: a session that ended in order, and of which
// there is nothing to say, allocates nothing.
func TestOrderlySessionCostsNothing(t *testing.T) {
	s := orderly(t)
	if n := testing.AllocsPerRun(100, func() {
		if found := Diagnose(s); found != nil {
			t.Error(found)
		}
	}); n >= 1 { // the pool may be emptied by the collector now and then
		t.Errorf("%.1f allocations", n)
	}
}

func orderly(t testing.TB) *session.Session {
	t.Helper()
	return sessionsOf(t, "../testdata/dot-and-quit-in-one-segment/session.txt")[0]
}

// BenchmarkOrderly: what a session costs that ended in order.
func BenchmarkOrderly(b *testing.B) {
	s := orderly(b)
	b.ReportAllocs()
	for b.Loop() {
		Diagnose(s)
	}
}

// BenchmarkBroken: one that a rule explains.
func BenchmarkBroken(b *testing.B) {
	s := sessionsOf(b, "../testdata/client-rst-in-data/session.txt")[0]
	b.ReportAllocs()
	for b.Loop() {
		Diagnose(s)
		Gateways(&s.Record)
	}
}

// BenchmarkRefused: recipients refused by words that name no cause, then QUIT.
func BenchmarkRefused(b *testing.B) {
	s := sessionsOf(b, "../testdata/every-rcpt-refused-quit/session.txt")[0]
	b.ReportAllocs()
	for b.Loop() {
		Diagnose(s)
	}
}

// TestGlance: what a session is known for before its events are told is no more
// than a way to leave them untold: where everything may be in them, the same is
// found.
func TestGlance(t *testing.T) {
	ofAllSessions(t, glanceHolds)
}

func glanceHolds(t *testing.T, path string, s *session.Session) {
	t.Helper()
	found := Diagnose(s)
	s.Kinds, s.Refused, s.Chunked, s.Unnamed, s.Waited = ^session.Kinds(0), true, true, true, true
	s.Delayed, s.Masked = true, true
	s.EventsCut = 1 // no event is known to be there
	if want := Diagnose(s); !reflect.DeepEqual(found, want) {
		t.Errorf("%s, session %d:\n%+v\nwithout a glance:\n%+v", path, s.Record.Session, found, want)
	}
}
