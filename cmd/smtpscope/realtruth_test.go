//go:build linux

package main

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"smtpscope/internal/realservers"
)

// trueLines are the numbers of the lines of a server's log that are about each
// session that was played, from 1: found by the pid or id that the server
// gives the connection, and by the queue ids that its lines bear. This reads
// the log in its own way, so that gatewaylog can be held against it.
func trueLines(server string, lines []string, rows []realservers.Session) [][]int {
	begins := beginnings(server, lines)
	out := make([][]int, len(rows))
	for ip, list := range begins {
		var mine []int
		for i := range rows {
			if rows[i].Client.IP == ip {
				mine = append(mine, i)
			}
		}
		for i, b := range pairBegins(server, rows, mine, list) {
			out[i] = b.lines(server, lines)
		}
	}
	return out
}

// A begin is where a log has a connection begin. key is the pid (Postfix,
// sendmail), address and port (Exim) or session id (OpenSMTPD).
type begin struct {
	line, until int // the key may come again from line until on
	key         string
}

var beginPatterns = map[string]*regexp.Regexp{
	"postfix":   regexp.MustCompile(`/smtpd\[(\d+)\]: connect from [^\[]*\[([0-9.]+)\]`),
	"exim":      regexp.MustCompile(`onnection from (\[([0-9.]+)\]:\d+) (?:\(TCP|refused)`),
	"sendmail":  regexp.MustCompile(`sendmail\[(\d+)\]: NOQUEUE: connect from .*\[([0-9.]+)\]`),
	"opensmtpd": regexp.MustCompile(`: ([0-9a-f]{16}) smtp connected address=([0-9.]+)`),
}

func beginnings(server string, lines []string) map[string][]begin {
	out, last := map[string][]begin{}, map[string]*begin{}
	var all []*begin
	var ips []string
	for i, line := range lines {
		m := beginPatterns[server].FindStringSubmatch(line)
		if m == nil {
			continue
		}
		b := &begin{i + 1, len(lines) + 1, m[1]}
		if old := last[m[1]]; old != nil {
			old.until = i + 1
		}
		last[m[1]] = b
		all, ips = append(all, b), append(ips, m[2])
	}
	for i, b := range all {
		out[ips[i]] = append(out[ips[i]], *b)
	}
	return out
}

// pairBegins gives sessions of one address their beginnings: by the pid that
// the play saw or by the port, else in order, which is the order of ids where
// one process takes all. Where the numbers differ nothing is said.
func pairBegins(server string, rows []realservers.Session, mine []int, list []begin) map[int]begin {
	out := map[int]begin{}
	slices.SortStableFunc(list, func(a, b begin) int {
		if len(a.key) == 16 && !strings.Contains(a.key, ":") {
			return cmp.Compare(a.key, b.key)
		}
		x, err1 := strconv.Atoi(a.key)
		y, err2 := strconv.Atoi(b.key)
		if server == "sendmail" && err1 == nil && err2 == nil {
			return cmp.Compare(x, y)
		}
		return 0
	})
	slices.SortStableFunc(mine, func(a, b int) int { return rows[a].Start.Compare(rows[b].Start) })
	named := func(i int, b begin) bool {
		return b.key == strconv.Itoa(rows[i].Process) || strings.HasSuffix(b.key, "]:"+strconv.Itoa(rows[i].Client.Port))
	}
	mine = slices.DeleteFunc(mine, func(i int) bool {
		at := slices.IndexFunc(list, func(b begin) bool { return named(i, b) })
		if at >= 0 {
			out[i] = list[at]
			list = slices.Delete(slices.Clone(list), at, at+1)
		}
		return at >= 0
	})
	if len(mine) == len(list) {
		for k, i := range mine {
			out[i] = list[k]
		}
	}
	return out
}

var queueIDs = map[string]*regexp.Regexp{
	"postfix":   regexp.MustCompile(`\]: ([0-9A-F]{6,}): `),
	"exim":      regexp.MustCompile(` (\w{6}-\w{6}-\w{2}) `),
	"sendmail":  regexp.MustCompile(`\]: (\w{14}): `),
	"opensmtpd": regexp.MustCompile(`(?:msgid|evpid)=([0-9a-f]{8})`),
}

// lines are those with the key, and those with the queue ids of these.
func (b begin) lines(server string, lines []string) []int {
	of := func(line string) bool {
		switch server {
		case "postfix":
			return strings.Contains(line, "smtpd["+b.key+"]: ")
		case "sendmail":
			return strings.Contains(line, "sendmail["+b.key+"]: ")
		}
		return strings.Contains(line, b.key)
	}
	numbers, ids := []int{}, map[string]bool{}
	for n := b.line; n < b.until; n++ {
		if line := lines[n-1]; of(line) {
			numbers = append(numbers, n)
			if m := queueIDs[server].FindStringSubmatch(line); m != nil {
				ids[m[1]] = true
			}
		}
	}
	for n, line := range lines {
		if m := queueIDs[server].FindStringSubmatch(line); m != nil && ids[m[1]] && !slices.Contains(numbers, n+1) {
			numbers = append(numbers, n+1)
		}
	}
	return numbers
}
