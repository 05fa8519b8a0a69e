//go:build linux

package realservers

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// headers writes the beginning of a message with a Message-ID of its own.
func (c *client) headers(subject string) {
	if c.err != nil || c.opened == nil {
		return
	}
	m := c.opened
	m.MessageID = fmt.Sprintf("%s.%d.%d@example.net", strings.ReplaceAll(c.row.Scenario, "_", "-"), c.row.Number, len(c.row.Messages))
	to := "undisclosed-recipients:;"
	if len(m.Recipients) > 0 {
		to = "<" + m.Recipients[0].Address + ">"
	}
	c.content([]byte("From: <" + m.From + ">\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nDate: " +
		c.row.Start.Format(time.RFC1123Z) + "\r\nMessage-ID: <" + m.MessageID + ">\r\n\r\n"))
}

const bodyLine = "The quick brown fox jumps over the lazy dog and comes back again.\r\n"

// body writes about n bytes of text, in whole lines.
func (c *client) body(n int) {
	c.content([]byte(strings.Repeat(bodyLine, (n+len(bodyLine)-1)/len(bodyLine))))
}

// content writes content as it is; lines that begin with a dot are stuffed.
func (c *client) content(p []byte) {
	if c.err != nil {
		return
	}
	c.opened.Bytes += int64(len(p))
	stuffed := leadingDot.ReplaceAll(p, []byte("$1.."))
	c.note("C", "<%d bytes of content>", len(p))
	c.write(stuffed)
}

var leadingDot = regexp.MustCompile(`(^|\r\n)\.`)

// sendDot ends the message without waiting for the reply.
func (c *client) sendDot() {
	c.ended()
	c.say(".")
}

// ended marks the open message as sent whole.
func (c *client) ended() {
	if c.err == nil && c.opened != nil {
		c.opened.Complete, c.opened.Outcome = true, words("unanswered")
	}
}

func (c *client) dot() Reply {
	c.sendDot()
	r := c.reply()
	c.answered(r)
	return r
}

// answered takes the reply to the end of the message.
func (c *client) answered(r Reply) {
	m := c.opened
	if c.err != nil || m == nil {
		return
	}
	m.Reply, m.ReplyCode = r.Text, r.Code
	m.Outcome = words("rejected")
	if r.Code < 300 {
		m.Outcome = words("accepted")
		if id := queueID.FindStringSubmatch(r.Text); id != nil {
			m.QueueID = strings.Join(id[1:], "")
		}
	}
	c.opened = nil
}

// queueID finds the server's name for a message in the reply to its end:
// Postfix, Exim, OpenSMTPD, sendmail.
var queueID = regexp.MustCompile(`queued as (\w+)|OK id=([\w-]+)|^2\.0\.0:? (\w+) Message accepted`)

// letter is headers, body and dot of a message of some n bytes.
func (c *client) letter(n int) Reply {
	c.headers("a letter")
	c.body(n)
	return c.dot()
}

// deliver is one whole transaction.
func (c *client) deliver(n int, to ...string) {
	c.mail(c.from())
	for _, a := range to {
		c.rcpt(a)
	}
	c.data()
	c.expect(c.letter(n), 250)
}

// chunk writes one BDAT chunk in one piece with its command.
func (c *client) chunk(p []byte, last bool) Reply {
	c.sendChunk(len(p), p, last)
	r := c.reply()
	if last {
		c.answered(r)
	}
	return r
}

// sendChunk announces n bytes and writes p, which may be fewer.
func (c *client) sendChunk(n int, p []byte, last bool) {
	if c.err != nil {
		return
	}
	line := fmt.Sprintf("BDAT %d", n)
	if last {
		line += " LAST"
	}
	c.opened.Command = "BDAT"
	c.opened.Bytes += int64(len(p))
	if last && n == len(p) {
		c.ended()
	}
	c.note("C", "%s <%d bytes of content>", line, len(p))
	c.write(append([]byte(line+"\r\n"), p...))
}
