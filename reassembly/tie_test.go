package reassembly

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTies: connections whose limits run out at one moment end in the order of
// their first frames, whatever the limits are (docs/record.md).
func TestTies(t *testing.T) {
	limits := Limits{Connect: 30 * time.Second, Idle: 30 * time.Second, Straggler: 30 * time.Second, HoldTime: 30 * time.Second}
	const script = `
		@1 open
		@2 C syn
		@3 open
		@4 open
		@5 open
		@6 C syn
		@7 open
		@7 C hide "MAIL"
		wait 1s
		@7 C "RCPT"
		@6 C late 1ms syn
		@5 C late 2ms rst
		@4 C late 3ms "EHLO"
		@3 C late 4ms rst
		@2 C late 5ms syn
		@1 C late 6ms "EHLO"
		wait 1m
		@8 C syn
		close`
	p := newScript(t, limits, isnPairs[0])
	p.run(script)
	end := p.rec.lines[slices.Index(p.rec.lines, `C "EHLO"`)+1:]
	p.rec.lines = end
	p.rec.calls(t, `
		end idle 31.018s
		@2 end unanswered 31.018s
		@3 end closed 31.018s
		@4 end idle 31.018s
		@5 end closed 31.018s
		@6 end unanswered 31.018s
		@7 C gap 4 lost
		@7 C "RCPT"
		@7 end idle 31.018s
		@8 C syn
		@8 end capture`)
	shared(t, "ties", limits, script)
}

// TestTiesOfMany lets connections begin, close and fall silent at few moments,
// so that many limits run out together, and shares them among Assemblers.
func TestTiesOfMany(t *testing.T) {
	limits := Limits{Connect: 20 * time.Second, Idle: 40 * time.Second, Straggler: 30 * time.Second, HoldTime: 10 * time.Second}
	packets := []string{"C late %dms syn", "S late %dms synack", "C late %dms", `C late %dms "EHLO"`, `S late %dms "250"`, "C late %dms fin",
		"S late %dms fin", "C late %dms rst", `C late %dms 4 "MAIL"`, `C late %dms isn 90000 syn`}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 7))
		var script strings.Builder
		for range 60 {
			n := r.IntN(12)
			for i := range n {
				fmt.Fprintf(&script, "@%d "+packets[r.IntN(len(packets))]+"\n", 1+r.IntN(30), i)
			}
			fmt.Fprintf(&script, "wait %dms\n", 10_000*(1+r.IntN(2))-n)
		}
		script.WriteString("close")
		shared(t, fmt.Sprint("seed ", seed), limits, script.String())
	}
}
