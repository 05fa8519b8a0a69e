//go:build linux

package realservers

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
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
