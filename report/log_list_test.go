package report

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/gatewaylog"
)

// TestLogTableStaysShort: what a log quotes of a client at length does not fill
// the terminal; the other forms have all of it.
func TestLogTableStaysShort(t *testing.T) {
	c := LogConnection{Connection: &gatewaylog.Connection{ID: "7",
		Ended:    gatewaylog.Ended{Words: "non-SMTP command: " + strings.Repeat("GET ", 15_000)},
		Messages: []*gatewaylog.Message{{From: strings.Repeat("a", 9_000) + "@example.com", HasFrom: true}}}}
	var table, cells bytes.Buffer
	list := NewLogTable(&table, Style{})
	rows, err := NewLogCSV(&cells)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{list.Connection(c), list.Close(), rows.Connection(c), rows.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(table.String(), "\n"); n > 20 || !strings.Contains(table.String(), "…") || !strings.Contains(table.String(), "@example.com") {
		t.Errorf("%d lines:\n%.2000s", n, &table)
	}
	if cells.Len() < 69_000 {
		t.Errorf("CSV has %d bytes", cells.Len())
	}
}

// TestLogTableFits: the table keeps to the terminal's width, whatever long names
// a product gives, and uses a wide one.
func TestLogTableFits(t *testing.T) {
	for _, c := range []*gatewaylog.Connection{
		{ID: "219", Direction: gatewaylog.Inbound, Client: gatewaylog.Peer{Addr: netip.MustParseAddr("2001:db8:1111:2222:3333:4444:5555:6666"), Port: 41234},
			Start: gatewaylog.Time{At: time.Unix(1e9, 0), ZoneKnown: true, YearKnown: true},
			Ended: gatewaylog.Ended{Words: "lost connection after DATA (20207 bytes)"},
			Messages: []*gatewaylog.Message{{ID: "c0a80250-b7b6bae000000e0e-a0-54042660012b", HasFrom: true, From: "a.long.name@mail.partner.example",
				Recipients: []gatewaylog.Recipient{{Address: "somebody.else@mx1.example.org"}}}}},
		{ID: "c0a80250-b7b6bae000000e0e-a0-54042660012b", Ended: gatewaylog.Ended{Words: "Abort message"}},
	} {
		for _, columns := range []int{40, 60, 79, 80, 100, 120, 140, 200} {
			var out bytes.Buffer
			table := NewLogTable(&out, Style{Width: columns})
			for _, err := range []error{table.Connection(LogConnection{Connection: c, Reason: "no packet of this address and port in the capture"}), table.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if w := width(out.String()); w > columns {
				t.Errorf("%d columns of %d:\n%s", w, columns, &out)
			}
			if columns == 200 && strings.Count(out.String(), "\n") > 4 {
				t.Errorf("200 columns are not used:\n%s", &out)
			}
		}
	}
}
