package main

import (
	"testing"
	"time"
)

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"rst", "rst", 0}, {"rts", "rst", 1}, {"rst", "rest", 1},
		{"anlyze", "analyze", 1}, {"ended", "endd", 1}, {"fin", "quit", 3}, {"silense", "silence", 1},
		{"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if there, back := distance(test.a, test.b), distance(test.b, test.a); there != back {
			t.Errorf("distance(%q, %q) = %d, the other way %d", test.a, test.b, there, back)
		}
	}
}

func TestClosest(t *testing.T) {
	words := []string{"quit", "fin", "rst", "syn-refused", "syn-unanswered", "silence", "replaced", "evicted", "capture-end"}
	for typed, want := range map[string]string{
		"rts": "rst", "RST": "rst", "silent": "silence", "capture": "capture-end", "timeout": "", "fn": "fin",
		"qiut": "quit", "x": "", "syn": "syn-refused",
	} {
		if got := closest(typed, words); got != want {
			t.Errorf("closest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestParsePorts(t *testing.T) {
	ports, err := parsePorts([]string{"25, 587", "2500-2502"})
	if err != nil {
		t.Fatal(err)
	}
	for port, want := range map[uint16]bool{24: false, 25: true, 26: false, 587: true, 2499: false, 2500: true, 2502: true, 2503: false} {
		if ports.Has(port) != want {
			t.Errorf("port %d: %v", port, !want)
		}
	}
	if ports, err := parsePorts(nil); ports != nil || err != nil {
		t.Errorf("no ports: %v, %v", ports, err)
	}
	for _, wrong := range []string{"0", "65536", "-1", "25-", "-25", "30-20", "smtp", "25 587"} {
		if _, err := parsePorts([]string{wrong}); err == nil {
			t.Errorf("--port %q is let through", wrong)
		}
	}
}

func TestParsePrefixes(t *testing.T) {
	for word, want := range map[string]string{
		"192.0.2.10": "192.0.2.10/32", "192.0.2.10/24": "192.0.2.0/24", "2001:db8::1": "2001:db8::1/128",
		"[2001:db8::1]": "2001:db8::1/128", "::ffff:192.0.2.1": "192.0.2.1/32", "fe80::1%eth0": "fe80::1/128",
	} {
		got, err := parsePrefixes("--client", []string{word})
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s: %v, %v, want %s", word, got, err, want)
		}
	}
}

func TestParseMoment(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	for text, want := range map[string]string{
		"2026-01-02T03:04:05Z":      "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05+02:00": "2026-01-02T01:04:05Z",
		"2026-01-02 03:04":          "2026-01-02T01:04:00Z",
		"2026-01-02T03:04:05.25":    "2026-01-02T01:04:05.25Z",
		"2026-01-02":                "2026-01-01T22:00:00Z",
	} {
		m, err := parseMoment("--since", text, zone)
		if got := m.Time.UTC().Format(time.RFC3339Nano); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
	}
	m, err := parseMoment("--until", "2026-01-02", zone)
	if got := m.Time.UTC().Format(time.RFC3339); err != nil || got != "2026-01-02T21:59:59Z" {
		t.Errorf("until a day: %s, %v", got, err)
	}
	m, err = parseMoment("--since", "03:04:05", zone)
	if err != nil || m.Clock != 3*time.Hour+4*time.Minute+5*time.Second || m.Zone != zone {
		t.Errorf("a time of day: %+v, %v", m, err)
	}
	for _, wrong := range []string{"now", "25:00", "3", "2026-13-01", "02/03/2026"} {
		if _, err := parseMoment("--since", wrong, zone); err == nil {
			t.Errorf("--since %q is let through", wrong)
		}
	}
}

func TestParseZone(t *testing.T) {
	winter := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct{ name, environment, want string }{
		{"UTC", "", "12:00 UTC"}, {"Europe/Berlin", "", "13:00 CET"}, {"+05:30", "", "17:30 +05:30"},
		{"-08", "", "04:00 -08:00"}, {"Local", "Asia/Tokyo", "21:00 JST"}, {"local", ":Asia/Tokyo", "21:00 JST"},
	} {
		zone, err := parseZone(test.name, test.environment)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := winter.In(zone).Format("15:04 MST"); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	for _, wrong := range []string{"", "Mars/Olympus", "+25:00", "../etc/passwd"} {
		if _, err := parseZone(wrong, ""); err == nil {
			t.Errorf("--tz %q is let through", wrong)
		}
	}
}

func TestSplitLists(t *testing.T) {
	if got := splitLists([]string{"a,b", " c ", "", ",d,"}); len(got) != 4 || got[2] != "c" || got[3] != "d" {
		t.Errorf("%q", got)
	}
}
