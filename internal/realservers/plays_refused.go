//go:build linux

package realservers

import (
	"fmt"
	"time"
)

func playSizeDeclared(c *client) {
	c.hello()
	c.mail(c.from(), "SIZE=9999999")
	c.quit()
}

func playSizeUndeclared(c *client) {
	c.toData()
	r := c.letter(300_000)
	if c.err == nil && r.Code < 500 {
		c.fail(fmt.Errorf("a message above the limit answered by %d", r.Code))
	}
	c.quit()
}

func playRcptRefused(c *client) { c.toMail(); c.rcpt(unknown); c.quit() }

func playMixed(c *client) {
	c.hello()
	c.deliver(700, bob, unknown, carol)
	c.quit()
}

func playAllRefused(c *client) {
	c.toMail()
	c.rcpt(unknown)
	c.rcpt("noone@example.org")
	c.pushData()
	c.flush()
	c.quit()
}

func playRelay(c *client) { c.toMail(); c.rcpt("someone@example.com"); c.quit() }

// playSenderRejected: some servers refuse MAIL, others wait for RCPT to say so.
func playSenderRejected(c *client) {
	c.hello()
	c.mail("blocked@example.net")
	c.row.Ended = quitReady
	if c.opened != nil {
		c.row.Ended = ended("rcpt", "quit", "client")
		c.rcpt(bob)
	}
	c.quit()
}

func playDataNoRcpt(c *client) {
	c.toMail()
	c.pushData()
	c.flush()
	c.quit()
}

func playContentReject(c *client) {
	c.toData()
	c.headers("unwanted content")
	c.body(600)
	if r := c.dot(); c.err == nil && r.Code < 500 {
		c.fail(fmt.Errorf("unwanted content answered by %d", r.Code))
	}
	c.quit()
}

const errorsTried = 40

func playErrors(c *client) {
	c.hello()
	c.provoke(func(int) string { return "XYZZY" })
}

func playBadRcpts(c *client) {
	c.toMail()
	m := c.opened
	c.provoke(func(i int) string {
		to := fmt.Sprintf("unknown%d@example.org", i)
		m.Recipients = append(m.Recipients, Recipient{Address: to})
		return "RCPT TO:<" + to + ">"
	})
	m.judgeRecipients()
}

// provoke repeats a command until the server closes. A server that bears it
// all is left by QUIT, and the row's verdict says so.
func (c *client) provoke(line func(i int) string) {
	for i := range errorsTried {
		c.say(line(i))
		if c.err != nil {
			return
		}
		r, err := c.readReply(replyTimeout)
		if err == nil {
			c.noteRefusal(r.Code)
		}
		if err != nil || r.Code == 421 {
			c.awaitEndOrLeave(3 * time.Second)
			return
		}
		// A close that follows a last 5xx needs a moment to get here, or the
		// next command would race it.
		c.wait(20 * time.Millisecond)
		if c.closedByPeer() {
			c.awaitEnd(time.Second)
			return
		}
	}
	c.row.Ended = &Verdict{c.row.Ended.Phase, words("quit"), words("client")}
	c.quit()
}

// noteRefusal gives a reply's code to the last recipient of the open message.
func (c *client) noteRefusal(code int) {
	if m := c.opened; m != nil && len(m.Recipients) > 0 {
		m.Recipients[len(m.Recipients)-1].Code = code
	}
}

func playBusy(c *client) {
	c.toMail()
	c.rcpt("busy@example.org")
	c.awaitEndOrLeave(3 * time.Second)
}

// connections is above the limit of 8 that every recipe that can sets.
const connections = 10

// playConnLimit opens connections until the server refuses one, then closes
// them all in order.
func playConnLimit(c *client) {
	var admitted []*client
	for i := range connections {
		s := c
		if i > 0 {
			s = c.another()
		}
		s.dial()
		if s.err != nil {
			return
		}
		// Refused without a word is a way, too.
		if r, err := s.readReply(replyTimeout); err == nil && r.Code == 220 {
			s.process()
			admitted = append(admitted, s)
			continue
		}
		s.row.Ended = ended("banner|hello", "fin|rst", "server")
		s.awaitEndOrLeave(3 * time.Second)
	}
	for _, s := range admitted {
		s.row.Ended = quitReady
		s.ehlo()
		s.quit()
	}
}
