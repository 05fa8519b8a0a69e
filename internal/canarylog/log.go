package canarylog

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// log is one that is being made.
type log struct {
	r     *rand.Rand
	ear   *Ear
	now   time.Time
	lossy bool // lines are lost that say what others are
}

// Log is a log, who listens to it, and how it was made.
type Log struct {
	Text, Name string
	Ear        *Ear
}

// Year is that of the log's times, where they name none.
const Year = 2026

// Make makes the log of a seed. real are lines of real logs, which stand between
// those with secrets.
func Make(seed uint64, real []string) Log {
	l := &log{r: rand.New(rand.NewPCG(seed, 25)), ear: newEar(), now: time.Date(Year, 1, 2, 3, 4, 5, 0, time.UTC)}
	var names []string
	var streams [][]string
	for range 1 + l.r.IntN(3) {
		lines, name := l.stream()
		streams, names = append(streams, lines), append(names, name)
	}
	if len(real) > 0 {
		at := l.r.IntN(len(real))
		streams = append(streams, real[at:min(len(real), at+l.r.IntN(12))])
	}
	var b strings.Builder
	for _, line := range l.mixed(streams) {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return Log{Text: b.String(), Name: strings.Join(names, " and "), Ear: l.ear}
}

// stream is what one program logs, hurt or not.
func (l *log) stream() (lines []string, name string) {
	hurt := l.r.Perm(len(harms))[:l.r.IntN(3)]
	l.lossy = slices.ContainsFunc(hurt, func(i int) bool { return harms[i].lossy })
	dialogue := !l.chance(3)
	if dialogue {
		t := tellers[l.r.IntN(len(tellers))]
		name = t.name
		lines = l.elsewhere(t.tell(l, l.newTalk(t.body)))
	} else {
		name = "quotations"
		for range 1 + l.r.IntN(8) {
			lines = append(lines, l.quotation()...)
		}
	}
	for n, i := range hurt {
		if h := harms[i]; len(lines) > 0 && (dialogue || !h.dialogues) && (n == 0 || h.name != "carried") {
			lines, name = h.do(l, lines), name+", "+h.name
		}
	}
	return lines, name
}

// elsewhere gives a dialogue a client and a queue id of its own: where the log
// has no process these tell it from others.
func (l *log) elsewhere(lines []string) []string {
	n := string(rune('0' + l.r.IntN(10)))
	m := string(rune('0' + l.r.IntN(10)))
	with := strings.NewReplacer("192.0.2.1]", "192.0.2.1"+n+m+"]", "192.0.2.1'", "192.0.2.1"+n+m+"'", "192.0.2.5]", "192.0.2.1"+n+m+"]", "x0000009:", "x00000"+n+m+":")
	return l.all(lines, with.Replace)
}

// mixed are the lines of several streams, each in its order.
func (l *log) mixed(streams [][]string) (lines []string) {
	inTurn := l.chance(2)
	for len(streams) > 0 {
		i := 0
		if inTurn {
			i = l.r.IntN(len(streams))
		}
		if len(streams[i]) == 0 {
			streams = append(streams[:i], streams[i+1:]...)
			continue
		}
		lines = append(lines, streams[i][0])
		streams[i] = streams[i][1:]
	}
	return lines
}
