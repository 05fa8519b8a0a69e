package report

import (
	"bytes"
	"strings"
	"testing"

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

// TestRefusalWithoutWords: Exim gives no reason where the administrator wrote
// none.
func TestRefusalWithoutWords(t *testing.T) {
	c := &gatewaylog.Connection{Rejections: []gatewaylog.Rejection{{Command: "ETRN"}}}
	if got := logEnd(c); got != "refused: ETRN" {
		t.Errorf("%q", got)
	}
}
