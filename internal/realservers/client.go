//go:build linux

package realservers

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
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

// Reply is one SMTP reply, its lines joined by "\n".
type Reply struct {
	Code int
	Text string
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

// socketOption is set before connect(2).
type socketOption struct{ level, name, value int }

// delayedACK makes the kernel hold back the last ACK of the handshake, so that
// a FIN, or the first data, can carry it.
var delayedACK = socketOption{unix.IPPROTO_TCP, unix.TCP_QUICKACK, 0}

// tinyWindow makes the receive window a few segments.
var tinyWindow = socketOption{unix.SOL_SOCKET, unix.SO_RCVBUF, 2048}

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

// reply reads one reply, of any code.
func (c *client) reply() Reply {
	var r Reply
	if c.err != nil {
		return r
	}
	r, err := c.readReply(replyTimeout)
	if err != nil {
		c.fail(fmt.Errorf("waiting for a reply: %w", err))
	}
	return r
}

func (c *client) readReply(limit time.Duration) (r Reply, err error) {
	if err := c.tcp.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return r, err
	}
	var lines []string
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return r, err
		}
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 3 {
			return r, fmt.Errorf("not a reply: %q", line)
		}
		if _, err := fmt.Sscanf(line[:3], "%d", &r.Code); err != nil {
			return r, fmt.Errorf("not a reply: %q", line)
		}
		lines = append(lines, strings.TrimPrefix(line[3:], " "))
		if len(line) > 3 && line[3] == '-' {
			lines[len(lines)-1] = line[4:]
			continue
		}
		break
	}
	r.Text = strings.Join(lines, "\n")
	c.note("S", "%d %s", r.Code, r.Text)
	return r, nil
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

// wait lets time pass.
func (c *client) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.ctx.Done():
		c.fail(c.ctx.Err())
	}
}

// awaitEnd reads until the server closes and notes how that looked. It is an
// error when the server does not close within the limit.
func (c *client) awaitEnd(limit time.Duration) {
	if c.err != nil {
		return
	}
	for {
		_, err := c.readReply(limit)
		if err == nil {
			continue
		}
		c.row.Saw = seen(err)
		c.note("*", "client sees: %s", c.row.Saw)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.fail(errors.New("the server did not close"))
		}
		break
	}
	if c.err == nil {
		c.fail(c.tcp.Close())
	}
}

func seen(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "eof"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "nothing"
	}
	return err.Error()
}

// abandon ends the client's side without a packet on the gateway's wire to be
// counted on: the address is under a block of the firewall.
func (c *client) abandon() {
	if c.err == nil {
		c.note("*", "client gives up")
		c.fail(errors.Join(c.tcp.SetLinger(0), c.tcp.Close()))
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
