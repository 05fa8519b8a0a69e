package main

import (
	"slices"
	"testing"
	"time"

	"smtpscope/internal/wirescript"
)

// TestLeapOfTime reads every case behind another one that was captured four
// months before: the first packet behind the leap belongs to its session as any
// other does.
func TestLeapOfTime(t *testing.T) {
	list := cases(t)
	at := slices.IndexFunc(list, func(c testCase) bool { return c.name == "two-sessions-interleaved" })
	before := list[at].frames(t)
	said := saidIn(t, captureBytes(t, before))
	for _, c := range someCases(t) {
		frames := c.frames(t)
		if len(frames) == 1 {
			continue // nothing confirms the time of a lone packet
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := append(saidIn(t, captureBytes(t, frames)), said...)
			got := saidIn(t, captureBytes(t, behind(before, frames)))
			slices.Sort(want)
			slices.Sort(got)
			same(t, "behind a leap", got, want)
		})
	}
}

// behind puts frames four months behind others.
func behind(before, frames []wirescript.Frame) []wirescript.Frame {
	later := before[len(before)-1].Time.Add(121 * 24 * time.Hour).Sub(frames[0].Time)
	all := slices.Clone(before)
	for _, f := range frames {
		f.Time = f.Time.Add(later)
		all = append(all, f)
	}
	return all
}
