package capture

import (
	"io"
	"sync/atomic"
)

// progressStep is how many bytes of input lie at least between two calls of
// Config.Progress.
const progressStep = 1 << 20

// progress counts the bytes of all inputs as stored.
type progress struct {
	call   func(done, total int64)
	total  int64
	done   atomic.Int64 // what reads ahead counts too
	shown  int64
	paused bool // what is read now will be read again
}

func (p *progress) pause(on bool) { p.paused = on }

func (p *progress) add(n int) {
	if p.paused {
		return
	}
	p.done.Add(int64(n))
}

// tell calls Progress where enough has come since it was called last. Only the
// goroutine of who reads does so.
func (p *progress) tell() {
	if p.call != nil && p.done.Load()-p.shown >= progressStep {
		p.flush()
	}
}

// flush tells of what was not told yet.
func (p *progress) flush() {
	if done := p.done.Load(); p.call != nil && done != p.shown {
		p.shown = done
		p.call(done, p.total)
	}
}

// meter is an input whose bytes are counted, and whose reading can be
// stopped. It is asked once per buffer, not once per packet.
type meter struct {
	from     io.Reader
	progress *progress
	stop     *stopSignal
	ahead    bool // it is read ahead: who takes the bytes tells of them
}

func (m *meter) Read(p []byte) (int, error) {
	if m.stop.stopped() {
		return 0, errStopped
	}
	n, err := m.from.Read(p)
	m.progress.add(n)
	if !m.ahead {
		m.progress.tell()
	}
	return n, err
}
