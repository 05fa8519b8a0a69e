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
	told := *s
	copied := false
	for i := range s.Events {
		e := s.Events[i]
		first := 0 // no event passes those that were left out
		if i >= cut {
			first = cut
		}
		at := i
		for at > first && before(&e, &told.Events[at-1]) {
			at--
		}
		if at == i {
			continue
		}
		if !copied {
			told.Events, copied = append([]session.Event(nil), s.Events...), true
		}
		copy(told.Events[at+1:i+1], told.Events[at:i])
		told.Events[at] = e
	}
	if !copied {
		return s
	}
	return &told
}

func before(a, b *session.Event) bool { return a.Frame < b.Frame && a.Time < b.Time }
