//go:build unix

package alignment

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// TestForemost: of very many partners that names lead to, those stay that most
// names lead to.
func TestForemost(t *testing.T) {
	var list []*trace
	traces := make([]*trace, 3*maxForemost)
	for i := range traces {
		traces[i] = &trace{order: i}
		list = append(list, traces[i])
	}
	list = append(list, traces[len(traces)-1], traces[len(traces)-2], traces[len(traces)-1])
	got := foremost(list)
	if len(got) != maxForemost || got[0] != traces[len(traces)-1] || got[1] != traces[len(traces)-2] || got[2] != traces[0] {
		t.Errorf("%d partners, first %d, %d, %d", len(got), got[0].order, got[1].order, got[2].order)
	}
	if few := foremost(list[:maxForemost]); len(few) != maxForemost || few[0] != traces[0] {
		t.Errorf("of few: %d", len(few))
	}
}

// echoes is one session with one mail, and a log that has it n times, without
// its connection.
func echoes(n int) ([]*session.Record, []*gatewaylog.Connection) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := session.Time(start.UnixNano())
	r := &session.Record{Session: 1, Start: at, End: at + session.Time(time.Second)}
	r.Client.IP, r.Client.Port = netip.MustParseAddr("192.0.2.1"), 40000
	r.Ended.Time = r.End
	r.Messages = []*session.Message{{MessageID: "<m@x>", Outcome: session.Accepted}}
	var conns []*gatewaylog.Connection
	for i := range n {
		stamp := gatewaylog.Time{At: start, Precision: time.Second, ZoneKnown: true}
		line := &gatewaylog.Line{File: "log", Number: int64(i + 1), Time: stamp}
		m := &gatewaylog.Message{Product: gatewaylog.Postfix, ID: fmt.Sprintf("%X", 0xABC0000+i), MessageID: "m@x", Lines: []*gatewaylog.Line{line}}
		m.Outcome.Kind = gatewaylog.Accepted
		conns = append(conns, &gatewaylog.Connection{Product: gatewaylog.Postfix, Host: "mx", Fragment: true, Start: stamp, End: stamp,
			Lines: []*gatewaylog.Line{line}, Messages: []*gatewaylog.Message{m}})
	}
	return []*session.Record{r}, conns
}

// TestEchoesAreLinear: a mail that the log has again and again does not take
// time by the square of how often.
func TestEchoesAreLinear(t *testing.T) {
	cost := func(n int) time.Duration {
		records, conns := echoes(n)
		begun := cpuTime()
		r := Align(records, conns, Config{})
		if got := len(r.Matches[0].More); got < n/2 {
			t.Fatalf("%d of %d pieces: the test tests nothing", got, n)
		}
		return cpuTime() - begun
	}
	few, many := cost(4000), cost(16000)
	if many > 8*few && many > time.Second {
		t.Errorf("4,000: %s, 16,000: %s", few, many)
	}
}
