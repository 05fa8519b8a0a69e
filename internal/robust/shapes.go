package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Somebody who wants the program to take for ever looks for an input whose time
// grows with its square. The rows of floods are those that somebody thought of;
// these are made at random: a few lines, or a few things that two ends do, over
// and over, with some of their numbers and names changing each time, and some
// not. So were found the resets of a session that each looked through all others,
// and the hosts of a log that each looked through all sessions.

// shapes is how many of a kind are tried, a quarter of that where they are two
// that are held against each other.
const shapes = 400

// shapesLimit is the memory from which on garbage is collected at once. A log's
// open connections weigh more than the other rows may have: at their limit nothing
// but collecting was measured.
const shapesLimit = 384 * mib

// A shape is made of any length; its seed makes it the same at each. Its run gives
// the processor time that it took.
type shape func(seed uint64, length int) (name string, run func() time.Duration)

// grown tries shapes at a length, the least, and at four times of it. One that takes more
// than most times as long is tried at sixteen times, and at 64. It is not linear
// if from the second length on it takes steep times as long as it may, also when
// it is tried again: collections of garbage make a step steep by chance.
func grown(count, least int, s shape) (o outcome) {
	const steep, again = 2.5, 3
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(shapesLimit))
	measure := func(seed uint64, i int) time.Duration {
		name, run := s(seed, least<<(2*i))
		runtime.GC()
		took := run()
		o.inputs++
		if took > o.longest {
			o.longest, o.at = took, name
		}
		return took
	}
	for seed := range uint64(count) {
		var took [4]time.Duration
		linear := 1.0 // how many times as long as the second a length may take
		for i := range took {
			if took[i] = measure(seed, i); i == 0 {
				continue
			}
			for n := 0; n < again && float64(took[i]) > steep*linear*float64(took[1]); n++ {
				took[1], took[i] = max(took[1], measure(seed, 1)), min(took[i], measure(seed, i))
			}
			if float64(took[i]) > steep*linear*float64(took[1]) && o.wrong == "" {
				name, _ := s(seed, 1)
				o.wrong = fmt.Sprintf("%s is not linear: %v", name, took[:i+1])
			}
			if took[i] < measurable/10 || float64(took[i]) < most*float64(took[i-1]) {
				break
			}
			linear *= 4
		}
	}
	return o
}

// shortest is the least length of a shape that is read in this process.
const shortest = 1000

// clocked is the processor time that f takes here.
func clocked(f func()) time.Duration {
	begun := spentHere()
	f()
	return spentHere() - begun
}

// logShapes are logs of any product.
func logShapes(t *trial) outcome {
	files := t.logs()
	return grown(t.part(shapes), shortest, func(seed uint64, length int) (string, func() time.Duration) {
		r := rand.New(rand.NewPCG(seed, 1))
		from := files[r.IntN(len(files))]
		text := logOf(r, from.lines, length)
		return fmt.Sprintf("shape %d of %s", seed, from.name), func() time.Duration {
			return clocked(func() { readLog(text, func(*gatewaylog.Connection) {}) })
		}
	})
}

// talkShapes are conversations, told in all forms.
func talkShapes(t *trial) outcome {
	return grown(t.part(shapes), shortest, func(seed uint64, length int) (string, func() time.Duration) {
		file := talkOf(rand.New(rand.NewPCG(seed, 2)), length)
		return fmt.Sprintf("conversation %d", seed), func() time.Duration {
			return clocked(func() { _, _ = through(file, true) })
		}
	})
}

// pairShapes are conversations held against logs that name the same clients.
func pairShapes(t *trial) outcome {
	files := t.logs()
	return grown(t.part(shapes/4), shortest, func(seed uint64, length int) (string, func() time.Duration) {
		r := rand.New(rand.NewPCG(seed, 3))
		records := recordsOf(talkOf(r, length/2))
		from := files[r.IntN(len(files))]
		var connections []*gatewaylog.Connection
		readLog(logOf(r, from.lines, length/2), func(c *gatewaylog.Connection) { connections = append(connections, c) })
		return fmt.Sprintf("pair %d, of %s", seed, from.name), func() time.Duration {
			return clocked(func() { alignment.Align(records, connections, alignment.Config{}) })
		}
	})
}

func recordsOf(file []byte) (list []*session.Record) {
	_ = diagnosed(file, func(s *session.Session) { list = append(list, &s.Record) })
	return list
}

func readLog(text []byte, take func(*gatewaylog.Connection)) {
	_, _ = gatewaylog.Read([]gatewaylog.Source{{Name: "log", Open: reopened(text)}}, gatewaylog.Options{Year: shapeYear},
		func(c *gatewaylog.Connection) error {
			take(c)
			return nil
		})
}
