package report

import (
	"math"
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 1234: "1.2 kB", 9949: "9.9 kB", 9950: "10 kB", 41000: "41 kB",
		999499: "999 kB", 999500: "1.0 MB", 5_000_000_000: "5.0 GB", 1 << 62: "4.6 EB", -1500: "-1.5 kB",
	} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", time.Nanosecond: "under 1 ms", 999 * time.Microsecond: "under 1 ms",
		time.Millisecond: "1 ms", 12400 * time.Microsecond: "12 ms", 99 * time.Millisecond: "99 ms",
		100 * time.Millisecond: "0.1 s", 200 * time.Millisecond: "0.2 s",
		30 * time.Second: "30.0 s", 300 * time.Second: "300.0 s", 599940 * time.Millisecond: "599.9 s",
		599960 * time.Millisecond: "10 min", 10 * time.Minute: "10 min", 12*time.Minute + 5*time.Second: "12 min 5 s",
		65 * time.Minute: "1 h 5 min", 24*time.Hour - time.Second: "1 d", 51 * time.Hour: "2 d 3 h",
		-2 * time.Second: "-2.0 s", math.MinInt64: "-" + Span(math.MaxInt64),
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	for _, test := range []struct {
		n    int64
		d    time.Duration
		want string
	}{
		{41000, 2 * time.Second, "20 kB/s"}, {41000, 999 * time.Microsecond, ""}, {0, time.Second, "0 B/s"},
	} {
		if got := Rate(test.n, test.d); got != test.want {
			t.Errorf("Rate(%d, %v) = %q, want %q", test.n, test.d, got, test.want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
}
