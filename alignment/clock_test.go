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
		list = append(list, difference{at, at/1000 + i%7*int64(10*time.Millisecond)})
	}
	if k.settle(list, byMails); k.ahead == 0 || k.drift == 0 {
		t.Fatalf("the differences settle too little: %+v", k)
	}
	if k.unsettle(); !reflect.DeepEqual(*k, fresh) {
		t.Errorf("%+v stays", *k)
	}
}
