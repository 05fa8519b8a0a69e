package alignment

import (
	"fmt"
	"testing"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// What a gateway's log is asked about is mostly what did not come whole, and
// that is tried again: minutes later, from the same address, with the same
// envelope and Message-ID. So an attempt must not be taken for another one,
// least of all where the log, or the capture, has only the other one.

// part is a world of which the capture has some sessions only, and the log
// some connections only.
func (w *world) part(captured, logged func(k int) bool) *world {
	out := &world{owner: map[*gatewaylog.Connection]int{}}
	at := map[int]int{}
	for k, r := range w.records {
		if captured(k) {
			at[k] = len(out.records)
			out.records = append(out.records, r)
		}
	}
	for _, c := range w.conns {
		k := w.owner[c]
		if !logged(k) {
			continue
		}
		out.conns = append(out.conns, c)
		out.owner[c] = -1
		if i, there := at[k]; there {
			out.owner[c] = i
		}
	}
	return out
}

// judgePart is judge for a part of a world.
func (w *world) judgePart(r *Result) (right, wrong int) {
	for i := range r.Matches {
		if m := &r.Matches[i]; m.Status == Matched {
			if w.owner[m.Connection] == i {
				right++
			} else {
				wrong++
			}
		}
	}
	return right, wrong
}

var retryHabits = map[string]habit{
	"Message-IDs of what was taken": {precision: time.Second, envelope: true, messageID: true, taken: true, retries: true},
	"Message-IDs":                   {precision: time.Second, envelope: true, messageID: true, retries: true},
	"envelopes":                     {precision: time.Second, envelope: true, retries: true},
	"addresses":                     {precision: time.Second, retries: true},
	"lines lost":                    {precision: time.Second, envelope: true, messageID: true, taken: true, retries: true, lost: 1.0 / 3},
}

// TestRetries: the first attempts are captured, and the log has all, or the
// later ones only.
func TestRetries(t *testing.T) {
	for name, h := range retryHabits {
		for _, n := range []int{2, 3, 5, 12, 60, 400} {
			all, only := new(tally), new(tally)
			for seed := range uint64(max(4, 400/n)) {
				h.pace = 3 * time.Second
				h.offset = time.Duration(seed%7) * 5300 * time.Millisecond
				w := makeWorld(seed, n, h)
				firsts := func(k int) bool { return w.first[k] == k }
				failed := func(k int) bool { return firsts(k) && w.records[k].Messages[0].Outcome == session.Aborted }
				everything := func(int) bool { return true }
				later := func(k int) bool { return !firsts(k) }
				all.judgeRetries(w.part(firsts, everything))
				if h.lost == 0 { // of what is left of a log a capture of few sessions of many tells too little
					all.judgeRetries(w.part(failed, everything))
				}
				if h.envelope { // an address and 45 s are all that else there is
					only.judgeRetries(w.part(firsts, later))
					only.judgeRetries(w.part(failed, later))
				}
			}
			t.Logf("%s, %d sessions: the log has all attempts: %d right, %d wrong of %d; the later ones only: %d wrong", name, n, all.right, all.wrong, all.owed, only.wrong)
			if all.wrong > 0 || only.wrong > 0 {
				t.Errorf("%s, %d sessions: %d wrong matches of %d, and %d where the log has later attempts only", name, n, all.wrong, all.owed, only.wrong)
			}
		}
	}
}

func (y *tally) judgeRetries(w *world) {
	right, wrong := w.judgePart(Align(w.records, w.conns, Config{}))
	y.right, y.wrong, y.owed = y.right+right, y.wrong+wrong, y.owed+len(w.records)
	if wrong > 0 {
		y.complaints = append(y.complaints, fmt.Sprint(wrong))
	}
}
