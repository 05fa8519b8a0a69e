package report

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"smtpscope/session"
)

func TestSummary(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kolkata") // hours there begin at half past
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	writeAll(t, NewSummary(&b, Style{Zone: zone}, "", false))(fixture())
	compare(t, "testdata/summary.txt", b.Bytes())
}

// TestSummaryOfManyClients: the list is cut, the sums are not.
func TestSummaryOfManyClients(t *testing.T) {
	var sessions []*session.Session
	for i := range 100 {
		r := made("data", session.ByRST, "client")
		r.Client.IP = netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
		r.Abnormal = ptr(i == 77)
		r.Start = at(time.Duration(i) * time.Hour)
		sessions = append(sessions, &session.Session{Record: *r})
	}
	var b bytes.Buffer
	writeAll(t, NewSummary(&b, Style{}, "", true))(sessions, &Capture{})
	compare(t, "testdata/summary-many.txt", b.Bytes())
}
