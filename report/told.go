package report

import "smtpscope/session"

// Told is the session as a transcript tells it: in the order of the packets,
// and of a packet each note once, however many of its lines deserve it.
func Told(s *session.Session) *session.Session { return noteOnce(InOrder(s)) }

// noteOnce leaves out the notes that repeat one of the same packet.
func noteOnce(s *session.Session) *session.Session {
	type note struct {
		text, side string
		frame      int64
	}
	said, repeats := make(map[note]bool), make(map[int]bool)
	for i := range s.Events {
		e := &s.Events[i]
		if e.Kind != session.EventNote {
			continue
		}
		n := note{e.Text, e.Side, e.Frame}
		if said[n] {
			repeats[i] = true
		}
		said[n] = true
	}
	if len(repeats) == 0 {
		return s
	}
	told := *s
	told.Events = make([]session.Event, 0, len(s.Events)-len(repeats))
	for i := range s.Events {
		switch {
		case !repeats[i]:
			told.Events = append(told.Events, s.Events[i])
		case i < s.CutAt:
			told.CutAt--
		}
	}
	return &told
}
