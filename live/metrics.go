package live

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"smtpscope/session"
)

// Metrics are the numbers for Prometheus. A nil *Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	sessions *prometheus.CounterVec
	findings *prometheus.CounterVec
	messages *prometheus.CounterVec
	waits    *prometheus.HistogramVec
	duration prometheus.Histogram
	up       *prometheus.GaugeVec
	logs     *prometheus.GaugeVec
	servers  map[string]bool
	gauges   []gauge
	counters []counter
}

// Numbers are what a status line and the gauges show.
type Numbers struct {
	Packets, Bytes    int64
	KernelDrops       int64
	InterfaceDrops    int64
	Undecodable       int64
	Open              int64 // connections followed now
	Sessions          int64
	Abnormal          int64
	Evicted           int64
	MissedBytes       int64 // bytes of sessions that the capture missed
	Duplicates        int64
	Memory            int64 // bytes that the program has from the system
	RecordedFiles     int64
	RecordedBytes     int64
	RecordingFailures int64
	RecordingTooMany  int64
	RecordingEvicted  int64
	RecordingMemory   int64
	RecordingStopped  bool
	RingLost          int64
}

// Attrs are the numbers for a line of the log (slog): those that must add up
// first, and of the rest those that are not 0.
func (n *Numbers) Attrs() []any {
	attrs := []any{"packets", n.Packets, "bytes", n.Bytes, "kernel_drops", n.KernelDrops, "interface_drops", n.InterfaceDrops,
		"sessions", n.Sessions, "abnormal", n.Abnormal, "open", n.Open, "evicted", n.Evicted, "memory", n.Memory}
	for _, rare := range []struct {
		name  string
		value int64
	}{
		{"undecodable", n.Undecodable}, {"missed_bytes", n.MissedBytes}, {"duplicates", n.Duplicates},
		{"recorded", n.RecordedFiles}, {"recording_failures", n.RecordingFailures}, {"not_recorded_alike", n.RecordingTooMany},
		{"not_recorded_memory", n.RecordingEvicted}, {"ring_lost", n.RingLost},
	} {
		if rare.value != 0 {
			attrs = append(attrs, rare.name, rare.value)
		}
	}
	return attrs
}

type gauge struct {
	metric prometheus.Gauge
	value  func(*Numbers) int64
}

type counter struct {
	metric *total
	value  func(*Numbers) int64
}

// maxServers bounds the values of the label "server": who scans a network
// through the mirror must not fill the memory of Prometheus.
const maxServers = 256

// waitBuckets are seconds: from a fast answer to the timers of RFC 5321
// section 4.5.3.2.
var waitBuckets = []float64{0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600}

// NewMetrics gives the metrics of one program run.
func NewMetrics(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), servers: map[string]bool{}}
	m.sessions = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smtpscope_sessions_total",
		Help: "Sessions that ended, by verdict (docs/record.md)."}, []string{"server", "phase", "how", "by", "abnormal"})
	m.findings = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smtpscope_findings_total",
		Help: "Findings of sessions (docs/diagnosis.md)."}, []string{"code", "certainty"})
	m.messages = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "smtpscope_messages_total",
		Help: "Messages, by what became of them."}, []string{"outcome"})
	m.waits = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "smtpscope_reply_seconds",
		Help: "How long the server took to answer, by what it answered.", Buckets: waitBuckets}, []string{"to"})
	m.duration = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "smtpscope_session_seconds",
		Help: "How long sessions lasted.", Buckets: waitBuckets})
	m.up = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "smtpscope_interface_up",
		Help: "1 while something can be seen of the interface; 0 where it is gone, switched off or without a link."}, []string{"interface"})
	m.logs = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "smtpscope_log_up",
		Help: "1 while the gateway's log can be read; 0 where it is gone, or may not be read."}, []string{"log"})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "smtpscope_build_info", Help: "Version of the program."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	// The runtime's own numbers, go_goroutines among them, tell of leaks.
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.sessions, m.findings, m.messages, m.waits, m.duration, m.up, m.logs, build)
	m.number("smtpscope_open_connections", "Connections that are followed now.", func(n *Numbers) int64 { return n.Open })
	m.number("smtpscope_memory_bytes", "Memory that the program has from the system.", func(n *Numbers) int64 { return n.Memory })
	m.total("smtpscope_packets_total", "Packets received.", func(n *Numbers) int64 { return n.Packets })
	m.total("smtpscope_bytes_total", "Bytes received.", func(n *Numbers) int64 { return n.Bytes })
	m.total("smtpscope_kernel_drops_total", "Packets that the kernel dropped because the program was too slow.", func(n *Numbers) int64 { return n.KernelDrops })
	m.total("smtpscope_interface_drops_total", "Packets that the interface dropped.", func(n *Numbers) int64 { return n.InterfaceDrops })
	m.total("smtpscope_undecodable_total", "Packets with headers that are damaged or cut.", func(n *Numbers) int64 { return n.Undecodable })
	m.total("smtpscope_missed_bytes_total", "Bytes of sessions that the capture missed.", func(n *Numbers) int64 { return n.MissedBytes })
	m.total("smtpscope_duplicates_total", "Packets captured twice.", func(n *Numbers) int64 { return n.Duplicates })
	m.total("smtpscope_evicted_total", "Sessions given up for lack of memory.", func(n *Numbers) int64 { return n.Evicted })
	m.total("smtpscope_recorded_files_total", "Files that the flight recorder wrote.", func(n *Numbers) int64 { return n.RecordedFiles })
	m.total("smtpscope_recorded_bytes_total", "Bytes that the flight recorder wrote.", func(n *Numbers) int64 { return n.RecordedBytes })
	m.total("smtpscope_recording_too_many_total", "Sessions that the flight recorder left out, as too many with the same verdict ended in that minute.", func(n *Numbers) int64 { return n.RecordingTooMany })
	m.total("smtpscope_recording_evicted_total", "Connections whose packets the flight recorder gave up for lack of memory.", func(n *Numbers) int64 { return n.RecordingEvicted })
	m.total("smtpscope_ring_lost_total", "Packets that the ring of everything does not have.", func(n *Numbers) int64 { return n.RingLost })
	m.number("smtpscope_recording_memory_bytes", "Packets of open sessions that the flight recorder holds.", func(n *Numbers) int64 { return n.RecordingMemory })
	m.number("smtpscope_recording_stopped", "1 while the disk takes no recordings.", func(n *Numbers) int64 {
		if n.RecordingStopped {
			return 1
		}
		return 0
	})
	m.total("smtpscope_recording_failures_total", "Sessions that the flight recorder could not write.", func(n *Numbers) int64 { return n.RecordingFailures })
	return m
}

