package alignment

import (
	"reflect"
	"testing"
	"time"
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
