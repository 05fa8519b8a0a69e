//go:build linux

package realservers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// An environment is what the plays of one run share.
type environment struct {
	server *recipe
	forger *forger
	ports  atomic.Int32

	mu   sync.Mutex
	rows []*Session
}

// Client ports are given out here and not by the kernel, so that the truth
// knows them also for connections that never come about.
const firstPort = 20000

func (e *environment) freePort() int { return firstPort + int(e.ports.Add(1)) }

func (e *environment) waitsAfterDot() bool {
	return strings.Contains("postfix exim", e.server.name)
}

// session begins a row.
func (e *environment) session(ctx context.Context, s *Scenario, ip, host string, number int) *client {
	row := &Session{
		Server: e.server.name, Scenario: s.Name, Number: number, Says: s.Says,
		Client:  Endpoint{IP: ip},
		Gateway: Endpoint{IP: gatewayIP, Port: 25},
		Start:   time.Now().UTC(),
		Ended:   s.Ended,
	}
	if own := s.differs[e.server.name]; own != nil {
		row.Ended = own
	}
	e.mu.Lock()
	e.rows = append(e.rows, row)
	e.mu.Unlock()
	c := &client{ctx: ctx, env: e, row: row, host: host}
	c.another = func() *client {
		number++
		return e.session(ctx, s, ip, host, number)
	}
	return c
}

func (c *client) flow() flow {
	from, err := netip.ParseAddr(c.row.Client.IP)
	c.fail(err)
	return flow{
		netip.AddrPortFrom(from, uint16(c.row.Client.Port)),
		netip.AddrPortFrom(netip.MustParseAddr(c.row.Gateway.IP), uint16(c.row.Gateway.Port)),
	}
}

// impose puts this client's address under a block of the firewall.
func (c *client) impose(b block) {
	if c.err == nil {
		c.note("*", "firewall: %s", b)
		c.fail(impose(c.ctx, b, c.row.Client.IP))
	}
}

// forge lets the router write RSTs into the connection. It pauses first: the
// sequence numbers that the router knows must be the ones that stand.
func (c *client) forge(toServer, toClient bool, ahead uint32) {
	c.wait(200 * time.Millisecond)
	if c.err != nil {
		return
	}
	flow := c.flow()
	if toServer {
		c.note("*", "the router forges a RST to the server, %d bytes ahead", ahead)
		c.fail(c.env.forger.reset(flow, ahead))
	}
	if toClient {
		c.note("*", "the router forges a RST to the client, %d bytes ahead", ahead)
		c.fail(c.env.forger.reset(flow.reverse(), ahead))
	}
	c.wait(100 * time.Millisecond)
}

// closedByPeer says whether a FIN or RST of the server is already here.
func (c *client) closedByPeer() bool {
	if c.err != nil || c.tcp.SetReadDeadline(time.Now().Add(time.Millisecond)) != nil {
		return false
	}
	_, err := c.in.Peek(1)
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

// killServer sends SIGKILL to the processes that hold the gateway's end of
// this connection.
func (c *client) killServer() {
	if c.err != nil {
		return
	}
	inode, err := socketInode(c.flow())
	if err != nil {
		c.fail(err)
		return
	}
	pids := holders(inode)
	if len(pids) == 0 {
		c.fail(fmt.Errorf("no process holds socket %s", inode))
	}
	for _, pid := range pids {
		c.note("*", "SIGKILL to the server's process")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != syscall.ESRCH { // a helper dies with its parent
			c.fail(err)
		}
	}
}

// socketInode finds the gateway's end of a flow in /proc/net/tcp.
func socketInode(f flow) (string, error) {
	var table []byte
	err := inNamespace(gatewayNS, func() (err error) {
		table, err = os.ReadFile("/proc/thread-self/net/tcp")
		return err
	})
	if err != nil {
		return "", err
	}
	local, remote := procAddress(f.to), procAddress(f.from)
	for _, line := range strings.Split(string(table), "\n") {
		if w := strings.Fields(line); len(w) > 9 && w[1] == local && w[2] == remote {
			return w[9], nil
		}
	}
	return "", fmt.Errorf("no socket %v on the gateway", f)
}

// procAddress is the form of /proc/net/tcp on a little-endian machine.
func procAddress(a netip.AddrPort) string {
	b := a.Addr().As4()
	return fmt.Sprintf("%02X%02X%02X%02X:%04X", b[3], b[2], b[1], b[0], a.Port())
}

// holders lists the processes of this run that have a socket open.
func holders(inode string) []int {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is well-formed
	var pids []int
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == "socket:["+inode+"]" {
			if pid, err := strconv.Atoi(strings.Split(link, "/")[2]); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// listening says whether the gateway listens on a TCP port.
func isListening(port int) bool {
	var table []byte
	_ = inNamespace(gatewayNS, func() (err error) {
		table, err = os.ReadFile("/proc/thread-self/net/tcp")
		return err
	})
	suffix := fmt.Sprintf(":%04X", port)
	for _, line := range strings.Split(string(table), "\n") {
		// Field 3 is the state; 0A is TCP_LISTEN.
		if w := strings.Fields(line); len(w) > 9 && strings.HasSuffix(w[1], suffix) && w[3] == "0A" {
			return true
		}
	}
	return false
}
