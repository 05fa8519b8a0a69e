package reassembly

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// leaped are conversations that begin with one packet or two. Where the clock
// leaped before them, that is what it did not believe at first.
var leaped = []struct{ name, script string }{
	{"payload without a handshake", `
		C "HELO"
		wait 262ms
		S "250"
		wait 3s
		C "QUIT"
		C fin
		S fin
		@2 C syn`},
	{"a SYN", `
		open
		S "220"
		C "QUIT"`},
	{"a SYN that nobody answers", `
		C syn
		wait 131s
		@2 C syn`},
	{"a SYN-ACK", `
		S synack
		C
		S "220"`},
	{"a bare ACK", `
		C
		S "250"
		C "QUIT"
		wait 66m
		@2 C syn`},
	{"a bare ACK, and nothing more for long", `
		C
		wait 3s
		S "250"
		wait 20m
		C "QUIT"`},
	{"a RST", `
		C rst
		wait 1s
		C rst
		wait 29s
		@2 C syn
		wait 1s
		@2 C rst`},
	{"a FIN", `
		C fin
		S fin
		wait 40s
		C
		@2 C syn`},
	{"another connection goes on", `
		C "HELO"
		@2 C syn
		wait 1s
		C "MAIL"
		wait 3s
		S "250"
		@2 S synack`},
	{"another one of the same addresses", `
		C isn 70000 syn
		C isn 90000 syn
		S synack
		C`},
	{"an earlier time behind it", `
		C "HELO"
		S late 20h "250"
		C "QUIT"
		wait 3s
		C "MAIL"`},
	{"payload that waits", `
		C hide "HELO"
		C 4 "MAIL"
		wait 1s
		C 0 "HELO"
		wait 66m
		@2 C syn`},
}

// TestLeap: behind a leap of time all is as if the capture began there, from
// the first packet on.
func TestLeap(t *testing.T) {
	before := map[string]string{
		"an open connection": `
			@9 open`,
		"one that holds something": `
			@9 open
			@9 C hide "MAIL"
			@9 C "RCPT"`,
		"one that is closing": `
			@9 open
			@9 C fin
			@9 S fin`,
		"two leaps": `
			@9 open
			wait 1000h
			@8 C syn`,
	}
	for _, c := range leaped {
		for name, script := range before {
			t.Run(strings.ReplaceAll(c.name+" behind "+name, " ", "-"), func(t *testing.T) {
				want := newScript(t, Limits{}, isnPairs[0])
				want.run(c.script)
				want.a.Close()

				got := newScript(t, Limits{}, isnPairs[0])
				got.run(script)
				earlier := len(got.conns)
				got.run("wait 2904h")
				got.rec.start = got.now
				got.run(c.script)
				got.a.Close()
				if g, w := got.rec.of(earlier), want.rec.of(0); !slices.Equal(g, w) {
					t.Errorf("calls:\n%s\nwithout a leap:\n%s", indent(strings.Join(g, "\n")), indent(strings.Join(w, "\n")))
				}
			})
		}
	}
}

// of gives the calls of the connections behind the first ones, as if these had
// not been.
func (r *recorder) of(behind int) (lines []string) {
	for _, line := range r.lines {
		n := 1
		if rest, found := strings.CutPrefix(line, "@"); found {
			_, _ = fmt.Sscan(rest, &n)
			_, line, _ = strings.Cut(rest, " ")
		}
		if n > behind {
			lines = append(lines, fmt.Sprintf("@%d %s", n-behind, line))
		}
	}
	return lines
}

