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

// TestStoreIsAsNew: a machine with memory that others have used sees what a new
// one sees.
func TestStoreIsAsNew(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	var stores [2]Store
	open := make([]*Machine, 6)
	for i := range 3000 {
		data := make([]byte, 2*(1+rnd.Intn(40)))
		rnd.Read(data)
		s := script{acts: program(data)}
		store, lim := &stores[i%2], []Limits{tight, {}}[i%2]
		fresh, _ := transcript(t, s.acts, lim, 0)
		heard := &recorder{}
		m := store.Machine(heard, lim)
		s.play(m, 0, nil)
		if got := heard.String() + state(m); got != fresh {
			t.Fatalf("from the store:\n%s\nnew:\n%s\nacts: %+v", got, fresh, s.acts)
		}
		if before := open[i%len(open)]; before != nil {
			store.Release(before)
		}
		open[i%len(open)] = m
	}
}

// TestStoreKeepsNoRecipients: what is used again holds on to no text of those who
// had it before, as each keeps the piece of memory that it lies in.
func TestStoreKeepsNoRecipients(t *testing.T) {
	s := parseScript(t, dialogue)
	var store Store
	m := store.Machine(nil, Limits{})
	s.play(m, 0, nil)
	if len(m.Messages()) == 0 || len(m.Messages()[0].Recipients) == 0 {
		t.Fatal("the session has no recipient")
	}
	store.Release(m)
	for _, msg := range store.messages {
		for _, r := range msg.Recipients[:cap(msg.Recipients)] {
			if r != (Recipient{}) {
				t.Errorf("%q is kept", r.Address)
			}
		}
	}
}

// TestDialogueAllocations: a whole session on used memory allocates for its
// strings, side by side, and for nothing else; for nothing where these come back.
func TestDialogueAllocations(t *testing.T) {
	if got := dialogueAllocations(t, func(*Store, *Machine) {}); got > 3 {
		t.Errorf("%v allocations a session", got)
	}
	if got := dialogueAllocations(t, func(s *Store, m *Machine) { s.GiveTexts(m.Texts()) }); got > 0 {
		t.Errorf("%v allocations a session whose strings come back", got)
	}
}

// dialogueAllocations is the least of some rounds: allocations of the whole process are
// counted, and beside the race detector there are others.
func dialogueAllocations(t *testing.T, over func(*Store, *Machine)) (least float64) {
	s := parseScript(t, dialogue)
	acts := merge(s.acts)
	data := make([][]byte, len(acts))
	for i, a := range acts {
		data[i] = []byte(a.data)
	}
	var store Store
	session := func() {
		m := store.Machine(nil, Limits{})
		for i, a := range acts {
			if a.side == 'C' {
				m.Client(data[i], Mark{Frame: int64(i)})
			} else {
				m.Server(data[i], Mark{Frame: int64(i)})
			}
		}
		over(&store, m)
		store.Release(m)
	}
	least = testing.AllocsPerRun(200, session)
	for range 4 {
		least = min(least, testing.AllocsPerRun(200, session))
	}
	return least
}
