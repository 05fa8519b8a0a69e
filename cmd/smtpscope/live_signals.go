package main

import (
	"os"
	"os/signal"
	"syscall"
)

// A hangupWatch notes SIGHUP: open the outputs anew.
type hangupWatch struct{ signals chan os.Signal }

func onHangup() *hangupWatch {
	w := &hangupWatch{signals: make(chan os.Signal, 1)}
	signal.Notify(w.signals, syscall.SIGHUP)
	return w
}

// came reports whether one came since the last call.
func (w *hangupWatch) came() bool {
	select {
	case <-w.signals:
		return true
	default:
		return false
	}
}

func (w *hangupWatch) end() { signal.Stop(w.signals) }
