package live

import (
	"testing"
	"time"

	"smtpscope/capture"
)

// TestOutages: a session is told for how long nothing was seen of its own
// interface while it was open, also where that still lasts.
func TestOutages(t *testing.T) {
	var o Outages
	o.Begin("eth1", 10)
	o.End("eth1", 20)
	o.Begin("eth2", 15)
	o.Begin("eth1", 40)
	for _, test := range []struct {
		name     string
		from, to capture.Time
		want     time.Duration
	}{
		{"eth1", 0, 10, 0}, {"eth1", 0, 12, 2}, {"eth1", 12, 14, 2}, {"eth1", 5, 30, 10}, {"eth1", 20, 40, 0},
		{"eth1", 0, 45, 15}, {"eth2", 0, 15, 0}, {"eth2", 0, 45, 30}, {"eth3", 0, 45, 0},
	} {
		if got := o.Within(test.name, test.from, test.to); got != test.want {
			t.Errorf("%s from %d to %d: %d, want %d", test.name, test.from, test.to, got, test.want)
		}
	}
	sums := o.Close(100)
	if len(sums) != 2 || sums[0] != (Away{"eth1", 2, 70}) || sums[1] != (Away{"eth2", 1, 85}) {
		t.Errorf("sums: %v", sums)
	}
	for i := range capture.Time(3 * outagesMost) {
		o.Begin("eth1", 100+2*i)
		o.End("eth1", 101+2*i)
	}
	if len(o.list) > outagesMost {
		t.Errorf("%d are remembered", len(o.list))
	}
}
