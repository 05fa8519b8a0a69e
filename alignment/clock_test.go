package alignment

import (
	"reflect"
	"testing"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// TestUnsettle: of differences that turned out to tell no clock nothing stays,
// not even how far ahead of its moment a line may lie.
func TestUnsettle(t *testing.T) {
	k := &clockwork{key: clockKey{product: "exim"}, named: true}
	fresh := *k
	var list []difference
	for i := range int64(2 * driftPairs) {
		at := i * int64(time.Minute)
		list = append(list, difference{at: at, d: at/1000 + i%7*int64(10*time.Millisecond)})
	}
	if k.settle(list, byMails); k.ahead == 0 || k.drift == 0 {
		t.Fatalf("the differences settle too little: %+v", k)
	}
	if k.unsettle(); !reflect.DeepEqual(*k, fresh) {
		t.Errorf("%+v stays", *k)
	}
}

// TestBusyServerIsNoDrift: a server that comes to its connections later and
// later has a clock that keeps time, and one whose clock gains does so however
// late it is: the mails that it read tell it.
func TestBusyServerIsNoDrift(t *testing.T) {
	for _, gain := range []float64{0, 50e-6, -50e-6} {
		k := &clockwork{}
		var list []difference
		for i := range int64(2 * driftPairs) {
			at := i * int64(5*time.Minute)
			clock := int64(float64(at) * gain)
			late := i * int64(40*time.Millisecond)
			list = append(list, difference{at: at, d: clock + late, read: reading{at + 1, clock + i%5*int64(time.Millisecond)}})
		}
		k.settle(list, "ids")
		if k.drift < gain-2e-6 || k.drift > gain+2e-6 {
			t.Errorf("a clock that gains %v: %v", gain, k.drift)
		}
		if latest := list[len(list)-1].d - list[len(list)-1].read.d; k.behind < latest*8/10 || k.behind > latest {
			t.Errorf("the last connection was logged %v late; behind is %v", time.Duration(latest), time.Duration(k.behind))
		}
		for _, x := range []difference{list[0], list[len(list)-1]} { // one that is accepted at once
			if promptly := x.read.d; promptly < k.at(x.at)-k.ahead-int64(5*time.Millisecond) {
				t.Errorf("a line without delay lies %v before the expected moment, %v are allowed", time.Duration(k.at(x.at)-promptly), time.Duration(k.ahead))
			}
		}
	}
}

// TestEndWithinASecond: where all lines are of one second the line of the
// beginning is not that of the end.
func TestEndWithinASecond(t *testing.T) {
	second := gatewaylog.Time{At: time.Unix(1_800_000_000, 0), Precision: time.Second}
	line := func(n int64) *gatewaylog.Line { return &gatewaylog.Line{Number: n, Time: second} }
	connect, from, bye := line(1), line(2), line(3)
	c := &gatewaylog.Connection{Start: second, End: second, Lines: []*gatewaylog.Line{connect, from},
		Messages: []*gatewaylog.Message{{Lines: []*gatewaylog.Line{from}}}}
	if first, last := ends(c); first != connect || last != nil {
		t.Errorf("from line %v to %v; the end has no line of its own", first, last)
	}
	c.Lines = append(c.Lines, bye)
	if _, last := ends(c); last != bye {
		t.Errorf("the end is line %v, want 3", last)
	}
	c.Lines, c.Messages = c.Lines[:1], nil
	if first, last := ends(c); first != connect || last != connect {
		t.Errorf("a connection of one line: from %v to %v", first, last)
	}
}

// TestQueuedIsNotRejected: a mail that Postfix has queued is not the one whose
// content it refused, though all else is alike.
func TestQueuedIsNotRejected(t *testing.T) {
	from := "alice@example.net"
	mail := func(o session.Outcome) *session.Message {
		return &session.Message{From: &from, Outcome: o, Recipients: []*session.Recipient{{Address: "bob@example.org", Code: 250}}}
	}
	queued := &gatewaylog.Message{Product: gatewaylog.Postfix, ID: "4B4F4AE", From: from, HasFrom: true, Outcome: gatewaylog.Outcome{Kind: gatewaylog.Accepted}}
	if mayBe(mail(session.Rejected), queued, false) {
		t.Error("a rejected mail is taken for one that was queued")
	}
	if !mayBe(mail(session.Accepted), queued, false) {
		t.Error("an accepted mail is not")
	}
}
