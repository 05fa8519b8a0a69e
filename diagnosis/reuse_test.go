package diagnosis

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"smtpscope/session"
)

// TestFindingsStay: what analyze does with thousands of sessions, whose events
// are told on demand and written over by the next session's, finds what is found
// in sessions that keep them; and no finding lives on the text of an event.
func TestFindingsStay(t *testing.T) {
	scripts, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	told := 0
	for _, script := range scripts {
		file := captureOf(t, script)
		want := map[int64][]session.Finding{}
		for _, s := range read(t, file) {
			want[s.Record.Session] = Diagnose(s)
		}
		got := map[int64][]session.Finding{}
		readWith(t, file, session.Config{Events: true, OnDemand: true, Reuse: true, Emit: func(s *session.Session) {
			got[s.Record.Session] = Diagnose(s)
			if s.Events != nil {
				told++
			}
			overwrite(s.Events)
		}})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", script, got, want)
		}
	}
	if told == 0 {
		t.Error("no story was told")
	}
}

// overwrite does to texts what the next session does. Events beyond the first
// 2000 of a session do not lie in memory that is used again.
func overwrite(events []session.Event) {
	for i := range events[:min(len(events), 2000)] {
		text := events[i].Text
		copy(unsafe.Slice(unsafe.StringData(text), len(text)), strings.Repeat("\x00", len(text)))
	}
}
