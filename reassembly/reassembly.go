// Package reassembly turns TCP segments into two ordered byte streams a
// connection, and says what is missing, how the connection ended, and how the
// network behaved (RFC 9293).
package reassembly

import (
	"time"

	"smtpscope/capture"
)

// Config says how connections are told apart and who handles them.
type Config struct {
	Limits Limits
	// Share is the part of the connections that are followed here; the zero
	// value means all.
	Share Share
	// Orient is asked for the side of the sender of the first segment of a
	// connection whose SYN was not captured; ok false = not clear yet, ask
	// again with the next segment that carries payload.
	Orient func(seg *capture.Segment) (sender Side, ok bool)
	// Soon are hints, in rounds, that a handler will be called soon: to have its
	// memory on its way (internal/prefetch). A hint may come for nothing, and
	// must not change what the handler says.
	Soon []func(Handler)
	// New gives the handler of a new connection; nil = swallow it.
	New func(c *Conn) Handler
	// Sleep takes the memory of a handler of which nothing is expected, and what it
	// needs of its connection (Conn.Write), and gives what can make it again; nil: it
	// has to stay awake. Nil where nobody sleeps.
	Sleep func(Handler) Asleep
}

// Limits bound time and memory. The zero value means the defaults.
type Limits struct {
	Idle        time.Duration // 65 min: above every documented timer (RFC 5321 4.5.3.2; sendmail waits 60 min for a command)
	Connect     time.Duration // 130 s without a packet on a connection whose handshake did not complete (Linux repeats SYNs at gaps of up to 64 s)
	Straggler   time.Duration // 30 s after the end, in which late packets still belong to the connection
	RestClosed  time.Duration // 1 s behind the close without a packet, from which on Config.Sleep is asked; below 0 = at once
	RestSilent  time.Duration // 2 min without a packet, likewise, of a connection that is open
	Tombstone   time.Duration // 240 s more (2 MSL) in which late packets open no new connection
	HoldTime    time.Duration // 2 s: how long a proven gap waits for records that are merely out of order in the file
	HoldCount   int           // 16 segments of the side that the gap is of, likewise; whichever is reached first
	ConnBytes   int           // 4 MiB held back for one connection; at most 1 GiB
	ConnHeld    int           // 16,384 segments likewise: a segment that repeats is held against those that wait
	TotalBytes  int           // 256 MiB held back in total
	Connections int           // 1<<18 open connections, of some 4 kB each; the one idle for longest is evicted
}
