package report

import "smtpscope/session"

// InOrder is the session with its events in the order of the packets. What had
// to wait until later ones explained it (content behind a hole, a reply without
// a line end) comes last from the session, and is told where it was captured. It
// passes only what is behind it by clock and by frame: where the clock went back
// or packets were captured in another order, the session knows better.
func InOrder(s *session.Session) *session.Session {
	cut := len(s.Events)
	if s.EventsCut > 0 {
		cut = min(s.CutAt, cut)
	}
	// Numbers are moved, not events: somebody may have sent thousands backwards.
	order, moved := make([]int, len(s.Events)), false
	for i := range s.Events {
		first := 0 // no event passes those that were left out
		if i >= cut {
			first = cut
		}
		at := i
		for at > first && before(&s.Events[i], &s.Events[order[at-1]]) {
			at--
		}
		copy(order[at+1:i+1], order[at:i])
		order[at] = i
		moved = moved || at < i
	}
	if !moved {
		return s
	}
	told := *s
	told.Events = make([]session.Event, len(order))
	for i, from := range order {
		told.Events[i] = s.Events[from]
	}
	return &told
}

func before(a, b *session.Event) bool { return a.Frame < b.Frame && a.Time < b.Time }
