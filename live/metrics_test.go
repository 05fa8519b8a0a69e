package live

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/session"
)

// exposed serves the metrics on loopback and gives what Prometheus gets.
func exposed(t *testing.T, m *Metrics) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	addr, err := m.Serve(ctx, "127.0.0.1:0", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.Get("http://" + addr.String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	b, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK {
		t.Fatal(reply.Status, err)
	}
	return string(b)
}

func has(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
}

// TestMetrics: sessions by verdict, findings, messages, waits, and totals that
// never go back.
func TestMetrics(t *testing.T) {
	m := NewMetrics("1.2.3")
	yes := true
	s := &session.Session{Record: session.Record{Abnormal: &yes, Ended: session.Ended{Phase: "data", How: session.ByRST, By: "client"},
		Server: session.Endpoint{IP: netip.MustParseAddr("198.51.100.5"), Port: 25}, Duration: session.Seconds(3 * time.Second),
		Findings: []session.Finding{{Code: "client-gave-up", Certainty: "likely"}}, Messages: []*session.Message{{Outcome: "aborted"}}}}
	m.Session(s)
	m.Session(s)
	m.Set(Numbers{Packets: 10, KernelDrops: 3, Open: 4, RecordingStopped: true})
	m.Set(Numbers{Packets: 25, KernelDrops: 3, Open: 2})
	m.Log("/var/log/mx1.log", true)
	m.Log("/var/log/mx2.log", false)
	text := exposed(t, m)
	has(t, text,
		`smtpscope_sessions_total{abnormal="true",by="client",how="rst",phase="data",server="198.51.100.5:25"} 2`,
		`smtpscope_findings_total{certainty="likely",code="client-gave-up"} 2`,
		`smtpscope_messages_total{outcome="aborted"} 2`,
		`smtpscope_session_seconds_bucket{le="5"} 2`, `smtpscope_session_seconds_bucket{le="2"} 0`,
		`smtpscope_packets_total 25`, `smtpscope_kernel_drops_total 3`, `smtpscope_open_connections 2`, `smtpscope_recording_stopped 0`,
		`smtpscope_log_up{log="/var/log/mx1.log"} 1`, `smtpscope_log_up{log="/var/log/mx2.log"} 0`,
		`smtpscope_build_info{version="1.2.3"} 1`)
	if !strings.Contains(text, "\ngo_goroutines ") {
		t.Error("the runtime's numbers are missing")
	}
}

// TestMetricsServers: a scan does not fill the memory of Prometheus.
func TestMetricsServers(t *testing.T) {
	m := NewMetrics("")
	silent := session.Record{Server: session.Endpoint{IP: netip.MustParseAddr("192.0.2.1"), Port: 25}, Ended: session.Ended{Phase: "connect"}}
	m.Session(&session.Session{Record: silent})
	for n := range 1000 {
		m.Session(&session.Session{Record: session.Record{Server: session.Endpoint{IP: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), Port: 25}}})
	}
	text := exposed(t, m)
	if n := strings.Count(text, "\nsmtpscope_sessions_total{"); n != maxServers+2 {
		t.Errorf("%d series, want %d", n, maxServers+2)
	}
	has(t, text, `smtpscope_sessions_total{abnormal="unknown",by="",how="",phase="connect",server="other"} 1`,
		fmt.Sprintf(`smtpscope_sessions_total{abnormal="unknown",by="",how="",phase="",server="other"} %d`, 1000-maxServers))
}

// TestNoMetrics: nobody asked for them.
func TestNoMetrics(t *testing.T) {
	var m *Metrics
	m.Set(Numbers{})
	m.Interface("eth1", true)
	m.Log("maillog", true)
	m.Session(&session.Session{})
}
