//go:build linux

package realservers

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// socketOption is set before connect(2).
type socketOption struct{ level, name, value int }

// delayedACK makes the kernel hold back the last ACK of the handshake, so that
// a FIN, or the first data, can carry it.
var delayedACK = socketOption{unix.IPPROTO_TCP, unix.TCP_QUICKACK, 0}

// hold makes the kernel keep what is written until let go or closed, so that
// the last bytes and the FIN leave in one segment.
func (c *client) hold() { c.cork(1) }

func (c *client) letGo() { c.cork(0) }

func (c *client) cork(on int) { c.setOption(unix.IPPROTO_TCP, unix.TCP_CORK, on) }

func (c *client) setOption(level, name, value int) {
	if c.err != nil {
		return
	}
	raw, err := c.tcp.SyscallConn()
	if err == nil {
		e := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), level, name, value) })
		err = errors.Join(err, e)
	}
	c.fail(err)
}

// delivered waits until the peer's kernel has acknowledged every byte, so that
// a RST that follows throws none of them away.
func (c *client) delivered() {
	deadline := time.Now().Add(5 * time.Second)
	for c.err == nil && time.Now().Before(deadline) {
		var left int
		raw, err := c.tcp.SyscallConn()
		if err == nil {
			e := raw.Control(func(fd uintptr) { left, err = unix.IoctlGetInt(int(fd), unix.TIOCOUTQ) })
			err = errors.Join(err, e)
		}
		if c.fail(err); left == 0 {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	if c.err == nil {
		c.fail(errors.New("bytes never acknowledged"))
	}
}

// fin closes in order, as a program that has read everything does.
func (c *client) fin() {
	if c.err == nil {
		c.note("*", "client closes (FIN)")
		c.fail(c.tcp.Close())
	}
}

// rst closes by RST.
func (c *client) rst() {
	if c.err == nil {
		c.note("*", "client resets (RST)")
		c.fail(errors.Join(c.tcp.SetLinger(0), c.tcp.Close()))
	}
}

// halfClose sends FIN and goes on reading.
func (c *client) halfClose() {
	if c.err == nil {
		c.note("*", "client half-closes (FIN)")
		c.fail(c.tcp.CloseWrite())
	}
}

// abandon ends the client's side without a packet on the gateway's wire to be
// counted on: the address is under a block of the firewall.
func (c *client) abandon() {
	if c.err == nil {
		c.note("*", "client gives up")
		c.fail(errors.Join(c.tcp.SetLinger(0), c.tcp.Close()))
	}
}
