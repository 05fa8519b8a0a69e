//go:build linux

package realservers

import (
	"fmt"
	"strings"
)

// The steps of an SMTP dialogue. push queues a command, flush writes what is
// queued in one piece and reads the replies; the plain forms do both.

func (c *client) push(line string, on func(Reply)) {
	c.queue = append(c.queue, pending{line, on})
}

// send writes the queued commands in one piece; their replies stay unread.
func (c *client) send() {
	var text strings.Builder
	for _, p := range c.queue {
		text.WriteString(p.line + "\r\n")
		if c.err == nil {
			c.note("C", "%s", p.line)
		}
	}
	c.asked, c.queue = append(c.asked, c.queue...), nil
	c.write([]byte(text.String()))
}

// flush sends and reads all the replies that are due.
func (c *client) flush() {
	c.send()
	for _, p := range c.asked {
		if r := c.reply(); c.err == nil && p.on != nil {
			p.on(r)
		}
	}
	c.asked = nil
}

// expect is an error unless the reply has the code.
func (c *client) expect(r Reply, code int) {
	if c.err == nil && r.Code != code {
		c.fail(fmt.Errorf("expected %d, got %d %s", code, r.Code, r.Text))
	}
}

// cmd is a command whose reply may be anything.
func (c *client) cmd(line string) Reply {
	var got Reply
	c.push(line, func(r Reply) { got = r })
	c.flush()
	return got
}

// greet connects and reads the greeting.
func (c *client) greet() {
	c.dial()
	c.expect(c.reply(), 220)
}

func (c *client) ehlo() {
	c.row.Hello = c.host
	c.expect(c.cmd("EHLO "+c.host), 250)
}

func (c *client) helo() {
	c.row.Hello = c.host
	c.expect(c.cmd("HELO "+c.host), 250)
}

// hello is greeting and EHLO.
func (c *client) hello() {
	c.greet()
	c.ehlo()
}

func (c *client) from() string { return "alice@example.net" }

// pushMail queues MAIL; parameters follow the path.
func (c *client) pushMail(from string, parameters ...string) {
	line := strings.Join(append([]string{"MAIL FROM:<" + from + ">"}, parameters...), " ")
	m := c.begin(from)
	c.push(line, func(r Reply) {
		m.Code = r.Code
		if r.Code >= 400 {
			m.Outcome, c.opened = words("refused"), nil
		}
	})
}

// begin opens a transaction in the row. The outcome is that of a session that
// ends now, until something better is known.
func (c *client) begin(from string) *Message {
	c.opened = &Message{From: from, Outcome: words("aborted")}
	c.row.Messages = append(c.row.Messages, c.opened)
	return c.opened
}

func (c *client) mail(from string, parameters ...string) {
	c.pushMail(from, parameters...)
	c.flush()
}

func (c *client) pushRcpt(to string) {
	m := c.opened
	if m == nil {
		c.push("RCPT TO:<"+to+">", nil)
		return
	}
	m.Recipients = append(m.Recipients, Recipient{Address: to})
	n := len(m.Recipients) - 1
	c.push("RCPT TO:<"+to+">", func(r Reply) {
		m.Recipients[n].Code = r.Code
		m.judgeRecipients()
	})
}

// judgeRecipients sets the outcome of a message that gets no further.
func (m *Message) judgeRecipients() {
	for _, r := range m.Recipients {
		if r.Code == 0 || r.Code < 400 {
			m.Outcome = words("aborted")
			return
		}
	}
	m.Outcome = words("refused")
}

func (c *client) rcpt(to string) {
	c.pushRcpt(to)
	c.flush()
}

func (c *client) pushData() {
	m := c.opened
	if m != nil {
		m.Command = "DATA"
	}
	c.push("DATA", func(r Reply) {
		if m == nil {
			return
		}
		m.DataCode = r.Code
		if r.Code >= 400 && m.Outcome[0] == "aborted" {
			m.Outcome = words("rejected")
		}
	})
}

// data asks for the content phase and expects to get it.
func (c *client) data() {
	m := c.opened
	c.pushData()
	c.flush()
	if c.err == nil && m.DataCode != 354 {
		c.fail(fmt.Errorf("DATA answered by %d", m.DataCode))
	}
}

// toMail, toRcpt and toData go as far as their names say.
func (c *client) toMail() { c.hello(); c.mail(c.from()) }

func (c *client) toRcpt() { c.toMail(); c.rcpt("bob@example.org") }

func (c *client) toData() { c.toRcpt(); c.data() }

// withdrawn marks an open message as given up in order.
func (c *client) withdrawn() {
	if m := c.opened; c.err == nil && m != nil && m.Outcome[0] == "aborted" {
		m.Outcome = words("withdrawn")
	}
	c.opened = nil
}

func (c *client) rset() {
	c.withdrawn()
	c.cmd("RSET")
}

// quit says QUIT, reads the answer and lets the server close first.
func (c *client) quit() {
	c.withdrawn()
	c.expect(c.cmd("QUIT"), 221)
	c.awaitEnd(replyTimeout)
}

// outcome overrides what the steps concluded about the last message.
func (c *client) outcome(allowed string) {
	if n := len(c.row.Messages); c.err == nil && n > 0 {
		c.row.Messages[n-1].Outcome = words(allowed)
	}
}
