//go:build linux

package realservers

import (
	"time"
)

func playSynDropped(c *client) {
	c.impose(gatewayDropSYN)
	c.failedDial()
}

func playSynLost(c *client) {
	c.impose(dropAll)
	c.row.EndedClientSide = ended("connect", "syn-unanswered", "unknown")
	c.failedDial()
}

func playSynICMP(c *client) {
	c.impose(icmpToClient)
	c.row.EndedClientSide = ended("connect", "syn-refused", "server|unknown")
	c.failedDial()
}

// sendOn goes on with the content as a client that knows of nothing would;
// that the connection may break under it is expected. These bytes are not in
// the row's count: what arrives where depends on the block.
func (c *client) sendOn(times int) {
	for range times {
		if c.err != nil {
			return
		}
		if _, err := c.wire.Write([]byte(bodyLine)); err != nil {
			c.row.Saw = seen(err)
			c.note("*", "client sees: %v", err)
			return
		}
		c.note("C", "<%d bytes of content>", len(bodyLine))
		c.opened.BytesMost = max(c.opened.BytesMost, c.opened.Bytes) + int64(len(bodyLine))
		c.wait(150 * time.Millisecond)
	}
}

func playRejectServer(c *client) {
	c.midData(8000)
	c.impose(resetToServer)
	c.row.EndedClientSide = ended("data", "rst", "client")
	c.sendOn(4)
	c.abandon()
}

func playRejectClient(c *client) {
	c.midData(8000)
	c.impose(resetToClient)
	c.row.EndedClientSide = ended("data", "rst", "server")
	c.sendOn(3)
	c.wait(9 * time.Second) // the server's timer runs on the other side
	c.abandon()
}

func playForgeBoth(c *client) {
	c.midData(8000)
	c.row.EndedClientSide = ended("data", "rst", "server")
	c.forge(true, true, 0)
	c.sendOn(1)
	c.abandon()
}

func playForgeServer(c *client) {
	c.midData(8000)
	c.row.EndedClientSide = ended("data", "rst", "server")
	c.forge(true, false, 0)
	c.sendOn(2)
	c.abandon()
}

func playForgeClient(c *client) {
	c.midData(8000)
	c.row.EndedClientSide = ended("data", "rst", "server")
	c.forge(false, true, 0)
	c.wait(9 * time.Second)
	c.abandon()
}

// playForgeIgnored puts a RST inside the window but not at its edge: the
// server must answer by a challenge ACK and go on (RFC 5961 section 3.2).
func playForgeIgnored(c *client) {
	c.midData(3000)
	c.forge(true, false, 1000)
	c.wait(200 * time.Millisecond)
	c.body(1000)
	c.expect(c.dot(), 250)
	c.quit()
}

func playBlackhole(c *client) {
	c.midData(8000)
	c.impose(dropAll)
	c.row.EndedClientSide = ended("data", "rst", "client")
	c.sendOn(3)
	c.wait(10 * time.Second)
	c.abandon()
}

func playBlackholeIdle(c *client) {
	c.hello()
	c.deliver(600, bob)
	// The ACK of the reply has to be through, or the server's kernel is busy
	// repeating that and does not get to its FIN in this life.
	c.wait(300 * time.Millisecond)
	c.impose(dropAll)
	c.row.EndedClientSide = ended("ready", "rst", "client")
	c.wait(10 * time.Second)
	c.abandon()
}

func playBlackholeReply(c *client) {
	c.toData()
	c.headers("the reply gets lost")
	c.body(600)
	c.delivered()
	c.impose(dropToClient)
	c.row.EndedClientSide = ended("dot", "rst", "client")
	c.sendDot()
	c.outcome("unanswered|accepted")
	c.wait(4 * time.Second)
	c.abandon()
}

func playKill(c *client) {
	c.midData(8000)
	c.killServer()
	c.endOfBytes()
}
