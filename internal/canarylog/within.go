package canarylog

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"time"
)

// connects is the line of a Postfix that takes a connection.
var connects = regexp.MustCompile(`^(.*postfix\S*/smtpd\[\d+\]: )connect from (\S+)`)

// Within is a real log of a Postfix, with a dialogue behind each connection that
// it takes, as if it had been watched (debug_peer_list), and lines that quote its
// client.
func Within(seed uint64, real []string) Log {
	l := &log{r: rand.New(rand.NewPCG(seed, 26)), ear: newEar(), now: time.Date(Year, 1, 2, 3, 4, 5, 0, time.UTC)}
	var b strings.Builder
	for _, line := range real {
		b.WriteString(line + "\n")
		m := connects.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, x := range l.newTalk(false) {
			b.WriteString(m[1] + pick(x.client, "< ", "> ") + m[2] + ": " + printable(x.text) + "\n")
		}
		for range 2 {
			b.WriteString(m[1] + "warning: non-SMTP command from " + m[2] + ": " + printable(l.loose()) + "\n")
		}
	}
	return Log{Text: b.String(), Name: "Postfix, within a real log", Ear: l.ear}
}
