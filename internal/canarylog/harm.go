package canarylog

import (
	"fmt"
	"strings"
)

// harms are what happens to a log's lines on their way. One takes all lines of a
// dialogue, in their order.
var harms = []struct {
	name      string
	do        func(l *log, lines []string) []string
	dialogues bool // only to these
	lossy     bool // lines are lost, said twice or broken: what is content cannot always be told
}{
	{"rotated", func(l *log, lines []string) []string { return lines[l.r.IntN(len(lines)):] }, false, true},
	{"lines lost", func(l *log, lines []string) (kept []string) {
		for _, line := range lines {
			if !l.chance(5) {
				kept = append(kept, line)
			}
		}
		return kept
	}, false, true},
	{"cut short", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string { return []string{s[:l.r.IntN(len(s)+1)]} })
	}, false, true},
	{"cut by syslog", func(l *log, lines []string) []string {
		most := 1024 << l.r.IntN(2)
		return l.all(lines, func(s string) string { return s[:min(len(s), most)] })
	}, false, true},
	{"wrapped at a blank", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string {
			if i := strings.LastIndexByte(s[:len(s)-l.r.IntN(len(s)+1)/2], ' '); i > 20 {
				return []string{s[:i], l.one("", " ", "    ", "\t") + s[i+1:]}
			}
			return []string{s}
		})
	}, false, true},
	{"wrapped", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string {
			if len(s) < 60 {
				return []string{s}
			}
			i := 40 + l.r.IntN(len(s)-40)
			return []string{s[:i], s[i:]}
		})
	}, false, true},
	{"split by sendmail", func(l *log, lines []string) []string { // conf.c, sm_syslog
		return l.some(lines, func(s string) []string {
			head := strings.Index(s, "x00000")
			if head < 0 || len(s)-head < 40 {
				return []string{s}
			}
			head += strings.Index(s[head:], ": ")
			i := head + 10 + l.r.IntN(len(s)-head-10)
			return []string{s[:head] + "[1]" + s[head:i], s[:head] + "[2]: " + s[i:]}
		})
	}, false, true},
	{"split by Exim", func(l *log, lines []string) []string { // log.c, write_syslog
		return l.some(lines, func(s string) []string {
			head := headLen(s)
			if head == 0 || len(s)-head < 12 || !strings.Contains(s, "exim") || strings.Contains(s, `[2\2]`) {
				return []string{s}
			}
			i := head + 10 + l.r.IntN(len(s)-head-10)
			return []string{s[:head] + "[1/2] " + s[head:i], s[:head] + "[2\\2] " + s[i:]}
		})
	}, false, true},
	{"repeated", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string {
			head := headLen(s)
			if head == 0 {
				return []string{s}
			}
			return []string{s, fmt.Sprintf("%smessage repeated %d times: [ %s]", s[:head], 2+l.r.IntN(9), s[head:])}
		})
	}, false, true},
	{"repeated of old", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string { return []string{s, "Jan  2 03:04:05 mx1 last message repeated 2 times"} })
	}, false, false},
	{"carried", func(l *log, lines []string) (out []string) {
		carrier := carriers[l.r.IntN(len(carriers))]
		for _, s := range lines {
			out = append(out, carrier(l, s))
		}
		return out
	}, false, true},
	{"twice", func(l *log, lines []string) []string { // two daemons write to one file
		return l.some(lines, func(s string) []string { return []string{s, s} })
	}, false, true},
	{"CRLF", func(l *log, lines []string) (out []string) {
		for _, s := range lines {
			out = append(out, s+l.one("\r", "\r\r"))
		}
		return out
	}, false, false},
	{"NUL within", func(l *log, lines []string) []string { return l.some(lines, l.within("\x00")) }, false, false},
	{"NULs before", func(l *log, lines []string) []string {
		return l.some(lines, func(s string) []string { return []string{strings.Repeat("\x00", 1+l.r.IntN(9)) + s} })
	}, false, false},
	{"escaped by rsyslog", func(l *log, lines []string) []string { // $EscapeControlCharactersOnReceive
		return l.all(lines, func(s string) string {
			return strings.NewReplacer("\t", "#011", `\r\n`, "#015#012", `\015\012`, "#015#012").Replace(s) + l.one("", "#015", "#015#012", "#012")
		})
	}, false, false},
	{"escaped twice", func(l *log, lines []string) []string {
		return l.all(lines, func(s string) string { return strings.ReplaceAll(s, `\`, `\\`) })
	}, false, true},
	{"quoted-printable", func(l *log, lines []string) []string { // a log that was mailed
		return l.all(lines, func(s string) string { return strings.NewReplacer("=", "=3D", "\t", "=09").Replace(s) })
	}, true, false},
}

func (l *log) all(lines []string, do func(string) string) (out []string) {
	for _, s := range lines {
		out = append(out, do(s))
	}
	return out
}

// some does it to one line in three.
func (l *log) some(lines []string, do func(string) []string) (out []string) {
	for _, s := range lines {
		if s != "" && l.chance(3) {
			out = append(out, do(s)...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

func (l *log) within(what string) func(string) []string {
	return func(s string) []string {
		i := min(l.r.IntN(len(s)+50)+1, len(s)) // nearly always behind the header
		return []string{s[:i] + what + s[i:]}
	}
}
