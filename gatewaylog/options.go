package gatewaylog

import "time"

// Bounds of what is kept. Everything beyond is counted, not kept.
const (
	// MaxLines is how many lines of one connection are kept.
	MaxLines = 4096
	// maxLineBytes is where an over-long line is cut. Cisco's consolidated
	// event lines with attachment details run to some 10 KB.
	maxLineBytes = 64 << 10
	// maxContinued is how many broken pieces of one line are joined.
	maxContinued = 8

	maxMessages   = 4096     // of one connection
	maxConnBytes  = 16 << 20 // of lines and messages kept of one connection, by weight
	maxRecipients = 4096     // of one message
	maxRelated    = 64
	maxRejections = 256
	maxExamples   = 5 // of each reason in the report

	// lineOverhead is what a kept line costs beside its text.
	lineOverhead = 192
)

// Defaults of Options.
const (
	// DefaultGrace is how long a finished connection waits for lines that are
	// still to come (Postfix logs cleanup and delivery after the disconnect).
	DefaultGrace = 2 * time.Minute
	// DefaultIdle is above the longest timer that a server documents (sendmail
	// waits an hour for a command).
	DefaultIdle    = 65 * time.Minute
	DefaultOpen    = 100_000
	DefaultMemory  = 256 << 20
	ReportExamples = maxExamples
)

// Options tell the reader what the log itself may not say. The zero value is
// good.
type Options struct {
	// Product forces a product; "" recognises it line by line.
	Product Product
	// Zone of times that name none. Nil leaves them as if UTC, with
	// Time.ZoneKnown false.
	Zone *time.Location
	// Year of the first line, for times without a year. 0: from Around, else
	// from the file's modification time, else unknown.
	Year int
	// From and To are the span of the capture that the log is wanted for; they
	// choose the year nearest to it. Zero: none.
	From, To time.Time
	// Grace, Idle: see DefaultGrace and DefaultIdle; both are log time.
	Grace, Idle time.Duration
	// MaxOpen and MaxMemory bound connections that are not yet handed out, in
	// number and in bytes of kept lines. Beyond them the oldest is given up.
	MaxOpen   int
	MaxMemory int64
}

func (o Options) withDefaults() Options {
	if o.Grace <= 0 {
		o.Grace = DefaultGrace
	}
	if o.Idle <= 0 {
		o.Idle = DefaultIdle
	}
	if o.MaxOpen <= 0 {
		o.MaxOpen = DefaultOpen
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = DefaultMemory
	}
	return o
}