func (m *Metrics) number(name, help string, value func(*Numbers) int64) {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	m.registry.MustRegister(g)
	m.gauges = append(m.gauges, gauge{g, value})
}

// total is a counter whose value is counted elsewhere.
type total struct {
	prometheus.Counter
	last int64
}

func (m *Metrics) total(name, help string, value func(*Numbers) int64) {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	m.registry.MustRegister(c)
	m.counters = append(m.counters, counter{&total{Counter: c}, value})
}

// Set takes the present numbers. It is called from one goroutine.
func (m *Metrics) Set(n Numbers) {
	if m == nil {
		return
	}
	for i := range m.gauges {
		m.gauges[i].metric.Set(float64(m.gauges[i].value(&n)))
	}
	for i := range m.counters {
		c := m.counters[i].metric
		if now := m.counters[i].value(&n); now > c.last {
			c.Add(float64(now - c.last))
			c.last = now
		}
	}
}

// Interface says whether something can be seen of an interface.
func (m *Metrics) Interface(name string, up bool) {
	if m == nil {
		return
	}
	m.up.WithLabelValues(name).Set(zeroOrOne(up))
}

// Log says whether a log of the gateway can be read.
func (m *Metrics) Log(name string, readable bool) {
	if m == nil {
		return
	}
	m.logs.WithLabelValues(name).Set(zeroOrOne(readable))
}

func zeroOrOne(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Session counts a finished session, with its events where they were kept.
func (m *Metrics) Session(s *session.Session) {
	if m == nil {
		return
	}
	r := &s.Record
	m.sessions.WithLabelValues(m.server(r), r.Ended.Phase, string(r.Ended.How), r.Ended.By, abnormal(r)).Inc()
	for i := range r.Findings {
		m.findings.WithLabelValues(r.Findings[i].Code, r.Findings[i].Certainty).Inc()
	}
	for _, message := range r.Messages {
		m.messages.WithLabelValues(string(message.Outcome)).Inc()
	}
	m.duration.Observe(r.Duration.Duration().Seconds())
	if r.Banner != nil && r.Banner.After != nil {
		m.waits.WithLabelValues("connect").Observe(r.Banner.After.Duration().Seconds())
	}
	waits(s.Events, func(verb string, wait time.Duration) { m.waits.WithLabelValues(verb).Observe(wait.Seconds()) })
}

// server is the label of a session's server. Who never answered gets none of
// his own: a scan would take them all.
func (m *Metrics) server(r *session.Record) string {
	name := r.Server.String()
	if m.servers[name] {
		return name
	}
	if len(m.servers) >= maxServers || r.Ended.Phase == "connect" {
		return "other"
	}
	m.servers[name] = true
	return name
}

func abnormal(r *session.Record) string {
	if r.Abnormal == nil {
		return "unknown"
	}
	return strconv.FormatBool(*r.Abnormal)
}

// Serve answers on addr until ctx is done. It returns when it listens, or
// fails to.
func (m *Metrics) Serve(ctx context.Context, addr string, failed func(error)) (net.Addr, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 14}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed(err)
		}
	}()
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	return listener.Addr(), nil
}
