//go:build linux

package realservers

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A client is one TCP connection to the gateway, under full control of when
// and how it ends. Once a step failed the rest of the steps do nothing and the
// row says so; a play can be written as a plain list of steps.
type client struct {
	ctx  context.Context
	env  *environment
	row  *Session
	host string // the name to give in EHLO

	another func() *client // begins a further session of the scenario

	tcp    *net.TCPConn
	wire   net.Conn // tcp, or TLS on it
	in     *bufio.Reader
	queue  []pending // commands not yet written
	asked  []pending // commands written, replies not yet read
	opened *Message  // the transaction that is open
	err    error
}

// pending is one command and what its reply means.
type pending struct {
	line string
	on   func(Reply)
}

const (
	connectTimeout = 4 * time.Second  // long enough for two SYNs more
	replyTimeout   = 25 * time.Second // longer than any server of the harness waits
)

func (c *client) fail(err error) {
	if c.err == nil && err != nil {
		c.err = err
		c.row.Error = err.Error()
	}
}

func (c *client) note(who, format string, args ...any) {
	c.row.Dialogue = append(c.row.Dialogue, Line{time.Now().UTC(), who, fmt.Sprintf(format, args...)})
}

// dial connects, and fails the play when it cannot.
func (c *client) dial(options ...socketOption) { c.fail(c.tryDial(options...)) }

func (c *client) tryDial(options ...socketOption) error {
	// The port has to be known also where no connection comes about.
	if c.row.Client.Port == 0 {
		c.row.Client.Port = c.env.freePort()
	}
	d := net.Dialer{
		Timeout:   connectTimeout,
		LocalAddr: &net.TCPAddr{IP: net.ParseIP(c.row.Client.IP), Port: c.row.Client.Port},
		KeepAlive: -1,
		Control: func(_, _ string, raw syscall.RawConn) (err error) {
			e := raw.Control(func(fd uintptr) {
				for _, o := range options {
					err = errors.Join(err, unix.SetsockoptInt(int(fd), o.level, o.name, o.value))
				}
			})
			return errors.Join(e, err)
		},
	}
	c.row.Start = time.Now().UTC()
	conn, err := d.DialContext(c.ctx, "tcp4", fmt.Sprintf("%s:%d", c.row.Gateway.IP, c.row.Gateway.Port))
	if err != nil {
		return err
	}
	c.tcp = conn.(*net.TCPConn)
	c.use(c.tcp)
	return nil
}

func (c *client) use(conn net.Conn) {
	c.wire, c.in = conn, bufio.NewReader(conn)
}

// write sends bytes as they are.
func (c *client) write(p []byte) {
	if c.err == nil {
		_, err := c.wire.Write(p)
		c.fail(err)
	}
}

// say writes a line without waiting for anything.
func (c *client) say(line string) {
	if c.err == nil {
		c.note("C", "%s", line)
		c.write([]byte(line + "\r\n"))
	}
}

// wait lets time pass.
func (c *client) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.ctx.Done():
		c.fail(c.ctx.Err())
	}
}

// startTLS turns the connection into TLS; nil means the harness's own
// configuration, which accepts any certificate.
func (c *client) startTLS(config *tls.Config) error {
	if c.err != nil {
		return c.err
	}
	if config == nil {
		config = &tls.Config{InsecureSkipVerify: true, ServerName: gatewayHost}
	}
	t := tls.Client(c.tcp, config)
	if err := c.tcp.SetDeadline(time.Now().Add(replyTimeout)); err != nil {
		return err
	}
	if err := t.HandshakeContext(c.ctx); err != nil {
		c.note("*", "TLS handshake: %v", err)
		return err
	}
	c.note("*", "TLS established")
	c.use(t)
	return c.tcp.SetDeadline(time.Time{})
}
