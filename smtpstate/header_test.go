package smtpstate

import (
	"math/rand"
	"strings"
	"testing"
)

// TestHeaderByLines: a header that is read line by line, as most are, says what
// the same says byte by byte, which is how it is read for a tracer.
func TestHeaderByLines(t *testing.T) {
	lines := []string{
		"From: a@b\r\n", "Subject: message-id: <no@x>\r\n", " folded\r\n", "\tMessage-ID: <folded@x>\r\n", "M\r\n", "Mime-Version: 1.0\r\n", "MESSAGE\r\n",
		"Message-ID : <old@x>\r\n", "message-ID:\r\n <next@x>\r\n", "Message-Id: <a@x>\r\n", "MESSAGE-ID:", "\rMessage-ID: <cr@x>\r\n", "X: bare\n", "M", "me", "Message-ID:\n",
		"a", "\n", "\r\n", "\r", "Received: " + strings.Repeat("x", 500) + "\r\n", strings.Repeat("To: c@d\r\n", headerMax/9-1), "Message-ID: <" + strings.Repeat("i", messageIDMax) + ">\r\n",
	}
	r := rand.New(rand.NewSource(11))
	for range 5000 {
		var b strings.Builder
		for range r.Intn(9) {
			b.WriteString(lines[r.Intn(len(lines))])
		}
		text := b.String()
		fast, slow := headerScan{}, headerScan{keep: true}
		for rest := []byte(text); len(rest) > 0; {
			n := 1 + r.Intn(len(rest))
			fast.read(rest[:n])
			slow.read(rest[:n])
			rest = rest[n:]
		}
		if fast.state != slow.state || fast.id != slow.id || fast.state != headerDone && fast.seen != slow.seen {
			t.Fatalf("state %d, seen %d, id %q; byte by byte state %d, seen %d, id %q\n%.300q", fast.state, fast.seen, fast.id, slow.state, slow.seen, slow.id, text)
		}
	}
}
