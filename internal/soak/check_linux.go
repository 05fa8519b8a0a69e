package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	// goroutinesMost is far below one for each session.
	goroutinesMost = 40
	// A run that is longTime long shows what grows slowly: the mean of its last
	// quarter may be so much above that of its second one, when all that has a bound
	// has reached it. What is alive goes up and down with the mixture by 3 in a
	// hundred; memory also hangs on how soon a busy machine lets the garbage be
	// collected.
	longTime   = 5 * time.Minute
	aliveMost  = 1.04
	memoryMost = 1.06
)

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
	if most := r.most(0, 1, memory); most > limit {
		wrong("memory reached %.0f MiB of %d MiB", most/(1<<20), r.options.maxMemory)
	}
	if early, late := r.most(0, 0.5, resident), r.most(0.5, 1, resident); late > 1.2*early {
		wrong("memory grows: %.0f MiB in the first half, %.0f MiB in the second", early/(1<<20), late/(1<<20))
	}
	grows := func(what string, value func(*sample) float64, most float64) {
		if early, late := r.mean(0.25, 0.5, value), r.mean(0.75, 1, value); r.took >= longTime && late > most*early {
			wrong("%s grows: %.1f MiB on average in the second quarter, %.1f MiB in the last", what, early/(1<<20), late/(1<<20))
		}
	}
	grows("what is alive", goal, aliveMost)
	grows("memory", memory, memoryMost)
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

func memory(s *sample) float64     { return s.memory }
func goal(s *sample) float64       { return s.goal }
func resident(s *sample) float64   { return s.resident }
func open(s *sample) float64       { return s.open }
func goroutines(s *sample) float64 { return s.goroutine }

// part are the samples of a part of the time.
func (r *result) part(from, to float64) []sample {
	n := float64(len(r.samples))
	return r.samples[int(from*n):max(int(to*n), int(from*n)+1)]
}

// most is the largest value in a part of the time.
func (r *result) most(from, to float64, value func(*sample) float64) float64 {
	list := r.part(from, to)
	most := value(&list[0])
	for i := range list {
		most = max(most, value(&list[i]))
	}
	return most
}

// mean is the average in a part of the time.
func (r *result) mean(from, to float64, value func(*sample) float64) float64 {
	list := r.part(from, to)
	sum := 0.0
	for i := range list {
		sum += value(&list[i])
	}
	return sum / float64(len(list))
}

// tenths are the averages of ten parts of the time.
func (r *result) tenths(unit float64, value func(*sample) float64) string {
	var words []string
	for i := range 10 {
		words = append(words, fmt.Sprintf("%.0f", r.mean(float64(i)/10, float64(i+1)/10, value)/unit))
	}
	return strings.Join(words, ", ")
}

func (r *result) print(w io.Writer) {
	const mib = 1 << 20
	fmt.Fprintf(w, "| sent | %d packets in %.0f s, %.0f a second |\n", r.sent, r.took.Seconds(), float64(r.sent)/r.took.Seconds())
	fmt.Fprintf(w, "| received | %d |\n| dropped by the kernel | %d |\n", r.capture.Packets, r.dropped())
	fmt.Fprintf(w, "| sessions counted, written | %d, %d |\n| of these evicted | %d |\n", r.capture.Sessions, r.lines, r.capture.Quality.Evicted)
	fmt.Fprintf(w, "| open connections at most | %.0f |\n", r.most(0, 1, open))
	fmt.Fprintf(w, "| memory at most, of %d MiB | %.0f MiB by the runtime, %.0f MiB resident |\n", r.options.maxMemory,
		r.most(0, 1, memory)/mib, r.most(0, 1, resident)/mib)
	fmt.Fprintf(w, "| resident, first and second half | %.0f MiB, %.0f MiB |\n", r.most(0, 0.5, resident)/mib, r.most(0.5, 1, resident)/mib)
	fmt.Fprintf(w, "| memory on average, MiB, in ten parts of the time | %s |\n", r.tenths(mib, memory))
	fmt.Fprintf(w, "| heap at which garbage is collected, likewise | %s |\n", r.tenths(mib, goal))
	fmt.Fprintf(w, "| resident, likewise | %s |\n", r.tenths(mib, resident))
	fmt.Fprintf(w, "| open connections, likewise | %s |\n", r.tenths(1, open))
	fmt.Fprintf(w, "| goroutines at most | %.0f |\n", r.most(0, 1, goroutines))
	last := &r.samples[len(r.samples)-1]
	fmt.Fprintf(w, "| sessions recorded, not for want of memory or time, not as too many were alike | %.0f, %.0f, %.0f |\n", last.recorded, last.unrecorded, last.alike)
	fmt.Fprintf(w, "| files of the flight recorder at the end | %d |\n", r.recorded)
}
