package report

import (
	"net/netip"
	"testing"
	"time"

	"smtpscope/session"
)

func TestSelection(t *testing.T) {
	// From 02:30:00 to 02:31:05, mid-DATA, RST from the client.
	m := withContent(mail(session.Aborted), 41000, false)
	m.QueueID, m.MessageID = "4F2A1C8", "<abc@a.example>"
	other := mail(session.Accepted)
	other.From, other.Recipients[0].Address = ptr(""), "carol@c.example"
	r := made("data", session.ByRST, "client", other, m)
	r.Origin = &session.Origin{By: "proxy", IP: netip.MustParseAddr("203.0.113.9")}
	r.Findings = madeFindings()
	net := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	clock := func(s string) Moment {
		v, err := time.Parse("15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return Moment{Zone: time.UTC, Clock: time.Duration(v.Hour())*time.Hour + time.Duration(v.Minute())*time.Minute + time.Duration(v.Second())*time.Second}
	}
	tests := []struct {
		name string
		s    Selection
		want bool
	}{
		{"nothing asked", Selection{}, true},
		{"its number", Selection{Sessions: []int64{7, 790}}, true},
		{"another number", Selection{Sessions: []int64{791}}, false},
		{"how", Selection{Ended: []Ending{{How: session.ByFIN}, {How: session.ByRST}}}, true},
		{"how and by", Selection{Ended: []Ending{{How: session.ByRST, By: "server"}}}, false},
		{"by whatever how", Selection{Ended: []Ending{{By: "client"}}}, true},
		{"phase", Selection{Phases: []string{"mail", "data"}}, true},
		{"another phase", Selection{Phases: []string{"dot"}}, false},
		{"client", Selection{Clients: net("192.0.2.0/24")}, true},
		{"client behind a proxy", Selection{Clients: net("203.0.113.9/32")}, true},
		{"the server is no client", Selection{Clients: net("198.51.100.5/32")}, false},
		{"server", Selection{Servers: net("198.51.100.5/32")}, true},
		{"another server", Selection{Servers: net("2001:db8::/32")}, false},
		{"part of the sender", Selection{From: []string{"ALICE"}}, true},
		{"sender in brackets", Selection{From: []string{"<alice@a.example>"}}, true},
		{"sender's domain", Selection{From: []string{"@A.example"}}, true},
		{"a domain that only ends so", Selection{From: []string{"@example"}}, false},
		{"null sender", Selection{From: []string{"<>"}}, true},
		{"null sender to someone else", Selection{From: []string{"<>"}, To: []string{"bob"}}, false},
		{"from and to of one mail", Selection{From: []string{"alice"}, To: []string{"@b.example"}}, true},
		{"queue id", Selection{IDs: []string{"4f2a1c8"}}, true},
		{"part of a queue id", Selection{IDs: []string{"4F2A"}}, false},
		{"Message-ID without brackets", Selection{IDs: []string{"abc@a.example"}}, true},
		{"an empty id finds nothing", Selection{IDs: []string{"<>"}}, false},
		{"abnormal", Selection{Abnormal: true}, true},
		{"no probes", Selection{NoProbes: true}, true},
		{"a finding", Selection{Findings: []string{"mtu-black-hole", "rst-eats-reply"}}, true},
		{"a finding that does not lead", Selection{Findings: []string{"clamped-mss"}}, true},
		{"another finding", Selection{Findings: []string{"forged-rst"}}, false},
		{"since before its end", Selection{Since: Moment{Time: began.Add(time.Minute)}}, true},
		{"since after its end", Selection{Since: Moment{Time: began.Add(2 * time.Minute)}}, false},
		{"until after its start", Selection{Until: Moment{Time: began.Add(time.Second)}}, true},
		{"until before its start", Selection{Until: Moment{Time: began.Add(-time.Second)}}, false},
		{"since a time of day", Selection{Since: clock("02:30:30")}, true},
		{"since a time of day behind it", Selection{Since: clock("02:35:00")}, false},
		{"until a time of day", Selection{Until: clock("02:30:00")}, true},
	}
	for _, test := range tests {
		if got := test.s.Match(r, at(-time.Minute)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestSelectionAbnormal(t *testing.T) {
	hidden := session.Record{Abnormal: new(bool), Log: &session.Log{Abnormal: true}}
	if !(&Selection{Abnormal: true}).Match(&hidden, hidden.Start) {
		t.Error("the log tells of an abnormal end that TLS hides, and the session is not shown")
	}
	s := Selection{Abnormal: true}
	for _, abnormal := range []*bool{nil, ptr(false)} {
		r := made("data", session.ByCaptureEnd, "unknown")
		if r.Abnormal = abnormal; s.Match(r, r.Start) {
			t.Errorf("a session counts as abnormal where abnormal is %v", abnormal)
		}
	}
}

func TestSelectionNoProbes(t *testing.T) {
	s := Selection{NoProbes: true}
	r := made("hello", session.ByQuit, "client")
	if r.Probe = true; s.Match(r, r.Start) {
		t.Error("a probe is let through")
	}
}

func TestMomentOfTheDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, first string
		clock       time.Duration
		zone        *time.Location
		want        string
	}{
		{"the day of the first packet", "2026-03-04T09:00:05Z", 9 * time.Hour, time.UTC, "2026-03-04T09:00:00Z"},
		{"later that day", "2026-03-04T09:00:05Z", 23 * time.Hour, time.UTC, "2026-03-04T23:00:00Z"},
		{"the night after", "2026-03-04T22:00:00Z", 90 * time.Minute, time.UTC, "2026-03-05T01:30:00Z"},
		{"the night after, at the end of a month", "2026-01-31T22:00:00Z", 90 * time.Minute, time.UTC, "2026-02-01T01:30:00Z"},
		{"the day in the zone", "2026-03-03T23:30:00Z", time.Hour, berlin, "2026-03-04T00:00:00Z"},
		{"a day with 23 hours", "2026-03-28T23:30:00Z", 3 * time.Hour, berlin, "2026-03-29T01:00:00Z"},
	}
	for _, test := range tests {
		first, err := time.Parse(time.RFC3339, test.first)
		if err != nil {
			t.Fatal(err)
		}
		m := Moment{Clock: test.clock, Zone: test.zone}
		if got := m.after(session.Time(first.UnixNano())).UTC().Format(time.RFC3339); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
