package session

import (
	"encoding/json"
	"testing"
	"time"
)

// A span shows the digits that were measured, never a binary fraction.
func TestSecondsJSON(t *testing.T) {
	for _, c := range []struct {
		span time.Duration
		want string
	}{
		{0, "0"},
		{time.Second, "1"},
		{31 * time.Millisecond, "0.031"},
		{65006191 * time.Microsecond, "65.006191"},
		{time.Nanosecond, "0.000000001"},
		{100 * time.Second, "100"},
		{-1500 * time.Millisecond, "-1.5"},
		{1<<63 - 1, "9223372036.854775807"},
		{-1 << 63, "-9223372036.854775808"},
	} {
		got, err := json.Marshal(Seconds(c.span))
		if err != nil || string(got) != c.want {
			t.Errorf("%v: got %s (%v), want %s", c.span, got, err, c.want)
		}
	}
}

func TestTimeJSON(t *testing.T) {
	for _, c := range []struct {
		time Time
		want string
	}{
		{0, `"1970-01-01T00:00:00Z"`},
		{1408014271204811000, `"2014-08-14T11:04:31.204811Z"`},
		{1408014271000000001, `"2014-08-14T11:04:31.000000001Z"`},
	} {
		got, err := json.Marshal(c.time)
		if err != nil || string(got) != c.want {
			t.Errorf("got %s (%v), want %s", got, err, c.want)
		}
	}
}
