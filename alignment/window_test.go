package alignment

import (
	"fmt"
	"testing"
	"time"

	"smtpscope/gatewaylog"
)

// TestWindow: of a log of thirty days only what is near the capture is held,
// and nothing that aligning would use is lost.
func TestWindow(t *testing.T) {
	for _, h := range []habit{
		{precision: time.Second, ids: true, offset: 37400 * time.Millisecond},
		{precision: time.Second, port: true, offset: -8 * time.Hour},
		{precision: time.Second, envelope: true, messageID: true, offset: 90 * 24 * time.Hour},
	} {
		w := makeWorld(3, 500, h)
		all := append([]*gatewaylog.Connection{}, w.conns...)
		for k := range 30 * 24 * 60 { // one a minute; ids come again each day
			at := worldStart.Add(h.offset + time.Duration(k-10*24*60)*time.Minute)
			c := &gatewaylog.Connection{Product: gatewaylog.OpenSMTPD, Host: "mx", Direction: gatewaylog.Inbound, ID: fmt.Sprintf("far%d", k)}
			c.Start = gatewaylog.Time{At: at, Precision: time.Second}
			c.End = c.Start
			c.Lines = []*gatewaylog.Line{{File: "old", Number: int64(k + 1), Time: c.Start}}
			c.Messages = []*gatewaylog.Message{{Product: gatewaylog.OpenSMTPD, ID: fmt.Sprintf("Q%06X", k%(24*60))}}
			all = append(all, c)
		}
		win := NewWindow(w.records, nil)
		for _, c := range all {
			win.Learn(c)
		}
		win.Learnt()
		var held []*gatewaylog.Connection
		near := 0
		for _, c := range all {
			if win.Holds(c) {
				held = append(held, c)
				if c.Lines[0].File == "old" {
					near++
				}
			}
		}
		// The capture takes some minutes; a quarter of an hour before and
		// behind it, and as much again for a second offset.
		if near > 150 || win.Outside < 43000 {
			t.Errorf("offset %v: %d far connections held, %d not", h.offset, near, win.Outside)
		}
		if y := w.judge(Align(w.records, held, Config{})); y.wrong > 0 || y.recall() < 0.98 {
			t.Errorf("offset %v: %d wrong, recall %.3f", h.offset, y.wrong, y.recall())
		}
	}
}
