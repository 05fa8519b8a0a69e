package main

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"smtpscope/internal/wirescript"
)

const day = 24 * time.Hour

// farTimes are those that packets may claim, with what pcapng can say at its
// extremes; the n-th packet's.
var farTimes = []struct {
	name  string
	order bool // they are in order and close together: nothing else may change
	at    func(n int) time.Time
}{
	{"the last moment of 64 bits of nanoseconds", true, func(n int) time.Time { return time.Unix(0, math.MaxInt64-1e9+int64(n)*1e6) }},
	{"the first one", true, func(n int) time.Time { return time.Unix(0, math.MinInt64+1e9+int64(n)*1e6) }},
	{"the last moment of a pcap", true, func(n int) time.Time { return time.Unix(math.MaxUint32, int64(n)*1e6) }},
	{"far behind", true, func(n int) time.Time { return time.Unix(9e9, int64(n)) }},
	{"from the first to the last and back", false, func(n int) time.Time { return farEnd(n) }},
	{"likewise, two packets each", false, func(n int) time.Time { return farEnd(n / 2) }},
	{"the first one, then an ordinary one", false, func(n int) time.Time {
		if n == 0 {
			return farEnd(0)
		}
		return time.Unix(17e8, int64(n)*1e6)
	}},
	{"two days between packets", false, func(n int) time.Time { return time.Unix(17e8, 0).Add(time.Duration(n) * 2 * day) }},
	{"two days between every two packets", false, func(n int) time.Time { return time.Unix(17e8, 0).Add(time.Duration(n/2) * 2 * day) }},
	{"two days back each", false, func(n int) time.Time { return time.Unix(17e8, 0).Add(time.Duration(n) * -2 * day) }},
}

func farEnd(n int) time.Time {
	if n%2 == 0 {
		return time.Unix(0, math.MinInt64)
	}
	return time.Unix(0, math.MaxInt64)
}

// timed is a pcapng with the packets at other times.
func timed(t *testing.T, frames []wirescript.Frame, at func(int) time.Time) []byte {
	t.Helper()
	frames = slices.Clone(frames)
	offset := int64(0)
	for n := range frames {
		frames[n].Time = at(n)
		offset = min(offset, frames[n].Time.Unix())
	}
	var b bytes.Buffer
	if err := wirescript.WritePcapng(&b, frames, wirescript.PcapngOptions{TSResol: 9, TSOffset: offset}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFarTimes: a packet may claim any time. Where the times are in order the
// sessions stay what they are; and they are the same for any number of workers.
func TestFarTimes(t *testing.T) {
	list := cases(t)
	for _, name := range []string{"two-sessions-interleaved", "fin-after-delivery"} {
		at := slices.IndexFunc(list, func(c testCase) bool { return c.name == name })
		if at < 0 {
			t.Fatalf("no case is called %q", name)
		}
		frames := list[at].frames(t)
		want := saidIn(t, captureBytes(t, frames))
		for _, c := range farTimes {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				file := timed(t, frames, c.at)
				if c.order {
					same(t, c.name, saidIn(t, file), want)
				}
				written := written(t, file)
				for _, args := range [][]string{{"analyze", "--format", "jsonl"}, {"analyze", "--summary"}, {"show"}, {"report", "--format", "html", "-o", "-"}} {
					agree(t, append(args, written)...)
				}
			})
		}
	}
}

// TestNoIdleLimit: a limit that is longer than anything ends no session.
func TestNoIdleLimit(t *testing.T) {
	list := cases(t)
	c := list[slices.IndexFunc(list, func(c testCase) bool { return c.name == "two-sessions-interleaved" })]
	file := written(t, captureBytes(t, c.frames(t)))
	want := mustRun(t, nil, "analyze", "--format", "csv", file)
	if got := mustRun(t, nil, "analyze", "--format", "csv", "--idle-limit", "2562047h", file); got != want {
		t.Errorf("without a limit:\n%s\nwith the usual one:\n%s", got, want)
	}
}
