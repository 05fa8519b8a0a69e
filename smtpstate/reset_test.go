package smtpstate

import (
	"math/rand"
	"testing"
)

// TestResetIsAsNew: a machine that was used sees what a new one sees, and what
// it gave away before stays as it was.
func TestResetIsAsNew(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	used := New(nil, tight)
	for range 1500 {
		data := make([]byte, 2*(1+rnd.Intn(24)))
		rnd.Read(data)
		s := script{acts: program(data)}
		fresh, _ := transcript(t, s.acts, tight, 0)

		before := used.Messages()
		described := describeAll(before)
		again := &recorder{}
		used.Reset(again, tight)
		s.play(used, 0, nil)
		if got := again.String() + state(used); got != fresh {
			t.Fatalf("after Reset:\n%s\nnew:\n%s\nacts: %+v", got, fresh, s.acts)
		}
		if now := describeAll(before); now != described {
			t.Fatalf("messages of the session before were\n%s\nand are\n%s", described, now)
		}
	}
}

func describeAll(list []*Message) (text string) {
	for _, msg := range list {
		text += describe(msg) + "\n"
	}
	return text
}
