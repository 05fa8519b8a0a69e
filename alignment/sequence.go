package alignment

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Sessions of which each was greeted, or ended, before the next began stand in
// the log in the same order. Where all of a group are such, only assignments
// that keep the order are possible: three health checks and their three log
// connections, alike to the second, are told apart.

// sequential sorts the group by time and says whether both sides of it are
// sequences.
func (g *group) sequential() bool {
	slices.SortStableFunc(g.talks, func(a, b *talk) int { return cmp.Compare(a.start, b.start) })
	if g.greetedInTurn() {
		slices.SortStableFunc(g.traces, func(a, b *trace) int { return cmp.Compare(a.first.Number, b.first.Number) })
		return true
	}
	if g.acceptedInTurn() {
		return true
	}
	if !g.endedInTurn() || g.traces[0].c.Product == gatewaylog.Sendmail { // which logs an end when it comes to it
		return false
	}
	for _, x := range g.traces {
		if len(x.c.Lines) == 0 || x.part || x.c.Lines[0].File != g.traces[0].c.Lines[0].File {
			return false
		}
	}
	slices.SortStableFunc(g.traces, func(a, b *trace) int { return cmp.Compare(a.firstLine(), b.firstLine()) })
	for i, x := range g.traces {
		if i > 0 && g.traces[i-1].lastLine() >= x.firstLine() {
			return false
		}
	}
	return true
}

// oneByOne are the products of which one process accepts all connections, in
// the order in which the kernel has them: the order of their handshakes. Exim's
// daemon logs that itself (daemon.c, handle_smtp_call); sendmail's makes a
// process for each, whose pid counts up; OpenSMTPD's session ids count up in
// their upper half (util.c, generate_uid).
var oneByOne = map[gatewaylog.Product]func(*trace) (int64, bool){
	gatewaylog.Exim: func(x *trace) (int64, bool) { return x.firstLine(), x.begun },
	gatewaylog.OpenSMTPD: func(x *trace) (int64, bool) {
		id, err := strconv.ParseUint(x.c.ID, 16, 64)
		return int64(id >> 32), err == nil && len(x.c.ID) == 16
	},
	gatewaylog.Sendmail: func(x *trace) (int64, bool) {
		pid, err := strconv.ParseInt(x.c.ID, 10, 64)
		return pid, err == nil
	},
}

const (
	apart   = int64(time.Millisecond) // handshakes that are surely one behind the other
	counted = 1 << 14                 // numbers that differ by more may have begun anew
)

// acceptedInTurn: the sessions' handshakes were one behind the other, and one
// process accepted them.
func (g *group) acceptedInTurn() bool {
	for i, t := range g.talks {
		if i > 0 && (t.start-g.talks[i-1].start < apart || t.r.Server != g.talks[0].r.Server) || !t.r.Seen.Handshake {
			return false
		}
	}
	places := map[*trace]int64{}
	least, most := never, long
	for _, x := range g.traces {
		number := oneByOne[x.c.Product]
		if number == nil || len(x.c.Lines) == 0 || x.part || x.clock != g.traces[0].clock || x.c.Lines[0].File != g.traces[0].c.Lines[0].File {
			return false
		}
		n, ok := number(x)
		if !ok {
			return false
		}
		places[x], least, most = n, min(least, n), max(most, n)
	}
	if g.traces[0].c.Product != gatewaylog.Exim && most-least > counted {
		return false
	}
	slices.SortStableFunc(g.traces, func(a, b *trace) int { return cmp.Compare(places[a], places[b]) })
	return true
}

// prompt is how soon after the last packet a server has logged an end.
const prompt = int64(20 * time.Millisecond)

// endedInTurn: each session was over, for the server too, before the next
// began.
func (g *group) endedInTurn() bool {
	for i, t := range g.talks {
		switch t.r.Ended.How {
		case session.ByQuit, session.ByFIN, session.ByRST:
		default:
			return false
		}
		if i == 0 {
			continue
		}
		before := g.talks[i-1]
		over := before.end
		if before.greeted != never {
			over = max(over, before.greeted)
		}
		if before.closed != never {
			over = max(over, before.closed-prompt)
		}
		if over+prompt >= t.start {
			return false
		}
	}
	return true
}

// firstLine and lastLine are the numbers of the lines about the connection.
func (t *trace) firstLine() int64 { return t.c.Lines[0].Number }

func (t *trace) lastLine() int64 {
	if t.closed && t.last != nil {
		return t.last.Number
	}
	return t.firstLine()
}

// greetedInTurn: each session was greeted before the next began, and the log
// has the beginnings of all connections, which are written before the
// greeting.
func (g *group) greetedInTurn() bool {
	for i, t := range g.talks {
		if i > 0 && g.talks[i-1].greeted >= t.start {
			return false
		}
	}
	return !slices.ContainsFunc(g.traces, func(x *trace) bool {
		return !logsFirst[x.c.Product] || x.first == nil || !x.begun || x.part || x.first.File != g.traces[0].first.File
	})
}

// assignInOrder is assign among the assignments that keep the order of rows
// and columns: the longest common subsequence, with weights.
func assignInOrder(worth [][]float64, row, col int) (chosen []int, sum float64) {
	n := len(worth)
	m := len(worth[0])
	value := func(i, j int) float64 {
		if i == row && j == col {
			return 0
		}
		return worth[i][j]
	}
	best := make([][]float64, n+1) // of the rows from i and the columns from j
	for i := range best {
		best[i] = make([]float64, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1], value(i, j)+best[i+1][j+1])
		}
	}
	chosen = make([]int, n)
	for i, j := 0, 0; i < n; i++ {
		chosen[i] = -1
		for k := j; k < m; k++ {
			if v := value(i, k); v > 0 && v+best[i+1][k+1] >= best[i][j]-1e-9 {
				chosen[i], j = k, k+1
				break
			}
		}
	}
	return chosen, best[0][0]
}
