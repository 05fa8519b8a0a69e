//go:build linux

package realservers

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// Reply is one SMTP reply, its lines joined by "\n".
type Reply struct {
	Code int
	Text string
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
