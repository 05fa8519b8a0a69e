//go:build linux

package realservers

import (
	"time"
)

func playQuitMail(c *client) { c.toMail(); c.quit() }

func playQuitRcpt(c *client) { c.toRcpt(); c.quit() }

func playQuitNoWait(c *client) {
	c.hello()
	c.deliver(600, bob)
	c.hold()
	c.say("QUIT")
	c.fin()
}

func playRstAfterQuit(c *client) {
	c.hello()
	c.deliver(600, bob)
	c.expect(c.cmd("QUIT"), 221)
	c.rst()
}

func playRsetQuit(c *client) { c.toRcpt(); c.rset(); c.quit() }

// playFinBeforeBanner lets the FIN carry the ACK that completes the handshake:
// the server's program has not even heard of the connection yet.
func playFinBeforeBanner(c *client) { c.dial(delayedACK); c.fin() }

func playRstBeforeBanner(c *client) { c.dial(); c.rst() }

func playFinWithData(c *client) {
	c.toRcpt()
	c.hold()
	c.pushData()
	c.send()
	c.outcome("aborted|rejected") // sendmail answers 554 to whoever does not wait
	c.fin()
}

func playFinAfterDot(c *client) {
	c.toData()
	c.headers("nobody waits")
	c.body(600)
	c.hold()
	c.sendDot()
	c.fin()
}

// playRstAfterDot uses the sender for which servers that can be told to wait
// take their time after the dot.
func playRstAfterDot(c *client) {
	c.hello()
	c.mail("slow@example.net")
	c.rcpt(bob)
	c.data()
	c.headers("gone before the reply")
	c.body(600)
	c.sendDot()
	c.delivered()
	if c.env.server.slow {
		c.wait(300 * time.Millisecond)
	} else {
		c.outcome("unanswered|accepted")
	}
	c.rst()
}

func playHalfClose(c *client) {
	c.toData()
	c.headers("half closed")
	c.body(600)
	c.hold()
	c.sendDot()
	c.halfClose()
	if c.err != nil {
		return
	}
	r, err := c.readReply(replyTimeout)
	if err != nil { // the server took the FIN for the end of everything
		c.row.Saw = seen(err)
		_ = c.tcp.Close()
		return
	}
	c.answered(r)
	c.awaitEnd(replyTimeout)
}

func playIdle(c *client) { c.hello(); c.deliver(600, bob); c.awaitEnd(replyTimeout) }

func playHealth(c *client) {
	for i := range 3 {
		s := c
		if i > 0 {
			s = c.another()
		}
		s.dial()
		s.fin()
		s.wait(100 * time.Millisecond)
	}
}

// playConnectRst holds the last ACK of the handshake back and resets: what the
// gateway sees is SYN, SYN-ACK, RST.
func playConnectRst(c *client) { c.dial(delayedACK); c.rst() }

func playHTTP(c *client) {
	c.greet()
	c.note("C", "GET / HTTP/1.1")
	c.write([]byte("GET / HTTP/1.1\r\nHost: " + gatewayHost + "\r\nUser-Agent: probe/1.0\r\n\r\n"))
	c.awaitEndOrLeave(3 * time.Second)
}

// awaitEndOrLeave reads until the server closes, or closes itself when the
// server is still there after the limit; the row's verdict follows.
func (c *client) awaitEndOrLeave(limit time.Duration) {
	for c.err == nil {
		_, err := c.readReply(limit)
		if err == nil {
			continue
		}
		if c.row.Saw = seen(err); c.row.Saw == "nothing" && c.row.Ended != nil {
			c.row.Ended = &Verdict{c.row.Ended.Phase, words("fin"), words("client")}
		}
		c.fin()
		return
	}
}

func playClosedPort(c *client) {
	c.row.Gateway.Port = 2525
	c.failedDial()
}

// failedDial connects where that must not succeed.
func (c *client) failedDial() {
	err := c.tryDial()
	if err == nil {
		c.rst()
		c.row.Error = "connected, against expectation"
		return
	}
	c.row.Saw = err.Error()
	c.note("*", "client sees: %v", err)
}
