package alignment

import (
	"fmt"
	"strings"
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

// retryHabits are how the log tells of attempts.
var retryHabits = []struct {
	name  string
	habit habit
}{
	{"envelopes, Message-IDs of what was taken", habit{precision: time.Second, envelope: true, messageID: true, taken: true, retries: true}},
	{"envelopes, Message-IDs", habit{precision: time.Second, envelope: true, messageID: true, retries: true}},
	{"envelopes", habit{precision: time.Second, envelope: true, retries: true}},
	{"addresses", habit{precision: time.Second, retries: true}},
	{"envelopes, Message-IDs of what was taken, a third gone", habit{precision: time.Second, envelope: true, messageID: true, taken: true, retries: true, lost: 1.0 / 3}},
}

// retried aligns captures of 2 to 400 first attempts with a log of all
// attempts, and with one of the later ones only.
func retried(h habit) (all, only *tally) {
	all, only = new(tally), new(tally)
	for _, n := range []int{2, 3, 5, 12, 60, 400} {
		for seed := range uint64(max(4, 400/n)) {
			h.pace = 3 * time.Second
			h.offset = time.Duration(seed%7) * 5300 * time.Millisecond
			w := makeWorld(seed, n, h)
			first := func(k int) bool { return w.first[k] == k }
			failed := func(k int) bool { return first(k) && w.records[k].Messages[0].Outcome == session.Aborted }
			later := func(k int) bool { return !first(k) }
			all.judgeRetries(w.part(first, func(int) bool { return true }))
			if h.lost == 0 { // few sessions of many, and what is left of a log, tell too little
				all.judgeRetries(w.part(failed, func(int) bool { return true }))
			}
			if h.envelope { // else an address, and 45 s, are all there is
				only.judgeRetries(w.part(first, later))
				only.judgeRetries(w.part(failed, later))
			}
		}
	}
	return all, only
}

// judgeRetries counts matches. A connection of a session that was not captured
// belongs to none.
func (y *tally) judgeRetries(w *world) {
	right, wrong := w.judgePart(Align(w.records, w.conns, Config{}))
	y.right, y.wrong, y.owed = y.right+right, y.wrong+wrong, y.owed+len(w.records)
}

// TestRetries: no attempt is taken for another one.
func TestRetries(t *testing.T) {
	for _, v := range retryHabits {
		all, only := retried(v.habit)
		t.Logf("%s: %d right, %d wrong of %d; where the log has the later attempts only %d wrong of %d", v.name, all.right, all.wrong, all.owed, only.wrong, only.owed)
		if all.wrong > 0 || only.wrong > 0 {
			t.Errorf("%s: %d and %d wrong matches", v.name, all.wrong, only.wrong)
		}
		if least := 0.85; all.recall() < least {
			t.Errorf("%s: recall %.3f", v.name, all.recall())
		}
	}
}

func retryTable() string {
	var b strings.Builder
	b.WriteString("| made-up retries; the log has | owed | matched | wrong | where it has later attempts only | wrong |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, v := range retryHabits {
		all, only := retried(v.habit)
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", v.name, all.owed, all.right, all.wrong, only.owed, only.wrong)
	}
	return b.String()
}
