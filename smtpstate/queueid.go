package smtpstate

import (
	"regexp"
	"strings"
	"sync"
)

// queueIDForms are the words in which servers name a message that they have
// taken, one row a server; the first that fits counts. The example is a real
// line's shape and is held against the pattern by a test.
var queueIDForms = []struct {
	server  string
	word    string // stands in every such line, in small letters: asked first, it costs less
	pattern func() *regexp.Regexp
	example string
	id      string
}{
	{"Exchange", "internalid=", onDemand(`\[InternalId=(\d+)`),
		"2.6.0 <e6c2@ex.example> [InternalId=237172389052427, Hostname=ex.example] 11511 bytes in 0.102, 109,173 KB/sec Queued mail for delivery", "237172389052427"},
	{"Exchange 2003, Hotmail", "queued mail for delivery", onDemand(`<([^<>\s]+)>\s+Queued mail for delivery`),
		"2.6.0 <37gva9$5uvbhe@mail.example.com> Queued mail for delivery", "37gva9$5uvbhe@mail.example.com"},
	{"Postfix, Barracuda, Symantec", "queued", onDemand(`(?i)\bqueued(?: mail)? as:? ([0-9A-Za-z][\w.-]*)`),
		"2.0.0 Ok: queued as 6F0DDA8C", "6F0DDA8C"},
	{"Exim", "ok id=", onDemand(`(?i)^OK id=([0-9A-Za-z-]+)`),
		"OK id=10HmaX-000000005vi-0000", "10HmaX-000000005vi-0000"},
	{"Cisco ESA", "message", onDemand(`(?i)^ok:\s+Message (\d+) accepted`),
		"ok:  Message 256429218 accepted", "256429218"},
	{"sendmail, Proofpoint, OpenSMTPD, FortiMail", "message accepted", onDemand(`^(?:2\.\d\.\d:? )?([0-9A-Za-z][\w.-]{5,}):? [Mm]essage accepted`),
		"2.0.0 kA50s0cL029158 Message accepted for delivery", "kA50s0cL029158"},
	{"Google", "gsmtp", onDemand(`^(?:2\.0\.0 )?OK\s+\d+ (\S+) - gsmtp`),
		"2.0.0 OK  1640467005 k9sm10841846wro.80 - gsmtp", "k9sm10841846wro.80"},
	{"qmail", " qp ", onDemand(`(?i)^ok \d+ qp (\d+)`),
		"ok 1406012345 qp 12345", "12345"},
	{"Haraka", "message queued", onDemand(`Message Queued \(([0-9A-Fa-f-]{8,}(?:\.\d+)*)\)`),
		"Message Queued (D33D6290-C923-4DAC-A4B4-D0E7B8FAF010.1)", "D33D6290-C923-4DAC-A4B4-D0E7B8FAF010.1"},
	{"Stalwart", "queued with id", onDemand(`(?i)queued with id:? ([0-9A-Za-z]+)`),
		"2.0.0 Message queued with id 1a2b3c4d.", "1a2b3c4d"},
	{"Amazon SES", "ok ", onDemand(`^Ok ([0-9a-f]{16}-[0-9a-f-]{20,})$`),
		"Ok 0102018c2f6f7a1b-8e2b3c4d-1111-2222-3333-444455556666-000000", "0102018c2f6f7a1b-8e2b3c4d-1111-2222-3333-444455556666-000000"},
	{"generic", "id", onDemand(`(?i)\b(?:queue-?id|id)[=:] ?([0-9A-Za-z][\w.-]{3,})`),
		"Message received, id=31619-02", "31619-02"},
}

// queueID finds the id in the text of a positive reply to the end of a
// message; "" where it names none.
func queueID(r *Reply) string {
	id := findQueueID(r.Text)
	if r.Partial && strings.HasSuffix(r.Text, id) {
		return "" // missing bytes may have cut it
	}
	return id
}

func findQueueID(text string) string {
	if id, ok := strings.CutPrefix(text, postfixQueued); ok && alphanumeric(id) && couldBeQueueID(id) {
		return id
	}
	small := strings.ToLower(text)
	for i := range queueIDForms {
		if !strings.Contains(small, queueIDForms[i].word) {
			continue
		}
		for _, line := range strings.Split(text, "\n") {
			if found := queueIDForms[i].pattern().FindStringSubmatch(line); found != nil && couldBeQueueID(found[1]) {
				return strings.TrimRight(found[1], ".")
			}
		}
	}
	return ""
}

// postfixQueued begins Postfix's reply to a message that it took. Half the mail
// servers of the world say it, so it is asked first: a comparison in place of
// regular expressions. What the table finds in
// such a line is the same.
const postfixQueued = "2.0.0 Ok: queued as "

func alphanumeric(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && !isUpper(s[i]) && !isLower(s[i]) {
			return false
		}
	}
	return true
}

// couldBeQueueID tells an id from a word of a sentence: it has a digit. Those of
// Postfix and OpenSMTPD (%08x, no word of English) are hexadecimal, and one in a
// few thousand happens to have letters only.
func couldBeQueueID(s string) bool {
	return hasDigit(s) || len(s) >= 6 && strings.Trim(s, "ABCDEF") == "" || len(s) == 8 && strings.Trim(s, "abcdef") == ""
}

func hasDigit(s string) bool {
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			return true
		}
	}
	return false
}

// onDemand compiles a pattern when it is first asked for. To compile all of them before
// main took some 1 % of what a short command takes.
func onDemand(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
