package live

import (
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// What things cost beside their texts, bytes, as the heap has them: rounded up
// to the allocator's sizes, with the room that lists grow into.
const (
	sessionCost   = 3136 // a session without a message: the sheet that it is written on, greeting, TCP numbers
	messageCost   = 640
	recipientCost = 112
	findingCost   = 256 // its words are constants for the most part
	gatewayCost   = 64
	runCost       = 64

	connectionCost = 768
	mailCost       = 448 // a message of a log
	addressCost    = 160 // a recipient of it
	lineCost       = 128
)

// sessionWeight is about what a session takes that waits for its log, bytes.
func sessionWeight(s *session.Session) int64 {
	r := &s.Record
	n := sessionCost
	for _, m := range r.Messages {
		n += messageCost + len(m.MessageID) + len(m.QueueID) + len(m.Text)
		if m.From != nil {
			n += len(*m.From)
		}
		if m.Reply != nil {
			n += len(m.Reply.Text)
		}
		for _, to := range m.Recipients {
			n += recipientCost + len(to.Address) + len(to.Text)
			if to.Final != nil {
				n += recipientCost + len(to.Final.Text)
			}
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		n += findingCost + len(f.Summary) + len(f.Against) + 8*len(f.Frames)
	}
	for _, words := range r.Gateways {
		n += gatewayCost + len(words)
	}
	for _, note := range r.Notes {
		n += len(note)
	}
	return int64(n) + traceWeight(s.Trace)
}

// traceWeight is what knowing each byte of a session takes, for the flight
// recorder.
func traceWeight(t *session.Trace) int64 {
	if t == nil {
		return 0
	}
	n := runCost * (1 + len(t.Overlaps))
	for _, side := range t.Runs {
		for i := range side {
			n += runCost + len(side[i].Data)
		}
	}
	return int64(n + 8*len(t.Dots))
}

// connectionWeight is about what a log's connection takes, bytes. Most of its
// texts lie in its lines.
func connectionWeight(c *gatewaylog.Connection) int64 {
	n := connectionCost + linesWeight(c.Lines) + lineCost*len(c.Commands) + lineCost*len(c.Rejections)
	return int64(n) + mailWeight(c.Messages)
}

// mailWeight counts messages. Their own lines are the connection's.
func mailWeight(list []*gatewaylog.Message) (n int64) {
	for _, m := range list {
		n += int64(mailCost + addressCost*len(m.Recipients) + 8*len(m.Lines) + linesWeight(m.Nearby))
		n += mailWeight(m.Derived) + mailWeight(m.Joined)
	}
	return n
}

func linesWeight(lines []*gatewaylog.Line) (n int) {
	for _, l := range lines {
		n += lineCost + len(l.Text)
	}
	return n
}
