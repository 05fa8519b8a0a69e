package alignment

import (
	"testing"
	"time"

	"smtpscope/gatewaylog"
)

// TestEndWithinASecond: where all lines are of one second the line of the
// beginning is not that of the end.
func TestEndWithinASecond(t *testing.T) {
	second := gatewaylog.Time{At: time.Unix(1_800_000_000, 0), Precision: time.Second}
	line := func(n int64) *gatewaylog.Line { return &gatewaylog.Line{Number: n, Time: second} }
	connect, from, bye := line(1), line(2), line(3)
	c := &gatewaylog.Connection{Start: second, End: second, Lines: []*gatewaylog.Line{connect, from},
		Messages: []*gatewaylog.Message{{Lines: []*gatewaylog.Line{from}}}}
	if first, last := ends(c); first != connect || last != nil {
		t.Errorf("from line %v to %v; the end has no line of its own", first, last)
	}
	c.Lines = append(c.Lines, bye)
	if _, last := ends(c); last != bye {
		t.Errorf("the end is line %v, want 3", last)
	}
	c.Lines, c.Messages = c.Lines[:1], nil
	if first, last := ends(c); first != connect || last != connect {
		t.Errorf("a connection of one line: from %v to %v", first, last)
	}
}
