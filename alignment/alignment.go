// Package alignment lines sessions up with what the gateway's own log says of
// them: one session to one log connection, one message to one log message, by
// everything that both sides know. It estimates the difference of their clocks
// from the data. Where two partners fit about equally it says so and chooses
// none: a match that is called certain must not be wrong. For each match it
// holds the product's words against the packets.
//
// The method and its numbers are in docs/alignment.md.
package alignment

import (
	"net/netip"
	"time"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Config says what the data cannot.
type Config struct {
	// Offset is log clock minus capture clock where the user knows it; nil =
	// estimated.
	Offset *time.Duration
	// Map are pairs of addresses that mean the same host on the two sides of
	// an address translation.
	Map []Pair
}

// Pair is an address as the capture has it and one as the log has it, in any
// order.
type Pair struct{ A, B netip.Addr }

// Status says whether a session's line of the log was found.
type Status string

// The statuses (docs/record.md).
const (
	Matched   Status = "matched"
	Ambiguous Status = "ambiguous"
	None      Status = "none"
)

// Match is what the log has on one session.
type Match struct {
	Status     Status
	Connection *gatewaylog.Connection // nil unless Matched
	// More are further pieces of the same connection: products that log only
	// messages give one for each.
	More []*gatewaylog.Connection
	// Messages are those of the log, one for each of the record's messages,
	// nil where the log has none.
	Messages []*gatewaylog.Message
	// Candidates fit about equally, where Status is Ambiguous; the best first.
	Candidates []*gatewaylog.Connection
	// Score is between 0 and 1: how far the match is ahead of what else could
	// be, and how much speaks for it. For people, not a probability.
	Score float64
	// Offset is log clock minus capture clock when the session began, and
	// Known whether there is one.
	Offset      time.Duration
	OffsetKnown bool
	Agreement   Agreement
	// Reason is why nothing was found, the likeliest first, as a sentence.
	Reason string

	begin, end, exact int64 // of the session; the offset in nanoseconds
	moments           []session.Time
	record            *session.Record
}

// LogOnly is a log connection that no packet was matched to.
type LogOnly struct {
	Connection *gatewaylog.Connection
	Reason     string
	// Sessions are the numbers of the sessions that fit about equally, where
	// that is the reason.
	Sessions []int64
	// At is its start on the capture's clock, where the offset is known.
	At      time.Time
	AtKnown bool
}

// Result is the whole alignment. Matches has one entry a record, in the same
// order.
type Result struct {
	Matches []Match
	LogOnly []LogOnly // in the order of the log
	Clocks  []Clock   // one a product and host, in the order in which the log names them
}

// Align lines records up with connections. Neither is changed; the Result
// points into both. It takes time n log n in their number as long as no
// address or envelope has more than some dozens of connections in the same
// seconds.
func Align(records []*session.Record, connections []*gatewaylog.Connection, c Config) *Result {
	a := newAligner(records, connections, c)
	a.split()
	a.setClocks()
	a.rounds()
	if c.Offset == nil && a.refineClocks() {
		a.forget()
		a.rounds()
	}
	return a.result()
}
