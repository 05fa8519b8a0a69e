package main

import (
	"errors"
	"fmt"
	"io"
)

// goroutinesMost is far below one for each session.
const goroutinesMost = 40

// check holds the counts and the curves against what must be true.
func (r *result) check() error {
	var bad []error
	wrong := func(format string, v ...any) { bad = append(bad, fmt.Errorf(format, v...)) }
	dropped := r.dropped()
	if r.capture.Packets+dropped != r.sent {
		wrong("%d packets were sent, but %d received and %d dropped are %d", r.sent, r.capture.Packets, dropped, r.capture.Packets+dropped)
	}
	if r.lines != r.capture.Sessions {
		wrong("%d sessions were counted, %d written", r.capture.Sessions, r.lines)
	}
	if r.evicted != r.capture.Quality.Evicted {
		wrong("%d sessions were counted as evicted, %d written", r.capture.Quality.Evicted, r.evicted)
	}
	if len(r.samples) < 4 {
		return errors.Join(append(bad, errors.New("too short to be judged"))...)
	}
	limit := float64(r.options.maxMemory) * (1 << 20)
	if most := r.most(0, 1, func(s *sample) float64 { return s.memory }); most > limit {
		wrong("memory reached %.0f MiB of %d MiB", most/(1<<20), r.options.maxMemory)
	}
	if early, late := r.most(0, 0.5, resident), r.most(0.5, 1, resident); late > 1.2*early {
		wrong("memory grows: %.0f MiB in the first half, %.0f MiB in the second", early/(1<<20), late/(1<<20))
	}
	// The answer to a scrape takes some for itself.
	if early, late := r.most(0, 0.5, goroutines), r.most(0.5, 1, goroutines); late > early+3 || late > goroutinesMost {
		wrong("goroutines: %.0f in the first half, %.0f in the second", early, late)
	}
	return errors.Join(bad...)
}

func (r *result) dropped() int64 {
	if d := r.capture.Quality.Dropped; d != nil {
		return *d
	}
	return 0
}

func resident(s *sample) float64   { return s.resident }
func goroutines(s *sample) float64 { return s.goroutine }

// most is the largest value in a part of the time.
func (r *result) most(from, to float64, value func(*sample) float64) float64 {
	n := float64(len(r.samples))
	list := r.samples[int(from*n):max(int(to*n), int(from*n)+1)]
	most := value(&list[0])
	for i := range list {
		most = max(most, value(&list[i]))
	}
	return most
}

func (r *result) print(w io.Writer) {
	const mib = 1 << 20
	fmt.Fprintf(w, "| sent | %d packets in %.0f s, %.0f a second |\n", r.sent, r.took.Seconds(), float64(r.sent)/r.took.Seconds())
	fmt.Fprintf(w, "| received | %d |\n| dropped by the kernel | %d |\n", r.capture.Packets, r.dropped())
	fmt.Fprintf(w, "| sessions counted, written | %d, %d |\n| of these evicted | %d |\n", r.capture.Sessions, r.lines, r.capture.Quality.Evicted)
	fmt.Fprintf(w, "| open connections at most | %.0f |\n", r.most(0, 1, func(s *sample) float64 { return s.open }))
	fmt.Fprintf(w, "| memory at most, of %d MiB | %.0f MiB by the runtime, %.0f MiB resident |\n", r.options.maxMemory,
		r.most(0, 1, func(s *sample) float64 { return s.memory })/mib, r.most(0, 1, resident)/mib)
	fmt.Fprintf(w, "| resident, first and second half | %.0f MiB, %.0f MiB |\n", r.most(0, 0.5, resident)/mib, r.most(0.5, 1, resident)/mib)
	fmt.Fprintf(w, "| goroutines at most | %.0f |\n", r.most(0, 1, goroutines))
	fmt.Fprintf(w, "| files of the flight recorder at the end | %d |\n", r.recorded)
}
