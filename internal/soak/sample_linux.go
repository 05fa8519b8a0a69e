package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sample is what the program says of itself at one moment.
type sample struct {
	at        time.Duration // since the beginning
	memory    float64       // bytes from the system, by the runtime's account
	resident  float64       // bytes, by the kernel's
	goal      float64       // bytes of the heap at which garbage is collected: in a fixed proportion to what is alive
	goroutine float64
	packets   float64
	drops     float64
	open      float64
	evicted   float64
	sessions  float64

	recorded, unrecorded, alike float64 // sessions, of those that the flight recorder is to keep
}

var client1 = http.Client{Timeout: 10 * time.Second}

// scrape asks for the metrics.
func scrape(url string) (sample, error) {
	reply, err := client1.Get(url)
	if err != nil {
		return sample{}, err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return sample{}, errors.New(reply.Status)
	}
	var s sample
	fields := map[string]*float64{
		"go_memstats_next_gc_bytes": &s.goal,
		"smtpscope_memory_bytes":    &s.memory, "process_resident_memory_bytes": &s.resident, "go_goroutines": &s.goroutine,
		"smtpscope_packets_total": &s.packets, "smtpscope_kernel_drops_total": &s.drops,
		"smtpscope_open_connections": &s.open, "smtpscope_evicted_total": &s.evicted,
		"smtpscope_recorded_files_total": &s.recorded, "smtpscope_recording_failures_total": &s.unrecorded,
		"smtpscope_recording_too_many_total": &s.alike,
	}
	lines := bufio.NewScanner(reply.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if to := fields[name]; to != nil {
			if *to, err = strconv.ParseFloat(value, 64); err != nil {
				return s, fmt.Errorf("%s: %w", name, err)
			}
		} else if strings.HasPrefix(name, "smtpscope_sessions_total{") {
			fields := strings.Fields(lines.Text())
			n, _ := strconv.ParseFloat(fields[len(fields)-1], 64)
			s.sessions += n
		}
	}
	return s, lines.Err()
}
