package main

import (
	"testing"

	"smtpscope/live"
)

// TestRecordedWords: what did not happen is not said.
func TestRecordedWords(t *testing.T) {
	for _, c := range []struct {
		files, failures int64
		want            string
	}{
		{0, 0, ""},
		{1, 0, "1 session was recorded in /var/rec"},
		{2, 3, "2 sessions were recorded in /var/rec, 3 could not be"},
		{0, 1, "0 sessions were recorded in /var/rec, 1 could not be"},
	} {
		if got := recordedWords(live.Numbers{RecordedFiles: c.files, RecordingFailures: c.failures}, "/var/rec"); got != c.want {
			t.Errorf("%d written and %d not: %q, want %q", c.files, c.failures, got, c.want)
		}
	}
}
