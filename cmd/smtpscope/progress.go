package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progressAfter is how long a reading must last to be worth a progress line.
const progressAfter = time.Second

// progress shows on a terminal how far the reading is, how fast it goes and
// how long it will take.
type progress struct {
	w     io.Writer
	began time.Time
	bar   *progressbar.ProgressBar
}

// newProgress gives nil, which shows nothing, where standard error is no
// terminal, or where sessions are being written to the same terminal.
func (p *program) newProgress(quiet, streaming bool) *progress {
	if quiet || !isTerminal(p.stderr) || (streaming && isTerminal(p.stdout)) {
		return nil
	}
	return &progress{w: p.stderr, began: time.Now()}
}

// callback is what capture.Config wants; nil where nothing is shown.
func (g *progress) callback() func(done, total int64) {
	if g == nil {
		return nil
	}
	return func(done, total int64) {
		if g.bar == nil {
			if time.Since(g.began) < progressAfter {
				return
			}
			g.bar = g.newBar(total)
		}
		_ = g.bar.Set64(done) // nothing depends on the progress line
	}
}

func (g *progress) newBar(total int64) *progressbar.ProgressBar {
	if total == 0 {
		total = -1 // standard input: no end to be seen
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(g.w),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
}

// end takes the line away.
func (g *progress) end() {
	if g != nil && g.bar != nil {
		_ = g.bar.Clear()
	}
}