// TestStray: one time stamp that nothing confirms is not believed, and its
// packet stands between its neighbours all the same.
func TestStray(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "one wild time stamp expires nothing", script: `
			open
			S late -100000h "220"
			C "QUIT"
			wait 66m
			tick
			close`, want: `
			open
			S "220"
			C "QUIT"
			end idle 1h5m0.005s`},
		{name: "nor do two that do not agree", script: `
			open
			S late -100000h "220"
			C late -50000h "QUIT"
			S "221"
			close`, want: `
			open
			S "220"
			C "QUIT"
			S "221"
			end capture 6ms`},
		{name: "nor the last", script: `
			open
			S "220"
			C late -100000h "QUIT"
			close`, want: `
			open
			S "220"
			C "QUIT"
			end capture 4ms`},
		{name: "nor where the next one is early", script: `
			open
			S late -100000h "220"
			C late 1h "QUIT"
			close`, want: `
			open
			S "220"
			C "QUIT"
			end capture 3ms`},
		{name: "it begins a connection, and a long silence follows", script: `
			open
			@2 C late -100000h syn
			wait 70m
			@2 S synack
			close`, want: `
			open
			end idle 1h5m0.003s
			@2 C syn
			@2 S synack
			@2 end capture`},
		{name: "two that agree are believed", script: `
			open
			@2 C late -25h syn
			@2 S late -25h synack
			close`, want: `
			open
			end idle 1h5m0.003s
			@2 C syn
			@2 S synack
			@2 end capture 25h0m0.005s`},
		{name: "what was due between these two is", script: `
			open
			@2 C late -25h syn
			@2 S late -26h synack
			close`, want: `
			open
			end idle 1h5m0.003s
			@2 C syn
			@2 end unanswered 25h2m10.004s
			@3 S synack
			@3 end capture 26h0m0.005s`},
		{name: "an ICMP error", script: `
			open
			S late -100000h "220"
			icmp S
			close`, want: `
			open
			S "220"
			S icmp
			end capture`},
	})
}

// TestLeapShared: Assemblers that share the connections end them as one with
// all of them does, also where the packet that leaps, or the one that confirms
// it, is another's.
func TestLeapShared(t *testing.T) {
	for _, c := range leaped {
		script := "@7 open\n@8 open\n@7 C hide \"MAIL\"\n@7 C \"RCPT\"\nwait 2904h\n" + c.script
		shared(t, c.name, Limits{}, script)
	}
}

// shared plays a script to one Assembler, and to several that share the
// connections, and holds their ends against each other.
func shared(t *testing.T, name string, limits Limits, script string) {
	t.Helper()
	alone := endsOf(t, limits, script, Share{})
	if !slices.IsSortedFunc(alone, func(x, y endOf) int { return x.turn.Compare(y.turn) }) {
		t.Errorf("%s: the ends are not in the order of their Turns: %v", name, alone)
	}
	for _, n := range []int{2, 4} {
		var all []endOf
		for i := range n {
			all = append(all, endsOf(t, limits, script, Share{Index: i, Of: n})...)
		}
		slices.SortFunc(all, func(x, y endOf) int { return x.turn.Compare(y.turn) })
		if !slices.Equal(all, alone) {
			t.Errorf("%s: %d Assemblers end\n%v, one alone\n%v", name, n, all, alone)
		}
	}
}

type endOf struct {
	turn Turn
	port uint16
	call string
}

func (e endOf) String() string {
	return fmt.Sprintf("%d %s (#%d)\n", e.port, e.call, e.turn.session)
}

func endsOf(t *testing.T, limits Limits, script string, share Share) (ends []endOf) {
	p := newScript(t, limits, isnPairs[0])
	p.a = New(Config{Limits: limits, Share: share, Orient: orientByPort, New: p.rec.open})
	p.rec.on = func(h *recorded, call string) {
		if at := strings.Index(call, "end "); at >= 0 {
			ends = append(ends, endOf{p.a.Turn(), h.conn.Client.Port(), call[at:]})
		}
	}
	p.run(script)
	p.a.Close()
	return ends
}

// TestLeapTicks: a live source that was asleep for days ticks, and that is as
// good as a packet.
func TestLeapTicks(t *testing.T) {
	p := newScript(t, Limits{}, isnPairs[0])
	p.run(`
		open
		wait 100h
		tick
		C "EHLO"
		S "250"
		close`)
	p.rec.calls(t, `
		open
		end idle 1h5m0.003s
		@2 C "EHLO"
		@2 S "250"
		@2 end capture`)
	if s := p.a.Stats(); s.Connections != 2 || s.Open != 0 {
		t.Errorf("%+v", s)
	}
	if late := p.a.clock.Sub(scriptStart); late < 100*time.Hour {
		t.Errorf("the clock stands at %v", late)
	}
}
