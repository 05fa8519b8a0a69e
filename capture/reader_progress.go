package capture

import "io"

// progressStep is how many bytes of input lie at least between two calls of
// Config.Progress.
const progressStep = 1 << 20

// progress counts the bytes of all inputs as stored.
type progress struct {
	call        func(done, total int64)
	total       int64
	done, shown int64
	paused      bool // what is read now will be read again
}

func (p *progress) pause(on bool) { p.paused = on }

func (p *progress) add(n int) {
	if p.paused {
		return
	}
	p.done += int64(n)
	if p.call != nil && p.done-p.shown >= progressStep {
		p.flush()
	}
}

// flush tells of what was not told yet.
func (p *progress) flush() {
	if p.call != nil && p.done != p.shown {
		p.shown = p.done
		p.call(p.done, p.total)
	}
}

// meter is an input whose bytes are counted, and whose reading can be
// stopped. It is asked once per buffer, not once per packet.
type meter struct {
	from     io.Reader
	progress *progress
	stop     *stopSignal
}

func (m *meter) Read(p []byte) (int, error) {
	if m.stop.stopped() {
		return 0, errStopped
	}
	n, err := m.from.Read(p)
	m.progress.add(n)
	return n, err
}
