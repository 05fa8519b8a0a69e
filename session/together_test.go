package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// TestTogether: sessions that are told together, on sheets that serve again,
// say what they say one by one, in the same order; also where some have to go
// for the bound of memory.
func TestTogether(t *testing.T) {
	for _, test := range []struct {
		memory   int64
		sessions int
		evicted  bool
	}{
		{0, 5, false}, {0, together, false}, {0, 3*together + 1, false}, {1 << 20, 200, true},
	} {
		t.Run(fmt.Sprintf("%d sessions in %d bytes", test.sessions, test.memory), func(t *testing.T) {
			tell := func(config Config, write func(*Session)) Quality {
				config.Events, config.OnDemand, config.Memory = true, true, test.memory
				config.Emit = write
				if config.Reuse {
					config.EmitSome = func(list []Finished) {
						for i := range list {
							list[i].Session.Tell()
						}
						for i := range list {
							write(list[i].Session)
						}
					}
				}
				tracker := NewTracker(config)
				s := &speaker{t: tracker, now: 1e18}
				for i := range test.sessions {
					s.talk(i, 1+i%4)
				}
				tracker.Close()
				return tracker.Quality()
			}
			var want, got []string
			note := func(to *[]string) func(*Session) {
				return func(s *Session) {
					line, err := json.Marshal(&s.Record)
					if err != nil {
						t.Fatal(err)
					}
					*to = append(*to, fmt.Sprintf("%s, kinds %x", line, s.Kinds))
				}
			}
			one := tell(Config{}, note(&want))
			some := tell(Config{Reuse: true}, note(&got))
			if !slices.Equal(got, want) || one != some {
				t.Errorf("%d sessions told together differ from %d told alone:\n%+v\n%+v", len(got), len(want), some, one)
			}
			got = nil
			if forgets := tell(Config{Reuse: true, ReuseTexts: true}, note(&got)); !slices.Equal(got, want) || one != forgets {
				t.Error("sessions whose strings are written over differ")
			}
			var kept []*Session
			tell(Config{ForGood: true}, func(s *Session) { kept = append(kept, s) })
			got = nil
			for _, s := range kept {
				note(&got)(s)
			}
			if !slices.Equal(got, want) {
				t.Error("sessions that are kept for good differ when all are over")
			}
			if len(want) != test.sessions || one.Evicted > 0 != test.evicted {
				t.Errorf("%d sessions, %d given up", len(want), one.Evicted)
			}
		})
	}
}
