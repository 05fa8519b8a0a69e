package report

import (
	"slices"
	"testing"

	"smtpscope/session"
)

func TestToldNotesOnceForAPacket(t *testing.T) {
	note := func(frame int64, side, text string) session.Event {
		return session.Event{Kind: session.EventNote, Frame: frame, Side: side, Text: text}
	}
	s := &session.Session{EventsCut: 7, CutAt: 5, Events: []session.Event{
		note(4, "client", "command before the greeting"), {Kind: session.EventCommand, Frame: 4, Side: "client", Text: "EHLO a"},
		note(4, "client", "command before the greeting"), {Kind: session.EventCommand, Frame: 4, Side: "client", Text: "QUIT"},
		note(4, "server", "command before the greeting"), note(5, "client", "command before the greeting"),
	}}
	want := slices.Delete(slices.Clone(s.Events), 2, 3)
	told := Told(s)
	if !slices.EqualFunc(told.Events, want, func(a, b session.Event) bool {
		return a.Kind == b.Kind && a.Frame == b.Frame && a.Side == b.Side && a.Text == b.Text
	}) {
		t.Errorf("told %+v, want %+v", told.Events, want)
	}
	if told.CutAt != 4 || s.CutAt != 5 || len(s.Events) != 6 {
		t.Errorf("cut at %d of what is told and at %d of %d events of the session, want 4, and 5 of 6", told.CutAt, s.CutAt, len(s.Events))
	}
}
