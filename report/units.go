package report

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes in words: "512 B", "1.2 kB", "41 kB", "3.4 MB".
// The units are powers of 1000, as tcpdump, Wireshark and mail logs count.
func Size(n int64) string {
	if n < 0 {
		return "-" + Size(-n)
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB", "PB", "EB"} {
		if v /= 1000; v < 999.5 {
			break
		}
	}
	digits := 0
	if v < 9.95 {
		digits = 1
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + unit
}

// Rate is bytes a second in words; "" where the span is too short to tell.
func Rate(n int64, d time.Duration) string {
	if d < time.Millisecond {
		return ""
	}
	return Size(int64(float64(n)/d.Seconds())) + "/s"
}

// Span is a duration in words. Seconds stay seconds up to ten minutes, with a
// tenth, because timers are known by them (30, 300, 600): "0.2 s", "300.0 s",
// "12 min 5 s", "1 h 5 min", "2 d 3 h". Below a tenth: "12 ms", "under 1 ms".
func Span(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Span(-max(d, -math.MaxInt64)) // the least of all has no opposite
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return "under 1 ms"
	case d < 99500*time.Microsecond:
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + " ms"
	case d.Round(100*time.Millisecond) < 10*time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	if s := d.Round(time.Second); s < time.Hour {
		return pair(int64(s/time.Minute), "min", int64(s%time.Minute/time.Second), "s")
	}
	if m := d.Round(time.Minute); m < 24*time.Hour {
		return pair(int64(m/time.Hour), "h", int64(m%time.Hour/time.Minute), "min")
	}
	h := d.Round(time.Hour)
	return pair(int64(h/(24*time.Hour)), "d", int64(h%(24*time.Hour)/time.Hour), "h")
}

func pair(a int64, unitA string, b int64, unitB string) string {
	s := strconv.FormatInt(a, 10) + " " + unitA
	if b == 0 {
		return s
	}
	return s + " " + strconv.FormatInt(b, 10) + " " + unitB
}

// Count is a number with its noun, in groups of three: "1 session",
// "12,345 sessions".
func Count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Thousands is a number in groups of three figures: "12,345".
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
